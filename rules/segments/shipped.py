"""Segment books the product ships, one dated file per version, and which one is in force."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.segments.book import SegmentBook
from rules.versioned import latest_begun, shipped_from

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
    return shipped_from(FOLDER, SegmentBook)


def segment_book_in_force(books: Iterable[SegmentBook], month: Month) -> SegmentBook:
    """Return the version that began last, on or before the month's first day.

    Raises:
        RulebookError: None has begun, or two began on the same day.
    """
    return latest_begun(books, month.first_on, "classes")
