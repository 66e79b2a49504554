"""Off-seasons suggested from history."""

from __future__ import annotations

from itertools import chain

import pytest

from rules.months import Month
from rules.seasons import Season, SeriesTable, suggest_seasons

FIRST = Month.parse("2020-01")


def suggested(*rows, **more):
    return suggest_seasons(SeriesTable.of(FIRST, [list(chain(*rows))]), 0, **more)


def kinds(found):
    return [one.kind for one in found.months]


def test_a_winter_off_season_runs_over_the_turn_of_the_year():
    year = [80, 80, 100, 100, 100, 120, 120, 120, 100, 100, 100, 80]
    found = suggested(year, year, year)

    assert found.seasons == (Season("peak", 6, 8, 3, 2), Season("off", 12, 2, 3, 2))
    assert (found.months[0].index_bp, found.months[0].years, found.months[0].margin_bp) == (8000, 2, 0)
    assert not found.too_few


def test_years_that_disagree_are_uneven():
    calm = [100] * 12
    odd = [100, 100, 160, *[100] * 9]
    low = [100, 100, 30, *[100] * 9]
    found = suggested(calm, odd, calm, calm)
    dented = suggested(calm, low, calm, calm)

    assert found.months[2].kind == "uneven"
    assert dented.months[2].kind == "uneven"
    assert found.months[2].margin_bp > 1000
    assert found.seasons == ()


def test_few_years_say_nothing():
    year = [80] * 6 + [120] * 6
    one_year = suggested(year, year)

    assert (set(kinds(one_year)), one_year.too_few) == ({"too_few"}, True)
    assert {month.years for month in one_year.months} == {1}
    assert "off" in kinds(suggested(year, year, least_years=1))
    short = suggested(year)
    assert {(month.index_bp, month.years, month.margin_bp) for month in short.months} == {(None, 0, 0)}


def test_no_depth_is_the_least_depth():
    every = suggested([100] * 12, [100] * 12, [100] * 12, depth_bp=0)

    assert set(kinds(every)) == {"normal"}


@pytest.mark.parametrize(("growth", "kind"), [(2, "peak"), (1, "normal")])
def test_normal_is_the_rest(growth, kind):
    year = [100] * 11 + [100 * growth]

    assert suggested(year, year, year).months[11].kind == kind
