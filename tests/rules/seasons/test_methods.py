"""Indices and methods in columns are the textbook's, unknown months, returns and extremes included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import FactError
from rules.months import Month
from rules.seasons import (
    METHODS,
    AverageIndex,
    SameMonthTrend,
    SeasonalNaive,
    SeriesTable,
    season_ratios,
    seasonal_index,
)
from tests.rules.seasons import textbook

NUMBERS = st.integers(0, 50) | st.integers(-20, 10**12) | st.just(10**16) | st.none()
AHEAD = 14


@st.composite
def tables(draw, numbers=NUMBERS):
    """A few series over the same months, with a first month."""
    months = draw(st.sampled_from([1, 5, 12, 13, 24, 25, 30, 37]))
    rows = draw(st.lists(st.lists(numbers, min_size=months, max_size=months), min_size=1, max_size=3))
    return Month.parse("2020-01").shift(draw(st.integers(0, 11))), rows


def plain(values, known):
    return [
        [number if there else None for number, there in zip(row, seen, strict=True)]
        for row, seen in zip(values.tolist(), known.tolist(), strict=True)
    ]


@settings(deadline=None)
@given(tables(st.integers(0, 40) | st.integers(-9, 10**15)))
def test_indices_are_the_textbooks(made):
    first, rows = made
    table = SeriesTable.of(first, rows)
    found = seasonal_index(table)
    expected = [textbook.index(row, first.first_on.month - 1) for row in rows]

    assert plain(*season_ratios(table)) == [textbook.ratios(row) for row in rows]
    assert found.known.tolist() == [one is not None for one in expected]
    assert found.bp.tolist() == [one or [0] * 12 for one in expected]
    assert set(found.bp[found.known].sum(axis=1).tolist()) <= {120_000}


@settings(deadline=None)
@given(tables())
def test_every_method_is_the_textbooks(made):
    first, rows = made
    january = first.first_on.month - 1
    table = SeriesTable.of(first, rows)
    whole = [row for row in rows if None not in row]
    pooled = [sum(column) for column in zip(*whole, strict=True)]
    shares = textbook.index(pooled, january) if whole else None
    found = [method.forecast(table, AHEAD) for method in METHODS]

    for place, row in enumerate(rows):
        expected = [
            [textbook.naive(row, ahead) for ahead in range(1, AHEAD + 1)],
            [textbook.same_month(row, ahead) for ahead in range(1, AHEAD + 1)],
            [textbook.average(row, shares, january, ahead) for ahead in range(1, AHEAD + 1)],
        ]
        assert [plain(one.values, one.known)[place] for one in found] == expected
        for method, numbers in zip(METHODS, expected, strict=True):
            for locale in ("ko", "en"):
                words = method.words(table, place, 3, locale)
                assert words == "" if numbers[2] is None else words.endswith(f"{numbers[2]:,}")


def test_words_name_every_number():
    year = [100] * 6 + [300] * 6
    table = SeriesTable.of(Month.parse("2020-01"), [year + year + [number * 2 for number in year]])

    assert SeasonalNaive().words(table, 0, 1, "en") == "Same month last year (2022-01): 200"
    assert SameMonthTrend().words(table, 0, 1, "ko") == "전년 동월 × 추세: 200 × 2.0000 = 400"
    assert (
        AverageIndex()
        .words(table, 0, 1, "en")
        .startswith("Moving average × seasonal index: 4,800 ÷ 12.0000 ×")
    )


def test_a_made_season_comes_back():
    season = [70, 80, 90, 100, 110, 120, 130, 120, 110, 100, 90, 80]
    table = SeriesTable.of(Month.parse("2020-01"), [season * 4])
    found = seasonal_index(table)

    assert found.bp[0].tolist() == [number * 100 for number in season]
    assert found.years[0].tolist() == [3] * 12
    assert AverageIndex().forecast(table, 12).values[0].tolist() == season


def test_series_of_a_group_share_an_index():
    season = [50] * 6 + [150] * 6
    rows = [season * 3, [number * 3 for number in season] * 3, [None] + [7] * 35, [1] * 35 + [None]]
    table = SeriesTable.of(Month.parse("2020-01"), rows, [1, 1, 1, 5])
    pooled = table.pooled()

    assert pooled.groups.tolist() == [1, 5]
    assert pooled.values[0].tolist() == [number * 4 for number in season] * 3
    assert pooled.known.all(axis=1).tolist() == [True, False]
    found = AverageIndex().forecast(table, 6)
    assert found.known.all(axis=1).tolist() == [True, True, True, False]
    assert found.values[2].tolist() == found.values[2, :1].tolist() * 6


def test_sums_beyond_64_bits_stay_whole():
    large = 4 * 10**18
    table = SeriesTable.of(Month.parse("2020-01"), [[large] * 36] * 3)

    assert table.pooled().values[0, 0] == 3 * large
    assert AverageIndex().forecast(table, 1).values.tolist() == [[large]] * 3


@pytest.mark.parametrize(("known", "there"), [(6, True), (5, False)])
def test_half_of_the_months_must_be_known(known, there):
    rows = [[10] * 36, [None] * (36 - known) + [7] * known]
    found = AverageIndex().forecast(SeriesTable.of(Month.parse("2020-01"), rows), 1)

    assert found.known.tolist() == [[True], [there]]


def test_a_month_without_lines_is_zero_only_while_active():
    made = SeriesTable.filled(
        Month.parse("2020-01"),
        np.array([[9, 9, 9]]),
        np.array([[True, False, False]]),
        np.array([[True, True, False]]),
        np.array([0]),
    )

    assert plain(made.values, made.known) == [[9, 0, None]]
    assert made.next_month == Month.parse("2020-04")


def test_columns_that_do_not_belong_together_are_refused():
    one, two = np.ones((1, 1), np.int64), np.ones((1, 2), np.int64)
    first, group = Month.parse("2020-01"), np.array([0])

    with pytest.raises(FactError, match="do not belong together"):
        SeriesTable(first, one, two > 0, group)
    with pytest.raises(FactError, match="do not belong together"):
        SeriesTable(first, one, one > 0, np.array([0, 0]))
    with pytest.raises(FactError, match="at least one month"):
        SeriesTable.of(first, [[]])
    with pytest.raises(FactError, match="differ"):
        SeriesTable.filled(first, one, two > 0, one > 0, group)
