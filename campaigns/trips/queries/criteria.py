"""Published decisions a trip may use, and how dealers stand against the one it has."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import as_date, fetch
from portal.rulebooks.queries.versions import get_any
from rules.decisions.book import DecisionBook

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class PublishedDecision:
    """A decision about dealers that is published.

    Attributes:
        version_id: Row of the immutable version.
        decision: Its family.
        published_on: Day from which dealers could read it: announced, and not before it was scheduled.
        rehearsed: Whether its rehearsal is on record.
    """

    version_id: int
    sha256: str
    decision: str
    label: str
    published_on: dt.date
    effective_from: dt.date
    rehearsed: bool


_PUBLISHED = (
    "select v.id, v.sha256, v.label, p.decision, p.announced_on, p.scheduled_at, p.effective_from,"
    " p.rehearsal is not null as rehearsed from rulebook_proposal p join rulebook_version v"
    " on v.id = p.content"
    " where p.state = 'scheduled' and p.subject_kind = 'dealer' and p.decision <> ''"
)


async def list_published_decisions(today: dt.date, zone: str) -> list[PublishedDecision]:
    """Return the decisions about dealers that are published by a day, the newest first."""
    rows = await fetch(f"{_PUBLISHED} order by p.effective_from desc, v.id desc limit 100")
    found = [_decision(row, ZoneInfo(zone)) for row in rows]
    return [decision for decision in found if decision.published_on <= today]


async def find_published_decision(
    sha256: str, today: dt.date, zone: str = "Asia/Seoul"
) -> PublishedDecision | None:
    """Return a decision by its hash when it is published by a day, else None."""
    decisions = await list_published_decisions(today, zone)
    return next((decision for decision in decisions if decision.sha256 == sha256), None)


async def book_of(sha256: str) -> DecisionBook | None:
    """Return the decision book of a hash; None when it is a score sheet.

    Raises:
        NotFound: There is no such version.
    """
    book = await get_any(sha256)
    return book if isinstance(book, DecisionBook) else None


def _decision(row: Row, zone: ZoneInfo) -> PublishedDecision:
    announced = as_date(row["announced_on"]) or dt.date.max
    scheduled = row["scheduled_at"].astimezone(zone).date() if row["scheduled_at"] else announced
    return PublishedDecision(
        version_id=row["id"],
        sha256=row["sha256"],
        decision=row["decision"],
        label=row["label"],
        published_on=max(announced, scheduled),
        effective_from=as_date(row["effective_from"]) or dt.date.max,
        rehearsed=bool(row["rehearsed"]),
    )
