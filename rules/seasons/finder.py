"""Off-seasons found from history: a suggestion with n and margin, never a setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rules.months import MONTHS_PER_YEAR
from rules.seasons.index import MILLIONTHS, season_ratios, seasonal_index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.seasons.series import SeriesTable

MonthKind = Literal["off", "peak", "uneven", "normal", "too_few"]
SeasonKind = Literal["off", "peak"]
ONE_BP = 10_000
MILLIONTHS_PER_BP = MILLIONTHS // ONE_BP


@dataclass(frozen=True, slots=True)
class SeasonMonth:
    """What history says about one calendar month.

    Attributes:
        month: 1 for January.
        index_bp: Seasonal index, 10,000 = 1; None when too few months are known.
        years: Years with a ratio.
        margin_bp: Largest distance of one year from the mean of the years, rounded up.
        kind: What is suggested.
    """

    month: int
    index_bp: int | None
    years: int
    margin_bp: int
    kind: MonthKind


@dataclass(frozen=True, slots=True)
class Season:
    """Neighbouring months of one kind; a season may run over the turn of the year.

    Attributes:
        kind: Off-season or peak.
        first: Calendar month it begins with, 1 for January.
        last: Calendar month it ends with, inclusive.
        months: Number of months.
        years: Years behind its least known month.
    """

    kind: SeasonKind
    first: int
    last: int
    months: int
    years: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Seasons of one series; nobody is bound by it.

    Attributes:
        months: January to December.
        seasons: Off-seasons and peaks in order of their first month.
        too_few: Whether some month has too few years to say anything.
    """

    months: tuple[SeasonMonth, ...]
    seasons: tuple[Season, ...]
    too_few: bool


def suggest_seasons(table: SeriesTable, place: int, depth_bp: int = 500, least_years: int = 2) -> Suggestion:
    """Suggest the seasons of one series.

    Args:
        table: Series, usually the sum of a region and category.
        place: Row of the series.
        depth_bp: How far from 1 an index lies in a season, inclusive; at least 1, so that no season has all
            twelve months.
        least_years: Fewer years are too few to say.
    """
    index = seasonal_index(table)
    ratios, known = season_ratios(table)
    calendar = table.calendar(0, table.months)
    months = []
    for month in range(MONTHS_PER_YEAR):
        years = ratios[place][(calendar == month) & known[place]].tolist()
        found = int(index.bp[place, month]) if index.known[place] else None
        kind = _kind(found, years, max(depth_bp, 1), least_years)
        months.append(SeasonMonth(month + 1, found, len(years), _margin(years), kind))
    few = any(one.kind == "too_few" for one in months)
    return Suggestion(tuple(months), _seasons(months), few)


def _margin(years: Sequence[int]) -> int:
    """Return the largest distance from the mean in basis points, rounded up."""
    count, whole = len(years), sum(years)
    widest = max((abs(count * ratio - whole) for ratio in years), default=0)
    return -(-widest // (max(count, 1) * MILLIONTHS_PER_BP))


def _kind(index: int | None, years: Sequence[int], depth_bp: int, least_years: int) -> MonthKind:
    if index is None or len(years) < least_years:
        return "too_few"
    if abs(index - ONE_BP) < depth_bp:
        return "normal"
    if index < ONE_BP:
        return "off" if max(years) < MILLIONTHS else "uneven"
    return "peak" if min(years) > MILLIONTHS else "uneven"


def _seasons(months: Sequence[SeasonMonth]) -> tuple[Season, ...]:
    found: list[Season] = []
    kinds: tuple[SeasonKind, ...] = ("off", "peak")
    for kind in kinds:
        inside = [one.kind == kind for one in months]
        starts = (at for at in range(MONTHS_PER_YEAR) if inside[at] and not inside[at - 1])
        found += [_season(kind, months, inside, start) for start in starts]
    return tuple(sorted(found, key=lambda season: (season.first, season.kind)))


def _season(kind: SeasonKind, months: Sequence[SeasonMonth], inside: Sequence[bool], start: int) -> Season:
    length = next(size for size in range(1, MONTHS_PER_YEAR) if not inside[(start + size) % MONTHS_PER_YEAR])
    members = [months[(start + step) % MONTHS_PER_YEAR] for step in range(length)]
    return Season(kind, members[0].month, members[-1].month, length, min(one.years for one in members))
