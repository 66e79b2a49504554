from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.bitmaps import Bitmaps
from rules.columns import Columns, NumberColumn
from rules.compile import compile_one
from rules.decisions.matching import matcher
from rules.decisions.model import RuleSet
from rules.errors import FactError
from rules.terms import Condition
from rules.vector import Plan
from tests.rules.rulesets import (
    CONDITIONS,
    FACTS,
    a_ruleset,
    all_of,
    any_of,
    as_columns,
    fired_bits,
    number,
    rulesets,
    variables,
)

CHUNK = 64


def run(ruleset, facts, chunk=CHUNK):
    return Plan(ruleset, chunk=chunk).run(Columns.of(ruleset, as_columns(facts)))


def held(plan, subject):
    """Return which conditions hold, each asked on its own."""
    tests = [(found, matcher(found, plan.ruleset.variables[found.name])) for found in plan.conditions]
    return [subject[found.name] is not None and test.holds(subject[found.name]) for found, test in tests]


def bits(data, count):
    return [bool(data[place >> 3] >> (place & 7) & 1) for place in range(count)]


@settings(max_examples=100, deadline=None)
@given(rulesets(), st.lists(FACTS, min_size=1, max_size=8))
def test_many_subjects_fire_what_business_rules_fires(ruleset, facts):
    bitmaps = run(ruleset, facts)
    assert [bitmaps.fired_by(place) for place in range(len(facts))] == [
        fired_bits(ruleset, subject) for subject in facts
    ]


@settings(max_examples=60, deadline=None)
@given(rulesets(most=4), st.lists(FACTS, min_size=1, max_size=5), st.sampled_from((1, 30)))
def test_one_and_many_agree_and_every_condition_has_its_bit(ruleset, some, times):
    facts = some * times
    plan, every = Plan(ruleset, chunk=CHUNK), compile_one(ruleset)
    bitmaps = plan.run(Columns.of(ruleset, as_columns(facts)))
    fired = [every(subject) for subject in facts]
    assert [bitmaps.fired_by(place) for place in range(len(facts))] == fired
    expected = [held(plan, subject) for subject in facts]
    explained = [bitmaps.explanation(place) for place in range(len(facts))]
    assert [bits(data, len(plan.conditions)) for data in explained] == expected
    assert [row.tobytes() for row in bitmaps.explanations()] == explained
    assert bitmaps.counts == tuple(
        sum(bits >> place & 1 for bits in fired) for place in range(len(ruleset.rules))
    )
    assert bitmaps.first_hit().tolist() == [(bits & -bits).bit_length() - 1 for bits in fired]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(CONDITIONS, min_size=65, max_size=90),
    st.lists(FACTS, min_size=1, max_size=4),
)
def test_more_than_64_rules_and_conditions(conditions, facts):
    ruleset = a_ruleset(*conditions, all_of(*conditions), any_of(*conditions), None)
    bitmaps, every = run(ruleset, facts), compile_one(ruleset)
    fired = [every(subject) for subject in facts]
    assert [bitmaps.fired_by(place) for place in range(len(facts))] == fired
    assert fired[0] == fired_bits(ruleset, facts[0])


@pytest.mark.parametrize("count", [0, 1, 7, 63, 64, 65, 128, 200])
def test_edges_of_rounds_and_words(count):
    facts = [dict.fromkeys(variables()) | {"visits": place % 50} for place in range(count)]
    ruleset = a_ruleset(number("visits", ">=", "25"), number("visits", "<", "10"), None)
    bitmaps = run(ruleset, facts)
    expected = [0 if place % 50 >= 25 else 1 if place % 50 < 10 else 2 for place in range(count)]
    assert bitmaps.first_hit().tolist() == expected
    assert bitmaps.counts == tuple(expected.count(rule) for rule in range(3))
    assert bitmaps.points([10, -20, 5]).tolist() == [(10, -20, 5)[rule] for rule in expected]
    assert bitmaps.explanations().shape == (count, 1)


def test_no_rules():
    bitmaps = Plan(RuleSet(variables(), ())).run(
        Columns.of(a_ruleset(), as_columns([dict.fromkeys(variables())]))
    )
    assert (bitmaps.counts, bitmaps.first_hit().tolist(), bitmaps.points([]).tolist()) == ((), [-1], [0])
    assert (bitmaps.fired_by(0), bitmaps.explanation(0)) == (0, b"")


def test_equal_conditions_share_a_row_and_sixty_take_eight_bytes():
    rules = [all_of(number("visits", ">=", str(place % 60)), number("size", "<", "1")) for place in range(90)]
    plan = Plan(a_ruleset(*rules))
    assert len(plan.conditions) == 61
    columns = Columns.of(plan.ruleset, as_columns([dict.fromkeys(variables())] * 6400))
    held = Plan(a_ruleset(*rules[:59])).run(columns).conditions
    assert held.shape == (60, 800)
    assert held.nbytes <= 8 * 6400


def test_every_shape_of_interval_on_columns_of_every_extent():
    signs = [">", ">=", "<", "<=", "="]
    whens = [number("visits", sign, str(threshold)) for sign in signs for threshold in range(-2, 5)]
    ruleset = a_ruleset(*whens)
    every = compile_one(ruleset)
    for values in ([0, 1, 2], [2, None, 0], [1, 1], [None], [3, None], [0, 3]):
        facts = [dict.fromkeys(variables()) | {"visits": value} for value in values]
        bitmaps = run(ruleset, facts)
        assert [bitmaps.fired_by(place) for place in range(len(facts))] == [every(row) for row in facts]


@pytest.mark.parametrize("distinct", [2, 40, 300])
def test_texts_are_looked_for_or_looked_up_in_a_table(distinct):
    chance = random.Random(distinct)  # noqa: S311  the same texts at every run
    texts = [f"T{place:03d}" for place in range(distinct)]
    whens = [Condition("town", "contains", str(digit)) for digit in range(10)]
    whens += [Condition("town", "does_not_contain", "0"), Condition("town", "equal_to", texts[1])]
    ruleset = a_ruleset(*whens)
    values = [*texts, *(chance.choice([*texts, None]) for _ in range(400))]
    facts = [dict.fromkeys(variables()) | {"town": value} for value in values]
    bitmaps, every = run(ruleset, facts), compile_one(ruleset)
    assert [bitmaps.fired_by(place) for place in range(len(facts))] == [every(row) for row in facts]


def test_a_missing_input_that_must_be_there_is_named():
    ruleset = a_ruleset(number("size"), missing="error")
    full = {"size": 100, "ratio": 0, "visits": 0, "trained": False, "town": "", "grade": (), "brands": ()}
    assert run(ruleset, [full, full]).counts == (2,)
    with pytest.raises(FactError, match=r"^the input 'trained' has no value$"):
        run(ruleset, [full, full | {"trained": None}])


def a_bitmap(rows):
    packed = np.packbits(np.array(rows, bool), axis=1, bitorder="little")
    fired = np.zeros((len(rows), 8), np.uint8)
    fired[:, : packed.shape[1]] = packed
    return Bitmaps(len(rows[0]), fired, fired)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 6).flatmap(
        lambda rules: st.tuples(
            st.lists(st.lists(st.booleans(), min_size=11, max_size=11), min_size=rules, max_size=rules),
            st.lists(
                st.integers(-200, 200) | st.sampled_from((2**31, -(2**62), 2**63 - 1, -(2**70))),
                min_size=rules,
                max_size=rules,
            ),
        )
    )
)
def test_points_are_exact(case):
    rows, points = case
    expected = [sum(p for p, row in zip(points, rows, strict=True) if row[place]) for place in range(11)]
    found = a_bitmap(rows).points(points)
    assert found.tolist() == expected
    assert (found.dtype == np.int64) == (sum(map(abs, points)) < 2**63)


def test_points_in_thousandths_are_added_in_narrow_numbers_and_given_in_wide_ones():
    found = a_bitmap([[True, False], [True, True]]).points([30_000, 20_000])
    assert (found.tolist(), found.dtype) == ([50_000, 20_000], np.int64)


def test_numbers_at_the_ends_of_64_bits():
    most = 2**63 - 1
    ruleset = a_ruleset(number("visits", ">=", "1"), number("visits", "<", "0"), number("visits", "=", "0"))
    facts = [dict.fromkeys(variables()) | {"visits": value} for value in (most, -most, 0, None)]
    columns = Columns.of(ruleset, as_columns(facts))
    assert isinstance(columns.by_name["visits"], NumberColumn)
    assert [Plan(ruleset).run(columns).fired_by(place) for place in range(4)] == [1, 2, 4, 0]
