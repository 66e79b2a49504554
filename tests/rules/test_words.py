"""A score sheet in Korean and English words."""

from __future__ import annotations

import pytest

from rules.evaluation import evaluate
from rules.explain import ExplainedBand, explain
from rules.outcomes import Context
from rules.terms import Condition
from rules.words import clause_text, value_text, with_object_particle
from tests.rules.books import a_line, an_input, at_least, facts, load
from tests.rules.sheets.worlds import a_curve

BOOK = load(
    inputs={name: an_input(name) for name in ("yoy_growth", "stability", "return_rate")},
    lines=[
        a_line("yoy_growth", 60, at_least("yoy_growth", "10"), at_least("yoy_growth", "-2.5")),
        a_line("stability", 40, at_least("stability", "0.8")),
        {
            **{k: v for k, v in a_line("return_rate").items() if k not in ("weight", "bands")},
            "informative": True,
        },
    ],
)


def lines(locale, **values):
    return explain(evaluate(BOOK, facts(**values)), BOOK, locale).lines


def test_a_line_says_what_was_measured_asked_and_given():
    growth, stability, returns = lines("ko", yoy_growth="-2.5", stability="0.79", return_rate="1234.5")

    assert (growth.value, growth.threshold, growth.held, growth.points, growth.max) == (
        "−2.50%",
        "−2.5% 이상",
        True,
        "59",
        "60",
    )
    assert growth.bands == (
        ExplainedBand("yoy_growth_0", "10% 이상", "60", held=False, applied=False),
        ExplainedBand("yoy_growth_1", "−2.5% 이상", "59", held=True, applied=True),
    )
    assert (stability.value, stability.threshold, stability.held, stability.points) == (
        "0.79",
        "0.8 이상",
        False,
        "0",
    )
    assert (returns.value, returns.threshold, returns.held, returns.points, returns.max, returns.mark) == (
        "1,234.50%",
        "",
        None,
        "",
        "",
        "참고",
    )
    assert (growth.label, growth.reason, growth.mark) == ("말", "말", "")


def test_a_missing_line_says_so_and_the_others_say_what_they_carry():
    growth, stability, _ = lines("en", yoy_growth="11")

    assert (growth.reweighted, growth.mark, growth.points, growth.max) == (
        True,
        "re-weighted 60 → 100",
        "100",
        "100",
    )
    assert (stability.missing, stability.value, stability.held, stability.points, stability.mark) == (
        True,
        "n/a",
        None,
        "0",
        "n/a: its points are spread over the other lines",
    )
    assert lines("ko", yoy_growth="11")[1].value == "해당 없음"


def test_a_kept_grade_says_so():
    grades = {
        "bands": [{"grade": "S", "from": "99.5"}, {"grade": "D", "from": "0"}],
        "minimum_support": "50",
        "keep": {"months": 2, "margin": "5"},
    }
    line = a_line("yoy_growth", 100, at_least("yoy_growth", "10"), at_least("yoy_growth", "9"))
    book = load(grades=grades, lines=[line])
    kept = evaluate(book, facts(yoy_growth="9"), Context("S", 0))
    lost = evaluate(book, facts(yoy_growth="9"), Context("S", 1))

    ko, en = explain(kept, book, "ko"), explain(kept, book, "en")
    assert ko.note == "점수는 D 등급이지만 한 달로는 내리지 않아 S 등급을 유지합니다 (기준 미달 1개월째)."
    assert (
        en.note
        == "The points earn D, but one month does not take a grade away: S is kept (month 1 below it)."
    )
    assert (ko.points, ko.grade) == ("99점", "S")
    assert (explain(lost, book, "en").note, explain(lost, book, "en").grade) == ("", "D")


def test_a_held_subject_says_why():
    little = evaluate(BOOK, facts(stability="0.9"))
    book = load(inputs={"yoy_growth": an_input(), "stability": an_input("stability", missing="hold")})
    held = evaluate(book, facts(yoy_growth="9"))

    assert explain(little, BOOK, "ko").grade == "해당 없음"
    assert (
        explain(little, BOOK, "ko").note == "직접 검토: 값이 있는 항목의 배점이 100점 중 40점으로 50점 미만"
    )
    assert (
        explain(little, BOOK, "en").note
        == "Held for review: lines with a value weigh 40 points of 100 points, less than 50 points"
    )
    assert explain(held, book, "ko").note == "직접 검토: 값이 없는 항목 stability값"
    assert explain(held, book, "en").note == "Held for review: no value for stability value"


@pytest.mark.parametrize(
    ("when", "ko", "en"),
    [
        ({"name": "yoy_growth", "operator": "greater_than", "value": "0"}, "0% 초과", "more than 0%"),
        ({"name": "yoy_growth", "operator": "less_than", "value": "0"}, "0% 미만", "less than 0%"),
        ({"name": "yoy_growth", "operator": "less_than_or_equal_to", "value": "0"}, "0% 이하", "at most 0%"),
        ({"name": "yoy_growth", "operator": "equal_to", "value": "0"}, "정확히 0%", "exactly 0%"),
        (
            {"all": [at_least("yoy_growth", "1"), at_least("stability", "0.5")]},
            "1% 이상 그리고 stability값 0.5 이상",
            "at least 1% and stability value at least 0.5",
        ),
        (
            {
                "any": [
                    {"all": [at_least("yoy_growth", "1"), at_least("yoy_growth", "2")]},
                    {"all": [at_least("yoy_growth", "3")]},
                ]
            },
            "(1% 이상 그리고 2% 이상) 또는 3% 이상",
            "(at least 1% and at least 2%) or at least 3%",
        ),
    ],
)
def test_clauses_in_words(when, ko, en):
    book = load(
        inputs={name: an_input(name) for name in ("yoy_growth", "stability")},
        lines=[a_line("yoy_growth", 100, when)],
    )
    clause = book.lines[0].bands[0].when

    assert clause_text(clause, book, "yoy_growth", "ko") == ko
    assert clause_text(clause, book, "yoy_growth", "en") == en


def test_a_unit_other_than_percent_stands_apart():
    source = load().inputs["yoy_growth"]
    won = type(source)(
        **{**{name: getattr(source, name) for name in source.__slots__}, "unit": "원", "scale": 0}
    )

    assert value_text(won, -1_234_567, "ko") == "−1,234,567 원"


@pytest.mark.parametrize(("noun", "marked"), [("신장률", "신장률을"), ("평가", "평가를"), ("KPI", "KPI를")])
def test_the_object_particle_follows_the_last_syllable(noun, marked):
    assert with_object_particle(noun) == marked


CURVED = load(
    curves={"growth_score": a_curve("yoy_growth", ("-5", "0"), ("0", "60.5"), ("10", "100"))},
    lines=[
        {
            **{key: value for key, value in a_line().items() if key != "bands"},
            "curve": "growth_score",
        }
    ],
)


@pytest.mark.parametrize(
    ("value", "ko", "en", "points"),
    [
        (
            "5",
            "0.00% → 60.5점과 10.00% → 100점 사이",
            "between 0.00% → 60.5 points and 10.00% → 100 points",
            "80.3",
        ),
        ("-7", "−5.00% → 0점 (그 아래)", "−5.00% → 0 points (below it)", "0"),
        ("11", "10.00% → 100점 (그 이상)", "10.00% → 100 points (from there on)", "100"),
        (None, "", "", "0"),
    ],
)
def test_a_line_on_a_curve_names_the_two_points_beside_the_value(value, ko, en, points):
    outcome = evaluate(CURVED, facts(yoy_growth=value))

    said = {locale: explain(outcome, CURVED, locale).lines[0] for locale in ("ko", "en")}

    assert (said["ko"].threshold, said["en"].threshold, said["en"].points) == (ko, en, points)
    assert (said["ko"].held, said["ko"].bands) == (None, ())


def test_options_are_no_threshold():
    with pytest.raises(TypeError, match="contains_all has options"):
        _ = Condition("brands", "contains_all", ("soda",)).threshold
