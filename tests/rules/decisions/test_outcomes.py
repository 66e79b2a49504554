"""Facts into outcomes: typed values, missing ones, and the outcome in words."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.decisions.actions import action_vocabulary, params_by_name
from rules.decisions.book import DecisionBook
from rules.decisions.explain import ExplainedClause, explain_decision
from rules.decisions.export import export_vocabulary
from rules.decisions.hits import settle
from rules.decisions.matching import matcher
from rules.decisions.model import Action, Variable
from rules.decisions.operators import OPERATORS
from rules.decisions.outcomes import HitError
from rules.decisions.words import action_text
from rules.errors import FactError
from rules.terms import Condition
from tests.rules.decisions.decisions import GRADE_A, INPUTS, NUMBER, a_rule, at_least, load
from tests.rules.decisions.strategies import SUBJECTS, books

BOOK = load(
    inputs={
        **INPUTS,
        "growth": {**NUMBER, "label": {"ko": "신장률", "en": "Growth"}, "missing": "hold"},
        "town": {"type": "string", "options": ["서울", "부산"], "missing": "no_match"},
    },
    rules=[
        a_rule("grown", {"all": [at_least("10"), {"any": [{"name": "new", "operator": "is_true"}]}]}),
        a_rule("seoul", {"name": "town", "operator": "equal_to", "value": "서울"}),
        a_rule("was", {"name": "was", "operator": "contains", "value": "EI"}),
        a_rule("juice", {"name": "brands", "operator": "contains_all", "value": ["soda", "juice"]}),
        a_rule("empty", {"name": "town", "operator": "non_empty"}),
    ],
    **{"else": {"then": [{"name": "set_grade", "params": {"grade": "D"}}]}},
)


@pytest.mark.parametrize(
    ("values", "quantised"),
    [
        ({"growth": "12.25"}, {"growth": 123}),
        ({"growth": "-12.25"}, {"growth": -123}),
        ({"growth": Decimal("0.04999")}, {"growth": 0}),
        ({"growth": 3, "new": True}, {"growth": 30, "new": True}),
        (
            {"was": "EI", "brands": ["soda"], "town": None},
            {"was": ("EI",), "brands": ("soda",), "town": None},
        ),
    ],
)
def test_facts_as_people_write_them(values, quantised):
    assert BOOK.facts(values) == quantised


@pytest.mark.parametrize("number", ["", "x", "NaN", "Infinity", 1.5, True, [], "1e19", "1e9999999"])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(FactError, match="growth: not a decimal number"):
        BOOK.facts({"growth": number})


def test_an_unknown_name_is_refused():
    with pytest.raises(FactError, match="unknown inputs: grwth, x"):
        BOOK.facts({"x": 1, "grwth": 2})


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"growth": True}, "growth: not a numeric value: True"),
        ({"growth": 1.0}, "growth: not a numeric value: 1.0"),
        ({"growth": np.int64(1)}, "growth: not a numeric value: "),
        ({"growth": 1 << 62}, "growth: not a numeric value: "),
        ({"growth": 1, "new": 1}, "new: not a boolean value: 1"),
        ({"growth": 1, "town": 5}, "town: not a string value: 5"),
        ({"growth": 1, "town": "대구"}, "town: none of the options: 대구"),
        ({"growth": 1, "was": ()}, "was: not a select value: ()"),
        ({"growth": 1, "was": ("EI", "EII")}, "was: not a select value: "),
        ({"growth": 1, "was": "EX"}, "was: none of the options: EX"),
        ({"growth": 1, "brands": ("soda", 3)}, "brands: not a select_multiple value: "),
        ({"growth": 1, "brands": ["soda"]}, "brands: not a select_multiple value: "),
        ({"growth": "1", "new": "no"}, "growth: not a numeric value: '1'; new: not a boolean value: 'no'"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_name(facts, message):
    with pytest.raises(FactError) as raised:
        BOOK.compile().evaluate(facts)

    assert str(raised.value).startswith(message)


def test_other_facts_are_ignored_and_a_single_option_may_stand_alone():
    outcome = BOOK.compile().evaluate({"growth": 1, "was": "EI", "something": object()})

    assert (outcome.fired, dict(outcome.values)) == (("was",), {"grade": "A"})


def test_a_required_value_stops_the_run_before_a_held_one():
    book = load(
        inputs={
            **INPUTS,
            "new": {"type": "boolean", "missing": "error"},
            "growth": {**NUMBER, "missing": "hold"},
        }
    )

    with pytest.raises(FactError, match="new: a value is required"):
        book.compile().evaluate({})
    assert book.compile().evaluate({"new": True}).held_inputs == ("growth",)


POLICIES = ("unique", "any", "first", "priority", "rule_order", "collect")


@given(books(policies=POLICIES), SUBJECTS)
def test_results_follow_from_the_rules_that_fired_and_the_policy(content, subjects):
    book = DecisionBook.from_content(content)
    decision = book.compile()
    for facts in subjects:
        fired = decision.reference.fired(facts, stop_on_first=content["hit_policy"] == "first")
        points = [book.ruleset.rules[place].then[0].params["points"] for place in fired]
        ranks = [-book.ruleset.rules[place].priority for place in fired]
        clash = {"unique": len(points) > 1, "any": len(set(points)) > 1}
        if clash.get(content["hit_policy"]):
            with pytest.raises(HitError):
                decision.evaluate(facts)
            continue
        outcome = decision.evaluate(facts)
        assert outcome == settle(book.ruleset, fired)
        assert outcome.values == expected(content, points, ranks)


def expected(content, points, ranks):
    """Return the results by the book's words, written down a second time."""
    policy, aggregate = content["hit_policy"], content.get("aggregate")
    if aggregate in ("sum", "count"):
        return {"points": sum(points) if aggregate == "sum" else len(points)}
    if not points:
        return {}
    if policy == "rule_order" or aggregate == "list":
        return {"points": tuple(points)}
    if policy == "collect":
        return {"points": sorted(points)[0 if aggregate == "min" else -1]}
    return {"points": points[ranks.index(min(ranks))]}


def test_an_outcome_in_words():
    facts = BOOK.facts({"growth": "12.5", "town": "서울", "brands": []})
    outcome = BOOK.compile().evaluate(facts)

    words = explain_decision(outcome, facts, BOOK, "ko")

    grown, seoul, was, juice, empty, otherwise = words.rules
    assert (words.gives, words.note) == (("등급 부여: A",), "")
    assert [(rule.id, rule.fired, rule.decisive) for rule in words.rules] == [
        ("grown", False, False),
        ("seoul", True, True),
        ("was", False, False),
        ("juice", False, False),
        ("empty", False, False),
        ("else", False, False),
    ]
    assert grown.when == ExplainedClause(
        "모두 해당",
        "",
        held=False,
        members=(
            ExplainedClause("신장률: 10% 이상", "12.5%", held=True),
            ExplainedClause(
                "하나라도 해당",
                "",
                held=False,
                members=(ExplainedClause("new: 예", "해당 없음", held=False, missing=True),),
            ),
        ),
    )
    assert seoul.when == ExplainedClause("town: “서울” 일치", "“서울”", held=True)
    assert was.when == ExplainedClause("was: EI", "해당 없음", held=False, missing=True)
    assert juice.when == ExplainedClause("brands: soda, juice 모두 포함", "없음", held=False)
    assert empty.when == ExplainedClause("town: 비어 있지 않음", "“서울”", held=True)
    assert (otherwise.label, otherwise.when.text) == ("그 밖의 경우", "다른 규칙이 해당하지 않을 때")


def test_an_outcome_in_english_words():
    facts = BOOK.facts({"growth": "-1", "new": False, "was": "EII", "brands": ["soda"]})
    words = explain_decision(BOOK.compile().evaluate(facts), facts, BOOK, "en")

    assert words.gives == ("Set the grade: D",)
    assert words.rules[0].when.members[0].value == "−1.0%"
    assert words.rules[0].when.members[1].members[0].value == "no"
    assert words.rules[3].when == ExplainedClause("brands: includes all of soda, juice", "soda", held=False)
    assert words.rules[5].when == ExplainedClause("When no other rule applies", "", held=True)


def test_an_outcome_that_is_none_in_words():
    book = load(inputs={"growth": {**NUMBER, "missing": "hold"}})
    decision = book.compile()

    held = explain_decision(decision.evaluate({}), {}, book, "en")
    nothing = explain_decision(decision.evaluate({"growth": 0}), {"growth": 0}, book, "ko")

    assert held.note == "Held for review: no value for growth"
    assert (nothing.gives, nothing.note) == ((), "해당하는 규칙이 없습니다.")


@given(books(), SUBJECTS)
def test_what_is_said_to_hold_is_what_fired(content, subjects):
    book = DecisionBook.from_content(content)
    decision = book.compile()
    for facts in subjects:
        outcome = decision.evaluate(facts)
        words = explain_decision(outcome, facts, book, "ko")
        assert tuple(rule.id for rule in words.rules if rule.when.held) == outcome.fired


@pytest.mark.parametrize(
    ("name", "params", "ko", "en"),
    [
        ("set_rate_bp", {"rate_bp": 150}, "판매장려금 요율: 1.5%", "Set the rebate rate: 1.5%"),
        ("set_rate_bp", {"rate_bp": 10000}, "판매장려금 요율: 100%", "Set the rebate rate: 100%"),
        ("add_points", {"points": -3}, "점수 부여: −3점", "Give points: −3 points"),
        ("stop_supply", {"stopped_days": 30}, "공급 중단: 30일", "Stop supply: 30 days"),
        ("set_amount_minor", {"amount_minor": 1200000}, "금액 지급: 1,200,000", "Set an amount: 1,200,000"),
        ("set_eligible", {"eligible": True}, "지급 대상 여부: 예", "Set eligibility: yes"),
        ("ask_review", {"review": "확인"}, "직접 검토 요청: 확인", "Ask for a review: 확인"),
    ],
)
def test_actions_in_words(name, params, ko, en):
    action = Action(name, params)

    assert (action_text(action, "ko"), action_text(action, "en")) == (ko, en)


def test_the_vocabulary_of_actions_is_sound():
    meanings = action_vocabulary().values()
    names = [name for meaning in meanings for name in meaning.params]

    assert len(names) == len(set(names)) == len(params_by_name())
    assert all(meaning.params for meaning in meanings)
    assert {meaning.effect for meaning in meanings} == {"points", "grade", "money", "eligibility", "none"}
    for param in params_by_name().values():
        assert set(param.label) == {"ko", "en"}
        assert bool(param.options) == (param.kind == "choice")
        assert (param.lowest < param.highest) == (param.kind == "whole")


def test_every_operator_has_an_opposite_of_its_kind():
    for operators in OPERATORS.values():
        for operator in operators.values():
            for other in operator.opposite:
                assert operators[other].operand == operator.operand
            assert set(operator.words) == {"ko", "en"}


OPERANDS = {
    "string": ("서울", "Seoul", "서"),
    "select": ("EI", "EII"),
    "select_multiple": (("EI",), ("EI", "EII")),
}
PRESENT = {
    "string": ("", "서울", "강서", "SEOUL"),
    "select": (("EI",), ("EIII",)),
    "select_multiple": ((), ("EI",), ("EI", "EII"), ("EI", "EIII")),
}


@pytest.mark.parametrize("kind", PRESENT)
def test_an_opposite_holds_exactly_when_the_other_does_not(kind):
    variable = Variable("x", kind, {"ko": "값", "en": "value"})
    for operator in OPERATORS[kind].values():
        for operand in OPERANDS[kind] if operator.opposite else ():
            one = matcher(Condition("x", operator.name, operand), variable)
            other = matcher(Condition("x", operator.opposite[0], operand), variable)
            assert [one.holds(value) for value in PRESENT[kind]] == [
                not other.holds(value) for value in PRESENT[kind]
            ]


def test_the_editor_gets_every_word_as_plain_data():
    words = export_vocabulary(BOOK)

    assert json.loads(json.dumps(words, ensure_ascii=False)) == words
    assert words["variables"][0] == {
        "name": "growth",
        "type": "numeric",
        "label": {"ko": "신장률", "en": "Growth"},
        "missing": "hold",
        "options": [],
        "kpi": None,
        "unit": "%",
        "scale": 1,
        "range": ["-100", "500"],
    }
    assert words["variables"][3]["options"] == ["EI", "EII"]
    assert words["operators"]["numeric"][1] == {
        "name": "greater_than_or_equal_to",
        "operand": "number",
        "words": {"ko": "{} 이상", "en": "at least {}"},
    }
    assert words["actions"][0]["params"][0]["options"] == ["S", "A", "B", "C", "D"]
    assert words["actions"][1]["params"][0]["range"] == [-1000, 1000]
    assert [policy["name"] for policy in words["hit_policies"]] == list(POLICIES)
    assert {operator["name"] for kind in words["operators"].values() for operator in kind} >= {
        "between",
        "in",
    }


def test_an_editor_may_be_given_other_actions():
    assert export_vocabulary(BOOK, {})["actions"] == []


def test_a_book_may_be_read_with_other_actions():
    meanings = {"only": action_vocabulary()["set_grade"]}
    book = DecisionBook.from_content({"rules": [a_rule(then=GRADE_A)]}, kpis={}, actions=meanings)

    assert "unknown action 'set_grade'" in [problem.message for problem in book.problems]


@given(st.lists(st.sampled_from(range(3)), unique=True).map(sorted))
def test_settling_nothing_new_is_settling_the_same(fired):
    book = load(hit_policy="any", rules=[a_rule(f"r{place}") for place in range(3)])

    outcome = settle(book.ruleset, fired)

    assert outcome.fired == tuple(f"r{place}" for place in fired)
    assert outcome.hits == outcome.fired[:1]
