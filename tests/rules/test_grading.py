"""Grades, and how one bad month does not take one away."""

from __future__ import annotations

import pytest

from rules.grading import decide_grade, earned_grade, months_below
from rules.outcomes import Context
from tests.rules.books import load

BOOK = load()  # S 90, A 80, B 50, D 0; kept for 2 months or within 5 points


@pytest.mark.parametrize(
    ("points", "grade"),
    [(100_000, "S"), (90_000, "S"), (89_999, "A"), (50_000, "B"), (49_999, "D"), (0, "D")],
)
def test_edges_are_inclusive(points, grade):
    assert earned_grade(BOOK, points) == grade


@pytest.mark.parametrize(
    ("points", "context", "decided"),
    [
        (79_000, Context(), ("B", "B", 0)),
        (79_000, Context("X", 3), ("B", "B", 0)),
        (79_000, Context("A", 0), ("B", "A", 1)),
        (79_000, Context("A", 1), ("B", "B", 0)),
        (75_001, Context("A", 0), ("B", "A", 1)),
        (75_000, Context("A", 0), ("B", "B", 0)),
        (80_000, Context("A", 1), ("A", "A", 0)),
        (95_000, Context("B", 1), ("S", "S", 0)),
        (20_000, Context("S", 0), ("D", "D", 0)),
    ],
)
def test_a_grade_is_kept_for_one_month_near_its_edge(points, context, decided):
    assert decide_grade(BOOK, points, context, held=False) == decided


def test_a_held_month_decides_nothing_and_counts_for_nothing():
    assert decide_grade(BOOK, 10_000, Context("A", 1), held=True) == (None, None, 1)


def test_months_below_are_counted_backwards_over_held_months():
    assert months_below(BOOK, "A", [79_000, None, 78_000, 81_000, 10_000]) == 2
    assert months_below(BOOK, "A", [None, 80_000]) == 0
    assert months_below(BOOK, "A", []) == 0
