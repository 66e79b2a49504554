"""All subjects at once come out exactly as business-rules decides each of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from rules.errors import EngineError, FactError
from rules.evaluation import Decision
from rules.outcomes import NO_CONTEXT, Context
from rules.reference import Reference
from rules.sheets.recheck import recheck, sample_of
from tests.rules.books import a_line, an_input, at_least, load
from tests.rules.sheets.worlds import a_curve, a_month, months, sheets


@settings(max_examples=300, deadline=None)
@given(sheets(), months())
def test_columns_generated_source_and_reference_give_the_same_outcomes(book, month):
    assert book.check().problems == ()
    table, contexts = month
    decision, reference = Decision(book), Reference(book)

    outcomes = decision.evaluate_many(table, contexts)

    for subject in table.subjects:
        facts, context = table.facts(subject), contexts.get(subject, NO_CONTEXT)
        expected = reference.evaluate(facts, context)
        assert outcomes[subject] == expected
        assert decision.evaluate(facts, context) == expected
    assert outcomes.recheck() == len(outcomes) == len(list(outcomes))


def test_the_first_subject_without_a_value_that_must_be_there_is_named():
    book = load(
        inputs={"yoy_growth": an_input(missing="error"), "stability": an_input("stability", missing="error")}
    )
    table = a_month({"yoy_growth": [5, 5, None], "stability": [1, None, None]}, ["A", "B", "C"])

    with pytest.raises(FactError, match=r"subject 'B': the input 'stability' has no value"):
        Decision(book).evaluate_many(table)


def test_an_input_that_nobody_measured_is_missing_for_everybody():
    book = load(
        inputs={"yoy_growth": an_input(), "stability": an_input("stability")},
        lines=[a_line("yoy_growth", 60), a_line("stability", 40, at_least("stability", "0"))],
    )

    outcomes = Decision(book).evaluate_many(a_month({"yoy_growth": [1000, 999]}, ["A", "B"]))

    assert [outcomes[subject].points_milli for subject in ("A", "B")] == [100_000, 0]


def a_year():
    subjects = [f"D-{number:04d}" for number in range(900)]
    return a_month({"yoy_growth": [number * 7 % 2000 for number in range(900)]}, subjects)


def test_the_sample_depends_on_the_snapshot_alone():
    rows = sample_of(a_year(), 20)

    assert rows == sample_of(a_year(), 20)
    assert rows == [
        63,
        85,
        106,
        114,
        145,
        196,
        216,
        236,
        241,
        288,
        310,
        333,
        383,
        494,
        547,
        599,
        622,
        636,
        680,
        685,
    ]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("points", "decides points"),
        ("grade", "decides grade"),
        ("earned", "decides the grade of the points"),
        ("held", "decides held"),
        ("months_below", "decides months below"),
        ("bits", "decides conditions"),
        ("line_points", "decides lines"),
    ],
)
def test_a_fast_engine_that_errs_is_stopped(part, said):
    book, table = load(), a_year()
    contexts = {"D-0001": Context("S", 1)}
    scores = Decision(book).evaluate_many(table, contexts).scores
    assert recheck(book, table, contexts, scores, 50) == 50

    broken = replace(scores, **{part: getattr(scores, part) ^ 1})

    with pytest.raises(EngineError, match=f"{said}.*nothing was stored"):
        recheck(book, table, contexts, broken, 50)


def test_a_sheet_of_curves_alone_asks_no_rule():
    line = {key: value for key, value in a_line().items() if key != "bands"}
    curve = a_curve("yoy_growth", ("-5", "0"), ("0", "100"))
    book = load(curves={"growth_score": curve}, lines=[{**line, "curve": "growth_score"}])

    outcomes = Decision(book).evaluate_many(a_month({"yoy_growth": [-250, 0, None]}, ["A", "B", "C"]))

    assert [outcomes[subject].points_milli for subject in "ABC"] == [50_000, 100_000, 0]
    assert outcomes["A"].bits == b""
    assert outcomes.recheck() == 3
