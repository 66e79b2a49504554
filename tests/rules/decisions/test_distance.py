"""What would change a decision: the nearest change of one input that leads to a wanted outcome."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings

from rules.decisions.book import DecisionBook
from rules.decisions.distance import distance
from rules.decisions.outcomes import HitError
from rules.errors import FactError
from tests.rules.decisions.decisions import INPUTS, NUMBER, a_rule, at_least, load
from tests.rules.decisions.strategies import FACTS, books

B = [{"name": "set_grade", "params": {"grade": "B"}}]
BOOK = load(
    inputs={**INPUTS, "growth": {**NUMBER, "label": {"ko": "신장률", "en": "Growth"}}},
    rules=[
        a_rule("grown", at_least("10")),
        a_rule("new", {"all": [{"name": "new", "operator": "is_true"}, at_least("5")]}),
        a_rule("was", {"name": "was", "operator": "contains", "value": "EI"}),
        a_rule("brands", {"name": "brands", "operator": "contains_all", "value": ["juice"]}),
    ],
    **{"else": {"then": B}},
)


def best(outcome) -> bool:
    return outcome.values["grade"] == "A"


def found(facts):
    return [(one.input, one.before, one.after, one.effort) for one in distance(BOOK, facts, best)]


def test_the_nearest_number_comes_first_and_each_input_once() -> None:
    assert found({"growth": 80, "new": False, "was": "EII", "brands": ("soda",)}) == [
        ("growth", 80, 100, Fraction(20, 6000)),
        ("brands", ("soda",), ("juice",), Fraction(1)),
        ("new", False, True, Fraction(1)),
        ("was", ("EII",), ("EI",), Fraction(1)),
    ]


def test_a_missing_number_may_be_any_inside_its_range() -> None:
    assert found({"growth": None, "new": True})[1:] == [
        ("growth", None, 50, Fraction(1)),
        ("was", None, ("EI",), Fraction(1)),
    ]


def test_what_is_as_wanted_needs_nothing() -> None:
    assert found({"growth": 100}) == []


def test_no_single_change_may_suffice() -> None:
    both = {"all": [at_least("10"), {"name": "new", "operator": "is_true"}]}
    book = load(inputs=INPUTS, rules=[a_rule(when=both)], **{"else": {"then": B}})
    assert distance(book, {"growth": 80, "new": False}, best) == ()


def test_a_value_that_breaks_the_hit_policy_is_no_way() -> None:
    book = load(
        hit_policy="unique",
        inputs={"growth": NUMBER},
        rules=[
            a_rule("first", at_least("10")),
            {"id": "second", "when": at_least("10"), "then": B},
            a_rule("third", {"name": "growth", "operator": "less_than", "value": "5"}),
        ],
    )
    assert [
        one.after for one in distance(book, {"growth": 90}, lambda one: one.values.get("grade") == "A")
    ] == [49]


def test_in_words() -> None:
    (change, *_) = distance(BOOK, {"growth": 80}, best)
    assert [change.words(BOOK, locale) for locale in ("ko", "en")] == [
        "신장률: 8.0% → 10.0%",
        "Growth: 8.0% → 10.0%",
    ]


def test_a_value_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(FactError):
        distance(BOOK, {"growth": "much"}, best)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(books(), FACTS)
def test_every_change_leads_where_it_says(content, facts) -> None:
    book = DecisionBook.from_content(content)
    decision = book.compile()
    try:
        now = decision.evaluate(facts)
    except HitError:
        return
    for one in distance(book, facts, lambda outcome: outcome.fired != now.fired):
        again = decision.evaluate({**facts, one.input: one.after})
        assert (again, again.fired != now.fired) == (one.outcome, True)
