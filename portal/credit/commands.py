"""Checked commands of credit, as forms make them and services take them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.credit.model import Channel, HoldReason


@dataclass(frozen=True, slots=True)
class TermsCommand:
    """Limit and terms to be in force from a day on.

    Attributes:
        limit_minor: The most the dealer may owe, VAT and deposits included; None = none agreed.
        terms_days: Days to pay, 0 to 365.
        signed_on: Day on which the dealer signed, or None.
        reason: Why, for the dealer and the audit log.
    """

    from_on: dt.date
    limit_minor: int | None
    terms_days: int
    signed_on: dt.date | None
    contract_number: str
    reason: str


@dataclass(frozen=True, slots=True)
class HoldCommand:
    """A hold to be placed; the dealer reads the reason."""

    reason_code: HoldReason
    reason: str


@dataclass(frozen=True, slots=True)
class PurposeCommand:
    """A payment and the document it is meant for, by their keys; an empty document takes it back."""

    payment_key: str
    document_key: str


@dataclass(frozen=True, slots=True)
class ContactCommand:
    """What was said with a dealer about money that is open.

    Attributes:
        promised_minor, promised_on: What the dealer promised to pay by when, both or neither.
        owner_user_id, due_on: Who follows it up by when, both or neither.
    """

    held_on: dt.date
    channel: Channel
    text: str
    promised_minor: int | None
    promised_on: dt.date | None
    owner_user_id: int | None
    due_on: dt.date | None
