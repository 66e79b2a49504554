"""ReverseBook: the dated version of what dealers rate, how often, how many make a result (FEATURES S141)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rules.documents import Document, Problem
from rules.fields import ABSENT, Fields
from rules.kpis import Text
from rules.months import Month
from rules.versioned import DocumentBook, latest_begun, shipped_from

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parents[1] / "books" / "reverse"
KEYS = frozenset({"reverse", "version", "label", "effective_from", "months", "least", "items"})
MONTHS = (1, 2, 3, 4, 6, 12)
LOWEST, HIGHEST = 1, 5
MOST_ITEMS, MOST_CARDS = 12, 1_000


@dataclass(frozen=True, slots=True)
class ReverseItem:
    """One question; it is answered with 1 (bad) to 5 (good), or not at all.

    Attributes:
        code: Name kept with each mark.
        label: What is rated, by locale.
        help: What to think of, by locale.
    """

    code: str
    label: Text
    help: Text


class Period(NamedTuple):
    """A span of whole months, both days inclusive."""

    from_on: dt.date
    until_on: dt.date


@dataclass(frozen=True)
class ReverseBook(DocumentBook):
    """One version. Only one without problems may ask anybody.

    Attributes:
        FAMILY: Name of the attribute that holds the family's code.
        code: Family of the book.
        version: Version label shown to people.
        label: Name by locale.
        effective_from: First day; a period is asked by the version that stands on its first day.
        months: Length of a period in months, one of ``MONTHS``; periods begin in January.
        least: Cards below which nothing is said of a group.
        items: What is rated, in order; codes are unique.
        problems: What is wrong with the text it came from; other attributes are then incomplete.
    """

    code: str
    version: str
    label: Text
    effective_from: dt.date
    months: int
    least: int
    items: tuple[ReverseItem, ...]
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def of_document(cls, document: Document) -> ReverseBook:
        """Read a book from a document, which takes its problems too."""
        unread = document.content is None and document.problems
        book = Fields(document, ABSENT if unread else document.content, (), KEYS)
        months = book.whole("months", 1, MONTHS[-1])
        if months not in MONTHS:
            book.complain("months", f"'months' must divide a year: {months}")
        return cls(
            code=book.word("reverse"),
            version=book.text("version"),
            label=book.labels("label"),
            effective_from=book.day("effective_from"),
            months=months,
            least=book.whole("least", 2, MOST_CARDS),
            items=_items(document, book),
            problems=tuple(sorted(set(document.problems))),
        )

    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""
        return {
            "reverse": self.code,
            "version": self.version,
            "label": dict(self.label),
            "effective_from": self.effective_from.isoformat(),
            "months": self.months,
            "least": self.least,
            "items": [_plain(item) for item in self.items],
        }

    def period(self, on: dt.date) -> Period:
        """Return the period a day lies in."""
        month = Month.of(on)
        first = month.shift(-((on.month - 1) % self.months))
        return Period(first.first_on, first.shift(self.months - 1).last_on)


def _plain(item: ReverseItem) -> Mapping[str, object]:
    return {"item": item.code, "label": dict(item.label), "help": dict(item.help)}


def _items(document: Document, book: Fields) -> tuple[ReverseItem, ...]:
    found: list[ReverseItem] = []
    for place, content in enumerate(book.members("items", MOST_ITEMS)):
        part = Fields(document, content, ("items", place), frozenset({"item", "label", "help"}))
        item = ReverseItem(part.word("item"), part.labels("label"), part.labels("help"))
        if item.code in [one.code for one in found]:
            part.complain("item", f"{item.code!r} is asked twice")
        found.append(item)
    return tuple(found)


@cache
def shipped_reverse_books() -> tuple[ReverseBook, ...]:
    """Return every shipped book in file order, read once.

    Raises:
        RulebookError: A shipped book has problems.
    """
    return shipped_from(FOLDER, ReverseBook)


def reverse_book_in_force(books: tuple[ReverseBook, ...], on: dt.date) -> ReverseBook:
    """Return the version by which a day's period is asked: the one that stands on the period's first day.

    Raises:
        RulebookError: None has begun, or two began on the same day.
    """
    newest = latest_begun(books, on, "reverse")
    return latest_begun(books, newest.period(on).from_on, "reverse")
