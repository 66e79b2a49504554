"""What a moved threshold would change, without deciding everyone anew.

Only the moved condition is compared again, and only the rules that name it are combined again from the rows
of the other conditions. The answer is that of a full run of the changed rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rules.bitmaps import Bitmaps, count_bits
from rules.columns import Packed, everyone, unpack
from rules.decisions.matching import interval
from rules.vector import combine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rules.columns import Columns
    from rules.vector import Formula, Plan


@dataclass(frozen=True, eq=False)
class Impact:
    """What moving a threshold changes.

    Attributes:
        before: Outcome with the threshold where it was.
        condition: Number of the moved condition.
        held: Packed row of the condition with the threshold moved.
        fired: Packed rows, with the threshold moved, of the rules that it may change.
        gained: Per such rule the number of subjects for which it fires now and did not before.
        lost: Per such rule the number of subjects for which it fired and no longer does.
    """

    before: Bitmaps
    condition: int
    held: Packed
    fired: Mapping[int, Packed]
    gained: Mapping[int, int]
    lost: Mapping[int, int]

    def points(self, points: Sequence[int]) -> int:
        """Return the change of the sum of all subjects' points, exactly.

        Args:
            points: Points of each rule, any whole numbers.
        """
        return sum(points[rule] * (self.gained[rule] - self.lost[rule]) for rule in self.fired)

    @cached_property
    def changed(self) -> NDArray[np.int64]:
        """Positions of the subjects for which a rule fires now and did not, or the reverse, rising."""
        different = np.zeros_like(self.held)
        for rule, row in self.fired.items():
            different |= row ^ self.before.fired[rule]
        return np.flatnonzero(unpack(different, self.before.count))

    def points_of_changed(self, points: Sequence[int]) -> NDArray[np.int64]:
        """Return the change of the points of each changed subject.

        Args:
            points: Points of each rule; they and their sums fit 64 bits.
        """
        subjects = self.changed
        change = np.zeros(len(subjects), np.int64)
        for rule, row in self.fired.items():
            now, before = _bits(row, subjects), _bits(self.before.fired[rule], subjects)
            change += (now - before) * np.int64(points[rule])
        return change

    def after(self) -> Bitmaps:
        """Return the whole outcome with the threshold moved: what a full run of the changed rules gives.

        The explanation has the conditions of the plan in its order. In the place of the moved one it tells
        whether it holds with the threshold moved, also when other rules keep it where it was.
        """
        fired, conditions = self.before.fired.copy(), self.before.conditions.copy()
        conditions[self.condition] = self.held
        for rule, row in self.fired.items():
            fired[rule] = row
        return Bitmaps(self.before.count, fired, conditions)


class Slider:
    """One threshold that can be moved over the subjects of a plan.

    Args:
        plan: The rules.
        columns: The subjects.
        condition: Number of a condition of the plan, one that compares a number.
        before: Outcome of the plan for these subjects, if it is known already.
        rules: Rules whose threshold moves; all that name the condition when left out.

    Raises:
        ValueError: The condition has no threshold.
    """

    def __init__(
        self,
        plan: Plan,
        columns: Columns,
        condition: int,
        *,
        before: Bitmaps | None = None,
        rules: Sequence[int] | None = None,
    ) -> None:
        moved = plan.conditions[condition]
        self._variable = plan.ruleset.variables[moved.name]
        if self._variable.kind != "numeric":
            raise ValueError(f"{moved.name!r} {moved.operator} has no threshold")
        self._plan, self._columns, self._condition = plan, columns, condition
        self._operator = moved.operator
        self.before = plan.run(columns) if before is None else before
        self._formulas = {
            rule: formula
            for rule, formula in enumerate(plan.formulas)
            if formula is not None and _names(formula, condition) and (rules is None or rule in rules)
        }
        self._rows = list(self.before.conditions)
        self._otherwise = plan.formulas.index(None) if None in plan.formulas else None
        self._free = self._not_fired_by_others()

    def move(self, threshold: str) -> Impact:
        """Return what the threshold at another place would change.

        Args:
            threshold: Decimal text, at most five decimals.
        """
        test = interval(self._operator, threshold, self._variable.scale)
        held = self._plan.row(self._columns, self._variable.name, test)
        rows = list(self._rows)
        rows[self._condition] = held
        fired: dict[int, Packed] = {}
        for rule, formula in self._formulas.items():
            fired[rule] = np.empty_like(held)
            combine(formula, rows, fired[rule])
        if self._otherwise is not None:
            unfired = self._free.copy()
            for row in fired.values():
                unfired &= ~row
            fired[self._otherwise] = unfired
        return self._impact(held, fired)

    def _impact(self, held: Packed, fired: dict[int, Packed]) -> Impact:
        gained, lost = {}, {}
        for rule, row in fired.items():
            different = row ^ self.before.fired[rule]
            gained[rule] = count_bits(different & row)
            lost[rule] = count_bits(different) - gained[rule]
        return Impact(self.before, self._condition, held, fired, gained, lost)

    def _not_fired_by_others(self) -> Packed:
        """Return the subjects for whom no rule fires that the threshold leaves alone."""
        free = everyone(self.before.count)
        for rule, row in enumerate(self.before.fired):
            if rule not in self._formulas and rule != self._otherwise:
                free &= ~row
        return free


def _names(formula: Formula | int, condition: int) -> bool:
    if isinstance(formula, int):
        return formula == condition
    return any(_names(member, condition) for member in formula.members)


def _bits(row: Packed, subjects: NDArray[np.int64]) -> NDArray[np.int64]:
    bits: Packed = row[subjects >> 3] >> (subjects & 7).astype(np.uint8) & 1
    return bits.astype(np.int64)
