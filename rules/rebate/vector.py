"""Every account at once, line by line what ``calculate`` gives.

Numbers are 64 bits wide where a bound proves that to be enough, else Python integers of any size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rules.errors import FactError
from rules.money import BASIS_POINTS
from rules.rebate.calculation import require_decided
from rules.rebate.program import Program
from rules.rebate.rounding import divide_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.rebate.model import BasisValue, Component, Stacking, Terms

Whole = NDArray[Any]
"""Whole numbers: int64, or Python integers in an object array."""
HIGHEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class BasisColumn:
    """What was measured for many accounts and one component; entries as in ``BasisValue``.

    Attributes:
        value: Minor units or units.
        compare: The year before, or all goods; None where the measure compares nothing.
        compared: Where a comparison is known; None means everywhere.
        months_with_orders: Months with an order; None means none.
        missing: Where the measure is not available; None means nowhere.
        months: Months of the window that have passed, the same for all; None for the whole period.
    """

    value: Whole
    compare: Whole | None = None
    compared: NDArray[np.bool_] | None = None
    months_with_orders: NDArray[np.int64] | None = None
    missing: NDArray[np.bool_] | None = None
    months: int | None = None

    @classmethod
    def of(cls, values: Sequence[BasisValue]) -> BasisColumn:
        """Put values into a column.

        Raises:
            FactError: They differ in the months that have passed.
        """
        if len({value.months for value in values}) > 1:
            raise FactError("one column holds values after the same number of months")
        return cls(
            whole_numbers([value.value for value in values]),
            whole_numbers([value.compare or 0 for value in values]),
            np.array([value.compare is not None for value in values], np.bool_),
            np.array([value.months_with_orders for value in values], np.int64),
            np.array([value.missing for value in values], np.bool_),
            values[0].months if values else None,
        )


@dataclass(frozen=True, slots=True)
class TermsColumn:
    """What the conditions decided for many accounts; entries as in ``Terms``.

    Attributes:
        table: Names of tier tables, None for a line's own; None means that everywhere.
    """

    eligible: NDArray[np.bool_]
    multiplier_bp: NDArray[np.int64]
    reduction_bp: NDArray[np.int64]
    table: NDArray[Any] | None = None

    @classmethod
    def of(cls, terms: Sequence[Terms]) -> TermsColumn:
        """Put terms into a column."""
        return cls(
            np.array([one.eligible for one in terms], np.bool_),
            np.array([one.multiplier_bp for one in terms], np.int64),
            np.array([one.reduction_bp for one in terms], np.int64),
            np.array([one.table for one in terms], object) if any(one.table for one in terms) else None,
        )


@dataclass(frozen=True, slots=True)
class Calculations:
    """What many accounts earn.

    Attributes:
        program: The version they were calculated by.
        amounts: Amount of each line in minor units, by component.
        tiers: Number of the tier reached, from 1, 0 for none, by component.
        total: Sum of the lines.
    """

    program: Program
    amounts: Mapping[str, Whole]
    tiers: Mapping[str, NDArray[np.int64]]
    total: Whole


def whole_numbers(values: Sequence[int]) -> Whole:
    """Return integers as int64, or as an object array where one does not fit."""
    try:
        return np.array(values, np.int64)
    except OverflowError:
        return np.array(values, object)


def calculate_many(
    program: Program,
    columns: Mapping[str, BasisColumn],
    grades: Sequence[str | None] | None = None,
    terms: TermsColumn | None = None,
) -> Calculations:
    """Calculate every account; line by line equal to ``calculate``.

    Args:
        program: A sound programme.
        columns: One per component, all of one length.
        grades: Grade of each account; None for no grades.
        terms: What the conditions decided; may be left out where the programme has none.

    Raises:
        RulebookError: The programme has problems.
        FactError: Columns and components differ, columns differ in length, or conditions nobody decided.
    """
    program.require_sound()
    names = {component.id for component in program.components}
    if wrong := sorted(names ^ columns.keys()):
        raise FactError(f"{program.name}: values and components differ: {', '.join(wrong)}")
    require_decided(program, terms)
    if len({len(column.value) for column in columns.values()}) > 1:
        raise FactError(f"{program.name}: the columns differ in length")
    lines = [
        _by_tables(program, component, columns[component.id], grades, terms)
        for component in program.components
    ]
    amounts = _stacked(program.stacking, [amount for amount, _ in lines])
    ids = [component.id for component in program.components]
    return Calculations(
        program,
        dict(zip(ids, amounts, strict=True)),
        dict(zip(ids, [reached for _, reached in lines], strict=True)),
        _sum(amounts),
    )


def _by_tables(
    program: Program,
    component: Component,
    column: BasisColumn,
    grades: Sequence[str | None] | None,
    terms: TermsColumn | None,
) -> tuple[Whole, NDArray[np.int64]]:
    """Return amounts and tiers reached of one line, each account by the tiers its terms choose."""
    own = _Line(program, component, column, grades, terms)
    amounts, reached = own.amounts(), own.reached
    if terms is None or terms.table is None:
        return amounts, reached
    for name in component.tables or {}:
        here = np.asarray(terms.table == name, np.bool_)
        other = _Line(program, component.using(name), column, grades, terms)
        amounts, reached = np.where(here, other.amounts(), amounts), np.where(here, other.reached, reached)
    return amounts, reached


class _Line:
    """One component over all accounts."""

    def __init__(
        self,
        program: Program,
        component: Component,
        column: BasisColumn,
        grades: Sequence[str | None] | None,
        terms: TermsColumn | None,
    ) -> None:
        self._component, self._rounding = component, program.rounding
        self._months = program.window_months(component) if column.months is None else column.months
        self._column = column
        self._factors = self._factors_of(grades, terms)
        self._denominator = BASIS_POINTS ** len(self._factors)
        if component.mode != "step" and component.basis.measure != "quantity":
            self._denominator *= BASIS_POINTS
        kind = np.int64 if self._bound() <= HIGHEST else object
        self._value = column.value.astype(kind, copy=False)
        self._compare: Any = 0 if column.compare is None else column.compare.astype(kind, copy=False)
        self._factors = [factor.astype(kind, copy=False) for factor in self._factors]
        self.reached = self._reached(terms)

    def _factors_of(
        self, grades: Sequence[str | None] | None, terms: TermsColumn | None
    ) -> list[NDArray[Any]]:
        """Return what lines are multiplied by, in basis points each."""
        factors: list[NDArray[Any]] = []
        by_grade = self._component.multiplier
        if by_grade is not None:
            found = grades or [None] * len(self._column.value)
            factors.append(
                np.array([by_grade.get(grade, BASIS_POINTS) if grade else BASIS_POINTS for grade in found])
            )
        if terms is not None:
            factors += [terms.multiplier_bp, BASIS_POINTS - terms.reduction_bp]
        return factors

    def _bound(self) -> int:
        """Return a number that nothing in the arithmetic of this line exceeds in size."""
        component, column = self._component, self._column
        value, compare = _size(column.value), _size(column.compare)
        edges = max(tier.from_ for tier in component.tiers)
        given = max(tier.given for tier in component.tiers)
        limits = max(component.cap_minor or 0, component.floor_minor or 0)
        money: int = max((value + compare + edges) * max(given, 1), given)
        for factor in self._factors:
            money = money * max(_size(factor), 1)
        largest: int = max(
            money, limits * self._denominator, self._denominator * self._rounding.quantum_minor
        )
        share: int = max((value + compare) * BASIS_POINTS, edges * compare)
        return max(2 * largest + 1, share)

    def _reached(self, terms: TermsColumn | None) -> NDArray[np.int64]:
        """Return the number of the tier reached, from 1; 0 for none."""
        component = self._component
        have: Any = self._value
        edges: list[Any] = [tier.from_ for tier in component.tiers]
        if component.by_share:
            part = have - self._compare if component.basis.measure == "growth" else have
            have, edges = part * BASIS_POINTS, [edge * self._compare for edge in edges]
        elif component.mode != "step":
            have = np.abs(have)
        inclusive = component.boundary == "inclusive"
        tiers = np.zeros(len(self._value), np.int64)
        for edge in edges:
            tiers += (have >= edge if inclusive else have > edge).astype(np.bool_, copy=False)
        for barred in self._barred(terms):
            tiers[barred] = 0
        return tiers

    def _barred(self, terms: TermsColumn | None) -> list[NDArray[np.bool_]]:
        """Return where a line pays nothing whatever its tiers say."""
        component, column, barred = self._component, self._column, []
        if column.missing is not None:
            barred.append(column.missing)
        if terms is not None:
            barred.append(~terms.eligible)
        if component.every_month and column.months_with_orders is not None:
            barred.append(column.months_with_orders < self._months)
        elif component.every_month and self._months:
            barred.append(np.ones(len(self._value), np.bool_))
        if component.by_share:
            nothing = np.asarray(self._compare <= 0, np.bool_)
            barred.append(np.broadcast_to(nothing, len(self._value)))
            if column.compared is not None:
                barred.append(~column.compared)
        return barred

    def amounts(self) -> Whole:
        """Return the rounded amount of every account."""
        numerator = self._earned()
        for factor in self._factors:
            numerator = numerator * factor
        component, denominator = self._component, self._denominator
        if component.floor_minor is not None:
            floor = component.floor_minor * denominator
            numerator = np.where((numerator > 0) & (numerator < floor), floor, numerator)
        if component.cap_minor is not None:
            cap = component.cap_minor * denominator
            numerator = np.maximum(np.minimum(numerator, cap), -cap)
        return divide_many(numerator, denominator, self._rounding.mode, self._rounding.quantum_minor)

    def _earned(self) -> Whole:
        component, tiers, kind = self._component, self.reached, self._value.dtype
        given = np.array([0, *(tier.given for tier in component.tiers)], kind)[tiers]
        if component.mode == "step":
            return given
        base = self._value - self._compare if component.pays_on == "increment" else self._value
        if component.mode == "retroactive":
            return np.asarray(base * given)
        slices = [(above.from_ - below.from_) * below.given for below, above in pairwise(component.tiers)]
        below = np.array([0, *accumulate(slices, initial=0)], kind)[tiers]
        edges = np.array([0, *(tier.from_ for tier in component.tiers)], kind)[tiers]
        return np.asarray(np.sign(base) * (below + (np.abs(base) - edges) * given))


def _size(numbers: Whole | None) -> int:
    if numbers is None or not len(numbers):
        return 0
    return max(abs(int(numbers.min())), abs(int(numbers.max())))


def _stacked(stacking: Stacking, amounts: list[Whole]) -> list[Whole]:
    """Leave only the lines that count, see ``calculation.stacked``."""
    if stacking == "sum":
        return amounts
    table = np.stack(amounts)
    if stacking == "exclusive":
        chosen = np.argmax(table != 0, axis=0)
    else:
        positive = table.max(axis=0) > 0
        chosen = np.where(positive, np.argmax(table, axis=0), np.argmin(table, axis=0))
    return [np.where(chosen == place, line, 0) for place, line in enumerate(amounts)]


def _sum(amounts: list[Whole]) -> Whole:
    fits = sum(map(_size, amounts)) <= HIGHEST
    total = np.zeros(len(amounts[0]), np.int64 if fits else object)
    for line in amounts:
        total = total + line
    return total.astype(np.int64) if fits else total
