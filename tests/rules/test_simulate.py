"""A rehearsal says what applying both versions month by month says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import FactError
from rules.evaluation import evaluate
from rules.months import Month
from rules.outcomes import NO_CONTEXT, Context
from rules.sheets.history import History, score_history
from rules.sheets.scores import SheetPlan
from rules.simulate import HELD, Change, GroupImpact, Sides, per_grade, simulate
from tests.rules.books import a_book, a_line, at_least, load
from tests.rules.sheets.worlds import MEASURED, OCTOBER, a_month, contexts, numbers, sheets

AMOUNTS = {"S": 1000, "A": 300, "B": 50}


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Draw up to four months of up to four subjects, some of whom are not there every month."""
    tables = []
    for number in range(draw(st.integers(0, 4))):
        subjects = draw(st.lists(st.sampled_from(["D-1", "D-2", "D-3", "D-4"]), unique=True))
        size = len(subjects)
        values = {name: draw(st.lists(numbers, min_size=size, max_size=size)) for name in MEASURED}
        tables.append(a_month(values, subjects, OCTOBER.shift(number)))
    brought = draw(st.dictionaries(st.sampled_from(["D-1", "D-2"]), contexts))
    return History(tuple(tables), brought)


def by_hand(book, history, *, keeping):
    """Yield subject, grade and points, month after month, one subject at a time."""
    known = dict(history.contexts) if keeping else {}
    for table in history.tables:
        for subject in table.subjects:
            context = known.get(subject, NO_CONTEXT)
            outcome = evaluate(book, table.facts(subject), context)
            yield subject, outcome.grade or HELD, outcome.points_milli
            if keeping:
                known[subject] = Context(outcome.grade or context.previous_grade, outcome.months_below)


@settings(max_examples=60, deadline=None)
@given(sheets(), sheets(), histories(), st.booleans(), st.booleans())
def test_a_rehearsal_equals_applying_both_versions_month_by_month(base, candidate, history, keeping, paid):
    programme = per_grade(AMOUNTS) if paid else None
    groups = {"region": {"D-1": "North", "D-2": "South"}}

    impact = simulate(base, candidate, history, programme=programme, groups=groups, keeping=keeping)

    old, new = (list(by_hand(book, history, keeping=keeping)) for book in (base, candidate))
    moves = Counter((before[1], after[1]) for before, after in zip(old, new, strict=True))
    assert impact.moves == tuple(
        tuple(moves[before, after] for after in impact.grades) for before in impact.grades
    )
    assert impact.cases == len(old)
    assert impact.points_milli == Sides(sum(one[2] for one in old), sum(one[2] for one in new))
    worth = [
        Sides(AMOUNTS.get(a[1], 0), AMOUNTS.get(b[1], 0)) if paid else Sides(a[2], b[2])
        for a, b in zip(old, new, strict=True)
    ]
    gain = Counter()
    for (subject, _, _), sides in zip(old, worth, strict=True):
        gain[subject] += sides.difference
    assert impact.worse == sum(value < 0 for value in gain.values())
    assert impact.better == sum(value > 0 for value in gain.values())
    assert sorted(one.subject for one in impact.losers) == sorted(key for key in gain if gain[key] < 0)
    assert sorted(one.subject for one in impact.winners) == sorted(key for key in gain if gain[key] > 0)
    if paid:
        assert impact.money_minor == Sides(
            sum(one.base for one in worth), sum(one.candidate for one in worth)
        )
    else:
        assert impact.money_minor is None
    assert sum(group.worse for group in impact.groups["region"]) == impact.worse
    assert sum(group.points_milli for group in impact.groups["region"]) == impact.points_milli.difference


STRICT = load(lines=[a_line("yoy_growth", 100, at_least("yoy_growth", "20"), at_least("yoy_growth", "0"))])
BASE = load(lines=[a_line("yoy_growth", 100, at_least("yoy_growth", "10"), at_least("yoy_growth", "0"))])


def test_the_figures_of_a_small_rehearsal():
    bands = [
        {"id": "top", "points": "100", "when": at_least("yoy_growth", "20")},
        {"id": "low", "points": "40", "when": at_least("yoy_growth", "0")},
    ]
    other = load(lines=[{**a_line(), "bands": bands}])
    history = History(
        (
            a_month({"yoy_growth": [1500, 2010, None]}, ["A", "B", "C"]),
            a_month({"yoy_growth": [1980, -1]}, ["A", "B"], OCTOBER.shift(1)),
        )
    )

    impact = simulate(
        BASE, other, history, programme=per_grade({"S": 100}), groups={"region": {"A": "서울", "B": "부산"}}
    )

    assert impact.months == (Month.parse("2026-10"), Month.parse("2026-11"))
    assert (impact.subjects, impact.cases, impact.grades) == (3, 5, ("S", "A", "B", "D", HELD))
    assert impact.moves == ((1, 0, 0, 2, 0), (0,) * 5, (0,) * 5, (0, 0, 0, 1, 0), (0, 0, 0, 0, 1))
    assert impact.grade_counts == (Sides(3, 1), Sides(0, 0), Sides(0, 0), Sides(1, 3), Sides(1, 1))
    assert impact.points_milli == Sides(300_000, 180_000)
    assert impact.money_minor == Sides(300, 100)
    assert impact.money_minor.difference == -200
    assert (impact.better, impact.worse, impact.worse_bp) == (0, 1, 3333)
    assert impact.losers == (Change("A", 0, 2, -120_000, -200),)
    assert impact.winners == ()
    assert impact.groups["region"] == (
        GroupImpact("", 1, 0, 0, 0, 0),
        GroupImpact("부산", 1, 0, 0, 0, 0),
        GroupImpact("서울", 1, 0, 1, -120_000, -200),
    )
    edges = {(cliff.line, cliff.band): (cliff.met, cliff.missed, cliff.step_milli) for cliff in impact.cliffs}
    assert edges == {
        ("", "S"): (0, 0, 0),
        ("", "A"): (0, 0, 0),
        ("", "B"): (0, 0, 0),
        ("yoy_growth_line", "top"): (1, 1, 60_000),
        ("yoy_growth_line", "low"): (0, 1, 40_000),
    }


def test_points_close_to_the_edge_of_a_grade_are_counted():
    line = a_line("yoy_growth", 100)
    steps = [("100", "10"), ("91.8", "8"), ("90", "6"), ("88.2", "4"), ("88.1", "2")]
    bands = [
        {"id": f"b{points.replace('.', '_')}", "points": points, "when": at_least("yoy_growth", edge)}
        for points, edge in steps
    ]
    book = load(lines=[{**line, "bands": bands}])
    month = a_month({"yoy_growth": [1000, 800, 600, 400, 200]}, list("ABCDE"))

    cliffs = simulate(book, book, History((month,))).cliffs

    assert (cliffs[0].band, cliffs[0].threshold, cliffs[0].met, cliffs[0].missed) == ("S", "90", 2, 1)


def test_a_month_stands_once_and_of_one_kind():
    october = a_month({"yoy_growth": [1]}, ["A"])
    with pytest.raises(FactError, match="rise"):
        History((october, october))
    other = type(october)(
        "representative", OCTOBER.shift(1), october.as_of, october.subjects, october.columns
    )
    with pytest.raises(FactError, match="one kind"):
        History((october, other))
    with pytest.raises(FactError, match="scores a dealer, not a representative"):
        simulate(load(), load(), History((other,)))


def test_nothing_happens_to_nobody():
    impact = simulate(load(), STRICT, History(()))

    assert (impact.cases, impact.worse_bp, impact.winners) == (0, 0, ())


def test_a_held_month_keeps_the_grade_before_it():
    book = load(**{**a_book(), "lines": [a_line()]})
    months = [
        a_month({"yoy_growth": [value]}, ["A"], OCTOBER.shift(number))
        for number, value in enumerate([1000, None, 999])
    ]
    keeping = {
        "bands": book_grades("90", "0"),
        "minimum_support": "50",
        "keep": {"months": 3, "margin": "100"},
    }
    book = load(grades=keeping)

    scores = score_history(SheetPlan(book), History(tuple(months)))

    assert np.concatenate([month.grade for month in scores]).tolist() == [0, -1, 0]
    assert scores[-1].months_below.tolist() == [1]


def book_grades(*edges):
    return [{"grade": grade, "from": edge} for grade, edge in zip("SD", edges, strict=True)]
