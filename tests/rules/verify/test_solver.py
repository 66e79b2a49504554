"""The same questions put to z3, where it is installed, on decisions too large to ask every subject."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decisions.matching import matcher
from rules.terms import Condition
from rules.verify import verify
from tests.rules.verify.decisions import at_least, below, decision, every, flag, grade, number, points, row

z3 = pytest.importorskip("z3", reason="z3-solver is not installed")
pytestmark = pytest.mark.nightly
NAMES = "abcdef"
VARIABLES = [*(number(name, 0, 200, scale=2) for name in NAMES), flag("done")]
COMPARISONS = st.one_of(
    st.builds(at_least, st.sampled_from(NAMES), st.integers(0, 200)),
    st.builds(below, st.sampled_from(NAMES), st.integers(0, 200)),
    st.builds(Condition, st.just("done"), st.sampled_from(["is_true", "is_false"]), st.just("")),
)
CLAUSES = st.lists(COMPARISONS, min_size=1, max_size=4).map(lambda members: every(*members))


@st.composite
def decisions(draw, policy):
    clauses = draw(st.lists(CLAUSES, min_size=2, max_size=8))
    rows = [
        row(f"r{place}", clause, grade(draw(st.sampled_from("SAB"))), points(draw(st.integers(-9, 9))))
        for place, clause in enumerate(clauses)
    ]
    return decision(VARIABLES, *rows, hit_policy=policy, aggregate="sum")


def unknowns(suffix=""):
    numbers = {name: z3.Int(f"{name}{suffix}") for name in NAMES}
    return {**numbers, "done": z3.Bool(f"done{suffix}")}


def inside(subject):
    return [bound for name in NAMES for bound in (subject[name] >= 0, subject[name] <= 20_000)]


def formula(clause, subject, ruleset):
    parts = []
    for condition in clause.members:
        test, value = matcher(condition, ruleset.variables[condition.name]), subject[condition.name]
        if condition.name == "done":
            parts.append(value if test.wanted else z3.Not(value))
        else:
            parts.append(z3.And(value >= test.lowest, value <= test.highest))
    return z3.And(*parts)


def possible(*constraints):
    solver = z3.Solver()
    solver.add(*constraints)
    return solver.check() == z3.sat


@settings(max_examples=150, deadline=None)
@given(decisions("first"))
def test_dead_rows_and_gaps_are_those_of_the_solver(table):
    subject = unknowns()
    held = [formula(rule.when, subject, table) for rule in table.rules]
    reached = [possible(*inside(subject), one) for one in held]
    won = [
        possible(*inside(subject), one, *(z3.Not(other) for other in held[:place]))
        for place, one in enumerate(held)
    ]
    found = verify(table)

    assert [one.rules[0] for one in found if one.kind == "unreachable"] == [
        rule.id for rule, reach in zip(table.rules, reached, strict=True) if not reach
    ]
    assert [one.rules[0] for one in found if one.kind == "shadowed"] == [
        rule.id for rule, reach, win in zip(table.rules, reached, won, strict=True) if reach and not win
    ]
    gap = possible(*inside(subject), *(z3.Not(one) for one in held))
    assert any(one.kind == "gap" for one in found) == gap


@settings(max_examples=100, deadline=None)
@given(decisions("collect"))
def test_sums_fall_exactly_where_the_solver_says(table):
    for name in NAMES:
        one, other = unknowns(), unknowns()
        other[name] = z3.Int(f"{name}_better")
        before, after = (
            z3.Sum(
                [
                    z3.If(formula(rule.when, subject, table), rule.then[1].params["points"], 0)
                    for rule in table.rules
                ]
            )
            for subject in (one, other)
        )
        falls = possible(*inside(one), *inside(other), other[name] > one[name], after < before)
        found = [finding for finding in verify(table, {name: "higher"}) if finding.kind == "points_fall"]

        assert bool(found) == falls
