"""The book of likeness: shipped, dated, refused with its problems when it is wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.duplicates.book import FOLDER, LikenessBook, likeness_book_in_force, shipped_likeness_books
from rules.errors import RulebookError

TEXT = next(FOLDER.glob("*.yaml")).read_text(encoding="utf-8")
LATER = TEXT.replace("2000-01-01", "2027-01-01").replace("queue_points: 60", "queue_points: 70")


def test_the_shipped_numbers_are_kept_as_one_text() -> None:
    (book,) = shipped_likeness_books()
    assert (book.queue_points, book.most_in_block, book.near_m) == (60, 60, 30)
    assert LikenessBook.from_canonical(book.canonical_json) == book


def test_the_version_of_a_day_stands() -> None:
    books = (*shipped_likeness_books(), LikenessBook.load(LATER))
    assert likeness_book_in_force(books, dt.date(2026, 12, 31)).queue_points == 60
    assert likeness_book_in_force(books, dt.date(2027, 1, 1)).queue_points == 70
    with pytest.raises(RulebookError, match="no version is in force"):
        likeness_book_in_force(books, dt.date(1999, 12, 31))


def test_what_is_wrong_is_named() -> None:
    wrong = LikenessBook.load(TEXT.replace("near_m: 30", "near_m: 200").replace("most_in_block: 60", ""))
    said = " ".join(str(problem) for problem in wrong.check().problems)
    assert ("'around_m' must not be below 'near_m'" in said, "'most_in_block' is missing" in said) == (
        *(True, True),
    )
    with pytest.raises(RulebookError):
        wrong.require_sound()
    assert LikenessBook.load("a: [").problems
