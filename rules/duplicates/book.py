"""LikenessBook: the dated numbers by which two accounts are suspected to be one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.documents import Document, Problem
from rules.fields import ABSENT, Fields
from rules.kpis import Text
from rules.versioned import DocumentBook, latest_begun, shipped_from

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parents[1] / "books" / "duplicates"
MOST_POINTS, MOST_PERCENT, MOST_METRES, MOST_ACCOUNTS = 100, 100, 100_000, 1_000
# Number → its bounds, both inclusive.
BOUNDS: dict[str, tuple[int, int]] = {
    "queue_points": (1, MOST_POINTS),
    "most_in_block": (2, MOST_ACCOUNTS),
    "same_phone_points": (0, MOST_POINTS),
    "same_number_points": (0, MOST_POINTS),
    "other_number_points": (0, MOST_POINTS),
    "same_address_points": (0, MOST_POINTS),
    "alike_name_percent": (1, MOST_PERCENT),
    "alike_name_points": (0, MOST_POINTS),
    "similar_name_percent": (1, MOST_PERCENT),
    "similar_name_points": (0, MOST_POINTS),
    "near_m": (1, MOST_METRES),
    "near_points": (0, MOST_POINTS),
    "around_m": (1, MOST_METRES),
    "around_points": (0, MOST_POINTS),
    "far_m": (1, MOST_METRES),
    "far_points": (0, MOST_POINTS),
}
ASCENDING = (("similar_name_percent", "alike_name_percent"), ("near_m", "around_m"), ("around_m", "far_m"))


@dataclass(frozen=True)
class LikenessBook(DocumentBook):
    """One version. Only one without problems may suspect anybody.

    Attributes:
        FAMILY: Name of the attribute that holds the family's code.
        code: Family of the book.
        version: Version label shown to people.
        label: Name by locale.
        effective_from: First day; it stands until the next version begins.
        queue_points: Points from which a pair is queued.
        most_in_block: Accounts that may share a key; a key of more is passed over.
        same_phone_points: For the same telephone.
        same_number_points: For the same business number.
        other_number_points: Taken off when both have one and they differ.
        same_address_points: For the same road and number.
        alike_name_percent: Letters in common from which names are alike.
        alike_name_points: For names that are alike.
        similar_name_percent: Letters in common from which names are similar.
        similar_name_points: For names that are similar, or of which one begins the other.
        near_m: Metres up to which two places are near.
        near_points: For near places.
        around_m: Metres up to which they are around the corner.
        around_points: For places around the corner.
        far_m: Metres beyond which they are far apart.
        far_points: Taken off for places far apart.
        problems: What is wrong with the text it came from; other attributes are then incomplete.
    """

    code: str
    version: str
    label: Text
    effective_from: dt.date
    queue_points: int
    most_in_block: int
    same_phone_points: int
    same_number_points: int
    other_number_points: int
    same_address_points: int
    alike_name_percent: int
    alike_name_points: int
    similar_name_percent: int
    similar_name_points: int
    near_m: int
    near_points: int
    around_m: int
    around_points: int
    far_m: int
    far_points: int
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @classmethod
    def of_document(cls, document: Document) -> LikenessBook:
        """Read a book from a document, which takes its problems too."""
        unread = document.content is None and document.problems
        keys = frozenset({"duplicates", "version", "label", "effective_from", *BOUNDS})
        book = Fields(document, ABSENT if unread else document.content, (), keys)
        head: dict[str, Any] = {
            "code": book.word("duplicates"),
            "version": book.text("version"),
            "label": book.labels("label"),
            "effective_from": book.day("effective_from"),
        }
        numbers = {name: book.whole(name, *bounds) for name, bounds in BOUNDS.items()}
        for lower, higher in ASCENDING:
            if numbers[lower] > numbers[higher]:
                book.complain(higher, f"{higher!r} must not be below {lower!r}")
        return cls(**{**head, **numbers}, problems=tuple(sorted(set(document.problems))))

    def plain(self) -> Mapping[str, object]:
        """Return the content as plain data, the form that is hashed; only for a sound book."""
        return {
            "duplicates": self.code,
            "version": self.version,
            "label": dict(self.label),
            "effective_from": self.effective_from.isoformat(),
            **{name: getattr(self, name) for name in BOUNDS},
        }


@cache
def shipped_likeness_books() -> tuple[LikenessBook, ...]:
    """Return every shipped book in file order, read once.

    Raises:
        RulebookError: A shipped book has problems.
    """
    return shipped_from(FOLDER, LikenessBook)


def likeness_book_in_force(books: tuple[LikenessBook, ...], on: dt.date) -> LikenessBook:
    """Return the version that began last, on or before a day.

    Raises:
        RulebookError: None has begun, or two began on the same day.
    """
    return latest_begun(books, on, "likeness")
