"""Baseline methods: what would be sold without anything new. Each sees only the months before its origin."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np

from rules.kpis import Text
from rules.money import BASIS_POINTS
from rules.months import MONTHS_PER_YEAR
from rules.seasons.index import YEAR_BP, SeasonalIndex, index_by_series
from rules.seasons.series import Booleans, Integers, SeriesTable, Wide, nearest, widened

if TYPE_CHECKING:
    from rules.kpis import Locale


def _text(ko: str, en: str) -> Text:
    return MappingProxyType({"ko": ko, "en": en})


@dataclass(frozen=True, slots=True)
class Forecast:
    """Forecasts of the months after a history.

    Attributes:
        values: Shape (series, months ahead), int64; 0 where unknown.
        known: The same shape.
    """

    values: Integers
    known: Booleans


class BaselineMethod(Protocol):
    """What ``compare`` asks of a method; a forecasting library joins by an object of this shape."""

    @property
    def code(self) -> str:
        """Name that results carry."""
        ...

    @property
    def label(self) -> Text:
        """Name on screens, by locale."""
        ...

    def forecast(self, history: SeriesTable, ahead: int) -> Forecast:
        """Forecast the next ``ahead`` months, 1 or more, of every series."""
        ...

    def words(self, history: SeriesTable, place: int, ahead: int, locale: Locale) -> str:
        """Say how the forecast of one series, so many months ahead, comes about; empty when unknown."""
        ...


@dataclass(frozen=True, slots=True)
class SeasonalNaive:
    """The same month last year: the yardstick."""

    code: ClassVar[str] = "seasonal_naive"
    label: ClassVar[Text] = _text("전년 동월", "Same month last year")

    def forecast(self, history: SeriesTable, ahead: int) -> Forecast:
        """Repeat the last twelve months."""
        columns = _last_year(history, ahead)
        inside = np.maximum(columns, 0)
        known = history.known[:, inside] & (columns >= 0)
        return Forecast(np.where(known, history.values[:, inside], 0), known)

    def words(self, history: SeriesTable, place: int, ahead: int, locale: Locale) -> str:
        """Name the month and its number."""
        found = self.forecast(history, ahead)
        if not found.known[place, ahead - 1]:
            return ""
        month = history.first.shift(int(_last_year(history, ahead)[-1]))
        return f"{self.label[locale]} ({month}): {int(found.values[place, ahead - 1]):,}"


@dataclass(frozen=True, slots=True)
class SameMonthTrend:
    """The same month last year times the trend.

    Attributes:
        trend_months: Months compared with the same months a year before, 1 or more.
        least_bp: Least trend, 10,000 = unchanged.
        most_bp: Most trend.
    """

    trend_months: int = 6
    least_bp: int = 5_000
    most_bp: int = 20_000
    code: ClassVar[str] = "same_month_trend"
    label: ClassVar[Text] = _text("전년 동월 × 추세", "Same month last year × trend")

    def forecast(self, history: SeriesTable, ahead: int) -> Forecast:
        """Carry last year's months forward by the trend."""
        base = SeasonalNaive().forecast(history, ahead)
        trend, known = self.trend(history)
        values = nearest(widened(base.values, 4 * self.most_bp) * trend[:, None], BASIS_POINTS)
        whole = base.known & known[:, None]
        return Forecast(_narrow(np.where(whole, values, 0)), whole)

    def trend(self, history: SeriesTable) -> tuple[Integers, Booleans]:
        """Return the trend of each series in basis points, and whether there is one."""
        end = history.months
        begin = max(end - self.trend_months, MONTHS_PER_YEAR)
        now, before = slice(begin, end), slice(begin - MONTHS_PER_YEAR, end - MONTHS_PER_YEAR)
        if begin >= end:
            none = np.zeros(len(history.values), np.int64)
            return none, none.astype(np.bool_)
        both = history.known[:, now] & history.known[:, before]
        values = widened(history.values, 4 * BASIS_POINTS * self.trend_months)
        recent = np.where(both, values[:, now], 0).sum(axis=1)
        earlier = np.where(both, values[:, before], 0).sum(axis=1)
        known = earlier > 0
        trend = nearest(recent * BASIS_POINTS, np.where(known, earlier, 1))
        return _narrow(np.minimum(np.maximum(trend, self.least_bp), self.most_bp)), known.astype(np.bool_)

    def words(self, history: SeriesTable, place: int, ahead: int, locale: Locale) -> str:
        """Name last year's number and the trend."""
        found = self.forecast(history, ahead)
        if not found.known[place, ahead - 1]:
            return ""
        base = int(SeasonalNaive().forecast(history, ahead).values[place, ahead - 1])
        trend = int(self.trend(history)[0][place])
        result = int(found.values[place, ahead - 1])
        return f"{self.label[locale]}: {base:,} × {trend / BASIS_POINTS:.4f} = {result:,}"


@dataclass(frozen=True, slots=True)
class AverageIndex:
    """The average of the last months without their season, times the index of the month.

    Attributes:
        months: Months averaged, 1 or more; at least half of them must be known.
    """

    months: int = 12
    code: ClassVar[str] = "average_index"
    label: ClassVar[Text] = _text("이동 평균 × 계절 지수", "Moving average × seasonal index")

    def forecast(self, history: SeriesTable, ahead: int) -> Forecast:
        """Carry the level of the last months forward through the seasons."""
        index = index_by_series(history)
        level, weight, known = self._level(history, index)
        ahead_months = history.calendar(history.months, history.months + ahead)
        whole = (known & index.known)[:, None] & np.ones(ahead, np.bool_)
        values = widened(level, 4 * YEAR_BP)[:, None] * index.bp[:, ahead_months]
        values = nearest(values, np.where(known, np.maximum(weight, 1), 1)[:, None])
        return Forecast(_narrow(np.where(whole, values, 0)), whole)

    def _level(self, history: SeriesTable, index: SeasonalIndex) -> tuple[Wide, Integers, Booleans]:
        """Return the sum of the known last months, the sum of their indices, and whether that is enough."""
        begin = max(history.months - self.months, 0)
        known = history.known[:, begin:]
        monthly = index.bp[:, history.calendar(begin, history.months)]
        weight = np.where(known, monthly, 0).sum(axis=1)
        level = np.where(known, widened(history.values[:, begin:], 2 * self.months), 0).sum(axis=1)
        return level, weight, (2 * known.sum(axis=1) >= self.months) & (weight > 0)

    def words(self, history: SeriesTable, place: int, ahead: int, locale: Locale) -> str:
        """Name the sum, the sum of the indices and the index of the month."""
        found = self.forecast(history, ahead)
        if not found.known[place, ahead - 1]:
            return ""
        index = index_by_series(history)
        level, weight, _ = self._level(history, index)
        month = int(history.calendar(history.months + ahead - 1, history.months + ahead)[0])
        months, times = int(weight[place]) / BASIS_POINTS, int(index.bp[place, month]) / BASIS_POINTS
        numbers = f"{int(level[place]):,} ÷ {months:.4f} × {times:.4f}"
        return f"{self.label[locale]}: {numbers} = {int(found.values[place, ahead - 1]):,}"


METHODS: tuple[BaselineMethod, ...] = (SeasonalNaive(), SameMonthTrend(), AverageIndex())
"""The methods the product brings, the yardstick first."""


def _last_year(history: SeriesTable, ahead: int) -> Integers:
    """Return the columns of the same months in the last year known; below 0 before the first."""
    steps = np.arange(ahead) % MONTHS_PER_YEAR
    return history.months - MONTHS_PER_YEAR + steps


def _narrow(values: Wide) -> Integers:
    return np.asarray(values, np.int64)
