"""Monthly series in columns, with the months nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rules.errors import FactError
from rules.months import MONTHS_PER_YEAR, Month

if TYPE_CHECKING:
    from collections.abc import Sequence

Integers = NDArray[np.int64]
Wide = NDArray[Any]
"""Whole numbers: int64, or Python integers where 64 bits would not do."""
Booleans = NDArray[np.bool_]
MOST_EXACT = 1 << 62


@dataclass(frozen=True, slots=True)
class SeriesTable:
    """Series over the same months.

    Attributes:
        first: Month of the first column.
        values: Shape (series, months), minor units or whole units, 0 where unknown; int64, or Python integers
            where they do not fit.
        known: The same shape; False where nobody knows.
        groups: Group of each series, any whole number: those that share an index and are judged together.
    """

    first: Month
    values: Wide
    known: Booleans
    groups: Integers

    def __post_init__(self) -> None:
        if self.values.shape != self.known.shape or self.groups.shape != self.values.shape[:1]:
            shapes = f"{self.values.shape}, {self.known.shape}, {self.groups.shape}"
            raise FactError(f"values, known and groups do not belong together: {shapes}")
        if self.values.ndim != 2 or not self.values.shape[1]:  # noqa: PLR2004  series and months
            raise FactError("a series has at least one month")

    @classmethod
    def filled(
        cls, first: Month, values: Integers, present: Booleans, active: Booleans, groups: Integers
    ) -> SeriesTable:
        """Make a table from sums of lines.

        Args:
            first: Month of the first column.
            values: Sums of the months with lines.
            present: Whether a month has lines.
            active: Whether the account was active in a month: without lines it then sold 0.
            groups: Group of each series.

        Raises:
            FactError: The shapes do not belong together.
        """
        if not values.shape == present.shape == active.shape:
            raise FactError(
                f"values, present and active differ: {values.shape}, {present.shape}, {active.shape}"
            )
        return cls(first, np.where(present, values, 0), present | active, groups)

    @classmethod
    def of(
        cls, first: Month, rows: Sequence[Sequence[int | None]], groups: Sequence[int] = ()
    ) -> SeriesTable:
        """Make a table from rows of numbers, None where unknown; one group unless groups are given."""
        values = [[0 if number is None else number for number in row] for row in rows]
        known = [[number is not None for number in row] for row in rows]
        return cls(
            first,
            np.array(values, np.int64).reshape(len(rows), -1),
            np.array(known, np.bool_).reshape(len(rows), -1),
            np.array(groups or [0] * len(rows), np.int64),
        )

    @property
    def months(self) -> int:
        """Number of months."""
        return int(self.values.shape[1])

    @property
    def next_month(self) -> Month:
        """The month after the last one: the first that can be forecast."""
        return self.first.shift(self.months)

    def calendar(self, begin: int, end: int) -> Integers:
        """Return the calendar month, 0 for January, of columns from ``begin`` to before ``end``."""
        return (np.arange(begin, end) + self.first.first_on.month - 1) % MONTHS_PER_YEAR

    def until(self, months: int) -> SeriesTable:
        """Return the first so many months: what was known at an origin."""
        return replace(self, values=self.values[:, :months], known=self.known[:, :months])

    def pooled(self) -> SeriesTable:
        """Return one series per group, in order of the groups: the sum of members known in every month.

        A group without such a member is unknown in every month.
        """
        names, place = np.unique(self.groups, return_inverse=True)
        whole = self.known.all(axis=1)
        members = widened(self.values, len(self.values))[whole]
        total = np.zeros((len(names), self.months), members.dtype)
        np.add.at(total, place[whole], members)
        counted = np.bincount(place[whole], minlength=len(names)) > 0
        known = np.repeat(counted[:, None], self.months, axis=1)
        return SeriesTable(self.first, total, known, names)


def widened(values: Wide, factor: int) -> Wide:
    """Return the values as Python integers if so many times the largest does not fit 64 bits."""
    largest = max(int(values.max(initial=0)), -int(values.min(initial=0)))
    return values.astype(object) if largest * factor >= MOST_EXACT else values


def nearest(numerators: Wide, denominators: Wide | int) -> Wide:
    """Divide and round to the nearest whole number, halves up; denominators are above 0."""
    return np.asarray((2 * numerators + denominators) // (2 * denominators))
