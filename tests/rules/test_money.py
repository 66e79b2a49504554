"""Exact money against the Decimal of the textbook."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    localcontext,
)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.money import ROUNDING_MODES, apportion, divide, round_to, times_basis_points

TEXTBOOK = {
    "half_away": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
}
amounts = st.integers(-(10**24), 10**24)


@given(
    amounts | st.integers(-50, 50),
    st.integers(1, 10**12) | st.integers(1, 20),
    st.sampled_from(ROUNDING_MODES),
    st.sampled_from([1, 2, 10, 100]),
)
def test_one_rounding_equals_decimal(numerator, denominator, mode, quantum):
    with localcontext(prec=120):
        textbook = (Decimal(numerator) / (denominator * quantum)).quantize(
            Decimal(1), rounding=TEXTBOOK[mode]
        )

    assert divide(numerator, denominator, mode, quantum) == int(textbook) * quantum


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        ("half_away", (-30, -20, 20, 30)),
        ("half_even", (-20, -20, 20, 20)),
        ("down", (-20, -10, 10, 20)),
        ("up", (-30, -20, 20, 30)),
        ("floor", (-30, -20, 10, 20)),
        ("ceiling", (-20, -10, 20, 30)),
    ],
)
def test_rounding_to_ten_won(mode, rounded):
    assert tuple(round_to(amount, 10, mode) for amount in (-25, -15, 15, 25)) == rounded


def test_basis_points_round_once():
    assert times_basis_points(27_000, 400) == 1_080
    assert times_basis_points(-12_345, 150, "down", 10) == -180
    assert times_basis_points(10**30, 1) == 10**26


@pytest.mark.parametrize(("denominator", "quantum"), [(0, 1), (-3, 1), (1, 0)])
def test_a_divisor_below_one_is_refused(denominator, quantum):
    with pytest.raises(ValueError, match="at least 1"):
        divide(1, denominator, "down", quantum)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="unknown rounding mode 'half_up'"):
        divide(1, 2, "half_up")  # type: ignore[arg-type]


def test_apportion_gives_the_units_left_to_the_largest_remainders():
    assert apportion(100, [1, 1, 1]) == (34, 33, 33)
    assert apportion(10, [55, 25, 20]) == (6, 2, 2)
    assert apportion(-100, [1, 1, 1]) == (-34, -33, -33)
    assert apportion(0, []) == ()
    assert apportion(0, [0, 0]) == (0, 0)


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_apportioned_parts_add_up_and_stay_within_one_unit(total, weights):
    parts = apportion(total, weights)

    assert sum(parts) == total
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )
    assert apportion(-total, weights) == tuple(-part for part in parts)


@pytest.mark.parametrize(("total", "weights"), [(5, [0, 0]), (5, []), (5, [3, -1])])
def test_what_cannot_be_split_is_refused(total, weights):
    with pytest.raises(ValueError, match="weight"):
        apportion(total, weights)
