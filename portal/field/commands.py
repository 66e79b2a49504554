"""Checked commands of the field."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.field.model import Item


@dataclass(frozen=True, slots=True)
class PhoneReport:
    """What a phone says about itself with every request.

    Attributes:
        phone_key: Lower-case UUID of the browser profile and person.
        label: Kind of device in words, 40 characters at most.
        waiting: Records not sent, those of this batch included.
        stuck: Those of them that need the person.
        since_at: When the oldest of them was made, by the phone's clock put right; None = none waits.
        skew: By how much its clock is ahead.
    """

    phone_key: str
    label: str
    waiting: int
    stuck: int
    since_at: dt.datetime | None
    skew: dt.timedelta


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one phone; ``damaged`` has the keys of those that cannot be read, empty ones included."""

    phone: PhoneReport
    items: tuple[Item, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decides about a late record; the words are needed for a refusal."""

    accept: bool
    words: str
