"""Calendar months."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.months import Month, months_between


def test_a_month_is_read_and_written_alike():
    assert str(Month.parse("2026-10")) == "2026-10"
    assert str(Month.parse("0042-01")) == "0042-01"


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-0", "2026-1", "26-10", "2026-10-01", "", "0000-05", "２０２６-10"]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="not a month"):
        Month.parse(text)


def test_a_month_starts_on_day_one():
    with pytest.raises(ValueError, match="starts on day 1"):
        Month(dt.date(2026, 10, 2))


@pytest.mark.parametrize(
    ("month", "last"), [("2024-02", 29), ("2026-02", 28), ("2026-12", 31), ("2026-11", 30)]
)
def test_first_and_last_day(month, last):
    assert Month.parse(month).first_on.day == 1
    assert Month.parse(month).last_on == Month.parse(month).first_on.replace(day=last)


@pytest.mark.parametrize(
    ("month", "months", "shifted"),
    [
        ("2026-10", 3, "2027-01"),
        ("2026-01", -1, "2025-12"),
        ("2026-10", 0, "2026-10"),
        ("2026-10", -25, "2024-09"),
    ],
)
def test_shift(month, months, shifted):
    assert Month.parse(month).shift(months) == Month.parse(shifted)


def test_shift_beyond_the_calendar_is_refused():
    with pytest.raises(ValueError, match="year"):
        Month.parse("0001-01").shift(-1)


def test_same_month_last_year_and_month_of_a_day():
    assert Month.parse("2026-10").same_month_last_year == Month.parse("2025-10")
    assert Month.of(dt.date(2026, 10, 31)) == Month.parse("2026-10")


def test_months_are_ordered_and_listed_inclusively():
    months = [Month.parse(text) for text in ("2025-12", "2026-01", "2026-02")]

    assert sorted([months[2], months[0], months[1]]) == months
    assert months_between(months[0], months[-1]) == tuple(months)
    assert months_between(months[0], months[0]) == (months[0],)
    assert months_between(months[1], months[0]) == ()
