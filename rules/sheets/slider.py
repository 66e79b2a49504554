"""One threshold of a score sheet moved over many months at once, fast enough to follow a finger.

Months stand alone: grades are not kept, because what a subject brings along would change with every move.
Only subjects for whom the moved band holds now and did not, or the reverse, are scored again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rules.bitmaps import Bitmaps
from rules.columns import Columns
from rules.sheets.columns import NO_GRADE, Column, Standing, columns_of
from rules.sheets.scores import Integers, Patterns, SheetPlan
from rules.whatif import Slider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.columns import Packed
    from rules.facts import FactTable


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """All subject-months of a history in one set of columns, scored by a version without keeping grades.

    Attributes:
        plan: The version.
        columns: Its inputs, month after month.
        packed: The same, narrowed.
        patterns: Which inputs are missing.
        bitmaps: Which bands and comparisons hold.
        line_points: Points per line of the book (rows).
        points: Sum of the lines.
        grade: Place of the grade in the book; ``NO_GRADE`` when held.
    """

    plan: SheetPlan
    columns: dict[str, Column]
    packed: Columns
    patterns: Patterns
    bitmaps: Bitmaps
    line_points: Integers
    points: Integers
    grade: Integers

    @classmethod
    def of(cls, plan: SheetPlan, tables: Iterable[FactTable]) -> Stack:
        """Lay months out one after the other and score them.

        Raises:
            FactError: An input declared ``missing: error`` has no value.
        """
        months = [columns_of(plan.book, table, Standing.none(len(table.subjects))) for table in tables]
        columns = {name: _joined([month[name] for month in months]) for name in plan.book.inputs}
        count = sum(len(next(iter(month.values())).value) for month in months)
        patterns = plan.patterns(columns, count)
        packed = plan.pack(columns)
        bitmaps = plan.plan.run(packed)
        lines = plan.line_points(columns, patterns, bitmaps)
        points = np.asarray(lines.sum(axis=0), dtype=np.int64)
        _, grade, _ = plan.grades(points, Standing.none(count), patterns.held[patterns.of] > 0)
        return cls(plan, columns, packed, patterns, bitmaps, lines, points, grade)


def _joined(months: list[Column]) -> Column:
    values = [np.zeros(0, np.int64), *(month.value for month in months)]
    missing = [np.zeros(0, np.bool_), *(month.missing for month in months)]
    return Column(np.concatenate(values), np.concatenate(missing))


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """What a threshold in another place changes.

    Attributes:
        subjects: Positions in the stack of those whose points change, rising.
        points: Change of their points, thousandths; never 0.
        before: Their grades, as places in the book.
        after: Their grades with the threshold moved.
    """

    subjects: Integers
    points: Integers
    before: Integers
    after: Integers

    @property
    def points_milli(self) -> int:
        """Change of the sum of all points; fewer than 2^31 subjects of at most 10^5 each fit 64 bits."""
        return int(self.points.sum())

    def moves(self, grades: int) -> Integers:
        """Count those whose points change by grade before (rows) and after (columns); held is last."""
        size = grades + 1
        pairs = (self.before % size) * size + self.after % size
        return np.bincount(pairs, minlength=size * size).reshape(size, size)


class SheetSlider:
    """The threshold of one comparison of one band, movable over a stack.

    Args:
        stack: The months.
        band: Id of the band.
        place: Which of the band's comparisons moves, in reading order from 0.

    Raises:
        KeyError: The book has no such band.
        IndexError: The band has fewer comparisons.
    """

    def __init__(self, stack: Stack, band: str, place: int = 0) -> None:
        book, plan = stack.plan.book, stack.plan.plan
        rules = [rule.id for rule in plan.ruleset.rules]
        if band not in rules:
            raise KeyError(band)
        self.stack = stack
        rule = rules.index(band)
        self._line = next(
            number for number, line in enumerate(book.lines) if band in {one.id for one in line.bands}
        )
        self._first = sum(len(line.bands) for line in book.lines[: self._line])
        self._last = self._first + len(book.lines[self._line].bands)
        condition = stack.plan.comparisons(band)[place]
        self.condition = condition
        self._slider = Slider(
            plan,
            stack.packed,
            plan.conditions.index(condition),
            before=stack.bitmaps,
            rules=(rule,),
        )
        self._table = stack.plan.points_table(book.lines[self._line], stack.patterns.weights[:, self._line])

    def move(self, threshold: str) -> Moved:
        """Return what the threshold at another place would change.

        Args:
            threshold: Decimal text, at most five decimals.
        """
        stack, impact = self.stack, self._slider.move(threshold)
        touched = impact.changed
        rows = [impact.fired.get(rule, stack.bitmaps.fired[rule]) for rule in range(self._first, self._last)]
        given = _first_of(rows, touched)
        change = self._table[stack.patterns.of[touched], given] - stack.line_points[self._line, touched]
        real = change != 0
        subjects, change = touched[real], change[real]
        held = stack.grade[subjects] == NO_GRADE
        points = stack.points[subjects] + change
        _, after, _ = stack.plan.grades(points, Standing.none(len(subjects)), held)
        return Moved(subjects, change, stack.grade[subjects], after)


def _first_of(rows: list[Packed], subjects: Integers) -> Integers:
    """Return the place of the first row in which each of some subjects is set, −1 when in none."""
    given = np.full(len(subjects), -1, np.int64)
    shifts = (subjects & 7).astype(np.uint8)
    for place in reversed(range(len(rows))):
        given[(rows[place][subjects >> 3] >> shifts & 1).astype(bool)] = place
    return given
