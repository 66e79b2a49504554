"""Off-seasons and peaks found in what was sold: suggestions with n, never a setting.

Source: FEATURES S42; the finder and its words: docs/algorithms/baseline.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.network.queries.regions import RegionRow
from portal.seasons.queries.sales import history_span, last_known_month, region_history
from portal.seasons.rules import season_rules
from rules.months import Month, months_between
from rules.seasons import Season, SeasonMonth, SeriesTable, suggest_seasons

if TYPE_CHECKING:
    from rules.seasons import Suggestion

FIRST_IMPRESSION_YEARS = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What history says about the year of a region and category.

    Attributes:
        region: The region.
        category: Product category, or empty for all.
        months: January to December with index and n.
        seasons: Off-seasons and peaks; empty while there are too few years.
        impressions: The same after a single year: something to look at, not to rely on.
        too_few: Whether there are too few years to say.
        known: Months of history.
        dealers: Dealers behind it.
    """

    region: RegionRow
    category: str
    months: tuple[SeasonMonth, ...]
    seasons: tuple[Season, ...]
    impressions: tuple[Season, ...]
    too_few: bool
    known: int
    dealers: int


async def find_seasons(region: RegionRow, category: str) -> Found:
    """Look for seasons in the sell-in of a region's subtree."""
    last = await last_known_month()
    if last is None:
        return Found(region, category, (), (), (), too_few=True, known=0, dealers=0)
    span = history_span(last)
    amounts: dict[Month, int] = {}
    dealers = 0
    for path, (sold, behind) in (await region_history(category, span[0], last)).items():
        if path.startswith(region.path):
            dealers += behind
            for month, net in sold.items():
                amounts[month] = amounts.get(month, 0) + net
    if not amounts:
        return Found(region, category, (), (), (), too_few=True, known=0, dealers=0)
    learned = months_between(min(amounts), last)
    table = SeriesTable.of(learned[0], [[amounts.get(month, 0) for month in learned]])
    rules = season_rules()
    made = suggest_seasons(table, 0, rules.depth_bp, rules.least_years)
    first = suggest_seasons(table, 0, rules.depth_bp, FIRST_IMPRESSION_YEARS)
    return Found(
        region,
        category,
        first.months,
        made.seasons,
        _impressions(made, first),
        too_few=made.too_few,
        known=len(learned),
        dealers=dealers,
    )


def _impressions(made: Suggestion, first: Suggestion) -> tuple[Season, ...]:
    return tuple(season for season in first.seasons if season not in made.seasons)


def next_dates(season: Season, today: Month) -> tuple[Month, Month]:
    """Return the first month of the next such season and the month after its last.

    A season that has begun and is not over counts as the next one.
    """
    start = Month.parse(f"{today.first_on.year - 1}-{season.first:02d}")
    while start.shift(season.months) <= today:
        start = start.shift(12)
    return start, start.shift(season.months)
