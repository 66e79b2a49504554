"""Rehearsal: what a version would have done to months that have passed, next to another version.

Both versions are applied to the same months from the first to the last, each with the grades it gave itself,
so that kept grades count. Pure: the same snapshots and books give the same figures everywhere. The figures in
words: docs/algorithms/rehearsal.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rules.facts import FactTable
from rules.months import Month
from rules.reading import GRADE_NAMES
from rules.rulebook import Rulebook
from rules.sheets.cliffs import MARGIN_BP, Cliff, band_cliffs, grade_cliffs
from rules.sheets.columns import NO_GRADE, Standing, columns_of
from rules.sheets.history import History, score_history
from rules.sheets.scores import Integers, Scores, SheetPlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.sheets.columns import Column

HELD = ""
"""The grade of who is left to a person."""
Programme = Callable[[Rulebook, FactTable, Scores], NDArray[np.int64]]
"""Money of every subject of a month in minor units, under a version's scores."""
LISTED = 20
BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Sides:
    """A sum under the base and under the candidate."""

    base: int
    candidate: int

    @property
    def difference(self) -> int:
        """Candidate less base."""
        return self.candidate - self.base


@dataclass(frozen=True, slots=True)
class GroupImpact:
    """What changes for the subjects of one group.

    Attributes:
        key: Value of the group, for example a region.
        subjects: Subjects in it.
        better: Subjects better off.
        worse: Subjects worse off.
        points_milli: Difference of all points of all months.
        money_minor: Difference of all money of all months; 0 without a programme.
    """

    key: str
    subjects: int
    better: int
    worse: int
    points_milli: int
    money_minor: int


@dataclass(frozen=True, slots=True)
class Change:
    """What changes for one subject over all months.

    Attributes:
        subject: Key in the snapshots.
        raised: Months with a better grade than under the base.
        lowered: Months with a worse grade.
        points_milli: Difference of points.
        money_minor: Difference of money; 0 without a programme.
    """

    subject: str
    raised: int
    lowered: int
    points_milli: int
    money_minor: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What a candidate would have changed.

    A subject is better or worse off by its money over all months where a programme is given, by its points
    otherwise.

    Attributes:
        months: Months that were compared, oldest first.
        subjects: Different subjects.
        cases: Subject-months.
        grades: Names of the rows and columns of ``moves``, best first, ``HELD`` last.
        moves: Subject-months by grade under the base (rows) and under the candidate (columns).
        points_milli: Sum of all points.
        money_minor: Sum of all money; None without a programme.
        better: Subjects better off.
        worse: Subjects worse off.
        groups: Per grouping, its groups in key order.
        winners: Who gains most, the most first; at most ``LISTED``.
        losers: Who loses most, the most first; at most ``LISTED``.
        cliffs: Thresholds and grade edges of the candidate with who stands close to them.
    """

    months: tuple[Month, ...]
    subjects: int
    cases: int
    grades: tuple[str, ...]
    moves: tuple[tuple[int, ...], ...]
    points_milli: Sides
    money_minor: Sides | None
    better: int
    worse: int
    groups: Mapping[str, tuple[GroupImpact, ...]]
    winners: tuple[Change, ...]
    losers: tuple[Change, ...]
    cliffs: tuple[Cliff, ...]

    @property
    def grade_counts(self) -> tuple[Sides, ...]:
        """Subject-months per grade of ``grades``."""
        columns = zip(*self.moves, strict=True)
        return tuple(Sides(sum(row), sum(column)) for row, column in zip(self.moves, columns, strict=True))

    @property
    def worse_bp(self) -> int:
        """Share of subjects worse off in basis points, cut; 0 when there are none."""
        return self.worse * BASIS_POINTS // self.subjects if self.subjects else 0


def per_grade(amounts: Mapping[str, int]) -> Programme:
    """Return a programme that pays an amount in minor units for every month with a grade; others pay 0."""

    def pay(book: Rulebook, _: FactTable, scores: Scores) -> NDArray[np.int64]:
        # The last entry is found by NO_GRADE: nothing is paid while a person decides.
        paid = [*(amounts.get(step.grade, 0) for step in book.grades), 0]
        return np.array(paid, np.int64)[scores.grade]

    return pay


def simulate(
    base: Rulebook,
    candidate: Rulebook,
    history: History,
    *,
    programme: Programme | None = None,
    groups: Mapping[str, Mapping[str, str]] | None = None,
    keeping: bool = True,
    margin_bp: int = MARGIN_BP,
) -> Impact:
    """Compare two versions over the months of a history.

    Args:
        base: What the months are compared with.
        candidate: What might come into force.
        history: The months.
        programme: What grades and scores are worth; None leaves money out.
        groups: Groupings by name, each the group of a subject; a subject without one is in "".
        keeping: Whether grades are kept; without it each month stands alone, as for a slider.
        margin_bp: How close to a threshold counts as close, in basis points.

    Raises:
        RulebookError: A book has problems.
        FactError: A book scores another kind of subject, or an input that must be there is missing.
    """
    plans = SheetPlan(base), SheetPlan(candidate)
    sides = [score_history(plan, history, keeping=keeping) for plan in plans]
    totals = _Totals(history, plans, sides, programme)
    grades = _grade_names(base, candidate)
    return Impact(
        months=tuple(table.month for table in history.tables),
        subjects=len(history.subjects),
        cases=history.cases,
        grades=grades,
        moves=_moves(grades, plans, sides),
        points_milli=Sides(*(_sum(side) for side in totals.points)),
        money_minor=Sides(*(_sum(side) for side in totals.money)) if programme else None,
        better=int(np.count_nonzero(totals.gain > 0)),
        worse=int(np.count_nonzero(totals.gain < 0)),
        groups={name: totals.group(keys) for name, keys in (groups or {}).items()},
        winners=totals.extremes(-totals.gain),
        losers=totals.extremes(totals.gain),
        cliffs=(
            *grade_cliffs(candidate, [scores.points for scores in sides[1]], margin_bp),
            *band_cliffs(candidate, _columns(candidate, history), margin_bp),
        ),
    )


def _columns(book: Rulebook, history: History) -> list[dict[str, Column]]:
    return [columns_of(book, table, Standing.none(len(table.subjects))) for table in history.tables]


def _grade_names(base: Rulebook, candidate: Rulebook) -> tuple[str, ...]:
    known = {step.grade for step in (*candidate.grades, *base.grades)}
    return (*(grade for grade in GRADE_NAMES if grade in known), HELD)


def _moves(
    grades: tuple[str, ...], plans: tuple[SheetPlan, SheetPlan], sides: Sequence[tuple[Scores, ...]]
) -> tuple[tuple[int, ...], ...]:
    size = len(grades)
    before, after = (
        np.array([*(grades.index(step.grade) for step in plan.book.grades), size - 1], np.int64)
        for plan in plans
    )
    counts = np.zeros(size * size, np.int64)
    for old, new in zip(*sides, strict=True):
        counts += np.bincount(before[old.grade] * size + after[new.grade], minlength=size * size)
    return tuple(tuple(row) for row in counts.reshape(size, size).tolist())


def _sum(values: Integers) -> int:
    """Add up exactly, whatever the sum needs."""
    return sum(values.tolist())


class _Totals:
    """Points and money of every subject over all months, under both versions."""

    def __init__(
        self,
        history: History,
        plans: tuple[SheetPlan, SheetPlan],
        sides: Sequence[tuple[Scores, ...]],
        programme: Programme | None,
    ) -> None:
        self.history = history
        self.points = [self._zeros(), self._zeros()]
        self.money = [self._zeros(), self._zeros()]
        self.raised, self.lowered = self._zeros(), self._zeros()
        months = zip(history.tables, history.places, *sides, strict=True)
        for table, places, *pair in months:
            for side, (plan, scores) in enumerate(zip(plans, pair, strict=True)):
                self.points[side][places] += scores.points
                if programme:
                    self.money[side][places] += programme(plan.book, table, scores)
            step = _better_by(plans, pair)
            self.raised[places] += step > 0
            self.lowered[places] += step < 0
        self.gained_points = self.points[1] - self.points[0]
        self.gained_money = self.money[1] - self.money[0]
        self.gain = self.gained_money if programme else self.gained_points

    def _zeros(self) -> Integers:
        return np.zeros(len(self.history.subjects), np.int64)

    def group(self, keys: Mapping[str, str]) -> tuple[GroupImpact, ...]:
        """Add up by the group of each subject."""
        members = np.array([keys.get(subject, "") for subject in self.history.subjects], dtype=object)
        found = []
        for key in sorted(set(members.tolist())):
            mine = members == key
            found.append(
                GroupImpact(
                    key,
                    int(mine.sum()),
                    int(np.count_nonzero(self.gain[mine] > 0)),
                    int(np.count_nonzero(self.gain[mine] < 0)),
                    _sum(self.gained_points[mine]),
                    _sum(self.gained_money[mine]),
                )
            )
        return tuple(found)

    def extremes(self, loss: Integers) -> tuple[Change, ...]:
        """List those with the smallest number first, as long as it is below 0; equal ones by key."""
        order = np.argsort(loss, kind="stable")[:LISTED]
        return tuple(self._change(place) for place in order.tolist() if loss[place] < 0)

    def _change(self, place: int) -> Change:
        return Change(
            self.history.subjects[place],
            int(self.raised[place]),
            int(self.lowered[place]),
            int(self.gained_points[place]),
            int(self.gained_money[place]),
        )


def _better_by(plans: tuple[SheetPlan, SheetPlan], pair: Sequence[Scores]) -> Integers:
    """Return by how many grades the candidate is better; 0 where either leaves it to a person."""
    grades = _grade_names(plans[0].book, plans[1].book)
    ranks = [
        np.array([*(grades.index(step.grade) for step in plan.book.grades), 0], np.int64)[scores.grade]
        for plan, scores in zip(plans, pair, strict=True)
    ]
    decided = (pair[0].grade != NO_GRADE) & (pair[1].grade != NO_GRADE)
    return np.where(decided, ranks[0] - ranks[1], 0)
