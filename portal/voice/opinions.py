"""Opinions: states, sources, commands, rules, and who may give, read, answer and export them.

**Why not a kind of** ``VoiceItem``. A concern or complaint belongs to a dealer: its table says so, as do its
lists, its scope and its audit. An opinion may come without a name, and then nothing may lead to who gave it:
no dealer, no person, no instant, ids without an order. It also names a source (training, trip, visit) and a
solution. Making all of that optional there would weaken what that table promises, so opinions stand apart
and share the forms' pieces, photos, people who may answer, and letters.

Pure but for the registration of policies. Source: FEATURES S73; docs/manual/opinions.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from base64 import b32encode
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.access import DEALER_SIDE, AuditClass, Policy, Role, register
from portal.errors import Conflict

if TYPE_CHECKING:
    from portal.settings import Settings

TEXT_MAX = 2000
READ = "voice.opinions"
RECORD = "voice.opinion_record"
ANSWER = "voice.opinion_answer"
EXPORT = "voice.opinions_export"
OWN = "voice.own_opinions"

_ANSWERERS = frozenset({Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE, Role.ADMINISTRATOR, Role.MARKETING})
register(
    Policy(READ, _ANSWERERS | {Role.AUDITOR}),
    Policy(RECORD, _ANSWERERS, AuditClass.WRITE),
    Policy(ANSWER, _ANSWERERS, AuditClass.WRITE),
    Policy(EXPORT, _ANSWERERS | {Role.AUDITOR}, AuditClass.SENSITIVE_READ),
    Policy(OWN, DEALER_SIDE, AuditClass.WRITE),
)


class SourceKind(StrEnum):
    """Where an opinion came up."""

    TRAINING = "training"
    TRIP = "trip"
    VISIT = "visit"
    OWN = "own"
    """From nowhere in particular."""


class OpinionState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"


class OpinionTopic(StrEnum):
    """What it is about."""

    PRODUCTS = "products"
    PRICES = "prices"
    INCENTIVES = "incentives"
    DELIVERY = "delivery"
    SUPPORT = "support"
    SYSTEM = "system"
    TRAINING = "training"
    EVALUATION = "evaluation"
    MARKET = "market"
    OTHER = "other"


class OpinionEventKind(StrEnum):
    """What happened to an opinion."""

    GIVEN = "given"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    """An answer or an assignment was taken back."""
    REOPENED = "reopened"
    SOLVED = "solved"
    CLOSED = "closed"
    NOTED = "noted"


WAITING = (OpinionState.OPEN, OpinionState.REOPENED)
_MOVES = {
    OpinionEventKind.ANSWERED: (WAITING, OpinionState.ANSWERED),
    OpinionEventKind.REOPENED: ((OpinionState.ANSWERED, OpinionState.CLOSED), OpinionState.REOPENED),
    OpinionEventKind.CLOSED: ((OpinionState.ANSWERED,), OpinionState.CLOSED),
}


def moved(state: OpinionState, event: OpinionEventKind) -> OpinionState:
    """Return the state after an event.

    Raises:
        Conflict: The opinion is not in a state that allows it.
    """
    before, after = _MOVES[event]
    if state not in before:
        raise Conflict
    return after


@dataclass(frozen=True, slots=True)
class OpinionRules:
    """Numbers of the settings.

    Attributes:
        answer_days: Calendar days to answer.
        figure_days: Calendar days within which an answer counts as given in time in figures.
        region_dealers: Least number of dealers that could have given an unnamed opinion for its region to
            be kept.
    """

    answer_days: int
    figure_days: int
    region_dealers: int

    @classmethod
    def of(cls, settings: Settings) -> OpinionRules:
        """Take the numbers from the settings."""
        return cls(
            settings.opinion_answer_days, settings.opinion_figure_days, settings.opinion_region_dealers
        )


@dataclass(frozen=True, slots=True)
class OpinionCommand:
    """An opinion to be written down.

    Attributes:
        client_key: Lower-case UUID made where it was typed; the same key again changes nothing.
        text: 1 to 2,000 characters.
        dealer_id: Whose it is; None = without a name.
        source_id: The training session, trip or visit; None exactly for ``SourceKind.OWN``.
        region_path: For an unnamed one from nowhere in particular: the giver's region, or empty.
        photo: JPEG bytes, already made smaller and freed of where it was taken; never without a name.
        owner_user_id, due_on: Who answers by when (inclusive); None = the nearest person, the usual days.
        solution: What was agreed on the spot; makes the problem solved today. Empty = nothing yet.
    """

    client_key: str
    topic: OpinionTopic
    text: str
    dealer_id: int | None
    source_kind: SourceKind = SourceKind.OWN
    source_id: int | None = None
    region_path: str = ""
    photo: bytes | None = None
    owner_user_id: int | None = None
    due_on: dt.date | None = None
    solution: str = ""


def random_id() -> int:
    """Return a key that says nothing about when it was made; 53 bits, so that scripts can hold it."""
    return secrets.randbelow(2**53 - 1) + 1


def code_for(client_key: str) -> str:
    """Return the code with which an unnamed sender reads the answer: 80 bits as four groups of letters.

    It follows from the form's key, which the portal does not keep, so that sending twice shows it again.
    """
    letters = b32encode(hashlib.sha256(f"opinion code {client_key}".encode()).digest()[:10]).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def digest(text: str) -> str:
    """Return the SHA-256 of a key or of a code as typed, whatever its spaces, dashes and case."""
    plain = "".join(text.upper().replace("-", "").split())
    return hashlib.sha256(plain.encode()).hexdigest()
