"""Which baseline method would have been wrong least: rolling origins over the last months, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from rules.errors import FactError
from rules.money import BASIS_POINTS, divide
from rules.seasons.methods import METHODS, BaselineMethod
from rules.seasons.series import Booleans, Integers, SeriesTable, Wide, nearest, widened

if TYPE_CHECKING:
    from collections.abc import Sequence

TENTH = 10


@dataclass(frozen=True, slots=True)
class MethodError:
    """What a method got wrong over one group or one series.

    Attributes:
        method: Code of the method.
        points: Forecasts that were compared; the same for every method.
        absolute: Σ |forecast − actual|.
        signed: Σ (forecast − actual).
        actual: Σ |actual|.
    """

    method: str
    points: int
    absolute: int
    signed: int
    actual: int

    @property
    def wape_bp(self) -> int | None:
        """Weighted absolute percentage error in basis points; None without sales."""
        return divide(self.absolute * BASIS_POINTS, self.actual) if self.actual else None

    @property
    def bias_bp(self) -> int | None:
        """Bias in basis points, above 0 when forecasts were too high; None without sales."""
        return divide(self.signed * BASIS_POINTS, self.actual) if self.actual else None


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """What a group's hold-out says.

    Attributes:
        errors: One per method, in their order.
        chosen: Code of the method with the lowest error; the first method where too few.
        too_few: Whether there are too few points to choose.
        low_bp: Actual ÷ forecast of the chosen method that nine tenths exceed, 10,000 = 1; None when too few.
        high_bp: The same that one tenth exceeds.
        range_points: Points behind the range: those with a forecast above 0.
    """

    errors: tuple[MethodError, ...]
    chosen: str
    too_few: bool
    low_bp: int | None
    high_bp: int | None
    range_points: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Methods side by side.

    Attributes:
        methods: Methods in their order, the yardstick first.
        groups: Verdict by group.
        points: Points of each series.
        absolute: Shape (methods, series), Σ |forecast − actual|.
        signed: The same without the bars.
        actual: Σ |actual| of each series.
    """

    methods: tuple[BaselineMethod, ...]
    groups: Mapping[int, GroupVerdict]
    points: Integers
    absolute: Wide
    signed: Wide
    actual: Wide

    def of_series(self, place: int) -> tuple[MethodError, ...]:
        """Return the errors of one series, one per method."""
        return tuple(
            MethodError(
                method.code,
                int(self.points[place]),
                int(self.absolute[row, place]),
                int(self.signed[row, place]),
                int(self.actual[place]),
            )
            for row, method in enumerate(self.methods)
        )


@dataclass(frozen=True, slots=True)
class _Points:
    """Every held-out point: forecasts of shape (methods, series, points), actuals and what counts."""

    forecasts: Wide
    actual: Wide
    counted: Booleans


def compare(
    table: SeriesTable,
    methods: Sequence[BaselineMethod] = METHODS,
    hold_out: int = 6,
    ahead: int = 3,
    least_points: int = 20,
) -> Comparison:
    """Hold out the last months and let every method forecast them.

    Args:
        table: Series with their groups.
        methods: At least one; the first is the yardstick.
        hold_out: Months held out, fewer than the table has.
        ahead: Months forecast from each origin, as far as they were held out.
        least_points: Fewer points of a group are too few to choose.

    Raises:
        FactError: Nothing is left to learn from, no method, or a method whose forecasts have another shape.
    """
    if not 0 < hold_out < table.months or ahead < 1 or not methods:
        raise FactError(f"{table.months} months cannot hold out {hold_out} and forecast {ahead}")
    points = _held_out(table, methods, hold_out, ahead)
    counted = points.counted
    actual = np.where(counted, np.abs(points.actual), 0).sum(axis=1)
    off = np.where(counted, points.forecasts - points.actual, 0)
    absolute, signed = np.abs(off).sum(axis=2), off.sum(axis=2)
    per_series = counted.sum(axis=1)
    verdicts = {}
    for group in np.unique(table.groups).tolist():
        members = np.flatnonzero(table.groups == group)
        errors = tuple(
            MethodError(
                method.code,
                int(per_series[members].sum()),
                sum(absolute[row, members].tolist()),
                sum(signed[row, members].tolist()),
                sum(actual[members].tolist()),
            )
            for row, method in enumerate(methods)
        )
        verdicts[group] = _verdict(points, members, errors, least_points)
    groups = MappingProxyType(verdicts)
    return Comparison(tuple(methods), groups, per_series, absolute, signed, actual)


def _held_out(table: SeriesTable, methods: Sequence[BaselineMethod], hold_out: int, ahead: int) -> _Points:
    """Let every method forecast from every origin."""
    forecasts, actual, counted = [], [], []
    values = widened(table.values, 4 * hold_out * ahead)
    for origin in range(table.months - hold_out, table.months):
        steps = min(ahead, table.months - origin)
        history = table.until(origin)
        made = [method.forecast(history, steps) for method in methods]
        for method, found in zip(methods, made, strict=True):
            if found.values.shape != (len(values), steps) or found.known.shape != found.values.shape:
                raise FactError(f"{method.code}: forecasts of shape {found.values.shape}")
        known = np.logical_and.reduce([found.known for found in made])
        forecasts.append(np.stack([found.values for found in made]))
        actual.append(values[:, origin : origin + steps])
        counted.append(known & table.known[:, origin : origin + steps])
    return _Points(
        np.concatenate(forecasts, axis=2), np.concatenate(actual, axis=1), np.concatenate(counted, axis=1)
    )


def _verdict(
    points: _Points, members: Integers, errors: tuple[MethodError, ...], least_points: int
) -> GroupVerdict:
    too_few = errors[0].points < max(least_points, 1)
    best = 0 if too_few else min(range(len(errors)), key=lambda row: errors[row].absolute)
    forecasts = points.forecasts[best, members]
    counted = points.counted[members] & (forecasts > 0)
    made, seen = forecasts[counted], points.actual[members][counted]
    ratios = np.sort(nearest(widened(seen, 4 * BASIS_POINTS) * BASIS_POINTS, made))
    cut, last = len(ratios) // TENTH, len(ratios) - 1
    enough = len(ratios) >= max(least_points, 1)
    return GroupVerdict(
        errors,
        errors[best].method,
        too_few,
        int(ratios[cut]) if enough else None,
        int(ratios[last - cut]) if enough else None,
        len(ratios),
    )
