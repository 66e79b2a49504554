"""Seasonal indices: ratio to the centred twelve-month moving average, normalised to an average of exactly 1.

Source: the classical decomposition, for example Hyndman and Athanasopoulos, Forecasting, 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rules.months import MONTHS_PER_YEAR
from rules.seasons.series import Booleans, Integers, SeriesTable, Wide, nearest, widened

MILLIONTHS = 1_000_000
YEAR_BP = 120_000
"""Sum of the twelve indices in basis points."""
HALF = MONTHS_PER_YEAR // 2
CENTRED = 2 * MONTHS_PER_YEAR
MOST_RATIO = MONTHS_PER_YEAR * MILLIONTHS


@dataclass(frozen=True, slots=True)
class SeasonalIndex:
    """Indices of many series.

    Attributes:
        bp: Shape (series, 12), January first, basis points; a known row adds up to 120,000, others are 0.
        known: Whether a series has an index.
        years: Shape (series, 12), ratios behind each index.
    """

    bp: Integers
    known: Booleans
    years: Integers


def season_ratios(table: SeriesTable) -> tuple[Integers, Booleans]:
    """Return each month's ratio to its centred average, in millionths, and where there is one.

    A ratio needs six known months on either side and an average above 0; it is kept between 0 and 12.
    """
    ratios = np.zeros(table.values.shape, np.int64)
    known = np.zeros(table.values.shape, np.bool_)
    if table.months <= MONTHS_PER_YEAR:
        return ratios, known
    values = widened(table.values, CENTRED * 2 * MILLIONTHS)
    averages = _window(values, MONTHS_PER_YEAR)
    averages = averages[:, :-1] + averages[:, 1:]
    whole = _window(table.known.astype(np.int64), MONTHS_PER_YEAR + 1) == MONTHS_PER_YEAR + 1
    middle = slice(HALF, table.months - HALF)
    sound = whole & (averages > 0)
    ratio = nearest(values[:, middle] * (CENTRED * MILLIONTHS), np.where(sound, averages, 1))
    ratios[:, middle] = np.where(sound, np.minimum(np.maximum(ratio, 0), MOST_RATIO), 0)
    known[:, middle] = sound
    return ratios, known


def seasonal_index(table: SeriesTable) -> SeasonalIndex:
    """Return the indices of every series; unknown where a calendar month has no ratio."""
    ratios, known = season_ratios(table)
    calendar = table.calendar(0, table.months)
    shape = (len(ratios), MONTHS_PER_YEAR)
    sums, years = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for month in range(MONTHS_PER_YEAR):
        columns = calendar == month
        sums[:, month] = ratios[:, columns].sum(axis=1)
        years[:, month] = known[:, columns].sum(axis=1)
    means = np.asarray(nearest(sums, np.maximum(years, 1)), np.int64)
    sound = (years > 0).all(axis=1) & (means.sum(axis=1) > 0)
    return SeasonalIndex(np.where(sound[:, None], _normalised(means), 0), sound, years)


def index_by_series(table: SeriesTable) -> SeasonalIndex:
    """Return for every series the index of its group's sum; see ``SeriesTable.pooled``."""
    pooled = seasonal_index(table.pooled())
    _, place = np.unique(table.groups, return_inverse=True)
    return SeasonalIndex(pooled.bp[place], pooled.known[place], pooled.years[place])


def _window(values: Wide, width: int) -> Wide:
    """Return the sums of so many columns in a row."""
    zero = np.zeros((len(values), 1), values.dtype)
    sums = np.concatenate([zero, np.cumsum(values, axis=1)], axis=1)
    return np.asarray(sums[:, width:] - sums[:, :-width])


def _normalised(means: Integers) -> Integers:
    """Split 120,000 over each row by largest remainder, earlier months first on ties; see ``apportion``."""
    whole = np.maximum(means.sum(axis=1, keepdims=True), 1)
    shares, rest = np.divmod(YEAR_BP * means, whole)
    left = YEAR_BP - shares.sum(axis=1)
    order = np.argsort(-rest, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    return np.asarray(shares + (rank < left[:, None]), np.int64)
