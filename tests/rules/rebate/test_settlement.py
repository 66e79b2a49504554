"""Settlement by delta, claw-back and what is carried forward."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.rebate import BasisValue, Payout, calculate, delta, payout
from rules.rebate.model import Clawback
from tests.rules.rebate.programs import line, of, program, worked_example


def test_only_what_was_posted_inside_the_window_is_taken_back():
    calculation = calculate(worked_example(), of(0))

    assert delta(calculation, {"volume": 500}) == {"volume": -500}
    assert delta(calculation, {"volume": 500}, recent={"volume": 120}) == {"volume": -120}
    assert delta(calculation, {"volume": 500}, recent={}) == {"volume": 0}
    assert delta(calculation, {"volume": 100}, recent={"volume": 300}) == {"volume": -100}
    returned = calculate(worked_example(), of(-7_000))
    assert delta(returned, {"volume": 100}, recent={"volume": 300}) == {"volume": -100}


def test_without_a_clawback_nothing_is_taken_back():
    kept = replace(program(), clawback=None)

    assert delta(calculate(kept, of(100)), {"volume": 500}) == {"volume": 0}


def test_missing_measures_stay_as_they_are_and_year_end_lines_wait_for_the_end():
    yearly = program(line(), line("bonus", paid_at="final"), line("through", basis={"level": "sell_through"}))
    values = {
        "volume": BasisValue(10_000),
        "bonus": BasisValue(10_000),
        "through": BasisValue(0, missing=True),
    }
    calculation = calculate(yearly, values)

    assert calculation.missing == ("through",)
    assert delta(calculation, {"through": 70}, "partial") == {"volume": 200, "bonus": 0, "through": 0}
    assert delta(calculation, {"through": 70}) == {"volume": 200, "bonus": 200, "through": 0}


def test_a_line_the_programme_no_longer_has_is_taken_back():
    assert delta(calculate(worked_example(), of(7_000)), {"gone": 30}) == {"volume": 140, "gone": -30}


@pytest.mark.parametrize(
    ("due", "carried", "clawback", "expected"),
    [
        ({"a": 100, "b": -30}, 0, Clawback(12, carry_forward=True), Payout(70, 0)),
        ({"a": 100}, -30, Clawback(12, carry_forward=True), Payout(70, 0)),
        ({"a": 10}, -30, Clawback(12, carry_forward=True), Payout(0, -20)),
        ({"a": -10}, 0, Clawback(12, carry_forward=False), Payout(-10, 0)),
        ({}, 0, None, Payout(0, 0)),
    ],
)
def test_a_sum_below_nothing_waits_or_is_asked_back(due, carried, clawback, expected):
    assert payout(due, carried, clawback) == expected


def test_what_is_carried_is_never_a_payment():
    with pytest.raises(ValueError, match="never positive: 5"):
        payout({}, 5, None)


@given(st.lists(st.integers(-50_000, 50_000), min_size=1, max_size=20))
def test_after_any_history_what_was_posted_is_the_last_calculation_or_nothing(turns):
    example, paid, value = worked_example(), 0, 0
    for turn in turns:
        value += turn
        calculation = calculate(example, of(value))
        paid += delta(calculation, {"volume": paid})["volume"]

        assert paid == max(0, calculation.total_minor)
