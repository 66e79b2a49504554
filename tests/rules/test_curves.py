"""Curves and inputs that subjects bring along: computed before any rule is asked."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.curves import neighbours, score_at, scores_at
from rules.evaluation import evaluate
from rules.outcomes import Context
from rules.rulebook import Rulebook
from rules.terms import Curve
from tests.rules.books import WORDS, a_book, a_line, an_input, at_least, facts, load
from tests.rules.sheets.worlds import a_curve, brought

STEEP = Curve("x", ((-500, 0), (0, 600), (1000, 1000)))


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """Draw a curve; now and then one too wide for 64-bit products."""
    bound = draw(st.sampled_from([50, 10**6, 10**17]))
    values = draw(st.lists(st.integers(-bound, bound), min_size=2, max_size=6, unique=True))
    scores = draw(st.lists(st.integers(0, 10**6), min_size=len(values), max_size=len(values)))
    return Curve("x", tuple(zip(sorted(values), scores, strict=True)))


@settings(max_examples=200, deadline=None)
@given(curves(), st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-60, 60), max_size=8))
def test_a_score_is_the_exact_line_rounded_once(curve, values):
    scores = [score_at(curve, value) for value in values]

    assert scores_at(curve, np.array(values, np.int64)).tolist() == scores
    for value, score in zip(values, scores, strict=True):
        (x0, y0), (x1, y1) = neighbours(curve, value)
        exact = Fraction(y0) if x0 == x1 else y0 + Fraction(y1 - y0) * (value - x0) / (x1 - x0)
        assert score == int(exact + Fraction(1, 2))


def test_a_curve_is_level_outside_its_points():
    assert [score_at(STEEP, value) for value in (-501, -500, -250, 0, 1, 999, 1000, 1001)] == [
        0, 0, 300, 600, 600, 1000, 1000, 1000,
    ]  # fmt: skip
    assert neighbours(STEEP, -501) == ((-500, 0), (-500, 0))
    assert neighbours(STEEP, -500) == ((-500, 0), (0, 600))
    assert neighbours(STEEP, 1000) == ((1000, 1000), (1000, 1000))


def a_curve_line(weight: int = 100, **changes: Any) -> dict[str, Any]:
    return {
        "id": "smooth",
        "label": WORDS,
        "input": "yoy_growth",
        "weight": weight,
        "reason": WORDS,
        "curve": "growth_score",
        **changes,
    }


GROWTH = a_curve("yoy_growth", ("-5", "0"), ("0", "60"), ("10", "100"))


def test_a_line_on_a_curve_has_no_cliff():
    book = load(curves={"growth_score": GROWTH}, lines=[a_curve_line()])
    assert book.check().problems == ()

    found = [
        evaluate(book, facts(yoy_growth=value)).points_milli for value in ("-6", "-0.01", "0", "0.01", "99")
    ]

    assert found == [0, 59_900, 60_000, 60_000, 100_000]
    assert evaluate(book, facts(yoy_growth=None)).held == "little_support"


def test_conditions_may_ask_a_score_and_what_a_subject_brings_along():
    book = load(
        inputs={
            "yoy_growth": an_input(),
            "edge": brought("edge", "previous_grade", 0),
            "below": brought("below", "months_below", 1),
        },
        curves={"growth_score": GROWTH},
        lines=[
            a_line(
                "yoy_growth",
                100,
                {"all": [at_least("growth_score", "80"), at_least("edge", "80")]},
                at_least("below", "1"),
            )
        ],
    )
    assert book.check().problems == ()

    points = [
        evaluate(book, facts(yoy_growth=growth), context).points_milli
        for growth, context in (
            ("5", Context("A", 0)),
            ("4.98", Context("A", 0)),
            ("4.9", Context("A", 0)),
            ("5", Context("B", 0)),
            ("5", Context("B", 1)),
            ("5", Context("C", 1)),
            ("5", Context()),
        )
    ]

    assert points == [100_000, 0, 0, 0, 99_000, 0, 0]
    assert Rulebook.from_canonical(book.canonical_json) == book


def test_content_without_curves_is_written_as_before():
    assert "curve" not in load().canonical_json
    assert "brings" not in load().canonical_json


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"input": "other"}, "unknown input 'other'"),
        ({"points": [["0", "0"]]}, "a curve has at least two points"),
        ({"points": [["0", "0"], ["0", "100"]]}, "the values of a curve rise from point to point"),
        (
            {"points": [["0", "0"], ["1"]]},
            "a point is a value and a score, two decimal numbers in quotation marks",
        ),
        (
            {"points": [["0", "0"], [1, 100]]},
            "a point is a value and a score, two decimal numbers in quotation marks",
        ),
        ({"points": [["0", "0"], ["0.001", "100"]]}, "yoy_growth has at most 2 decimals"),
        ({"points": [["0", "0"], ["1001", "100"]]}, "1001 lies outside -1000 to 1000"),
        ({"points": [["0", "0.05"], ["1", "100"]]}, "a score is 0 to 1000 with at most 1 decimals"),
        ({"points": [["0", "-1"], ["1", "100"]]}, "a score is 0 to 1000 with at most 1 decimals"),
        ({"points": [["0", "0"], ["1", "90"]]}, "the best score of the curve is 90, the line weighs 100"),
        ({"scale": 4}, "'scale' must be a whole number from 0 to 3: 4"),
        ({"more": 1}, "unknown key 'more'"),
    ],
)
def test_problems_of_a_curve(changes, message):
    book = load(curves={"growth_score": {**GROWTH, **changes}}, lines=[a_curve_line()])

    assert message in {problem.message for problem in book.problems}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"curve": "other"}, "unknown curve 'other'"),
        ({"curve": "yoy_growth"}, "unknown curve 'yoy_growth'"),
        ({"input": "stability"}, "the curve scores 'yoy_growth', the line shows 'stability'"),
        ({"bands": []}, "a line has bands or a curve, not both"),
        ({"informative": True}, "an informative line has no curve"),
    ],
)
def test_problems_of_a_line_on_a_curve(changes, message):
    book = Rulebook.from_content(
        a_book(
            inputs={"yoy_growth": an_input(), "stability": an_input("stability")},
            curves={"growth_score": GROWTH},
            lines=[a_curve_line(**changes)],
        )
    )

    assert message in {problem.message for problem in book.problems}


def test_problems_of_names():
    book = load(
        inputs={"yoy_growth": an_input(), "both": {**brought("both", "months_below", 0), "kpi": "stability"}},
        curves={"yoy_growth": GROWTH, "No": GROWTH},
    )

    messages = {problem.message for problem in book.problems}

    assert "an input has the name 'yoy_growth'" in messages
    assert "the name of a curve consists of small letters, digits and single underscores: 'No'" in messages
    assert "an input is measured (kpi) or brought along (brings), not both" in messages
