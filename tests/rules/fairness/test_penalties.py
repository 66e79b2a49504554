"""Penalties the linter refuses: fines, charges tied to a target."""

from __future__ import annotations

import pytest

from rules.decisions.model import Action
from rules.fairness import lint, shipped_packs
from rules.terms import Condition
from tests.rules.verify.decisions import (
    at_least,
    below,
    decision,
    flag,
    number,
    row,
)

PACKS = shipped_packs()


def rate(bp):
    return Action("set_rate_bp", {"rate_bp": bp})


def amount(minor):
    return Action("set_amount_minor", {"amount_minor": minor})


def reduced(bp):
    return Action("reduce_rebate", {"reduction_bp": bp})


def withheld(bp):
    return Action("hold_rebate", {"held_bp": bp})


def charged(minor):
    return Action("charge_amount_minor", {"charge_minor": minor})


SALES = number("turnover", 0, 100)
TARGET = number("target_share", 0, 200)


def told(*args, **options):
    return [(one.severity, one.kind, one.rules) for one in lint(*args, PACKS, **options)]


def test_a_negative_amount_is_a_fine():
    table = decision([SALES], row("low", below("turnover", 10), amount(-100)), row("rest", None, amount(100)))

    assert told(table) == [("block", "negative", ("low",))]


@pytest.mark.parametrize(
    "taking",
    [charged(1000), Action("stop_supply", {"stopped_days": 30}), withheld(1000)],
    ids=["charge", "supply stop", "withheld"],
)
def test_a_penalty_tied_to_a_target_is_refused(taking):
    table = decision(
        [TARGET], row("missed", below("target_share", 100), taking), row("rest", None, rate(100))
    )

    assert told(table) == [("block", "penalty", ("missed",))]


def test_a_penalty_may_not_hide_in_the_else_row():
    table = decision(
        [TARGET], row("met", at_least("target_share", 100), rate(200)), row("rest", None, charged(5))
    )

    assert told(table) == [("block", "penalty", ("rest",))]


def test_a_penalty_may_not_hide_in_an_else_row_of_collected_rules_either():
    table = decision(
        [TARGET],
        row("met", at_least("target_share", 100), rate(200)),
        row("rest", None, charged(5)),
        hit_policy="collect",
    )

    assert told(table) == [("block", "penalty", ("rest",))]


def test_a_penalty_may_not_hide_behind_its_label():
    table = decision([flag("x1")], row("목표-미달", Condition("x1", "is_true", ""), charged(5)))

    assert told(table) == [("block", "penalty", ("목표-미달",))]


def test_a_penalty_of_nothing_and_a_lower_rate_are_left_alone():
    table = decision(
        [TARGET],
        row("met", at_least("target_share", 100), rate(200)),
        row("rest", None, charged(0), rate(100)),
    )

    assert told(table) == []


def test_a_reduction_tied_to_a_target_and_a_charge_without_one_are_warnings():
    table = decision(
        [TARGET, SALES],
        row("missed", below("target_share", 100), reduced(100)),
        row("small", below("turnover", 10), charged(100)),
        hit_policy="collect",
    )

    assert told(table) == [("warn", "penalty", ("missed",)), ("warn", "penalty", ("small",))]
