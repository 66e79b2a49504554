"""One threshold of a score sheet moved over many months at once, fast enough to follow a finger.

Months stand alone: grades are not kept, because what a subject brings along would change with every move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from rules.bitmaps import Bitmaps
from rules.columns import Columns, everyone, pack, unpack
from rules.decisions.matching import interval
from rules.sheets.columns import NO_GRADE, Column, Standing, columns_of
from rules.sheets.scores import Integers, Patterns, SheetPlan
from rules.vector import Formula, combine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.columns import NumberColumn, Packed
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
        subjects: Positions in the stack of those whose points change, in no order.
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

    A band gives its points or does not: points and grades of whoever the comparison decides about are worked
    out for both once, and laid out by rising value. A move then only cuts a piece out.

    Args:
        stack: The months.
        band: Id of the band.
        place: Which of the band's comparisons moves, in reading order from 0.

    Raises:
        KeyError: The book has no such band.
        IndexError: The band has fewer comparisons.
    """

    def __init__(self, stack: Stack, band: str, place: int = 0) -> None:
        rules = [rule.id for rule in stack.plan.plan.ruleset.rules]
        if band not in rules:
            raise KeyError(band)
        rule = rules.index(band)
        self.condition = condition = stack.plan.comparisons(band)[place]
        self._scale = stack.plan.book.inputs[condition.name].scale
        line, without, given = _points_with_and_without(stack, rule)
        gain = given - without
        # Whoever the comparison decides about, and to whom the band makes a difference, by rising value.
        matters = _decided_by(stack, rule, place) & pack(gain != 0)
        column = stack.columns[condition.name]
        subjects = np.flatnonzero(unpack(matters, stack.bitmaps.count) & ~column.missing)
        # Narrow codes rise with the values and are sorted many times faster.
        codes = cast("NumberColumn", stack.packed.by_name[condition.name]).codes[subjects]
        self._subjects = subjects[np.argsort(codes, kind="stable")]
        self._values = column.value[self._subjects]
        self._gain = gain[self._subjects]
        rest = (stack.points - stack.line_points[line])[self._subjects]
        held = stack.grade[self._subjects] == NO_GRADE
        self._without, self._given = (
            np.where(held, NO_GRADE, stack.plan.earned(rest + points[self._subjects]))
            for points in (without, given)
        )
        self._before = self._span(condition.threshold)

    def move(self, threshold: str) -> Moved:
        """Return what the threshold at another place would change.

        Args:
            threshold: Decimal text, at most five decimals.
        """
        (first, last), (start, end) = self._before, self._span(threshold)
        gained = [slice(start, min(end, first)), slice(max(start, last), end)]
        lost = [slice(first, min(last, start)), slice(max(first, end), last)]
        gained, lost = ([one for one in found if one.start < one.stop] for found in (gained, lost))
        return Moved(
            _joined_parts(self._subjects, [*gained, *lost]),
            np.concatenate([_joined_parts(self._gain, gained), -_joined_parts(self._gain, lost)]),
            np.concatenate([_joined_parts(self._without, gained), _joined_parts(self._given, lost)]),
            np.concatenate([_joined_parts(self._given, gained), _joined_parts(self._without, lost)]),
        )

    def _span(self, threshold: str) -> tuple[int, int]:
        """Return where those stand who meet the comparison with a threshold; the end is not inside."""
        asked = interval(self.condition.operator, threshold, self._scale)
        start, end = np.searchsorted(self._values, [asked.lowest, asked.highest + 1]).tolist()
        return start, max(start, end)


def _joined_parts(values: Integers, parts: list[slice]) -> Integers:
    return (
        values[parts[0]] if len(parts) == 1 else np.concatenate([values[:0], *(values[one] for one in parts)])
    )


def _decided_by(stack: Stack, rule: int, place: int) -> Packed:
    """Return for whom a band holds exactly when one of its comparisons does.

    Clauses know no negation, so whoever a comparison that holds does not help, it cannot harm either.
    """
    rows: list[Packed] = []
    shared = cast("Formula | int", stack.plan.plan.formulas[rule])
    formula = _one_by_one(shared, list(stack.bitmaps.conditions), rows)
    found = []
    for row in (everyone(stack.bitmaps.count), np.zeros_like(rows[place])):
        rows[place] = row
        found.append(np.empty_like(row))
        combine(formula, rows, found[-1])
    return found[0] & ~found[1]


def _one_by_one(formula: Formula | int, shared: Sequence[Packed], rows: list[Packed]) -> Formula | int:
    """Number comparisons in reading order and collect a row for each: equal ones do not move together."""
    if isinstance(formula, int):
        rows.append(shared[formula])
        return len(rows) - 1
    return Formula(formula.mode, tuple(_one_by_one(member, shared, rows) for member in formula.members))


def _points_with_and_without(stack: Stack, rule: int) -> tuple[int, Integers, Integers]:
    """Return the line of a band, and the line's points of everybody without the band and with it."""
    lines = [line for line, content in enumerate(stack.plan.book.lines) for _ in content.bands]
    line, first = lines[rule], lines.index(lines[rule])
    content = stack.plan.book.lines[line]
    rows = stack.bitmaps.fired[first : first + len(content.bands)].copy()
    place = rule - first
    rows[place] = 0
    others = Bitmaps(stack.bitmaps.count, rows, rows[:0]).first_hit().astype(np.int64)
    table = stack.plan.points_table(content, stack.patterns.weights[:, line])
    # The place −1, no band, finds the last column.
    width = table.shape[1]
    start = stack.patterns.of * width
    with_band = np.where((others >= 0) & (others < place), others, place)
    points = table.reshape(-1)
    return line, points.take(start + others % width), points.take(start + with_band)
