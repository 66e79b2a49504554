"""Small errors planted in each form of the rules, every one found by the comparison with business-rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import rules.bitmaps
import rules.compile
import rules.decisions.clauses
import rules.decisions.lowering
import rules.decisions.matching
import rules.decisions.reference
import rules.vector
from rules.decisions.matching import Interval, Truth
from rules.terms import Condition
from tests.rules.decisions.strategies import FACTS, NAMES, books
from tests.rules.decisions.test_same import check_many, check_one

SEEDED = settings(
    max_examples=2_000,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def edges(operator, lower=0, upper=0):
    """Shift the edges of one numeric operator."""
    plain = rules.decisions.matching.interval

    def shifted(word, threshold, scale):
        found = plain(word, threshold, scale)
        return Interval(found.lowest + lower, found.highest + upper) if word == operator else found

    return rules.decisions.matching, "interval", shifted


def other_operator(one, other):
    """Take one operator for another wherever conditions become tests."""
    plain = rules.decisions.matching.matcher

    def taken(condition, variable):
        word = {one: other}.get(condition.operator, condition.operator)
        return plain(replace(condition, operator=word), variable)

    return rules.compile, "matcher", taken


def swapped_words():
    plain = rules.compile._Source._text

    def text(source, clause):
        found = plain(source, clause)
        return found if isinstance(clause, Condition) else found.replace(" and ", " or ")

    return rules.compile._Source, "_text", text


def lowered(change):
    """Change the lowered JSON of every clause."""
    plain = rules.decisions.lowering.conditions_json

    def conditions(clause, variables, known):
        return change(plain(clause, variables, known))

    return rules.decisions.lowering, "conditions_json", conditions


def swapped_groups(json):
    return {"any": json["all"]} if "all" in json else json


def strict_json(json):
    word = json.get("operator", "")
    return {**json, "operator": "greater_than"} if word == "greater_than_or_equal_to" else json


def without_last(json):
    return {"all": json["all"][:-1]} if len(json.get("all", ())) > 1 else json


def rules_in(order):
    plain = rules.decisions.reference.lower
    return rules.decisions.reference, "lower", lambda *arguments: order(plain(*arguments))


def exchanged(rows):
    return [*rows[1::-1], *rows[2:]]


def negation(turned):
    """Change what ``not`` makes of a condition."""
    plain = rules.decisions.clauses._turned

    def changed(variable, operator, value, *, negated):
        return plain(variable, operator, value, negated=turned(negated))

    return rules.decisions.clauses, "_turned", changed


def choices_in_capitals():
    plain = rules.decisions.matching._asking

    def asking(kind, operator, operand):
        asked = operand.upper() if isinstance(operand, str) else operand
        return plain(kind, operator, asked)

    return rules.decisions.matching, "_asking", asking


def truth_turned():
    plain = rules.compile._comparison

    def comparison(test, variable):
        return plain(Truth(not test.wanted) if isinstance(test, Truth) else test, variable)

    return rules.compile, "_comparison", comparison


def missing_text_true():
    plain = rules.decisions.matching._asking

    def asking(kind, operator, operand):
        holds = plain(kind, operator, operand)
        return lambda value: holds(value) or value == ""

    return rules.decisions.matching, "_asking", asking


def formulas_turned():
    plain = rules.vector._formula

    def formula(clause, places):
        found = plain(clause, places)
        return found if isinstance(found, int) else replace(found, mode="any")

    return rules.vector, "_formula", formula


def fired_bits(change):
    plain = rules.bitmaps.Bitmaps.fired_by
    return rules.bitmaps.Bitmaps, "fired_by", lambda bitmaps, place: change(plain(bitmaps, place))


ONE = {
    "at least becomes more than": edges("greater_than_or_equal_to", lower=1),
    "more than becomes at least": edges("greater_than", lower=-1),
    "at most becomes less than": edges("less_than_or_equal_to", upper=-1),
    "less than becomes at most": edges("less_than", upper=1),
    "exactly allows one unit more": edges("equal_to", upper=1),
    "exactly allows one unit less": edges("equal_to", lower=-1),
    "more than taken for less than": other_operator("greater_than", "less_than"),
    "begins with taken for contains": other_operator("starts_with", "contains"),
    "all taken for any": other_operator("contains_all", "shares_at_least_one_element_with"),
    "exactly one taken for at least one": other_operator(
        "shares_exactly_one_element_with", "shares_at_least_one_element_with"
    ),
    "and becomes or in generated source": swapped_words(),
    "and becomes or in the JSON": lowered(swapped_groups),
    "at least becomes more than in the JSON": lowered(strict_json),
    "the last condition of a group is lost": lowered(without_last),
    "the first two rules change places": rules_in(exchanged),
    "the last rule is lost": rules_in(lambda rows: rows[:-1] or rows),
    "rules run backwards": rules_in(lambda rows: rows[::-1]),
    "not is ignored": negation(lambda _: False),
    "everything is turned round": negation(lambda negated: not negated),
    "operands in capitals": choices_in_capitals(),
    "yes taken for no": truth_turned(),
    "an empty text holds": missing_text_true(),
    "a missing value holds in the JSON": (
        rules.decisions.lowering,
        "FALSE",
        rules.decisions.lowering.ALWAYS,
    ),
    "a missing number is 0 in generated source": (rules.compile, "MISSING_NUMBER", 0),
    "a missing number is large in generated source": (rules.compile, "MISSING_NUMBER", float("inf")),
    "else never holds": (rules.decisions.lowering, "ALWAYS", rules.decisions.lowering.FALSE),
}
MANY = {
    "bitmaps: at least becomes more than": edges("greater_than_or_equal_to", lower=1),
    "bitmaps: at most becomes less than": edges("less_than_or_equal_to", upper=-1),
    "bitmaps: and taken for or": formulas_turned(),
    "bitmaps: the first rule is lost": fired_bits(lambda bits: bits & ~1),
    "bitmaps: rules one place on": fired_bits(lambda bits: bits << 1),
    "bitmaps: operands in capitals": choices_in_capitals(),
    "bitmaps: not is ignored": negation(lambda _: False),
}


TEXTS, SETS, NUMBERS = [("town",)], [("brands",)], [("size",), ("ratio",)]
ABOUT = {
    "begins with taken for contains": TEXTS,
    "operands in capitals": TEXTS,
    "an empty text holds": TEXTS,
    "bitmaps: operands in capitals": TEXTS,
    "all taken for any": SETS,
    "exactly one taken for at least one": SETS,
    "exactly allows one unit more": NUMBERS,
    "exactly allows one unit less": NUMBERS,
}
"""Inputs an error can only show with: the search is as long for a rare error as for any other."""


def search(check, name, subjects):
    """Compare random decisions with business-rules, most of all where the error may show."""

    @seed(20261122)
    @SEEDED
    @given(books(inputs=ABOUT.get(name, NAMES)), subjects)
    def run(content, facts):
        check(content, facts)

    run()


@pytest.mark.parametrize("name", ONE)
def test_an_error_about_one_subject_is_found(name, monkeypatch):
    monkeypatch.setattr(*ONE[name])

    with pytest.raises(AssertionError):
        search(check_one, name, st.lists(FACTS, min_size=4, max_size=4))


@pytest.mark.parametrize("name", MANY)
def test_an_error_about_many_subjects_is_found(name, monkeypatch):
    monkeypatch.setattr(*MANY[name])

    with pytest.raises(AssertionError):
        search(check_many, name, st.lists(FACTS, min_size=1, max_size=10))
