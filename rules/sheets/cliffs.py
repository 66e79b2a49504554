"""Cliffs: how many stand just before or just behind a threshold, and what the step is worth."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from rules.decisions.matching import Interval, interval
from rules.terms import conditions_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from rules.rulebook import Rulebook
    from rules.sheets.columns import Column
    from rules.sheets.scores import Integers
    from rules.terms import Condition, Line

BASIS_POINTS = 10_000
MARGIN_BP = 200
"""Within 2 % of a threshold. Source: the portal's rehearsal screen, FEATURES day 13."""


@dataclass(frozen=True, slots=True)
class Cliff:
    """A threshold with the subject-months close to it.

    Attributes:
        line: Line of the book; empty for the edge of a grade.
        band: Band of the line, or the grade.
        input: Input that is compared; empty for the edge of a grade.
        threshold: Decimal text.
        step_milli: Points the band gives more than the next one of its line; 0 for a grade.
        met: Subject-months close to the threshold that meet it.
        missed: Subject-months close to it that do not.
    """

    line: str
    band: str
    input: str
    threshold: str
    step_milli: int
    met: int
    missed: int


def band_cliffs(
    book: Rulebook,
    months: Sequence[Mapping[str, Column]],
    margin_bp: int = MARGIN_BP,
    bands: Collection[str] | None = None,
) -> list[Cliff]:
    """Count who is close to each threshold of the bands, in book order.

    Close is within a share of the threshold; of a threshold of 0, within that share of the span between the
    lowest and the highest threshold of its input.

    Args:
        book: A sound book.
        months: Columns of its inputs, per month.
        margin_bp: How close, in basis points of the threshold.
        bands: Only these bands; all of them when left out.
    """
    spans = _spans(book)
    return [
        _cliff(book, line, place, condition, months, spans[condition.name], margin_bp)
        for line in book.lines
        for place, band in enumerate(line.bands)
        if bands is None or band.id in bands
        for condition in conditions_of(band.when)
    ]


def grade_cliffs(book: Rulebook, points: Sequence[Integers], margin_bp: int = MARGIN_BP) -> list[Cliff]:
    """Count who is close to the edge of each grade but the last, best grade first."""
    found = []
    for step in book.grades[:-1]:
        margin = step.from_milli * margin_bp // BASIS_POINTS
        above = sum(_count(month, step.from_milli, step.from_milli + margin) for month in points)
        below = sum(_count(month, step.from_milli - margin, step.from_milli - 1) for month in points)
        found.append(Cliff("", step.grade, "", str(Fraction(step.from_milli, 1000)), 0, above, below))
    return found


def _spans(book: Rulebook) -> dict[str, Fraction]:
    asked: dict[str, list[Fraction]] = {}
    for condition in book.conditions:
        asked.setdefault(condition.name, []).append(Fraction(condition.threshold))
    return {name: max(edges) - min(edges) for name, edges in asked.items()}


def _cliff(
    book: Rulebook,
    line: Line,
    place: int,
    condition: Condition,
    months: Sequence[Mapping[str, Column]],
    span: Fraction,
    margin_bp: int,
) -> Cliff:
    scale, edge = book.inputs[condition.name].scale, Fraction(condition.threshold)
    margin = (abs(edge) or span) * margin_bp / BASIS_POINTS
    close = Interval(ceil((edge - margin) * 10**scale), floor((edge + margin) * 10**scale))
    asked = interval(condition.operator, condition.threshold, scale)
    met = near = 0
    for month in months:
        column = month[condition.name]
        values = column.value[~column.missing]
        values = values[(values >= close.lowest) & (values <= close.highest)]
        near += len(values)
        met += int(np.count_nonzero((values >= asked.lowest) & (values <= asked.highest)))
    points = [*(band.points_milli for band in line.bands), 0]
    step = points[place] - points[place + 1]
    return Cliff(line.id, line.bands[place].id, condition.name, condition.threshold, step, met, near - met)


def _count(values: Integers, lowest: int, highest: int) -> int:
    return int(np.count_nonzero((values >= lowest) & (values <= highest)))
