"""Hostile and mistaken decision books: bombs, conditions and inputs that do not fit, any value anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decisions.book import DecisionBook
from tests.rules.decisions.decisions import (
    GRADE_A,
    NUMBER,
    a_decision,
    a_rule,
    at_least,
    problems,
)

LABEL = {"ko": "말", "en": "word"}
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\n"
DEEP = "rules: " + "[" * 60 + "]" * 60
TAGGED = "decision: !!python/object/apply:os.system [echo]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "anchors and aliases are not offered"),
        (DEEP, "nested deeper than 40 levels"),
        (TAGGED, "tags are not offered"),
        ("x: " + "y" * 300_000, "longer than 262144 characters"),
    ],
)
def test_bombs_are_refused_before_anything_is_built(text, message):
    assert message in str(DecisionBook.load(text).check())


def nested(depth):
    clause = at_least("10")
    for _ in range(depth):
        clause = {"all": [clause]}
    return clause


NESTED_TOO_DEEP = "conditions are nested deeper than 8 levels"
OUTSIDE = {"name": "growth", "operator": "less_than", "value": "500.1"}


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (nested(7), None),
        (nested(8), NESTED_TOO_DEEP),
        ({"all": []}, "'all' needs at least one condition"),
        ({"any": at_least("1")}, "'any' needs at least one condition"),
        ({"all": [at_least("1")] * 201}, "more than 200 conditions in one rule"),
        ({"all": [at_least("1")], "any": [at_least("1")]}, "expected name, operator and value"),
        ("growth > 1", "a condition is a mapping"),
        (OUTSIDE, "500.1 lies outside -100 to 500"),
        (at_least("1e3"), "a threshold is a decimal number in quotation marks"),
        (at_least("1.000001"), "a threshold is a decimal number in quotation marks"),
        (at_least("1", "grwth"), "unknown input 'grwth'"),
        ({"name": [], "operator": {}, "value": "1"}, "unknown operator {}"),
        (
            {"name": "growth", "operator": "contains", "value": "1"},
            "unknown operator 'contains' for a numeric",
        ),
        ({"name": "growth", "operator": [], "value": "1"}, "unknown operator [] for a numeric"),
        ({"name": "growth", "operator": "less_than"}, "'less_than' needs a value"),
        ({"name": "growth", "operator": "between", "value": "1..x"}, "a range is written"),
        ({"name": "growth", "operator": "between", "value": "5"}, "a range is written"),
        ({"name": "growth", "operator": "between", "value": ["5", "1"]}, "a range is written"),
        ({"name": "growth", "operator": "between", "value": ["5", 6]}, "a range is written"),
        ({"name": "growth", "operator": "between", "value": ["5", "600"]}, "600 lies outside -100 to 500"),
        ({"name": "new", "operator": "is_true", "value": False}, "'is_true' takes no value: False"),
        ({"name": "new", "operator": "is_true", "value": 0}, "'is_true' takes no value: 0"),
        ({"name": "new", "operator": "is_false"}, None),
        ({"name": "new", "operator": "is_false", "value": None}, None),
        ({"name": "town", "operator": "contains", "value": ""}, "expected text of 1 to 400 characters"),
        ({"name": "town", "operator": "starts_with", "value": ""}, "expected text of 1 to 400 characters"),
        ({"name": "town", "operator": "ends_with", "value": ""}, "expected text of 1 to 400 characters"),
        ({"name": "town", "operator": "contains", "value": "a\nb"}, "expected text of 1 to 400 characters"),
        (
            {"name": "town", "operator": "matches_regex", "value": "(a+)+$"},
            "unknown operator 'matches_regex'",
        ),
        ({"name": "was", "operator": "contains", "value": "EX"}, "'EX' is none of EI, EII"),
        ({"name": "was", "operator": "in", "value": ["EI", "EX"]}, "'EX' is none of EI, EII"),
        ({"name": "was", "operator": "in", "value": []}, "expected a list of 1 to 100 options"),
        ({"name": "was", "operator": "in", "value": "EI"}, "expected a list of 1 to 100 options"),
        ({"name": "was", "operator": "in", "value": ["EI", "EI"]}, "an option is given twice"),
        ({"name": "brands", "operator": "contains_all", "value": ["beer"]}, "'beer' is none of soda, juice"),
        ({"name": "was", "operator": "__class__", "value": "EI"}, "unknown operator '__class__'"),
        ({"name": "get_all_variables", "operator": "is_true"}, "unknown input 'get_all_variables'"),
    ],
)
def test_conditions_are_read_through_the_whitelist(when, message):
    found = problems(a_decision(rules=[a_rule(when=when)]))

    assert (len(found), any((message or "") in problem for problem in found)) == (
        (0, False) if message is None else (len(found), True)
    )


def test_an_unknown_input_with_an_unknown_operator_is_two_problems():
    found = problems(a_decision(rules=[a_rule(when={"name": "_x", "operator": "eval", "value": "1"})]))

    assert found == ["unknown input '_x'", "unknown operator 'eval'"]


def test_a_decision_has_at_most_100_000_conditions():
    rules = [a_rule(f"r{place}", {"all": [at_least("1")] * 200}) for place in range(501)]

    assert problems(a_decision(rules=rules)) == ["more than 100000 conditions"]


def text_input(**changes):
    return {"inputs": {"growth": NUMBER, "town": {"type": "string", "missing": "no_match", **changes}}}


def number_input(**changes):
    return {
        "inputs": {"growth": {key: value for key, value in {**NUMBER, **changes}.items() if value != "-"}}
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hit_policy": "collect"}, "'aggregate' is missing"),
        ({"aggregate": "sum"}, "'aggregate' belongs to the hit policy collect"),
        ({"hit_policy": "collect", "aggregate": "sum"}, "'sum' needs numbers; set_grade gives 'grade'"),
        ({"hit_policy": "priority"}, "'priority' is missing"),
        ({"rules": [a_rule(priority=1)]}, "'priority' belongs to the hit policy priority"),
        ({"rules": None}, "'rules' is missing"),
        ({"rules": []}, "'rules' must be a list of 1 to 32766 entries"),
        ({"rules": ["x"]}, "expected a mapping"),
        ({"rules": [{"id": "r1", "then": GRADE_A}]}, "'when' is missing"),
        ({"rules": [{"when": at_least("1"), "then": GRADE_A}]}, "'id' is missing"),
        ({"rules": [a_rule("__class__")]}, "an id is letters, digits"),
        ({"rules": [a_rule("a__b")]}, "an id is letters, digits"),
        ({"rules": [a_rule(7)]}, "an id is letters, digits"),
        ({"rules": [a_rule(), a_rule()]}, "the id 'r1' is used twice"),
        ({"rules": [a_rule("else")], "else": {"then": GRADE_A}}, "the id 'else' is used twice"),
        ({"else": {"id": "r1", "then": GRADE_A}}, "the id 'r1' is used twice"),
        ({"else": {"when": at_least("1"), "then": GRADE_A}}, "unknown key 'when'"),
        ({"else": GRADE_A}, "expected a mapping"),
        ({"rules": [a_rule(then=[*GRADE_A, *GRADE_A])]}, "'set_grade' is given twice"),
        ({"rules": [a_rule(then=[{"name": "set_grade"}])]}, "'params' is missing"),
        ({"rules": [a_rule(then=[{"params": {}}])]}, "'name' is missing"),
        ({"rules": [a_rule(then=[{"name": "set_grade", "params": {}}])]}, "'grade' is missing"),
        ({"rules": [a_rule(then=[{"name": [], "params": {}}])]}, "unknown action []"),
        (
            {"rules": [a_rule(then=[{"name": "set_grade", "params": {"grade": "A", "x": 1}}])]},
            "unknown key 'x'",
        ),
        (
            {"rules": [a_rule(then=[{"name": "add_points", "params": {"points": True}}])]},
            "'points' must be a whole number from -1000 to 1000: True",
        ),
        (
            {"rules": [a_rule(then=[{"name": "add_points", "params": {"points": 1001}}])]},
            "'points' must be a whole number from -1000 to 1000: 1001",
        ),
        (
            {"rules": [a_rule(then=[{"name": "set_eligible", "params": {"eligible": 1}}])]},
            "'eligible' must be true or false: 1",
        ),
        (
            {"rules": [a_rule(then=[{"name": "ask_review", "params": {"review": ""}}])]},
            "'review' must be text of 1 to 400 characters on one line: ''",
        ),
        ({"effective_until": "2026-10-31"}, "a version ends after it began"),
        ({"effective_until": "soon"}, "'effective_until' must be a date"),
        ({"change": {"kind": "new", "areas": ["a b"]}}, "areas are names of inputs or rules"),
        (
            {"change": {"kind": "new", "areas": ["a"], "announced_on": "2026-11-02", "note": LABEL}},
            "a version is announced before it begins, not after",
        ),
        ({"inputs": None}, "'inputs' is missing"),
        (number_input(missing="-"), "'missing' is missing"),
        (
            number_input(type="date"),
            "'type' must be one of numeric, boolean, string, select, select_multiple",
        ),
        (number_input(range="-"), "'range' is missing"),
        (number_input(range=["1"]), "'range' must be two decimal numbers"),
        (number_input(range=["1", "1"]), "'range' must be two decimal numbers"),
        (number_input(range=["0.05", "1"]), "no finer than 'scale'"),
        (number_input(range=[0, 1]), "'range' must be two decimal numbers"),
        (number_input(scale=6), "'scale' must be a whole number from 0 to 5: 6"),
        (number_input(options=["a"]), "a numeric input has no 'options'"),
        (number_input(kpi="nothing"), "the KPI catalogue has no 'nothing'"),
        (number_input(kpi="yoy_growth"), "the KPI catalogue has yoy_growth with scale 2 and unit '%'"),
        (number_input(topics=["Payment"]), "topics are names of small letters"),
        (text_input(scale=1), "a string input has no 'scale'"),
        (text_input(options=["서울", 3]), "options are texts of 1 to 400 characters"),
        (text_input(options=["Seoul", "SEOUL"]), "two options differ in capital letters only"),
        ({"__class__": 1}, "unknown key '__class__'"),
    ],
)
def test_what_does_not_fit_is_a_problem(changes, message):
    found = problems(a_decision(**changes))

    assert any(message in problem for problem in found), found


def test_texts_with_options_are_compared_with_those_and_may_contain_anything():
    town = {"type": "string", "missing": "no_match", "options": ["서울", "부산"]}
    inputs = {"growth": NUMBER, "town": town}
    whens = [
        {"name": "town", "operator": "equal_to", "value": "대구"},
        {"name": "town", "operator": "does_not_equal", "value": "대구"},
        {"name": "town", "operator": "contains", "value": "구"},
    ]
    rules = [a_rule(f"r{place}", when) for place, when in enumerate(whens)]

    assert problems(a_decision(inputs=inputs, rules=rules)) == ["'대구' is none of 서울, 부산"]


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=5)
        | st.sampled_from(["growth", "is_true"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["all", "any", "not", "name", "operator", "value", "id", "when", "then", "rows"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    ),
    st.sampled_from(["rules", "inputs", "else", "table", "change", "hit_policy", "label"]),
)
def test_whatever_stands_in_a_book_reading_it_never_fails(value, key):
    report = DecisionBook.from_content({**a_decision(), key: value}).check()

    assert report.ok in (True, False)
