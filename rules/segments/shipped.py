"""Segment books the product ships, one dated file per version, and which one is in force."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.errors import RulebookError
from rules.segments.book import SegmentBook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.months import Month

FOLDER = Path(__file__).parents[1] / "books" / "segments"


@cache
def shipped_segment_books() -> tuple[SegmentBook, ...]:
    """Return every shipped book in file order, read once.

    Raises:
        RulebookError: A shipped book has problems.
    """
    books = tuple(SegmentBook.load(path) for path in sorted(FOLDER.glob("*.yaml")))
    for book in books:
        book.require_sound()
    return books


def segment_book_in_force(books: Iterable[SegmentBook], month: Month) -> SegmentBook:
    """Return the version that began last, on or before the month's first day.

    Raises:
        RulebookError: None has begun, or two began on the same day.
    """
    begun = [book for book in books if book.effective_from <= month.first_on]
    latest = max((book.effective_from for book in begun), default=None)
    found = [book for book in begun if book.effective_from == latest]
    if len(found) != 1:
        raise RulebookError(f"classes {month}", [f"{len(found)} versions are in force, expected one"])
    return found[0]
