"""Seasons and natural sales: seasonal indices, suggested off-seasons, baseline methods and their errors.

Pure: monthly series in, numbers with their n out. docs/algorithms/baseline.md says it in words.
"""

from __future__ import annotations

from rules.seasons.baseline import BaselineTable, baseline, baseline_words
from rules.seasons.comparison import Comparison, GroupVerdict, MethodError, compare
from rules.seasons.finder import Season, SeasonMonth, Suggestion, suggest_seasons
from rules.seasons.index import SeasonalIndex, index_by_series, season_ratios, seasonal_index
from rules.seasons.methods import (
    METHODS,
    AverageIndex,
    BaselineMethod,
    Forecast,
    SameMonthTrend,
    SeasonalNaive,
)
from rules.seasons.series import SeriesTable

__all__ = [
    "METHODS",
    "AverageIndex",
    "BaselineMethod",
    "BaselineTable",
    "Comparison",
    "Forecast",
    "GroupVerdict",
    "MethodError",
    "SameMonthTrend",
    "Season",
    "SeasonMonth",
    "SeasonalIndex",
    "SeasonalNaive",
    "SeriesTable",
    "Suggestion",
    "baseline",
    "baseline_words",
    "compare",
    "index_by_series",
    "season_ratios",
    "seasonal_index",
    "suggest_seasons",
]
