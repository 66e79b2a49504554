"""From points to a grade, with the rule that one bad month does not take a grade away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.outcomes import Context
    from rules.rulebook import Rulebook


def earned_grade(rulebook: Rulebook, points_milli: int) -> str:
    """Return the best grade whose edge the points reach, edges inclusive."""
    return next(step.grade for step in rulebook.grades if points_milli >= step.from_milli)


def decide_grade(
    rulebook: Rulebook, points_milli: int, context: Context, *, held: bool
) -> tuple[str | None, str | None, int]:
    """Decide the grade of a month.

    A better or equal grade counts at once. A worse one counts when the points lie the book's margin below
    the kept grade's edge, or when this is the book's number of consecutive months below it. A held month
    decides nothing and counts for nothing.

    Args:
        rulebook: Version in force; an earlier grade it does not know is ignored.
        points_milli: Total points in thousandths.
        context: Last grade and months below its edge before this month.
        held: Whether a person has to decide.

    Returns:
        Earned grade, decided grade, and the months below for the next month.
    """
    if held:
        return None, None, context.months_below
    earned = earned_grade(rulebook, points_milli)
    previous = context.previous_grade
    if previous not in {step.grade for step in rulebook.grades} or previous is None:
        return earned, earned, 0
    edge = rulebook.edge_milli(previous)
    if points_milli >= edge:
        return earned, earned, 0
    below = context.months_below + 1
    keeping = rulebook.keeping
    if below >= keeping.months or points_milli <= edge - keeping.margin_milli:
        return earned, earned, 0
    return earned, previous, below


def months_below(rulebook: Rulebook, grade: str, earlier_points_milli: Iterable[int | None]) -> int:
    """Count the consecutive months below a grade's edge, newest first; held months (None) are skipped."""
    count = 0
    for points in earlier_points_milli:
        if points is None:
            continue
        if points >= rulebook.edge_milli(grade):
            break
        count += 1
    return count
