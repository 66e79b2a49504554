"""The book of what dealers rate: shipped, dated, refused with its problems when it is wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.errors import RulebookError
from rules.reverse.book import FOLDER, Period, ReverseBook, reverse_book_in_force, shipped_reverse_books

TEXT = next(FOLDER.glob("*.yaml")).read_text(encoding="utf-8")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_the_shipped_items_are_kept_as_one_text() -> None:
    (book,) = shipped_reverse_books()
    assert [item.code for item in book.items] == "delivery answers payment fairness support people".split()
    assert (book.months, book.least, book.label["ko"]) == (3, 5, "대리점이 매긴 본사 점수")
    assert ReverseBook.from_canonical(book.canonical_json) == book


@pytest.mark.parametrize(
    ("months", "on", "period"),
    [
        (3, "2026-11-22", ("2026-10-01", "2026-12-31")),
        (3, "2026-01-01", ("2026-01-01", "2026-03-31")),
        (1, "2028-02-29", ("2028-02-01", "2028-02-29")),
        (12, "2026-12-31", ("2026-01-01", "2026-12-31")),
        (4, "2026-08-31", ("2026-05-01", "2026-08-31")),
    ],
)
def test_periods_are_whole_months_counted_from_january(months: int, on: str, period: tuple[str, str]) -> None:
    book = ReverseBook.load(TEXT.replace("months: 3", f"months: {months}"))
    assert book.period(day(on)) == Period(*map(day, period))


def test_a_period_keeps_the_questions_it_began_with() -> None:
    later = ReverseBook.load(TEXT.replace("2000-01-01", "2026-11-01").replace("least: 5", "least: 7"))
    books = (*shipped_reverse_books(), later)
    assert reverse_book_in_force(books, day("2026-12-31")).least == 5
    assert reverse_book_in_force(books, day("2027-01-01")).least == 7
    with pytest.raises(RulebookError, match="no version is in force"):
        reverse_book_in_force(books, day("1999-12-31"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("months: 3", "months: 5", "'months' must divide a year"),
        ("least: 5", "least: 1", "'least' must be a whole number from 2"),
        ("item: answers", "item: delivery", "'delivery' is asked twice"),
        ("version:", "verzion:", "verzion"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, problem: str) -> None:
    wrong = ReverseBook.load(TEXT.replace(old, new, 1))
    assert problem in " ".join(str(one) for one in wrong.check().problems)
    with pytest.raises(RulebookError):
        wrong.require_sound()
    assert ReverseBook.load("a: [").problems
