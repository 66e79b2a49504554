"""Rulebooks the product ships, one dated file per version.

A released file never changes: a change is a new file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.rulebook import Rulebook
from rules.versioned import latest_begun

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.months import Month

FOLDER = Path(__file__).parent


@cache
def shipped_books() -> tuple[Rulebook, ...]:
    """Return every shipped rulebook in file order, read once.

    Raises:
        RulebookError: A shipped book has problems.
    """
    books = tuple(Rulebook.load(path) for path in sorted(FOLDER.glob("*-monthly-*.yaml")))
    for book in books:
        book.require_sound()
    return books


def book_in_force(books: Iterable[Rulebook], kind: str, month: Month) -> Rulebook:
    """Return the version that scores a kind of subject in a month.

    Of the versions that cover the whole month the one that began last counts, so a version with an end
    date lays itself over a standing one and gives way to it afterwards.

    Raises:
        RulebookError: No version covers the month, or two began on the same day.
    """
    covering = [book for book in books if book.subject == kind and book.covers(month)]
    return latest_begun(covering, month.first_on, kind)
