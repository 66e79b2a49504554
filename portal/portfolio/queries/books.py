"""Class books in force: the shipped ones and those that people adopted since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch
from rules.segments import SegmentBook, segment_book_in_force, shipped_segment_books

if TYPE_CHECKING:
    from rules.months import Month


@dataclass(frozen=True, slots=True)
class Adoption:
    """A version that somebody adopted, and why."""

    version: str
    effective_from: dt.date | None
    reason: str
    who: str
    adopted_at: dt.datetime


async def list_books() -> tuple[SegmentBook, ...]:
    """Return shipped and adopted books; one that was adopted stands for a shipped one of the same day.

    Raises:
        RulebookError: A stored version is not what was stored.
    """
    adopted = [
        SegmentBook.from_canonical(row["content"])
        for row in await fetch("select content from segment_book order by effective_from")
    ]
    days = {book.effective_from for book in adopted}
    shipped = [book for book in shipped_segment_books() if book.effective_from not in days]
    return (*shipped, *adopted)


async def book_for(month: Month) -> SegmentBook:
    """Return the book in force in a month.

    Raises:
        RulebookError: None has begun.
    """
    return segment_book_in_force(await list_books(), month)


async def book_of(sha256: str) -> SegmentBook | None:
    """Return the book of a hash, None when it is gone from shipped and adopted ones."""
    return next((book for book in await list_books() if book.sha256 == sha256), None)


async def list_adoptions() -> list[Adoption]:
    """Return adopted versions, newest first."""
    rows = await fetch(
        "select b.version, b.effective_from, b.reason, b.adopted_at, coalesce(u.name, '') as who"
        " from segment_book b left join login_user u on u.id = b.adopted_by_user_id"
        " order by b.effective_from desc"
    )
    return [
        Adoption(row["version"], as_date(row["effective_from"]), row["reason"], row["who"], row["adopted_at"])
        for row in rows
    ]
