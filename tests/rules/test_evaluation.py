"""Evaluation: what business-rules says about each condition, and what we make of it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from decimal import Decimal

import business_rules
import numpy as np
import pytest
from business_rules.actions import BaseActions, rule_action
from business_rules.variables import BaseVariables, boolean_rule_variable, numeric_rule_variable
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.books import book_in_force, shipped_books
from rules.errors import FactError, RulebookError
from rules.evaluation import Decision, evaluate, evaluate_many, expand
from rules.facts import FactTable, FactValue, Measure
from rules.months import Month
from rules.outcomes import Context
from rules.reference import PRECISION, plain_conditions, variables_class
from rules.terms import Condition, conditions_of
from rules.vocabulary import OPERATORS, refuse_optimised_mode
from tests.rules.books import a_line, an_input, at_least, facts, load

INPUTS = ("yoy_growth", "stability", "return_rate")
OCTOBER = Month.parse("2026-10")


class Oracle(BaseVariables):
    """Variables written by hand, as a user of business-rules would."""

    def __init__(self, values):
        self.values = values

    @boolean_rule_variable
    def never(self):
        return False

    @numeric_rule_variable
    def yoy_growth(self):
        return self.values["yoy_growth"]

    @numeric_rule_variable
    def stability(self):
        return self.values["stability"]

    @numeric_rule_variable
    def return_rate(self):
        return self.values["return_rate"]


class Awards(BaseActions):
    def __init__(self):
        self.given = []

    @rule_action(params={"band": "text"})
    def award(self, band):
        self.given.append(band)


thresholds = st.integers(-600, 600).map(lambda number: str(Decimal(number) / 100))
comparisons = st.builds(
    lambda name, operator, value: {"name": name, "operator": operator, "value": value},
    st.sampled_from(INPUTS),
    st.sampled_from(sorted(OPERATORS)),
    thresholds,
)
clauses = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(
            lambda mode, members: {mode: members},
            st.sampled_from(["all", "any"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        inner.map(lambda clause: {"not": clause}),
    ),
    max_leaves=6,
)
measured = st.fixed_dictionaries(
    {name: st.none() | st.integers(-650, 650).map(lambda n: str(Decimal(n) / 100)) for name in INPUTS}
)


def truth(clause, values, *, negated=False):
    """Decide a clause by the specification: negation moved inwards, then missing is false."""
    if "not" in clause:
        return truth(clause["not"], values, negated=not negated)
    if "operator" not in clause:
        ((mode, members),) = clause.items()
        parts = [truth(member, values, negated=negated) for member in members]
        return all(parts) if (mode == "all") != negated else any(parts)
    value, threshold = values[clause["name"]], Decimal(clause["value"])
    if value is None:
        return False
    value = Decimal(value)
    held = {
        "greater_than": value > threshold,
        "greater_than_or_equal_to": value >= threshold,
        "less_than": value < threshold,
        "less_than_or_equal_to": value <= threshold,
        "equal_to": value == threshold,
    }[clause["operator"]]
    return held != negated


@settings(max_examples=300, deadline=None)
@given(st.lists(clauses, min_size=1, max_size=3), measured)
def test_every_band_and_condition_equals_run_all_on_the_same_json(whens, values):
    book = load(
        inputs={name: an_input(name) for name in INPUTS},
        lines=[a_line("yoy_growth", 60, *whens), a_line("stability", 40, *whens)],
        round_points_to="0.001",
    )
    assert book.check().problems == ()
    known = {name: Decimal(value) for name, value in values.items() if value is not None}
    outcome = evaluate(book, facts(**values))

    for line, result in zip(book.lines, outcome.lines, strict=True):
        rules = []
        for band, when, found in zip(line.bands, whens, result.bands, strict=True):
            rules.append(
                {
                    "conditions": plain_conditions(band.when, known),
                    "actions": [{"name": "award", "params": {"band": band.id}}],
                }
            )
            assert found.held == truth(when, values)
            for condition, seen in zip(conditions_of(band.when), found.conditions, strict=True):
                single = [{"conditions": plain_conditions(condition, known), "actions": []}]
                assert seen.held == business_rules.run_all(single, Oracle(known), Awards())
                assert seen.missing == (condition.name not in known)
        awards = Awards()
        business_rules.run_all(rules, Oracle(known), awards)
        assert awards.given == [band.id for band in result.bands if band.held]
        first = [] if result.missing else awards.given[:1]
        assert [band.id for band in result.bands if band.applied] == first
    assert expand(book, facts(**values), outcome.bits) == outcome


@given(measured, st.sampled_from(["S", "A", "D", None]), st.integers(0, 2))
@settings(max_examples=100, deadline=None)
def test_points_and_weights_always_add_up(values, previous, months_below):
    book = load(
        inputs={name: an_input(name) for name in INPUTS},
        lines=[
            a_line(name, weight, at_least(name, "1"), at_least(name, "0"))
            for name, weight in zip(INPUTS, (55, 30, 15), strict=True)
        ],
        round_points_to="0.5",
    )

    outcome = evaluate(book, facts(**values), Context(previous, months_below))

    present = [line for line in outcome.lines if not line.missing]
    assert sum(line.effective_weight_milli for line in outcome.lines) == (100_000 if present else 0)
    assert sum(line.points_milli for line in outcome.lines) == outcome.points_milli
    assert all(0 <= line.points_milli <= line.max_milli for line in outcome.lines)
    assert all(line.points_milli % 500 == 0 for line in outcome.lines)
    assert (outcome.grade is None) == (outcome.held is not None)


def test_the_vocabulary_shows_business_rules_one_variable_per_input():
    book = load(inputs={name: an_input(name) for name in INPUTS})

    shown = {
        variable["name"]: variable["label"] for variable in variables_class(book.inputs).get_all_variables()
    }

    assert shown == {"never": "Never", **{name: f"{name}값" for name in INPUTS}}


def test_the_tolerance_of_business_rules_never_decides():
    book = load(lines=[a_line("yoy_growth", 100, at_least("yoy_growth", "9.00001"))])

    assert evaluate(book, facts(yoy_growth="9")).points_milli == 0
    assert evaluate(book, facts(yoy_growth="9.01")).points_milli == 100_000
    huge = FactValue(0, 1, 1, 2**63 - 1)
    assert evaluate(book, {"yoy_growth": huge}).points_milli == 100_000
    assert PRECISION > 19 + 5


def test_a_missing_value_is_false_whichever_way_the_condition_points():
    below = {"not": at_least("stability", "0.5")}
    book = load(
        inputs={"yoy_growth": an_input(), "stability": an_input("stability")},
        lines=[a_line("yoy_growth", 100, below, at_least("yoy_growth", "0"))],
    )

    outcome = evaluate(book, facts(yoy_growth="1", stability=None))

    assert [band.held for band in outcome.lines[0].bands] == [False, True]
    assert outcome.lines[0].bands[0].conditions[0].missing
    assert outcome.points_milli == 99_000
    assert evaluate(book, facts(yoy_growth="1", stability="0.4")).points_milli == 100_000


def test_an_input_that_holds_leaves_the_grade_to_a_person():
    book = load(inputs={"yoy_growth": an_input(), "stability": an_input("stability", missing="hold")})

    outcome = evaluate(book, facts(yoy_growth="11"), Context("A", 1))

    assert (outcome.held, outcome.held_inputs, outcome.grade) == ("missing_input", ("stability",), None)
    assert (outcome.points_milli, outcome.months_below) == (100_000, 1)
    assert not outcome.kept


def test_an_input_that_must_be_there_stops_the_run_and_names_the_subject():
    book = load(inputs={"yoy_growth": an_input(missing="error")})
    with pytest.raises(FactError, match="the input 'yoy_growth' has no value"):
        evaluate(book, facts(yoy_growth=None))

    table = month_table(yoy_growth=Measure([10, 20], [100, 0], [1, 1]))
    with pytest.raises(FactError, match="subject 'B': the input 'yoy_growth' has no value"):
        evaluate_many(book, table)


def month_table(kind="dealer", **measures) -> FactTable:
    as_of = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    return FactTable.build(kind, OCTOBER, as_of, ["A", "B"], measures)


def test_many_equals_one_by_one():
    book = load()
    table = month_table(yoy_growth=Measure([10, 5], [100, 100], [1, 1]))

    outcomes = evaluate_many(book, table, {"B": Context("S", 0)})

    assert len(outcomes) == 2
    assert dict(outcomes) == {
        "A": evaluate(book, table.facts("A")),
        "B": evaluate(book, table.facts("B"), Context("S", 0)),
    }
    assert outcomes["A"].grade == "S"
    assert outcomes.explain("A", "en").grade == "S"
    assert [suggestion.grade for suggestion in outcomes.distance("B")] == ["S"]
    assert book.compile().evaluate(table.facts("A")) == outcomes["A"]


def test_a_book_scores_its_own_kind_of_subject_only():
    with pytest.raises(RulebookError, match="scores a dealer, not a representative"):
        Decision(load()).evaluate_many(month_table("representative"))


def test_bits_are_packed_lowest_first_and_belong_to_their_book():
    book = load(
        lines=[a_line("yoy_growth", 100, *[at_least("yoy_growth", str(edge)) for edge in range(9, -1, -1)])]
    )

    outcome = evaluate(book, facts(yoy_growth="1"))

    assert outcome.bits == bytes([0, 0b11])
    with pytest.raises(FactError, match="another rulebook"):
        expand(book, facts(yoy_growth="1"), b"\0")


def test_two_thousand_dealers_take_seconds():
    draw = np.random.default_rng(3)
    book = book_in_force(shipped_books(), "dealer", OCTOBER)
    base = draw.integers(10**6, 10**9, 2_000)
    measure = Measure(
        (base * draw.uniform(-0.2, 1.2, 2_000)).astype(np.int64), base, np.ones(2_000, np.int64)
    )
    table = FactTable.build(
        "dealer",
        OCTOBER,
        dt.datetime(2026, 11, 2, tzinfo=dt.UTC),
        [f"{number:05d}" for number in range(2_000)],
        dict.fromkeys([source.kpi for source in book.inputs.values()], measure),
    )
    started = time.process_time()

    outcomes = evaluate_many(book, table)

    assert len(outcomes) == 2_000
    assert time.process_time() - started < 20


def test_nothing_runs_when_assertions_are_off():
    refuse_optimised_mode(assertions_on=True)
    with pytest.raises(RuntimeError, match="python -O"):
        refuse_optimised_mode(assertions_on=False)
    for module in ("rules.vocabulary", "rules.evaluation", "rules.books"):
        run = subprocess.run(
            [sys.executable, "-O", "-c", f"import {module}"], capture_output=True, text=True, check=False
        )
        assert "RuntimeError: rules do not run under python -O" in run.stderr


def test_conditions_of_reads_in_order():
    book = load(
        lines=[
            a_line(
                "yoy_growth",
                100,
                {
                    "any": [
                        at_least("yoy_growth", "3"),
                        {"not": {"name": "yoy_growth", "operator": "equal_to", "value": "0.0"}},
                    ]
                },
            )
        ]
    )

    assert book.conditions == (
        Condition("yoy_growth", "greater_than_or_equal_to", "3"),
        Condition("yoy_growth", "less_than", "0"),
        Condition("yoy_growth", "greater_than", "0"),
    )
