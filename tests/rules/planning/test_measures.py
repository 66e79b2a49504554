"""The book of field measures: shipped, dated, refused with a line when it is wrong."""

from __future__ import annotations

import pytest

from rules.errors import RulebookError
from rules.months import Month
from rules.planning.measures import MeasureBook, measure_book_in_force, shipped_measure_books

LATER = """
measures: field_kpis
version: "2027.1"
label: {ko: "현장", en: "Field"}
effective_from: 2027-01-01
completion_cap_percent: 110
retained_days: 45
"""


def test_the_shipped_numbers() -> None:
    (book,) = shipped_measure_books()
    assert (book.completion_cap_percent, book.retained_days) == (120, 60)
    assert MeasureBook.from_canonical(book.canonical_json) == book


def test_the_version_of_a_month_stands() -> None:
    books = (*shipped_measure_books(), MeasureBook.load(LATER))
    assert measure_book_in_force(books, Month.parse("2026-12")).retained_days == 60
    assert measure_book_in_force(books, Month.parse("2027-01")).retained_days == 45
    with pytest.raises(RulebookError, match="no version is in force"):
        measure_book_in_force(books, Month.parse("1999-12"))


def test_what_is_wrong_is_named() -> None:
    wrong = MeasureBook.load(LATER.replace("110", "99").replace("45", "0"))
    assert len(wrong.check().problems) == 2
    assert MeasureBook.load("a: [").problems
    with pytest.raises(RulebookError):
        wrong.require_sound()
