"""Every claim about small decisions, against asking every subject one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.terms import Condition, Group
from rules.verify import verify
from rules.verify.boxes import Budget, Space
from rules.verify.monotone import directions, falls
from rules.verify.tables import Table
from tests.rules.verify.decisions import (
    chosen,
    decision,
    fired,
    flag,
    grade,
    holds,
    number,
    points,
    row,
    subjects,
)

MISSING = st.sampled_from(["hold", "no_match"])
COMPARISONS = ["less_than", "less_than_or_equal_to", "equal_to", "greater_than", "greater_than_or_equal_to"]


@st.composite
def variables(draw):
    return [
        number("x", 0, 4, missing=draw(MISSING)),
        number("y", -1, 2, missing=draw(MISSING)),
        flag("done", missing=draw(MISSING)),
        chosen("taken", "select_multiple", "trip", "display", missing=draw(MISSING)),
    ]


CONDITIONS = st.one_of(
    st.builds(
        Condition,
        st.sampled_from("xy"),
        st.sampled_from(COMPARISONS),
        st.sampled_from(["-1", "0", "1.5", "3"]),
    ),
    st.builds(Condition, st.just("done"), st.sampled_from(["is_true", "is_false"]), st.just("")),
    st.builds(
        Condition,
        st.just("taken"),
        st.sampled_from(["contains_all", "shares_exactly_one_element_with"]),
        st.sampled_from([("trip",), ("trip", "display")]),
    ),
)
CLAUSES = st.recursive(
    CONDITIONS,
    lambda inner: st.builds(
        Group, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=5,
)
RESULTS = st.sampled_from(["S", "A", "B"])


@st.composite
def tables(draw, policy):
    clauses = draw(st.lists(CLAUSES, min_size=1, max_size=4))
    rows = [
        row(f"r{place}", clause, grade(draw(RESULTS)), points(draw(st.integers(-3, 3))))
        for place, clause in enumerate(clauses)
    ]
    if draw(st.booleans()):
        rows.append(row("rest", None, grade(draw(RESULTS)), points(draw(st.integers(-3, 3)))))
    return decision(draw(variables()), *rows, hit_policy=policy, aggregate="sum")


@settings(max_examples=60, deadline=None)
@given(variables(), CLAUSES)
def test_boxes_are_exactly_where_a_clause_holds(declared, clause):
    ruleset = decision(declared, row("r1", clause))
    space = Space(ruleset.variables, [clause])
    boxes = space.boxes(clause, Budget())

    for facts in subjects(ruleset):
        inside = any(space.some(space.around(facts) & box) for box in boxes)
        assert inside == holds(clause, ruleset, facts)


@settings(max_examples=60, deadline=None)
@given(tables("first"))
def test_unreachable_shadowed_and_gaps_are_exactly_those_of_all_subjects(table):
    everybody = subjects(table)
    clauses = {rule.id: rule.when for rule in table.rules}
    hits = [[rule.id for rule in fired(table, facts)] for facts in everybody]
    reached = {
        name
        for name, clause in clauses.items()
        if clause is None or any(holds(clause, table, facts) for facts in everybody)
    }
    found = verify(table)
    dead = {one.rules[0] for one in found if one.kind in ("shadowed", "unused_else")}
    gaps = [one for one in found if one.kind in ("gap", "gap_missing")]

    assert {one.rules[0] for one in found if one.kind == "unreachable"} == set(clauses) - reached
    assert dead == reached - {rules[0] for rules in hits if rules}
    assert bool(gaps) == ([] in hits)
    assert all(fired(table, gap.witness[0].facts) == [] for gap in gaps)


@settings(max_examples=60, deadline=None)
@given(tables("unique"))
def test_meetings_are_exactly_those_of_all_subjects(table):
    pairs = {
        (one.id, other.id)
        for facts in subjects(table)
        for other in fired(table, facts)
        for one in fired(table, facts)
        if table.rules.index(one) < table.rules.index(other)
    }
    found = [one for one in verify(table) if one.kind in ("overlapping", "contradictory")]

    assert {one.rules for one in found} == pairs
    for one in found:
        assert set(one.rules) <= {rule.id for rule in fired(table, one.witness[0].facts)}


def worst(table, result):
    """Return the largest fall of a result at one step of x or y towards higher, over all subjects."""
    falls_found = [0]
    for facts in subjects(table):
        for name in "xy":
            value = facts[name]
            if value is not None and value < table.variables[name].highest:
                before, after = result(table, facts), result(table, {**facts, name: value + 1})
                if before is not None and after is not None:
                    falls_found.append(after - before)
    return min(falls_found)


def sum_of_points(table, facts):
    return sum(rule.then[1].params["points"] for rule in fired(table, facts))


def points_of_the_first(table, facts):
    return next((rule.then[1].params["points"] for rule in fired(table, facts)), 0)


def rank_of_the_first(table, facts):
    return next((-"SAB".index(rule.then[0].params["grade"]) for rule in fired(table, facts)), None)


def steepest_found(table, kind, result):
    checked = Table.of(table, Budget())
    found = [one for one in falls(checked, {"x": "higher", "y": "higher"}) if one.kind == kind]
    drops = []
    for one in found:
        before, after = (result(table, witness.facts) for witness in one.witness)
        (name,) = one.inputs
        assert one.witness[1].facts == {**one.witness[0].facts, name: one.witness[0].facts[name] + 1}
        drops.append(after - before)
    return min(drops, default=0)


@settings(max_examples=50, deadline=None)
@given(tables("collect"))
def test_the_largest_fall_of_a_sum_is_found(table):
    assert steepest_found(table, "points_fall", sum_of_points) == worst(table, sum_of_points)


@settings(max_examples=50, deadline=None)
@given(tables("first"))
def test_the_largest_fall_of_the_first_hit_is_found(table):
    assert steepest_found(table, "points_fall", points_of_the_first) == worst(table, points_of_the_first)
    assert steepest_found(table, "grade_fall", rank_of_the_first) == worst(table, rank_of_the_first)


def test_directions_come_from_the_catalogue_unless_declared():
    numbers = {"a": "yoy_growth", "b": "return_rate", "c": "unknown", "d": "unknown", "e": "yoy_growth"}

    assert directions(numbers, {"d": "lower", "e": "none"}) == {"a": "higher", "b": "lower", "d": "lower"}
