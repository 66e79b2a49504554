"""Distance to the next tier with its money, and the pace carried to the period's end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.rebate import BasisValue, Period, Terms, calculate, next_tier, project
from tests.rules.rebate.programs import line, of, program, worked_example
from tests.rules.rebate.strategies import programs, values

OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def reach(made, value, **more):
    found = next_tier(made, "volume", BasisValue(value, **more))
    return found and (found.tier.from_, found.distance, found.gain_minor)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, (5_000, 5_000, 100)),
        (4_999, (5_000, 1, 100)),
        (5_000, (10_000, 5_000, 300)),
        (10_000, None),
        (-7_000, (5_000, 12_000, 240)),
    ],
)
def test_the_next_tier_of_an_amount(value, expected):
    assert reach(worked_example(), value) == expected


def test_an_exclusive_edge_is_one_further():
    assert reach(program(line(tiers=((5_000, 200),), boundary="exclusive")), 5_000) == (5_000, 1, 100)


def test_growth_needs_the_year_before():
    grown = program(line(measure="growth", tiers=((500, 100), (1_000, 200))))
    beyond = program(line(measure="growth", tiers=((1_000, 200),), boundary="exclusive"))

    assert reach(grown, 9_000, compare=10_000) == (500, 1_500, 5)
    assert reach(grown, 10_500, compare=10_000) == (1_000, 500, 15)
    assert reach(beyond, 11_000, compare=10_000) == (1_000, 1, 20)
    assert reach(grown, 9_000) is None


def test_a_mix_grows_with_what_is_bought():
    mixed = program(line(measure="mix", tiers=((3_000, 50), (10_000, 100))))
    beyond = program(line(measure="mix", tiers=((10_000, 100),), boundary="exclusive"))
    impossible = program(line(measure="mix", tiers=((12_000, 100),)))

    assert reach(mixed, 2_000, compare=10_000) == (3_000, 1_429, 17)
    assert reach(mixed, 3_000, compare=10_000) is None
    assert reach(mixed, 10_000, compare=10_000) is None
    assert reach(beyond, 10_000, compare=10_000) is None
    assert reach(impossible, 10_000, compare=10_000) is None


def test_nothing_is_within_reach_of_a_line_that_is_barred():
    strict = program(line(tiers=((5_000, 200),), every_month=True))

    assert reach(strict, 100, months_with_orders=2) is None
    assert reach(strict, 100, months_with_orders=3) == (5_000, 4_900, 100)
    assert reach(strict, 100, missing=True) is None


def test_factors_are_in_the_gain():
    graded = program(line(tiers=((5_000, 200),), multiplier={"S": 20_000}))

    found = next_tier(graded, "volume", BasisValue(0), "S", Terms(multiplier_bp=5_000))
    assert found is not None
    assert found.gain_minor == 100


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no finding
@given(st.data())
def test_the_distance_is_the_least_that_reaches_the_tier(data):
    made = data.draw(programs())
    part = made.components[0]
    value = data.draw(values(part))
    terms = data.draw(st.sampled_from([Terms(), Terms(table="other")]))
    found = next_tier(made, part.id, value, terms=terms)
    assume(found is not None)
    alone = replace(made, components=(part,), stacking="sum")

    def grown(sales):
        more = sales if part.basis.measure == "mix" else 0
        compare = None if value.compare is None else value.compare + more
        bought = replace(value, value=value.value + sales, compare=compare)
        return calculate(alone, {part.id: bought}, terms=terms)

    assert grown(found.distance).lines[0].tier == found.tier
    assert grown(found.distance).total_minor - grown(0).total_minor == found.gain_minor
    if value.value >= 0:
        assert grown(found.distance - 1).lines[0].tier != found.tier


@pytest.mark.parametrize(
    ("value", "day", "weight", "expected"),
    [
        (1_000, 10, None, 3_100),
        (1_000, 31, None, 1_000),
        (1_000, 1, None, 31_000),
        (-1_000, 3, None, -10_333),
        (1_000, 10, 4_000, 2_500),
        (1_000, 10, 3_000, 3_333),
    ],
)
def test_the_pace_is_carried_to_the_end(value, day, weight, expected):
    assert project(value, dt.date(2026, 10, day), OCTOBER, weight) == expected


def test_after_the_period_its_value_stands():
    assert project(1_000, dt.date(2026, 12, 1), OCTOBER) == 1_000


@pytest.mark.parametrize(("day", "weight"), [(dt.date(2026, 9, 30), None), (dt.date(2026, 10, 2), 0)])
def test_nothing_is_carried_from_before_the_period_or_without_weight(day, weight):
    with pytest.raises(ValueError, match="cannot project"):
        project(1_000, day, OCTOBER, weight)


def test_an_unknown_component_has_no_outlook():
    with pytest.raises(KeyError):
        next_tier(worked_example(), "other", of(1)["volume"])
