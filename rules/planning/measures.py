"""MeasureBook: the dated numbers that the KPIs of plans and visits are defined with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.documents import Document, Problem
from rules.fields import ABSENT, Fields
from rules.kpis import Text
from rules.versioned import DocumentBook, latest_begun, shipped_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.months import Month

FOLDER = Path(__file__).parents[1] / "books" / "field"
KEYS = frozenset(
    {"measures", "version", "label", "effective_from", "completion_cap_percent", "retained_days"}
)
MOST_PERCENT, MOST_DAYS = 1_000, 366


@dataclass(frozen=True)
class MeasureBook(DocumentBook):
    """One version. Only one without problems may measure.

    Attributes:
        code: Family of the book.
        version: Version label shown to people.
        label: Name by locale.
        effective_from: First day; it stands until the next version begins.
        completion_cap_percent: What counts of planned visits and openings at most, in percent of them, 100 or
            more.
        retained_days: Days from the first order to the second within which an outlet counts as retained,
            1 or more.
        problems: What is wrong with the text it came from; other attributes are then incomplete.
    """

    code: str
    version: str
    label: Text
    effective_from: dt.date
    completion_cap_percent: int
    retained_days: int
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def of_document(cls, document: Document) -> MeasureBook:
        """Read a book from a document, which takes its problems too."""
        unread = document.content is None and document.problems
        book = Fields(document, ABSENT if unread else document.content, (), KEYS)
        return cls(
            code=book.word("measures"),
            version=book.text("version"),
            label=book.labels("label"),
            effective_from=book.day("effective_from"),
            completion_cap_percent=book.whole("completion_cap_percent", 100, MOST_PERCENT),
            retained_days=book.whole("retained_days", 1, MOST_DAYS),
            problems=tuple(sorted(set(document.problems))),
        )

    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""
        return {
            "measures": self.code,
            "version": self.version,
            "label": dict(self.label),
            "effective_from": self.effective_from.isoformat(),
            "completion_cap_percent": self.completion_cap_percent,
            "retained_days": self.retained_days,
        }


@cache
def shipped_measure_books() -> tuple[MeasureBook, ...]:
    """Return every shipped book in file order, read once.

    Raises:
        RulebookError: A shipped book has problems.
    """
    return shipped_from(FOLDER, MeasureBook)


def measure_book_in_force(books: tuple[MeasureBook, ...], month: Month) -> MeasureBook:
    """Return the version that began last, on or before the month's first day.

    Raises:
        RulebookError: None has begun, or two began on the same day.
    """
    return latest_begun(books, month.first_on, "field measures")
