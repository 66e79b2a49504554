"""Records from phones: what they are, what becomes of them, what their clocks are worth. Pure."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from portal.errors import Problem

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ITEMS_MOST = 50
FIELDS_MOST, TEXT_MOST = 40, 4_000
# Below this a clock counts as right: answers take a moment to travel.
SKEW_LEAST = dt.timedelta(minutes=2)


class Status(StrEnum):
    """What became of one record of a batch."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    LATE = "late"
    """Kept in the queue of late records, for a person to decide."""
    REFUSED = "refused"
    """Was late, and a person decided against it."""
    CONFLICT = "conflict"
    """The key came before with other content; that stands."""
    REJECTED = "rejected"
    WAITS = "waits"
    """Names a record that is not here yet."""


class ItemState(StrEnum):
    """What is kept of a record that was taken."""

    ACCEPTED = "accepted"
    LATE = "late"
    REFUSED = "refused"


class LateReason(StrEnum):
    """Why a record waits for a decision."""

    CLOSED_MONTH = "closed_month"
    LONG_AGO = "long_ago"


ANSWER_AGAIN = {
    ItemState.ACCEPTED: Status.DUPLICATE,
    ItemState.LATE: Status.LATE,
    ItemState.REFUSED: Status.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Item:
    """A record as a phone sent it, and when the server takes it to have been made.

    Attributes:
        key: Lower-case UUID made on the phone.
        kind: What it is; a handler has the same.
        fields: What was entered, as text.
        device_at: What the phone's clock said, aware; kept, and never relied on alone.
        made_at: The server's reading of that instant, UTC, not in the future.
        received_at: When it came, UTC.
        settled: A person has accepted it although it is late.
    """

    key: str
    kind: str
    fields: Mapping[str, str]
    device_at: dt.datetime
    made_at: dt.datetime
    received_at: dt.datetime
    settled: bool = False

    def digest(self, user_id: int) -> str:
        """Return the SHA-256 of what a person's record says, in hexadecimal; no clock is part of it."""
        content = {
            unicodedata.normalize("NFC", name): unicodedata.normalize("NFC", text)
            for name, text in self.fields.items()
        }
        text = json.dumps([self.kind, content, user_id], ensure_ascii=False, sort_keys=True)
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """A handler has written the record.

    Attributes:
        record: Kind of record, such as ``visit``.
        record_id: Its id.
    """

    record: str
    record_id: int


@dataclass(frozen=True, slots=True)
class Late:
    """A handler wants a person's decision; nothing is written yet.

    Attributes:
        reason: Why.
        month_on: First day of the month it belongs to.
        account_id: The account it is about: who decides follows from it.
    """

    reason: LateReason
    month_on: dt.date
    account_id: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a phone is told about one record.

    Attributes:
        key: The record's key, empty when it had none that could be read.
        status: What became of it.
        problems: What is wrong, each with its field; an empty field is the whole.
    """

    key: str
    status: Status
    problems: tuple[Problem, ...] = field(default=())


class NotYet(Exception):  # noqa: N818  named as the answer it becomes
    """The record names another one of the same person that has not arrived."""


def skew_of(device_now: dt.datetime | None, now: dt.datetime) -> dt.timedelta:
    """Return by how much a phone's clock is ahead; small differences and silence count as none."""
    if device_now is None:
        return dt.timedelta(0)
    skew = device_now - now
    return skew if abs(skew) >= SKEW_LEAST else dt.timedelta(0)


def made_at(device_at: dt.datetime, skew: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """Return when a record was made by the server's clock; never in the future."""
    try:
        return min((device_at - skew).astimezone(dt.UTC), now)
    except OverflowError:
        return now


def day_of(chosen_on: dt.date, item: Item, zone: ZoneInfo) -> tuple[dt.date, int]:
    """Return the day a person meant by a day chosen on the phone, and how many days back it was chosen.

    Args:
        chosen_on: The day as the phone's calendar showed it.
        item: The record it belongs to.
        zone: Business zone.

    Returns:
        The day by the server's clock, and days before the day of keeping; negative ones lie in the future.
    """
    back = (item.device_at.astimezone(zone).date() - chosen_on).days
    return item.made_at.astimezone(zone).date() - dt.timedelta(days=max(back, 0)), back
