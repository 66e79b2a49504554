"""Promises: sides, states, commands, and who may note, read and judge them. Pure but for the policies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register

PROMISE_TEXT_MAX = 400

MAKE = "voice.promise"
READ = "voice.promises"
OWN = "voice.own_promises"
EXPORT = "voice.promises_export"

_FIELD = frozenset({Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE, Role.MARKETING})
register(
    Policy(MAKE, _FIELD | DEALER_SIDE, AuditClass.WRITE),
    Policy(READ, _FIELD | {Role.ADMINISTRATOR, Role.AUDITOR}),
    Policy(OWN, DEALER_SIDE, AuditClass.WRITE),
    Policy(EXPORT, _FIELD | DEALER_SIDE | {Role.ADMINISTRATOR, Role.AUDITOR}, AuditClass.SENSITIVE_READ),
)


class Side(StrEnum):
    """Who promised, seen from whose record it is."""

    OURS = "ours"
    THEIRS = "theirs"


class PromiseState(StrEnum):
    """Where a promise stands; the side it was made to decides."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class PromiseCommand:
    """A promise to be noted.

    Attributes:
        client_key: Lower-case UUID; the same key again changes nothing.
        account_id: The account it was made to or by.
        side: Who promised: who notes it, or the account's side.
        due_on: Last day to keep it, inclusive.
        visit_id: The visit at which it was made, or None.
    """

    client_key: str
    account_id: int
    side: Side
    text: str
    due_on: dt.date
    visit_id: int | None = None


@dataclass(frozen=True, slots=True)
class JudgeCommand:
    """Whether a promise was kept; what is broken needs words."""

    kept: bool
    words: str
