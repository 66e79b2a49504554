"""An outcome as a tree."""

from __future__ import annotations

from rules.decisions.explain import ExplainedClause
from rules.evaluation import evaluate
from rules.outcomes import Context
from rules.sheets.tree import InputNode, tree
from tests.rules.books import a_line, an_input, at_least, facts, load
from tests.rules.sheets.worlds import a_curve, brought

BOOK = load(
    inputs={
        "yoy_growth": an_input(),
        "stability": an_input("stability"),
        "edge": brought("edge", "previous_grade", 0),
    },
    curves={"score": a_curve("stability", ("0", "0"), ("1", "40"))},
    lines=[
        a_line(
            "yoy_growth",
            60,
            {
                "all": [
                    at_least("yoy_growth", "10"),
                    {"any": [at_least("stability", "0.5"), at_least("edge", "80")]},
                ]
            },
            at_least("yoy_growth", "0"),
        ),
        {
            **{key: value for key, value in a_line("stability", 40).items() if key != "bands"},
            "curve": "score",
        },
    ],
)


def test_a_tree_shows_what_every_comparison_met():
    measured = facts(yoy_growth="12", stability=None)

    growth, stability = tree(evaluate(BOOK, measured, Context("A", 0)), measured, BOOK, "en")

    assert growth.inputs == (
        InputNode("yoy_growth", "yoy_growth", "yoy_growth value", "12.00%", 1200, 10_000, 1),
        InputNode("stability", "stability", "stability value", "n/a", 0, 0, 0),
        InputNode("edge", "", "words", "80", None, None, None),
    )
    first, second = growth.bands
    assert (first.id, first.points, first.held, first.applied) == ("yoy_growth_0", "60 points", True, True)
    assert first.when == ExplainedClause(
        "and",
        "",
        True,
        members=(
            ExplainedClause("at least 10%", "12.00%", True),
            ExplainedClause(
                "or",
                "",
                True,
                members=(
                    ExplainedClause("stability value at least 0.5", "n/a", False, missing=True),
                    ExplainedClause("words at least 80", "80", True),
                ),
            ),
        ),
    )
    assert (second.held, second.applied, second.when.text) == (True, False, "at least 0%")
    assert (stability.bands, stability.said.missing) == ((), True)
