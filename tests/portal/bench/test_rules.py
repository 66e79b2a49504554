"""The bench of rules refuses sides that disagree, and every side it has agrees."""

from __future__ import annotations

from decimal import ROUND_UP

import pytest

from portal.bench import rules
from portal.bench.engines import BusinessRules, numpy_by_hand
from portal.bench.rulebook import dealer_rules, grade_table, made_up_dealers, points_of
from rules.compile import compile_one
from rules.terms import conditions_of
from rules.vector import Plan
from rules.verify import verify


def test_every_side_decides_alike_and_is_compared():
    found = rules.bench_rules(subjects=500, sample=5, rounds=2)
    assert {row["name"] for row in found} == {
        "rules.one_dealer", "rules.many", "rules.slider", "rules.check", "rules.money",
    }  # fmt: skip
    assert all(set(row) == {"name", "against", "ratio", "seconds", "n"} for row in found)
    sizes = {(row["name"], row["against"]): row["n"] for row in found}
    assert sizes["rules.one_dealer", "business-rules run_all"] == 1
    assert sizes["rules.many", "business-rules run_all"] == 500
    assert sizes["rules.many", "NumPy by hand"] == 500
    assert sizes["rules.slider", "a full run"] == 500
    assert sizes["rules.check", "its limit of 5 ms"] == 25
    assert sizes["rules.money", "business-rules run_all + Decimal"] == 500


def test_the_rules_are_as_many_as_is_said():
    ruleset = dealer_rules()
    clauses = [rule.when for rule in ruleset.rules]
    assert (len(ruleset.rules), len(ruleset.variables)) == (25, 15)
    assert sum(len(list(conditions_of(clause))) for clause in clauses) == 61
    assert len(Plan(ruleset).conditions) <= 64
    assert sum(points_of(ruleset)) == 5


def test_a_side_that_decides_otherwise_stops_the_bench(monkeypatch):
    def wrong(ruleset):
        one = compile_one(ruleset)
        return lambda facts: one(facts) ^ 1

    monkeypatch.setattr(rules, "compile_one", wrong)
    with pytest.raises(rules.DifferentOutcomesError, match=r"^ours, one decides otherwise$"):
        rules.bench_rules(subjects=100, sample=3, rounds=1)


def test_an_incentive_that_is_paid_otherwise_stops_the_bench(monkeypatch):
    monkeypatch.setattr("portal.bench.money.ROUND_DOWN", ROUND_UP)
    with pytest.raises(rules.DifferentOutcomesError, match=r"^ours, money decides otherwise$"):
        rules.bench_money(rounds=1, dealers=100, sample=20)


def test_engines_that_are_not_installed_are_left_out(monkeypatch):
    monkeypatch.setattr("portal.bench.engines.find_spec", lambda _: None)
    monkeypatch.setattr(rules, "find_spec", lambda _: None)
    found = rules.bench_rules(subjects=100, sample=3, rounds=1)
    assert {row["against"] for row in found} == {
        "business-rules run_all", "NumPy by hand", "a full run", "its limit of 5 ms",
        "business-rules run_all + Decimal",
    }  # fmt: skip


def test_missing_values_are_as_frequent_as_asked_for():
    columns = made_up_dealers(2000, 0.02)
    missing = sum(value is None for values in columns.values() for value in values)
    assert 0.015 < missing / (15 * 2000) < 0.025
    assert all(None not in values for values in made_up_dealers(50).values())
    rows = rules._rows({name: values[:100] for name, values in columns.items()})
    ruleset = dealer_rules()
    by_hand = numpy_by_hand(ruleset, {name: values[:100] for name, values in columns.items()})()
    fired = [sum(1 << rule for rule, flags in enumerate(by_hand) if flags[row]) for row in range(100)]
    assert fired == BusinessRules(ruleset, rows)()


def test_the_table_has_one_dead_row_and_a_hole():
    dead, gap = rules._dead_rows_and_gap(verify(grade_table()))
    assert (dead, gap) == ({"G20"}, True)
