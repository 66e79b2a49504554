"""The whitelist: what a condition may say, and how negation is moved inwards."""

from __future__ import annotations

import pytest

from rules.terms import Condition, Group
from tests.rules.books import a_line, at_least, load


def band_problems(when) -> list[str]:
    book = load(lines=[a_line("yoy_growth", 100, when)])
    return [str(problem) for problem in book.check().problems]


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ({"name": "yoy_growht", "operator": "equal_to", "value": "1"}, "unknown input 'yoy_growht'"),
        ({"name": "__init__", "operator": "equal_to", "value": "1"}, "unknown input '__init__'"),
        ({"name": "_values", "operator": "equal_to", "value": "1"}, "unknown input '_values'"),
        ({"name": "never", "operator": "equal_to", "value": "1"}, "unknown input 'never'"),
        ({"name": ["yoy_growth"], "operator": "equal_to", "value": "1"}, "unknown input ['yoy_growth']"),
        ({"name": "yoy_growth", "operator": "__class__", "value": "1"}, "unknown operator '__class__'"),
        (
            {"name": "yoy_growth", "operator": "matches_regex", "value": "1"},
            "unknown operator 'matches_regex'",
        ),
        ({"name": "yoy_growth", "operator": {}, "value": "1"}, "unknown operator {}"),
        ({"name": "yoy_growth", "operator": "equal_to"}, "found ['name', 'operator']"),
        (
            {"name": "yoy_growth", "operator": "equal_to", "value": "1", "or": 1},
            "found ['name', 'operator', 'or', 'value']",
        ),
        ({"all": [], "any": []}, "found ['all', 'any']"),
        ({"all": []}, "'all' needs at least one condition"),
        ({"any": {}}, "'any' needs at least one condition"),
        ({"not": []}, "a condition is a mapping"),
        ({"all": [at_least("yoy_growth", "1"), {}]}, "found []"),
        ([], "a condition is a mapping"),
        (None, "a condition is a mapping"),
        (at_least("yoy_growth", "1001"), "1001 lies outside -1000 to 1000"),
    ],
)
def test_hostile_conditions_are_refused(when, problem):
    (found,) = band_problems(when)

    assert found.endswith(problem)


@pytest.mark.parametrize(
    "value",
    [
        1,
        1.5,
        True,
        None,
        "1e3",
        "1_000",
        " 1",
        "1\n",
        "٣",
        "0x10",
        "NaN",
        "Infinity",
        "1.000001",
        "01",
        "+1",
        ".5",
        "5.",
        "",
        "1" * 13,
        ["1"],
    ],
)
def test_thresholds_are_plain_decimal_text(value):
    (found,) = band_problems({"name": "yoy_growth", "operator": "equal_to", "value": value})

    assert found.startswith("a threshold is a decimal number in quotation marks")


def nested(levels):
    return at_least("yoy_growth", "1") if levels == 1 else {"all": [nested(levels - 1)]}


def test_depth_and_number_of_conditions_are_limited():
    assert band_problems(nested(8)) == []
    assert band_problems(nested(9)) == ["conditions are nested deeper than 8 levels"]
    assert band_problems({"any": [at_least("yoy_growth", "1")] * 200}) == []
    assert band_problems({"any": [at_least("yoy_growth", "1")] * 300}) == ["more than 200 conditions"]


def test_negation_is_moved_inwards():
    low, exact = at_least("yoy_growth", "5"), {"name": "yoy_growth", "operator": "equal_to", "value": "0"}

    book = load(
        lines=[a_line("yoy_growth", 100, {"not": {"all": [low, {"not": {"any": [exact, low]}}, exact]}})]
    )

    below = Condition("yoy_growth", "less_than", "5")
    same = Condition("yoy_growth", "equal_to", "0")
    above_or_below = Group(
        "any", (Condition("yoy_growth", "less_than", "0"), Condition("yoy_growth", "greater_than", "0"))
    )
    assert book.lines[0].bands[0].when == Group(
        "any",
        (
            below,
            Group("any", (same, Condition("yoy_growth", "greater_than_or_equal_to", "5"))),
            above_or_below,
        ),
    )
