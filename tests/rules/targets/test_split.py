"""A split adds up to the last minor unit, whatever is locked, floored or edited."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.money import apportion
from rules.months import Month
from rules.targets import Cell, SplitError, edit_cell, edit_sum, split, unlock

MARCH = Month.parse("2026-03")
MONTHS = (MARCH, MARCH.shift(1))
PLACES = list(product(("a", "b", "c"), ("beer", "wine"), MONTHS))
QUANTA = st.sampled_from([1, 7, 1_000])


@st.composite
def cells(draw, most=12):
    """Different cells with weights, floors and locks."""
    places = draw(st.lists(st.sampled_from(PLACES), unique=True, max_size=most))
    return [
        Cell(
            *place,
            draw(st.integers(0, 3) | st.integers(0, 10**12)),
            draw(st.just(0) | st.integers(0, 5_000)),
            draw(st.none() | st.none() | st.integers(0, 5_000)),
        )
        for place in places
    ]


def made(weights, total, quantum=1, **more):
    return split(
        total, [Cell("a", str(at), MARCH, weight, **more) for at, weight in enumerate(weights)], quantum
    )


@settings(deadline=None)
@given(cells(), st.integers(0, 10**6), QUANTA)
def test_a_split_adds_up_or_says_by_how_much_it_cannot(given_cells, total, quantum):
    free = [one for one in given_cells if one.locked_minor is None]
    locked = sum(one.locked_minor or 0 for one in given_cells)
    floors = sum(-(-one.floor_minor // quantum) for one in free)
    possible = floors <= (total - locked) // quantum if free else total == locked
    if not possible:
        with pytest.raises(SplitError) as error:
            split(total, given_cells, quantum)
        assert error.value.difference_minor == floors * quantum + locked - total
        return
    found = split(total, given_cells, quantum)

    assert sum(found.amounts) == total
    assert sum(found.sums("account").values()) == total
    odd = 0
    for one, amount in zip(given_cells, found.amounts, strict=True):
        if one.locked_minor is not None:
            assert amount == one.locked_minor
        else:
            assert amount >= one.floor_minor
            odd += amount % quantum > 0
    assert odd <= 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=9), st.integers(0, 10**15))
def test_without_locks_and_floors_it_is_the_largest_remainder(weights, total):
    assume(any(weights))

    assert made(weights, total).amounts == apportion(total, weights)


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=9), st.integers(0, 10**9), QUANTA)
def test_no_cell_is_far_from_its_exact_share(weights, total, quantum):
    for weight, amount in zip(weights, made(weights, total, quantum).amounts, strict=True):
        exact = Fraction(total * weight, sum(weights))
        assert abs(amount - exact) < 2 * quantum


@settings(deadline=None)
@given(cells(), st.integers(0, 10**6), QUANTA, st.data())
def test_an_edit_keeps_the_total_and_what_it_is_told_to_keep(given_cells, total, quantum, data):
    try:
        before = split(total, given_cells, quantum)
    except SplitError:
        return
    assume(given_cells)
    place = data.draw(st.integers(0, len(given_cells) - 1))
    within = data.draw(st.sampled_from(["total", "account", "product", "month"]))
    one, amount = given_cells[place], data.draw(st.integers(0, 6_000))
    try:
        after = edit_cell(before, one.account, one.product, one.month, amount, within)
    except SplitError:
        return

    assert sum(after.amounts) == total
    assert after.amounts[place] == amount == after.cells[place].locked_minor
    if within != "total":
        assert after.sums(within) == before.sums(within)
    for number, other in enumerate(given_cells):
        if number != place:
            assert after.cells[number] == other
        if number != place and other.locked_minor is not None:
            assert after.amounts[number] == other.locked_minor


def test_floors_are_paid_by_all_others_in_proportion():
    found = split(
        100,
        [
            Cell("a", "x", MARCH, 0, 10),
            Cell("b", "x", MARCH, 10, 30),
            Cell("c", "x", MARCH, 40),
            Cell("d", "x", MARCH, 50),
        ],
    )

    assert found.amounts == (10, 30, 27, 33)


def test_locks_may_be_all_there_is():
    assert split(5, [Cell("a", "x", MARCH, 1, 0, 5)]).amounts == (5,)
    assert split(0, []).amounts == ()
    with pytest.raises(SplitError, match=r"do not fit the total: -1"):
        split(6, [Cell("a", "x", MARCH, 1, 0, 5)])


def test_what_is_smaller_than_the_quantum_goes_to_the_heaviest():
    assert made([1, 2, 2], 1_234, 100).amounts == (200, 534, 500)
    assert made([0, 0], 5).amounts == (3, 2)


def test_an_edit_within_an_account_leaves_the_others_alone():
    before = split(120, [Cell(*place, 1) for place in PLACES])
    after = edit_cell(before, "a", "beer", MARCH, 25, "account")

    assert before.sums("month") == {"2026-03": 60, "2026-04": 60}
    assert after.sums("account") == {"a": 40, "b": 40, "c": 40}
    assert after.amounts[:4] == (25, 5, 5, 5)
    with pytest.raises(SplitError, match=r"do not fit the total: \+1"):
        edit_cell(after, "a", "wine", MARCH, 16, "account")
    with pytest.raises(KeyError):
        edit_cell(after, "z", "wine", MARCH, 1)


def test_the_sum_of_a_group_is_set_and_the_others_give():
    before = split(120, [Cell(*place, 1) for place in PLACES])
    after = edit_sum(before, "account", "b", 80)

    assert after.sums("account") == {"a": 20, "b": 80, "c": 20}
    assert [one.locked_minor for one in after.cells[4:8]] == [20] * 4
    again = edit_sum(unlock(after, PLACES[4:8]), "product", "wine", 30)
    assert again.sums("product") == {"beer": 90, "wine": 30}
    assert again.amounts[:4] == (8, 8, 3, 3)
    with pytest.raises(KeyError):
        edit_sum(before, "month", "2026-05", 1)


@pytest.mark.parametrize(
    ("total", "cell", "quantum"),
    [
        (-1, Cell("a", "x", MARCH, 1), 1),
        (1, Cell("a", "x", MARCH, -1), 1),
        (1, Cell("a", "x", MARCH, 1, -1), 1),
        (1, Cell("a", "x", MARCH, 1, 0, -1), 1),
        (1, Cell("a", "x", MARCH, 1), 0),
    ],
)
def test_negative_numbers_are_refused(total, cell, quantum):
    with pytest.raises(ValueError, match="0 or more"):
        split(total, [cell], quantum)
    with pytest.raises(ValueError, match="twice"):
        split(total, [cell, cell], quantum)
