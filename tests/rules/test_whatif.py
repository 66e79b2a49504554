from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.columns import Columns
from rules.terms import Condition, Group
from rules.vector import Plan
from rules.whatif import Slider
from tests.rules.rulesets import (
    FACTS,
    SCALES,
    THRESHOLDS,
    a_ruleset,
    all_of,
    any_of,
    as_columns,
    number,
    rulesets,
    variables,
)


def moved(clause, condition, threshold):
    if clause is None or isinstance(clause, Condition):
        return replace(clause, value=threshold) if clause == condition else clause
    return Group(clause.mode, tuple(moved(member, condition, threshold) for member in clause.members))


def with_moved(ruleset, condition, threshold, rules=None):
    changed = tuple(
        replace(rule, when=moved(rule.when, condition, threshold))
        if rules is None or place in rules
        else rule
        for place, rule in enumerate(ruleset.rules)
    )
    return replace(ruleset, rules=changed)


def bools(rows, count):
    return np.unpackbits(rows, axis=1, count=count, bitorder="little")


@settings(max_examples=80, deadline=None)
@given(
    rulesets(),
    st.lists(FACTS, min_size=1, max_size=100),
    st.sampled_from(THRESHOLDS),
    st.data(),
)
def test_a_moved_threshold_gives_what_a_full_run_gives(ruleset, facts, threshold, data):
    plan = Plan(ruleset, chunk=64)
    sliding = [place for place, found in enumerate(plan.conditions) if found.name in SCALES]
    assume(sliding)
    place = data.draw(st.sampled_from(sliding))
    rules = data.draw(st.none() | st.sets(st.integers(0, len(ruleset.rules) - 1)))
    columns = Columns.of(ruleset, as_columns(facts))
    points = data.draw(
        st.lists(st.integers(-50, 50), min_size=len(ruleset.rules), max_size=len(ruleset.rules))
    )
    before = plan.run(columns)
    impact = Slider(plan, columns, place, before=before, rules=rules).move(threshold)

    after = Plan(with_moved(ruleset, plan.conditions[place], threshold, rules)).run(columns)
    assert impact.after().fired.tobytes() == after.fired.tobytes()
    was, now = bools(before.fired, len(facts)), bools(after.fired, len(facts))
    changed = np.flatnonzero((was != now).any(axis=0))
    assert impact.changed.tolist() == changed.tolist()
    assert impact.points(points) == int((after.points(points) - before.points(points)).sum())
    assert (
        impact.points_of_changed(points).tolist()
        == (after.points(points) - before.points(points))[changed].tolist()
    )
    for rule in range(len(ruleset.rules)):
        assert impact.gained.get(rule, 0) == int((now[rule] > was[rule]).sum())
        assert impact.lost.get(rule, 0) == int((now[rule] < was[rule]).sum())


def test_the_explanation_moves_with_the_threshold():
    ruleset = a_ruleset(
        number("visits", ">=", "2"), all_of(number("visits", ">=", "2"), number("size", ">", "1"))
    )
    facts = [dict.fromkeys(variables()) | {"visits": visits, "size": 200} for visits in (1, 2, 3)]
    columns = Columns.of(ruleset, as_columns(facts))
    slider = Slider(Plan(ruleset), columns, 0)
    assert slider.before.counts == (2, 2)
    impact = slider.move("3")
    assert (impact.changed.tolist(), impact.points([10, 1])) == ([1], -11)
    after = impact.after()
    assert [after.explanation(place) for place in range(3)] == [b"\x02", b"\x02", b"\x03"]
    assert slider.move("2").changed.tolist() == []
    assert slider.before.counts == (2, 2)


def test_an_else_rule_follows():
    ruleset = a_ruleset(number("visits", ">=", "2"), number("size", ">", "1"), None)
    facts = [dict.fromkeys(variables()) | {"visits": 1, "size": size} for size in (0, 200)]
    impact = Slider(Plan(ruleset), Columns.of(ruleset, as_columns(facts)), 0).move("1")
    assert (dict(impact.gained), dict(impact.lost)) == ({0: 2, 2: 0}, {0: 0, 2: 1})


def test_only_thresholds_slide():
    ruleset = a_ruleset(any_of(Condition("town", "equal_to", "a"), number("size")))
    columns = Columns.of(ruleset, as_columns([dict.fromkeys(variables())]))
    with pytest.raises(ValueError, match=r"^'town' equal_to has no threshold$"):
        Slider(Plan(ruleset), columns, 0)
