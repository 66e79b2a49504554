"""Decisions a trip may use: the manufacturer's own that are published, and those the product ships.

An own decision was published on the day it was announced, and not before it was scheduled. A shipped one is
published by being tied to a trip: from that day on dealers can read it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import as_date, fetch
from portal.occasions.books import DECISIONS, SUBJECT, find_book, shipped
from portal.occasions.model import OccasionKind

if TYPE_CHECKING:
    from portal.db.sql import Row
    from rules.decisions.book import DecisionBook

_FAMILY = DECISIONS[OccasionKind.TRIP]


@dataclass(frozen=True, slots=True)
class PublishedDecision:
    """A decision about who is invited to trips.

    Attributes:
        published_on: Day from which dealers could read it.
        is_shipped: Whether it comes with the product.
        rehearsed: Whether its rehearsal is on record.
    """

    sha256: str
    label: str
    published_on: dt.date
    effective_from: dt.date
    is_shipped: bool
    rehearsed: bool


async def list_published_decisions(today: dt.date, zone: str) -> list[PublishedDecision]:
    """Return the decisions published by a day, own ones first, the newest first."""
    rows = await fetch(
        "select v.sha256, v.label, p.announced_on, p.scheduled_at, p.effective_from,"
        " p.rehearsal is not null as rehearsed from rulebook_proposal p join rulebook_version v"
        " on v.id = p.content where p.state = 'scheduled' and p.subject_kind = {} and p.decision = {}"
        " order by p.effective_from desc, v.id desc limit 100",
        SUBJECT,
        _FAMILY,
    )
    own = [_own(row, ZoneInfo(zone)) for row in rows]
    known = [
        PublishedDecision(
            book.sha256, book.version, today, book.effective_from, is_shipped=True, rehearsed=False
        )
        for book in shipped()
        if book.decision == _FAMILY and book.covers(today)
    ]
    return [decision for decision in (*own, *known) if decision.published_on <= today]


async def find_published_decision(sha256: str, today: dt.date, zone: str) -> PublishedDecision | None:
    """Return a decision by its hash when it is published by a day, else None."""
    decisions = await list_published_decisions(today, zone)
    return next((decision for decision in decisions if decision.sha256 == sha256), None)


async def book_of(sha256: str) -> DecisionBook | None:
    """Return the decision book of a hash, or None when it is unknown."""
    return await find_book(sha256)


def _own(row: Row, zone: ZoneInfo) -> PublishedDecision:
    announced = as_date(row["announced_on"]) or dt.date.max
    scheduled = row["scheduled_at"].astimezone(zone).date() if row["scheduled_at"] else announced
    return PublishedDecision(
        sha256=row["sha256"],
        label=row["label"],
        published_on=max(announced, scheduled),
        effective_from=as_date(row["effective_from"]) or dt.date.max,
        is_shipped=False,
        rehearsed=bool(row["rehearsed"]),
    )
