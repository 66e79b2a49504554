"""Scoring all subjects of a month at once, in 64-bit integers, exactly as the reference scores each.

Why 64 bits suffice: points and weights are at most 100,000 thousandths, so a product is at most 10^10. Values
may be any 64-bit number; thresholds lie within ±10^17, so a value is cut to ±2^62 before it is compared,
which changes no comparison. Everything that depends only on which inputs are missing (effective weights, held
reasons) is computed once per pattern by the reference's own functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rules.curves import SCORE_SCALE
from rules.decisions.matching import UNBOUNDED, interval
from rules.errors import FactError
from rules.scoring import effective_weights, held_reason, missing_message, share
from rules.sheets.columns import NO_GRADE, Standing, columns_of
from rules.terms import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.facts import FactTable
    from rules.outcomes import HeldReason
    from rules.rulebook import Rulebook
    from rules.sheets.columns import Column
    from rules.terms import Clause, Line

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
        self.edges = np.array([step.from_milli for step in book.grades], dtype=np.int64)

    @cached_property
    def _intervals(self) -> list[tuple[str, int, int]]:
        inputs = self.book.inputs
        found = []
        for condition in self.book.conditions:
            edge = interval(condition.operator, condition.threshold, inputs[condition.name].scale)
            found.append((condition.name, edge.lowest, edge.highest))
        return found

    def score(self, table: FactTable, standing: Standing) -> Scores:
        """Score every subject of a fact table.

        Raises:
            FactError: An input declared ``missing: error`` has no value; the message names the subject.
        """
        columns = columns_of(self.book, table, standing)
        patterns = self.patterns(columns, len(table.subjects))
        self._require_complete(table, patterns)
        conditions = self.conditions(columns)
        lines = self.line_points(columns, patterns, conditions)
        points = np.asarray(lines.sum(axis=0), dtype=np.int64)
        held = patterns.held[patterns.of]
        earned, grade, below = self.grades(points, standing, held > 0)
        bits = np.packbits(conditions, axis=0, bitorder="little").T
        return Scores(points, grade, earned, held, below, np.ascontiguousarray(bits), lines)

    def conditions(self, columns: Mapping[str, Column]) -> Flags:
        """Ask every comparison of every subject: one row per comparison in the order of the bits."""
        found = np.zeros((len(self._intervals), _length(columns)), np.bool_)
        cut = {
            name: np.clip(columns[name].value, -UNBOUNDED, UNBOUNDED)
            for name in {name for name, _, _ in self._intervals}
        }
        for place, (name, lowest, highest) in enumerate(self._intervals):
            value = cut[name]
            found[place] = (value >= lowest) & (value <= highest) & ~columns[name].missing
        return found

    def patterns(self, columns: Mapping[str, Column], count: int) -> Patterns:
        """Find the distinct combinations of missing inputs and what each of them means."""
        of = np.zeros(count, np.int64)
        known: list[dict[str, int]] = [{}]
        for name, column in columns.items():
            code, of = np.unique(2 * of + column.missing, return_inverse=True)
            known = [known[one // 2] | ({} if one % 2 else {name: 0}) for one in code.tolist()]
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

    def line_points(self, columns: Mapping[str, Column], patterns: Patterns, conditions: Flags) -> Integers:
        """Return the points of every line (rows) and subject (columns), rounded once each."""
        flags = iter(conditions)
        found = np.zeros((len(self.book.lines), conditions.shape[1]), np.int64)
        for place, line in enumerate(self.book.lines):
            if line.curve:
                found[place] = self._curve_points(
                    line, columns[line.curve], patterns.weights[:, place][patterns.of]
                )
            else:
                given = first_band(line, flags, conditions.shape[1])
                found[place] = self.points_table(line, patterns.weights[:, place])[patterns.of, given]
        return found

    def points_table(self, line: Line, weights: Integers) -> Integers:
        """Return a line's points per pattern (rows) and band that gave them (columns; the last is none)."""
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

    def grades(
        self, points: Integers, standing: Standing, held: Flags
    ) -> tuple[Integers, Integers, Integers]:
        """Return earned grade, decided grade and months below, as ``rules.grading.decide_grade`` does."""
        keeping = self.book.keeping
        earned = len(self.edges) - np.searchsorted(self.edges[::-1], points, side="right")
        edge = self.edges[standing.rank]
        below = standing.months_below + 1
        falls = (below >= keeping.months) | (points <= edge - keeping.margin_milli)
        kept = (standing.rank != NO_GRADE) & (points < edge) & ~falls
        return (
            np.where(held, NO_GRADE, earned),
            np.where(held, NO_GRADE, np.where(kept, standing.rank, earned)),
            np.where(held, standing.months_below, np.where(kept, below, 0)),
        )


def first_band(line: Line, flags: Iterator[Flags], count: int) -> Integers:
    """Return the place of the first band that holds, the number of bands when none does.

    Args:
        line: A line of the book.
        flags: Outcomes of the comparisons in book order; those of the line are consumed.
        count: Number of subjects.
    """
    held = [_combine(band.when, flags) for band in line.bands]
    given = np.full(count, len(held), np.int64)
    for place in reversed(range(len(held))):
        given[held[place]] = place
    return given


def _combine(clause: Clause, flags: Iterator[Flags]) -> Flags:
    if isinstance(clause, Condition):
        return next(flags)
    parts = [_combine(member, flags) for member in clause.members]
    return reduce(np.logical_and if clause.mode == "all" else np.logical_or, parts)


def _length(columns: Mapping[str, Column]) -> int:
    return len(next(iter(columns.values())).value)
