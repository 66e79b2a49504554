"""Score sheets: bands, lines, totals and grades, every witness evaluated for real."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.books import shipped_books
from rules.curves import score_at
from rules.decisions.matching import interval
from rules.errors import RulebookError
from rules.evaluation import evaluate
from rules.facts import FactValue
from rules.kpis import catalogue
from rules.rulebook import Rulebook
from rules.terms import Condition
from rules.verify import verify
from rules.verify.boxes import Budget
from rules.verify.preimages import without_curves
from rules.verify.sheet import Sheet
from tests.rules.books import WORDS, a_line, an_input, at_least, load
from tests.rules.verify.decisions import kinds


def below(name, value):
    return {"name": name, "operator": "less_than", "value": value}


def both(*members):
    return {"all": list(members)}


def inputs(*names, **changes):
    return {name: an_input(name, **changes) for name in names}


def a_curve(source, *points):
    return {
        "input": source,
        "label": WORDS,
        "unit": "",
        "scale": 0,
        "source": WORDS,
        "points": [list(point) for point in points],
    }


def curved(name, weight, curve):
    line = {**a_line(name, weight), "curve": curve}
    del line["bands"]
    return line


def total(book, facts):
    """Evaluate the facts of a witness by the rulebook itself."""
    measured = {
        book.inputs[name].kpi: FactValue.measured(
            catalogue()[book.inputs[name].kpi], value, catalogue()[book.inputs[name].kpi].multiplier, 1
        )
        for name, value in facts.items()
        if value is not None
    }
    return evaluate(book, measured).points_milli


def totals(book, finding):
    return [total(book, witness.facts) for witness in finding.witness]


def found_in(book):
    told = ("value_arrives", "grade_unreachable")
    return [finding for finding in verify(book) if finding.kind not in told]


def test_every_shipped_book_is_sound_and_every_better_number_pays():
    assert [finding for book in shipped_books() for finding in found_in(book)] == []


def test_a_value_that_arrives_may_cost_points_and_that_is_said():
    for book in shipped_books():
        (finding,) = verify(book)
        before, after = totals(book, finding)

        assert kinds([finding]) == [("info", "value_arrives", finding.rules)]
        assert before == 100_000
        assert after < before
        assert f"from {before // 1000} to {after // 1000} points" in finding.message["en"]
        assert finding.witness[0].facts[finding.inputs[0]] is None


def test_a_book_with_problems_is_not_checked():
    with pytest.raises(RulebookError):
        verify(load(lines=[]))


def test_bands_nobody_reaches_are_found_with_their_place():
    book = load(
        lines=[
            a_line(
                "yoy_growth",
                100,
                at_least("yoy_growth", "10"),
                at_least("yoy_growth", "20"),
                both(at_least("yoy_growth", "5"), below("yoy_growth", "3")),
            )
        ]
    )

    found = verify(book, place_of={"yoy_growth_1": (3, 1), "yoy_growth_2": (4, 1)}.__getitem__)

    assert [(one.kind, one.rules, one.line) for one in found if one.rules] == [
        ("unreachable", ("yoy_growth_2",), 4),
        ("shadowed", ("yoy_growth_1",), 3),
    ]


def test_points_that_no_band_gives_are_no_hole():
    assert found_in(load(lines=[a_line("yoy_growth", 100, at_least("yoy_growth", "10"))])) == []


def test_a_better_number_that_lowers_the_total_is_refused_with_both_sides():
    book = load(
        inputs=inputs("yoy_growth", "stability"),
        lines=[
            a_line(
                "yoy_growth",
                60,
                both(at_least("yoy_growth", "10"), at_least("stability", "1")),
                below("yoy_growth", "10"),
            ),
            a_line("stability", 40, at_least("stability", "1")),
        ],
    )

    (finding,) = [one for one in found_in(book) if one.kind == "points_fall"]

    assert kinds([finding]) == [("block", "points_fall", ("yoy_growth_line",))]
    assert finding.inputs == ("yoy_growth",)
    assert [witness.facts["yoy_growth"] for witness in finding.witness] == [999, 1000]
    assert totals(book, finding) == [59_000, 0]
    assert finding.message["en"] == "yoy_growth value: a better value lowers the points from 59 to 0."


def test_a_lower_number_is_better_where_the_catalogue_says_so():
    book = load(
        inputs=inputs("return_rate"), lines=[a_line("return_rate", 100, at_least("return_rate", "5"))]
    )

    (finding,) = [one for one in verify(book) if one.kind == "points_fall"]

    assert [witness.facts["return_rate"] for witness in finding.witness] == [500, 499]
    assert totals(book, finding) == [100_000, 0]
    assert [one for one in verify(book, {"return_rate": "higher"}) if one.kind == "points_fall"] == []


def test_a_line_that_falls_is_a_warning_where_other_lines_make_up_for_it():
    book = load(
        inputs=inputs("yoy_growth", "stability"),
        lines=[
            a_line("yoy_growth", 60, at_least("yoy_growth", "10")),
            a_line("stability", 40, below("yoy_growth", "10")),
        ],
    )

    assert kinds(found_in(book)) == [("warn", "line_falls", ("stability_line",))]
    assert "other lines make up for it" in found_in(book)[0].message["en"]


def a_curved_book(*points, **changes):
    return load(
        inputs=inputs("yoy_growth", "stability"),
        curves={"growth_curve": a_curve("yoy_growth", *points)},
        lines=[
            curved("yoy_growth", 60, "growth_curve"),
            a_line("stability", 40, at_least("stability", "1")),
        ],
        **changes,
    )


def test_a_rising_curve_is_fine():
    assert found_in(a_curved_book(("0", "0"), ("10", "30"), ("20", "60"))) == []


def test_a_curve_that_falls_is_refused_at_its_steepest_piece():
    book = a_curved_book(("0", "0"), ("10", "60"), ("20", "50"), ("30", "20"), ("40", "60"))

    (finding,) = found_in(book)

    assert kinds([finding]) == [("block", "points_fall", ("yoy_growth_line",))]
    assert [witness.facts["yoy_growth"] for witness in finding.witness] == [2000, 3000]
    assert [one - other for one, other in pairwise(totals(book, finding))] == [30_000]


def test_a_value_that_arrives_on_a_curve_is_told_too():
    book = a_curved_book(("0", "0"), ("10", "60"))

    (finding,) = verify(book)

    assert finding.kind == "value_arrives"
    assert totals(book, finding) == [100_000, 60_000]


def test_conditions_on_a_curve_are_conditions_on_its_input():
    book = load(
        inputs=inputs("yoy_growth", "stability"),
        curves={"growth_curve": a_curve("yoy_growth", ("0", "0"), ("10", "100"))},
        lines=[
            a_line("yoy_growth", 60, at_least("growth_curve", "50"), at_least("yoy_growth", "5")),
            a_line("stability", 40, at_least("stability", "1")),
        ],
    )

    # The score 50 begins at 4.95 %, half up, so 5 % is never asked.
    assert kinds(found_in(book)) == [("block", "shadowed", ("yoy_growth_1",))]


def test_a_grade_that_no_sum_of_points_earns_is_a_warning():
    book = load(
        lines=[
            a_line("yoy_growth", 100, at_least("yoy_growth", "10"), at_least("yoy_growth", "0")),
        ]
    )

    assert [finding.message["en"] for finding in verify(book)] == [
        "With every value present no combination of points earns grade A.",
        "With every value present no combination of points earns grade B.",
    ]


def test_an_input_that_must_be_there_cannot_arrive():
    held = load(inputs={"yoy_growth": an_input(missing="hold")})
    alone = load()

    assert [one.kind for one in verify(held) if one.kind == "value_arrives"] == []
    assert [one.kind for one in verify(alone) if one.kind == "value_arrives"] == []


def test_a_value_that_can_only_help_is_not_told():
    book = load(
        inputs={**inputs("yoy_growth"), **inputs("stability", missing="hold")},
        lines=[
            a_line("yoy_growth", 40, at_least("yoy_growth", "-1000")),
            a_line("stability", 60, at_least("stability", "1")),
        ],
    )

    assert [one.kind for one in verify(book) if one.kind == "value_arrives"] == []


def test_informative_lines_are_passed_over():
    line = {"id": "seen", "label": WORDS, "input": "stability", "informative": True, "reason": WORDS}
    book = load(
        inputs=inputs("yoy_growth", "stability"),
        lines=[a_line("yoy_growth", 100, at_least("yoy_growth", "10")), line],
    )

    assert verify(book, {"stability": "lower"}) == verify(load())


def test_a_sheet_too_large_to_prove_says_so():
    names = ["yoy_growth", "stability", "return_rate", "sales_attainment", "collection_rate"]
    pairs = [(one, other) for one in names for other in names if one < other]
    clause = both(
        *({"any": [at_least(one, str(n)), below(other, str(n))]} for one, other in pairs for n in range(10))
    )
    book = load(inputs=inputs(*names), lines=[a_line("yoy_growth", 100, clause)])

    assert [finding.kind for finding in verify(book)] == ["too_large"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=5),
    st.sampled_from(
        ["less_than", "less_than_or_equal_to", "equal_to", "greater_than", "greater_than_or_equal_to"]
    ),
    st.integers(0, 20),
)
def test_the_values_behind_a_score_are_exactly_those_that_score_it(scores, operator, threshold):
    points = [(str(place * 3), str(score)) for place, score in enumerate(scores)]
    source = an_input(range=["-2", "20"])
    book = load(
        inputs={"yoy_growth": source},
        curves={"growth_curve": a_curve("yoy_growth", *points)},
        lines=[a_line("yoy_growth", 100, at_least("yoy_growth", "1"))],
    )
    if book.problems:
        return
    curve = book.inputs["growth_curve"].curve
    wanted = interval(operator, str(threshold), 0)
    clause = without_curves(Condition("growth_curve", operator, str(threshold)), book.inputs)
    sheet = Sheet(book, Budget())

    for value in range(-200, 2001, 7):
        assert sheet.holds(clause, {"yoy_growth": value}) == wanted.holds(score_at(curve, value))


def test_a_curve_line_names_a_curve():
    book = a_curved_book(("0", "0"), ("10", "60"))
    broken = Rulebook(**{**vars(book), "inputs": {**book.inputs, "growth_curve": book.inputs["stability"]}})

    with pytest.raises(TypeError, match="growth_curve is no curve"):
        Sheet(broken, Budget())


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_total_of_a_sheet_is_that_of_an_evaluation(data):
    book = data.draw(st.sampled_from(shipped_books()))
    values = st.one_of(st.none(), st.integers(-2_000, 12_000))
    facts = {name: data.draw(values) for name in book.inputs}

    assert Sheet(book, Budget()).total(facts) == total(book, facts)
