"""What would lift the grade."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rules.distance import distance
from rules.evaluation import evaluate
from rules.kpis import catalogue
from rules.outcomes import Context
from tests.rules.books import a_line, an_input, at_least, facts, load
from tests.rules.sheets.worlds import a_curve

INPUTS = {name: an_input(name) for name in ("yoy_growth", "stability", "return_rate")}


def at_most(name, value):
    return {"name": name, "operator": "less_than_or_equal_to", "value": value}


def graded(*edges):
    names = "SABCD"[: len(edges)]
    bands = [{"grade": grade, "from": edge} for grade, edge in zip(names, edges, strict=True)]
    return {"bands": bands, "minimum_support": "10", "keep": {"months": 2, "margin": "5"}}


BOOK = load(
    inputs=INPUTS,
    grades=graded("100", "60", "0"),
    lines=[
        a_line(
            "yoy_growth",
            60,
            at_least("yoy_growth", "10"),
            at_least("yoy_growth", "5"),
            at_least("yoy_growth", "0"),
        ),
        a_line("stability", 20, at_least("stability", "0.8")),
        a_line("return_rate", 20, at_most("return_rate", "1"), at_most("return_rate", "3")),
    ],
)


def suggestions(book=BOOK, context=Context(), **values):  # noqa: B008  frozen value
    measured = facts(**values)
    return distance(evaluate(book, measured, context), measured, book)


def test_the_nearest_single_changes_least_effort_first():
    found = suggestions(yoy_growth="-1", stability="0.8", return_rate="2")

    assert [(one.input, one.from_scaled, one.to_scaled, one.grade, one.gain_milli) for one in found] == [
        ("yoy_growth", -100, 0, "A", 58_000)
    ]
    assert found[0].effort == Fraction(1, 10)
    assert found[0].kpi == "yoy_growth"
    assert found[0].sentence == {
        "ko": "yoy_growth값을 −1.00%에서 0.00%까지 올리면 58점을 더 얻어 등급이 B → A로 오릅니다.",
        "en": "yoy_growth value: from −1.00% to 0.00% gives 58 points more, grade B → A.",
    }


def test_a_lower_value_is_suggested_where_lower_is_better():
    found = suggestions(yoy_growth="10", stability="0.8", return_rate="1.04")

    assert [(one.input, one.to_scaled, one.grade) for one in found] == [("return_rate", 100, "S")]
    assert found[0].effort == Fraction(4, 200)
    assert (
        found[0].sentence["en"] == "return_rate value: from 1.04% to 1.00% gives 1 point more, grade A → S."
    )
    assert (
        found[0].sentence["ko"]
        == "return_rate값을 1.04%에서 1.00%까지 내리면 1점을 더 얻어 등급이 A → S로 오릅니다."
    )


def test_several_inputs_are_ordered_by_effort():
    book = load(
        inputs=INPUTS,
        grades=graded("50", "0"),
        lines=[
            a_line("yoy_growth", 50, at_least("yoy_growth", "10")),
            a_line("stability", 50, at_least("stability", "0.8")),
        ],
    )

    assert [(one.input, one.effort) for one in suggestions(book, yoy_growth="8", stability="0.7")] == [
        ("stability", Fraction(10)),
        ("yoy_growth", Fraction(200)),
    ]


def test_nothing_is_suggested_when_no_single_change_suffices():
    assert suggestions(yoy_growth="10", stability="0.1", return_rate="5") == ()


def test_nothing_is_suggested_at_the_best_grade_or_when_held():
    assert suggestions(yoy_growth="10", stability="0.8", return_rate="1") == ()
    assert suggestions() == ()


def test_a_missing_input_is_not_suggested():
    assert [one.input for one in suggestions(yoy_growth="9", stability=None, return_rate="1")] == [
        "yoy_growth"
    ]


def test_a_kept_grade_is_compared_with_itself():
    found = suggestions(context=Context("S", 0), yoy_growth="5", stability="0.8", return_rate="1")

    assert found == ()


def test_a_change_stays_in_the_range_of_the_input():
    book = load(
        inputs={"yoy_growth": an_input(range=["0", "10"])},
        grades=graded("100", "0"),
        lines=[a_line("yoy_growth", 100, {"name": "yoy_growth", "operator": "greater_than", "value": "10"})],
    )

    assert suggestions(book, yoy_growth="9") == ()


@pytest.mark.parametrize("better", ["none", "lower"])
def test_only_the_better_direction_is_suggested(better):
    kpi = catalogue()["yoy_growth"]
    changed = type(kpi)(**{**{name: getattr(kpi, name) for name in kpi.__slots__}, "better": better})
    measured = facts(yoy_growth="9")
    book = load()

    assert distance(evaluate(book, measured), measured, book, kpis={"yoy_growth": changed}) == ()


def test_a_threshold_finer_than_the_value_asks_for_the_next_value():
    book = load(lines=[a_line("yoy_growth", 100, at_least("yoy_growth", "9.00001"))])

    assert [one.to_scaled for one in suggestions(book, yoy_growth="9")] == [901]


@pytest.mark.parametrize(("now", "to", "gain"), [("0", 498, 29_900), ("9.5", None, 0), ("-9", 498, 89_900)])
def test_on_a_curve_the_nearest_value_may_lie_between_two_points(now, to, gain):
    curve = a_curve("yoy_growth", ("-5", "0"), ("0", "60"), ("10", "120"), ("20", "130"))
    line = {key: value for key, value in a_line().items() if key != "bands"}
    book = load(
        curves={"growth_score": {**curve, "points": [*curve["points"][:2], ["6.67", "100"]]}},
        lines=[{**line, "curve": "growth_score"}],
        grades=graded("89.9", "0"),
    )

    found = suggestions(book, yoy_growth=now)

    assert [(one.to_scaled, one.gain_milli) for one in found] == ([] if to is None else [(to, gain)])
