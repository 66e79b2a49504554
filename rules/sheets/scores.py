"""Scoring all subjects of a month at once, in 64-bit integers, exactly as the reference scores each.

Which bands hold is asked of the packed plan of ``rules.vector``. Why 64 bits suffice for the rest: points and
weights are at most 100,000 thousandths, so a product is at most 10^10. Everything that depends only on which
inputs are missing (effective weights, held reasons) is computed once per combination by the reference's own
functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rules.bitmaps import Bitmaps
from rules.columns import Columns
from rules.curves import SCORE_SCALE
from rules.errors import FactError
from rules.scoring import effective_weights, held_reason, missing_message, share
from rules.sheets.columns import NO_GRADE, Standing, columns_of
from rules.sheets.lowering import lower
from rules.terms import conditions_of
from rules.vector import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.facts import FactTable
    from rules.outcomes import HeldReason
    from rules.rulebook import Rulebook
    from rules.sheets.columns import Column
    from rules.terms import Condition, Line

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
HELD_REASONS: tuple[HeldReason | None, ...] = (None, "missing_input", "little_support")


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Results of all subjects in columns, in the order of the fact table.

    Attributes:
        points: Thousandths of a point.
        grade: Place of the decided grade in the book, 0 is the best; ``NO_GRADE`` when held.
        earned: Place of the grade of the points alone; ``NO_GRADE`` when held.
        held: Place of the reason in ``HELD_REASONS``.
        months_below: What the next month's contexts must carry.
        bits: One row per subject: one bit per condition of the book, lowest bit of the first byte first.
        line_points: One row per line of the book: its points.
    """

    points: Integers
    grade: Integers
    earned: Integers
    held: Integers
    months_below: Integers
    bits: NDArray[np.uint8]
    line_points: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Which inputs are missing: the distinct combinations, and which one each subject has.

    Attributes:
        of: Place of a subject's combination.
        known: Per combination, the names of the inputs that have a value.
        weights: Per combination and line, the effective weight in thousandths.
        held: Per combination, the place of the reason in ``HELD_REASONS``.
    """

    of: Integers
    known: tuple[dict[str, int], ...]
    weights: Integers
    held: Integers


class SheetPlan:
    """A sound rulebook made ready to score many subjects.

    Args:
        book: The version in force.

    Raises:
        RulebookError: The rulebook has problems.
    """

    def __init__(self, book: Rulebook) -> None:
        book.require_sound()
        self.book = book
        self.plan = Plan(lower(book))
        # A plan asks equal comparisons once; the stored bits have one for each in the book.
        places = {condition: place for place, condition in enumerate(self.plan.conditions)}
        self._places = [places[condition] for condition in book.conditions]
        self.edges = np.array([step.from_milli for step in book.grades], dtype=np.int64)

    def score(self, table: FactTable, standing: Standing) -> Scores:
        """Score every subject of a fact table.

        Raises:
            FactError: An input declared ``missing: error`` has no value; the message names the subject.
        """
        columns = columns_of(self.book, table, standing)
        patterns = self.patterns(columns, len(table.subjects))
        self._require_complete(table, patterns)
        bitmaps = self.plan.run(self.pack(columns))
        lines = self.line_points(columns, patterns, bitmaps)
        points = np.asarray(lines.sum(axis=0), dtype=np.int64)
        held = patterns.held[patterns.of]
        earned, grade, below = self.grades(points, standing, held > 0)
        bits = Bitmaps(bitmaps.count, bitmaps.fired, bitmaps.conditions[self._places]).explanations()
        return Scores(points, grade, earned, held, below, bits, lines)

    def pack(self, columns: Mapping[str, Column]) -> Columns:
        """Narrow the columns for the packed plan."""
        return Columns.of(self.plan.ruleset, columns)

    def comparisons(self, band: str) -> tuple[Condition, ...]:
        """Return the comparisons of a band in reading order; KeyError when the book has no such band."""
        clauses = {rule.id: rule.when for rule in self.plan.ruleset.rules}
        clause = clauses[band]
        return () if clause is None else tuple(conditions_of(clause))

    def patterns(self, columns: Mapping[str, Column], count: int) -> Patterns:
        """Find the distinct combinations of missing inputs and what each of them means."""
        of = np.zeros(count, np.int64)
        known: list[dict[str, int]] = [{}]
        for name, column in columns.items():
            code = 2 * of + column.missing
            seen = np.bincount(code, minlength=2 * len(known)) > 0
            of = (np.cumsum(seen) - 1)[code]
            known = [
                known[one // 2] | ({} if one % 2 else {name: 0}) for one in np.flatnonzero(seen).tolist()
            ]
        return Patterns(
            of=of,
            known=tuple(known),
            weights=np.array([effective_weights(self.book, one) for one in known], dtype=np.int64).reshape(
                len(known), len(self.book.lines)
            ),
            held=np.array(
                [HELD_REASONS.index(held_reason(self.book, one)[0]) for one in known], dtype=np.int64
            ),
        )

    def _require_complete(self, table: FactTable, patterns: Patterns) -> None:
        needed = [name for name, source in self.book.inputs.items() if source.missing == "error"]
        lacking = [next((name for name in needed if name not in known), "") for known in patterns.known]
        bad = np.array([bool(name) for name in lacking], dtype=np.bool_)[patterns.of]
        if bad.any():
            row = int(bad.argmax())
            name = lacking[int(patterns.of[row])]
            raise FactError(f"subject {table.subjects[row]!r}: {missing_message(name)}")

    def line_points(self, columns: Mapping[str, Column], patterns: Patterns, bitmaps: Bitmaps) -> Integers:
        """Return the points of every line (rows) and subject (columns), rounded once each."""
        first = 0
        found = np.zeros((len(self.book.lines), bitmaps.count), np.int64)
        for place, line in enumerate(self.book.lines):
            if line.curve:
                found[place] = self._curve_points(
                    line, columns[line.curve], patterns.weights[:, place][patterns.of]
                )
            else:
                rows = bitmaps.fired[first : first + len(line.bands)]
                given = Bitmaps(bitmaps.count, rows, rows[:0]).first_hit()
                first += len(line.bands)
                found[place] = self.points_table(line, patterns.weights[:, place])[patterns.of, given]
        return found

    def points_table(self, line: Line, weights: Integers) -> Integers:
        """Return a line's points per pattern (rows) and band that gave them (columns; −1 is none)."""
        quantum = self.book.points_quantum_milli
        rows = [
            [*(share(band.points_milli, weight, line.weight_milli, quantum) for band in line.bands), 0]
            for weight in weights.tolist()
        ]
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(line.bands) + 1)

    def _curve_points(self, line: Line, scores: Column, weights: Integers) -> Integers:
        """Points of a line on a curve: score × effective weight ÷ weight, rounded once, half up."""
        quantum = self.book.points_quantum_milli
        unit = 10 ** (SCORE_SCALE - self.book.inputs[line.curve].scale)
        above = np.where(scores.missing, 0, scores.value * unit) * weights
        divisor = line.weight_milli * quantum
        return np.asarray((2 * above + divisor) // (2 * divisor) * quantum, dtype=np.int64)

    def earned(self, points: Integers) -> Integers:
        """Return the grade of the points alone, as its place in the book: so many edges lie above them."""
        found = np.zeros(len(points), np.int8)
        for edge in self.edges.tolist():
            found += points < edge
        return found.astype(np.int64)

    def grades(
        self, points: Integers, standing: Standing, held: Flags
    ) -> tuple[Integers, Integers, Integers]:
        """Return earned grade, decided grade and months below, as ``rules.grading.decide_grade`` does."""
        keeping = self.book.keeping
        earned = self.earned(points)
        edge = self.edges[standing.rank]
        below = standing.months_below + 1
        falls = (below >= keeping.months) | (points <= edge - keeping.margin_milli)
        kept = (standing.rank != NO_GRADE) & (points < edge) & ~falls
        return (
            np.where(held, NO_GRADE, earned),
            np.where(held, NO_GRADE, np.where(kept, standing.rank, earned)),
            np.where(held, standing.months_below, np.where(kept, below, 0)),
        )
