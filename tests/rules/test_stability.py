"""Stability of sales."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.stability import stability


def test_even_months_are_fully_stable():
    assert stability([500] * 12, 12) == (1_000_000, 1_000_000, 12)


def test_half_the_months_without_an_order_halve_it():
    assert stability([7] * 6, 3) == (500_000, 1_000_000, 6)


def test_a_spread_as_large_as_the_mean_leaves_nothing():
    assert stability([10, 0] * 6, 6) == (0, 1_000_000, 12)
    assert stability([100, 0, 0, 0, 0, 0], 1) == (0, 1_000_000, 6)


def test_short_history_or_nothing_sold_is_missing():
    assert stability([5] * 5, 5) == (0, 0, 5)
    assert stability([5, -5] * 3, 3) == (0, 0, 6)
    assert stability([], 0) == (0, 0, 0)


@pytest.mark.parametrize(("nets", "ordered"), [([1] * 13, 1), ([1] * 6, 7), ([1] * 6, -1)])
def test_impossible_months_are_refused(nets, ordered):
    with pytest.raises(ValueError, match="months with an order"):
        stability(nets, ordered)


@given(
    st.lists(st.integers(-(10**9), 10**14), min_size=6, max_size=12).filter(lambda nets: sum(nets) > 0),
    st.data(),
)
def test_equals_the_textbook(nets, data):
    ordered = data.draw(st.integers(0, len(nets)))
    with localcontext(prec=80):
        mean = Decimal(sum(nets)) / len(nets)
        deviation = (sum((net - mean) ** 2 for net in nets) / len(nets)).sqrt()
        textbook = max(1 - deviation / mean, Decimal(0)) * ordered / len(nets)

    numerator, denominator, n = stability(nets, ordered)

    assert abs(Decimal(numerator) - textbook * denominator) <= Decimal("0.500001")
    assert n == len(nets)
