"""Hold-out errors side by side, the choice, and the range around a baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import FactError
from rules.months import Month
from rules.seasons import (
    METHODS,
    AverageIndex,
    Forecast,
    MethodError,
    SameMonthTrend,
    SeasonalNaive,
    SeriesTable,
    baseline,
    baseline_words,
    compare,
)

FIRST = Month.parse("2020-01")
SEASON = [70, 80, 90, 100, 110, 120, 130, 120, 110, 100, 90, 80]


@dataclass(frozen=True)
class Constant:
    """What a library brings along: any object of the interface."""

    number: int = 100
    columns: int | None = None
    code = "constant"
    label = {"ko": "상수", "en": "Constant"}  # noqa: RUF012  a test double of a library

    def forecast(self, history, ahead):
        shape = (len(history.values), self.columns or ahead)
        return Forecast(np.full(shape, self.number), np.ones(shape, np.bool_))

    def words(self, history, place, ahead, locale):  # noqa: ARG002  the interface has them
        return self.label[locale]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 99) | st.none(), min_size=30, max_size=30), min_size=1, max_size=3),
    st.integers(1, 6),
    st.integers(1, 4),
)
def test_errors_are_counted_where_every_method_has_a_forecast(rows, hold_out, ahead):
    table = SeriesTable.of(FIRST, rows, [7] * len(rows))
    found = compare(table, hold_out=hold_out, ahead=ahead)
    errors = {method.code: [] for method in METHODS}
    for origin in range(30 - hold_out, 30):
        made = {method.code: method.forecast(table.until(origin), ahead) for method in METHODS}
        for place, row in enumerate(rows):
            for step in range(min(ahead, 30 - origin)):
                if row[origin + step] is None or not all(one.known[place, step] for one in made.values()):
                    continue
                for code, one in made.items():
                    errors[code].append((place, int(one.values[place, step]), row[origin + step]))

    def error(code, points):
        off = [made - seen for _, made, seen in points]
        return MethodError(code, len(off), sum(map(abs, off)), sum(off), sum(seen for _, _, seen in points))

    verdict = found.groups[7]
    assert verdict.errors == tuple(error(code, points) for code, points in errors.items())
    for place in range(len(rows)):
        own = {code: [point for point in points if point[0] == place] for code, points in errors.items()}
        assert found.of_series(place) == tuple(error(code, points) for code, points in own.items())
    if not verdict.too_few:
        chosen = next(one for one in verdict.errors if one.method == verdict.chosen)
        assert chosen.absolute == min(one.absolute for one in verdict.errors)


def test_the_method_with_the_least_error_is_chosen_and_has_a_range():
    noisy = [number + (7 if at % 5 == 0 else -3) for at, number in enumerate(SEASON * 4)]
    table = SeriesTable.of(FIRST, [noisy] * 4)
    found = compare(table)
    made = baseline(table, found, 12)
    verdict = found.groups[0]

    assert (verdict.chosen, verdict.too_few, verdict.errors[0].points) == ("average_index", False, 60)
    assert verdict.low_bp < 10_000 < verdict.high_bp
    assert made.methods == ("average_index",) * 4
    assert made.first == Month.parse("2024-01")
    assert bool(made.ranged.all())
    assert bool(((made.low < made.values) & (made.values < made.high)).all())
    words = baseline_words(table, found, 0, 1, "ko")
    assert list(words) == [method.code for method in METHODS]


def test_too_few_points_leave_the_yardstick_and_no_range():
    table = SeriesTable.of(FIRST, [SEASON * 4])
    found = compare(table, hold_out=1, ahead=1)
    made = baseline(table, found, 2)

    assert (found.groups[0].chosen, found.groups[0].too_few) == ("seasonal_naive", True)
    assert found.groups[0].errors[0].wape_bp == 0
    assert (made.low.tolist(), made.high.tolist(), made.ranged.tolist()) == ([[70, 80]], [[70, 80]], [False])


def test_equal_errors_leave_the_earlier_method():
    assert compare(SeriesTable.of(FIRST, [[10] * 48] * 2)).groups[0].chosen == "seasonal_naive"


def test_a_method_of_a_library_is_one_more_column():
    table = SeriesTable.of(FIRST, [[100] * 36 + [50, 100] * 6] * 3)
    found = compare(table, (SeasonalNaive(), Constant()), hold_out=12, ahead=1)

    assert [one.method for one in found.groups[0].errors] == ["seasonal_naive", "constant"]
    assert [one.bias_bp for one in found.groups[0].errors] == [3333, 3333]
    with pytest.raises(FactError, match="constant: forecasts of shape"):
        compare(table, (Constant(columns=9),))


def test_forecasts_below_zero_count_as_zero_and_give_no_range():
    table = SeriesTable.of(FIRST, [[100] * 36] * 9)
    below = (Constant(-5),)
    found = compare(table, below)
    made = baseline(table, found, 1)

    assert found.groups[0].range_points == 0
    assert (made.values.max(), made.ranged.any()) == (0, False)


@pytest.mark.parametrize("arguments", [{"hold_out": 36}, {"hold_out": 0}, {"ahead": 0}, {"methods": ()}])
def test_what_cannot_be_held_out_is_refused(arguments):
    with pytest.raises(FactError, match="cannot hold out"):
        compare(SeriesTable.of(FIRST, [[1] * 36]), **arguments)


def test_nothing_sold_has_no_error():
    found = compare(SeriesTable.of(FIRST, [[0] * 36]))

    assert {(one.wape_bp, one.bias_bp) for one in found.groups[0].errors} == {(None, None)}


def test_methods_have_their_parameters():
    table = SeriesTable.of(FIRST, [[100] * 24 + [400] * 12])

    assert SameMonthTrend(12, most_bp=30_000).forecast(table, 1).values.tolist() == [[1200]]
    assert AverageIndex(3).forecast(table, 1).known.tolist() == [[True]]
