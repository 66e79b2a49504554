"""Whatever rules and facts: reference, generated source and bitmaps fire what business-rules fires."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from business_rules import run_all
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.columns import Columns
from rules.compile import compile_one
from rules.decisions.book import DecisionBook
from rules.decisions.evaluation import CompiledDecision
from rules.decisions.lowering import lower
from rules.decisions.reference import DecisionReference
from rules.errors import FactError
from rules.vector import Plan
from tests.rules.decisions import oracle
from tests.rules.decisions.strategies import FACTS, KINDS, OPTIONS, SUBJECTS, books

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
CASES = settings(max_examples=2_000, deadline=None, suppress_health_check=SLOW)
MANY_CASES = settings(max_examples=20_000, deadline=None, suppress_health_check=SLOW)


RAISING = books(missing=("error", "no_match", "hold"))
WRONG = st.sampled_from((None, "text", 1.5, True, 7, ("EI", 3), np.int64(4), Decimal("NaN"), b"x", ()))


def directly(ruleset, facts, *, stop_on_first=False, **known):
    """Run the lowered JSON by ``run_all`` with variables and actions that are not ours."""
    notes = oracle.Notes()
    rules = lower(ruleset, **known)
    run_all(rules, oracle.ExtendedValues(facts), notes, stop_on_first_trigger=stop_on_first)
    return notes.hits


def present(facts):
    return {name: value for name, value in facts.items() if value is not None}


def sound(content):
    book = DecisionBook.from_content(content)
    assert book.check().ok, str(book.check())
    return book.ruleset


def bits_of(ids, fired):
    return sum(1 << ids.index(rule) for rule in fired)


def check_one(content, subjects):
    """Compare everything that decides about one subject with business-rules."""
    ruleset = sound(content)
    ids = [rule.id for rule in ruleset.rules]
    reference = DecisionReference(ruleset)
    every, first = compile_one(ruleset), compile_one(ruleset, first=True)
    for facts in subjects:
        expected = oracle.fired(content, facts)
        lowered = directly(ruleset, facts, present=present(facts))
        assert lowered == expected + ["else"] * ("else" in content and expected != ["else"])
        assert directly(ruleset, facts, present=present(facts), stop_on_first=True) == expected[:1]
        assert [ids[place] for place in reference.fired(facts)] == expected
        assert [ids[place] for place in reference.fired(facts, stop_on_first=True)] == expected[:1]
        assert every(facts) == bits_of(ids, expected)
        assert first(facts) == bits_of(ids, expected[:1])


def check_many(content, subjects):
    """Compare the bitmaps of many subjects with business-rules."""
    ruleset = sound(content)
    ids = [rule.id for rule in ruleset.rules]
    values = {name: [facts[name] for facts in subjects] for name in ruleset.variables}
    bitmaps = Plan(ruleset).run(Columns.of(ruleset, values))
    for place, facts in enumerate(subjects):
        expected = oracle.fired(content, facts)
        assert bitmaps.fired_by(place) == bits_of(ids, expected)
    firsts = [ids.index(fired[0]) if (fired := oracle.fired(content, facts)) else -1 for facts in subjects]
    assert bitmaps.first_hit().tolist() == firsts


def check_refusals(content, facts):
    """Every row on which business-rules raises is refused, and every refusal names a bad input."""
    ruleset = sound(content)
    required = {name for name, variable in ruleset.variables.items() if variable.missing == "error"}
    given = {name: value for name, value in facts.items() if value is not None or name in required}
    bad = {name for name in required if facts[name] is None}
    bad |= {name for name, value in present(facts).items() if not usable(name, value)}
    try:
        directly(ruleset, facts, present=given)
    except Exception:  # noqa: BLE001  business-rules raises what it happens to
        assert bad
    if not bad:
        CompiledDecision(ruleset).evaluate(facts)
        return
    with pytest.raises(FactError) as raised:
        CompiledDecision(ruleset).evaluate(facts)
    assert {problem.split(":")[0] for problem in str(raised.value).split("; ")} == bad


def usable(name, value):
    """Tell whether business-rules can compare a value with every operand of an input."""
    kind = KINDS[name]["type"]
    if kind in ("numeric", "boolean", "string"):
        return type(value) is {"numeric": int, "boolean": bool, "string": str}[kind]
    options = (value,) if isinstance(value, str) else value
    known = isinstance(options, tuple) and all(option in OPTIONS for option in options)
    return known and (kind == "select_multiple" or len(options) == 1)


@CASES
@given(books(), SUBJECTS)
def test_one_subject(content, subjects):
    check_one(content, subjects)


@settings(CASES, max_examples=200)
@given(books(), st.lists(FACTS, min_size=1, max_size=30))
def test_many_subjects(content, subjects):
    check_many(content, subjects)


@settings(CASES, max_examples=500)
@given(RAISING, FACTS, st.dictionaries(st.sampled_from(sorted(KINDS)), WRONG, max_size=2))
def test_rows_that_raise(content, facts, wrong):
    check_refusals(content, {**facts, **wrong})


@pytest.mark.nightly
@MANY_CASES
@given(books(), SUBJECTS)
def test_one_subject_many_times(content, subjects):
    check_one(content, subjects)


@pytest.mark.nightly
@settings(MANY_CASES, max_examples=2_000)
@given(books(), st.lists(FACTS, min_size=1, max_size=200))
def test_many_subjects_many_times(content, subjects):
    check_many(content, subjects)


@pytest.mark.nightly
@settings(MANY_CASES, max_examples=5_000)
@given(RAISING, FACTS, st.dictionaries(st.sampled_from(sorted(KINDS)), WRONG, max_size=2))
def test_rows_that_raise_many_times(content, facts, wrong):
    check_refusals(content, {**facts, **wrong})
