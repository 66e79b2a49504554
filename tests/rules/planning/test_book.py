"""Visit books and holidays: read with every problem at once, kept as one text, one in force."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from rules.errors import RulebookError
from rules.months import Month
from rules.planning.book import FOLDER, VisitBook, shipped_visit_books, visit_book_in_force
from rules.planning.holidays import read_holidays, shipped_holidays

SHIPPED = next(iter(sorted(FOLDER.glob("*.yaml"))))
MONTH = Month.parse("2026-11")


def changed(**parts: object) -> str:
    content = json.loads(VisitBook.load(SHIPPED).canonical_json)
    return json.dumps(content | parts)


def test_the_shipped_book_is_sound_and_in_force() -> None:
    (book,) = shipped_visit_books()
    assert (book.check().problems, book.name) == ((), "development_visits 2019.1")
    assert visit_book_in_force(shipped_visit_books(), MONTH) is book
    with pytest.raises(RulebookError, match="no version is in force"):
        visit_book_in_force(shipped_visit_books(), Month.parse("2018-12"))


def test_a_book_is_one_text_and_back() -> None:
    book = VisitBook.load(SHIPPED)
    again = VisitBook.from_canonical(book.canonical_json)
    assert (again, again.sha256) == (book, book.sha256)


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"visits": "x"})])
def test_what_is_no_stored_version_is_refused(text: str) -> None:
    with pytest.raises(RulebookError):
        VisitBook.from_canonical(text)


def test_another_order_of_the_text_is_not_canonical() -> None:
    text = json.dumps(json.loads(VisitBook.load(SHIPPED).canonical_json), indent=1)
    with pytest.raises(RulebookError, match="not canonical"):
        VisitBook.from_canonical(text)


def test_every_problem_is_told_at_once() -> None:
    text = changed(
        day={"minutes": 0, "weekdays": ["mon", "someday"]},
        travel={"road_factor_bp": 1, "metres_per_hour": 25000},
        more=-1,
    )
    problems = [problem.message for problem in VisitBook.load(text).check().problems]
    assert problems == [
        "'minutes' must be a whole number from 1 to 960: 0",
        "a weekday is one of mon, tue, wed, thu, fri, sat, sun: 'someday'",
        "'more' must be a whole number from 0 to 100: -1",
        "'road_factor_bp' must be a whole number from 10000 to 100000: 1",
    ]


def test_an_unreadable_text_has_only_its_own_problem() -> None:
    assert len(VisitBook.load("visits: [").problems) == 1


@pytest.mark.parametrize(
    ("class_code", "target", "share", "unseen", "parts"),
    [
        ("EI", False, 9_000, 0, {"class": 60}),
        ("", False, None, None, {"class": 30, "unseen": 30}),
        ("EII", True, 5_000, 45, {"class": 70, "target": 60, "share": 20, "unseen": 15}),
        ("EIV", True, None, -3, {"class": 10, "target": 60}),
        ("EIV", False, None, 900, {"class": 10, "unseen": 30}),
    ],
)
def test_points_by_part(class_code, target, share, unseen, parts) -> None:
    score = VisitBook.load(SHIPPED).score
    assert score.parts(class_code, target=target, competitor_bp=share, unseen_days=unseen) == parts


def test_visits_by_class_and_at_least_so_many_for_targets() -> None:
    book, by_class = VisitBook.load(SHIPPED), {"EI": 4, "EIV": 1}
    asked = [
        book.visits_of(code, by_class, target=target)
        for code, target in (("EI", False), ("EI", True), ("EIV", True), ("", False), ("", True))
    ]
    assert asked == [4, 4, 2, 1, 2]


def test_holidays_are_shipped_with_their_names() -> None:
    days = shipped_holidays()
    assert (days[dt.date(2026, 9, 25)]["ko"], days[dt.date(2026, 12, 25)]["en"]) == ("추석", "Christmas Day")
    with pytest.raises(OSError, match="xx"):
        shipped_holidays("XX")


def test_a_holiday_twice_is_refused() -> None:
    day = '{"on": "2026-01-01", "ko": "신정", "en": "New Year"}'
    with pytest.raises(RulebookError, match="is there twice"):
        read_holidays(f'{{"country": "KR", "holidays": [{day}, {day}]}}')
