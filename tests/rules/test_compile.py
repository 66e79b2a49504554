from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import answers, branches
from rules.answers import Answers
from rules.compile import compile_one
from rules.decisions.matching import Choice, matcher
from rules.decisions.model import RuleSet
from rules.errors import FactError
from rules.terms import Condition, conditions_of
from tests.rules.rulesets import (
    FACTS,
    a_rule,
    a_ruleset,
    all_of,
    any_of,
    fired_bits,
    number,
    rulesets,
    variables,
)

NOTHING = dict.fromkeys(variables())


@settings(max_examples=120, deadline=None)
@given(rulesets(), st.lists(FACTS, min_size=1, max_size=6))
def test_one_subject_fires_what_business_rules_fires(ruleset, facts):
    every, first = compile_one(ruleset), compile_one(ruleset, first=True)
    for subject in facts:
        expected = fired_bits(ruleset, subject)
        assert every(subject) == expected
        assert first(subject) == expected & -expected


NUMBERS = st.builds(
    number, st.sampled_from(("size", "visits")), st.sampled_from((">", ">=", "<", "<=", "=")),
    st.integers(-20, 20).map(str),
)  # fmt: skip
MANY = st.lists(st.lists(NUMBERS, min_size=1, max_size=3), min_size=30, max_size=70).map(
    lambda whens: a_ruleset(*[any_of(*when) if len(when) == 3 else all_of(*when) for when in whens])
)


@settings(max_examples=20, deadline=None)
@given(MANY, st.lists(st.none() | st.integers(-21, 21), min_size=2, max_size=12))
def test_many_rules_about_the_same_numbers(ruleset, values):
    every = compile_one(ruleset)
    for size, visits in pairwise(values):
        subject = NOTHING | {"size": size and size * 100, "visits": visits}
        assert every(subject) == fired_bits(ruleset, subject)


def branchings(ruleset):
    numbered = [(place, rule.when) for place, rule in enumerate(ruleset.rules)]
    tests = {
        condition: matcher(condition, ruleset.variables[condition.name])
        for _, when in numbered
        for condition in conditions_of(when)
    }
    found, alone = branches.branchings(numbered, tests, ruleset.variables)
    return [branching.name for branching in found], [place for place, _ in alone]


def test_rules_that_branches_hardly_settle_stay_on_their_own():
    whens = [
        any_of(number("visits", "=", str(place)), number("size", "=", str(place))) for place in range(40)
    ]
    ruleset = a_ruleset(*whens)
    assert branchings(ruleset) == ([], list(range(40)))
    assert compile_one(ruleset)(NOTHING | {"visits": 39, "size": 300}) == 1 << 39 | 1 << 3


def test_rules_that_would_repeat_too_often_stay_on_their_own():
    town = Condition("town", "equal_to", "a")
    either = [any_of(number("visits", "=", str(place)), town) for place in range(100, 140)]
    ruleset = a_ruleset(*[all_of(number("visits", ">=", "100"), when) for when in either])
    assert branchings(ruleset) == ([], list(range(40)))
    assert compile_one(ruleset)(NOTHING | {"visits": 139}) == 1 << 39


def test_a_name_that_is_absent_counts_as_missing():
    ruleset = a_ruleset(number("size"), number("visits"), None)
    assert compile_one(ruleset)({"size": 100}) == 0b001
    assert compile_one(ruleset)({}) == 0b100
    assert compile_one(ruleset, first=True)({}) == 0b100
    assert compile_one(a_ruleset(number("size")))({}) == 0


def test_no_rules_and_nothing_but_else():
    assert compile_one(RuleSet(variables(), ()))(NOTHING) == 0
    assert compile_one(a_ruleset(None))(NOTHING) == 1


def test_a_missing_input_that_must_be_there_is_named():
    ruleset = a_ruleset(number("size"), missing="error")
    full = {"size": 100, "ratio": 0, "visits": 0, "trained": False, "town": "", "grade": (), "brands": ()}
    assert compile_one(ruleset)(full) == 1
    with pytest.raises(FactError, match=r"^the input 'town' has no value$"):
        compile_one(ruleset)(full | {"town": None})
    with pytest.raises(FactError, match="'size'"):
        compile_one(ruleset)({})


def test_an_author_cannot_write_into_the_source():
    nasty = "x') or __import__('os') or ('"
    ruleset = a_ruleset(Condition("town", "equal_to", nasty))
    assert compile_one(ruleset)(NOTHING | {"town": nasty}) == 1
    assert compile_one(ruleset)(NOTHING | {"town": "x"}) == 0


def test_thousands_of_rules():
    rules = tuple(a_rule(place, number("visits", ">=", str(place))) for place in range(1500))
    every = compile_one(RuleSet(variables(), rules))
    assert every(NOTHING | {"visits": 1234}) == (1 << 1235) - 1
    assert every(NOTHING | {"visits": 1499}) == (1 << 1500) - 1
    assert every(NOTHING) == 0


def test_answers_are_asked_once_and_forgotten_when_there_are_too_many(monkeypatch):
    asked = []

    def holds(value):
        asked.append(value)
        return value == "b"

    monkeypatch.setattr(answers, "LIMIT", 3)
    mine = Answers([Choice(holds)])
    assert [mine.ask(value) for value in ("a", "b", "a", None)] == [(False,), (True,), (False,), (False,)]
    assert asked == ["a", "b"]
    assert mine.ask("c") == (False,)
    assert list(mine.known) == [None, "c"]
