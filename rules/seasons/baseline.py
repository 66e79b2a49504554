"""The baseline of every series by the method its group chose, with a range from the hold-out errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rules.money import BASIS_POINTS
from rules.months import Month
from rules.seasons.series import Booleans, Integers, SeriesTable, nearest, widened

if TYPE_CHECKING:
    from rules.kpis import Locale
    from rules.seasons.comparison import Comparison
    from rules.seasons.methods import BaselineMethod

MOST_RANGE_BP = 100_000


@dataclass(frozen=True, slots=True)
class BaselineTable:
    """Natural sales of the months after a history.

    Attributes:
        first: Month of the first column.
        values: Shape (series, months ahead), int64; 0 where unknown. Negative forecasts count as 0.
        known: The same shape.
        low: Lower end of the range; the value itself where no range is known.
        high: Upper end of the range.
        ranged: Whether a series' group has a range.
        methods: Code of the method of each series.
    """

    first: Month
    values: Integers
    known: Booleans
    low: Integers
    high: Integers
    ranged: Booleans
    methods: tuple[str, ...]


def baseline(history: SeriesTable, comparison: Comparison, ahead: int) -> BaselineTable:
    """Forecast every series with the method its group chose.

    Args:
        history: The series that were compared, over all their months.
        comparison: What ``compare`` said about them.
        ahead: Months to forecast, 1 or more.
    """
    count = len(history.values)
    values, known = np.zeros((count, ahead), np.int64), np.zeros((count, ahead), np.bool_)
    low, high, ranged = values.copy(), values.copy(), np.zeros(count, np.bool_)
    names = np.full(count, "", object)
    by_code = {method.code: method.forecast(history, ahead) for method in comparison.methods}
    for group, verdict in comparison.groups.items():
        members = history.groups == group
        found = by_code[verdict.chosen]
        made = np.maximum(found.values[members], 0)
        values[members], known[members], names[members] = made, found.known[members], verdict.chosen
        low[members], high[members] = made, made
        if verdict.low_bp is not None and verdict.high_bp is not None:
            ranged[members] = True
            low[members] = _times(made, min(verdict.low_bp, BASIS_POINTS))
            high[members] = _times(made, max(verdict.high_bp, BASIS_POINTS))
    return BaselineTable(history.next_month, values, known, low, high, ranged, tuple(names.tolist()))


def baseline_words(
    history: SeriesTable, comparison: Comparison, place: int, ahead: int, locale: Locale
) -> dict[str, str]:
    """Say how every method comes to its number for one series, by code; empty text where it has none."""
    methods: tuple[BaselineMethod, ...] = comparison.methods
    return {method.code: method.words(history, place, ahead, locale) for method in methods}


def _times(values: Integers, rate_bp: int) -> Integers:
    """Multiply by a rate between 0 and 10, to the nearest."""
    bounded = min(max(rate_bp, 0), MOST_RANGE_BP)
    return np.asarray(nearest(widened(values, 4 * MOST_RANGE_BP) * bounded, BASIS_POINTS), np.int64)
