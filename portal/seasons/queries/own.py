"""A dealer's own seasons: open or closed ones of his region, and the versions he was offered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.errors import NotFound
from portal.seasons.policies import OWN
from portal.seasons.queries.sales import list_dealers
from portal.seasons.queries.seasons import get_season, list_seasons
from portal.seasons.queries.standings import Standing, standings_of
from portal.seasons.queries.targets import list_versions

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow
    from portal.seasons.queries.targets import TargetRow


async def list_own(viewer: Viewer) -> tuple[tuple[SeasonRow, Standing], ...]:
    """Return the viewer's seasons with where he stands in each, the latest first; drafts are not his."""
    found: list[tuple[SeasonRow, Standing]] = []
    for season in await list_seasons(viewer):
        dealers = await list_dealers(viewer, season, OWN)
        found += [(season, _without_draft(one)) for one in await standings_of(season, dealers)]
    return tuple(found)


async def get_own(viewer: Viewer, season_id: int) -> tuple[SeasonRow, Standing, tuple[TargetRow, ...]]:
    """Return one season of the viewer's dealer, with the versions he was offered or wrote, newest first.

    Raises:
        NotFound: The season is not open to him.
    """
    season = await get_season(viewer, season_id, OWN)
    dealers = await list_dealers(viewer, season, OWN)
    if not dealers:
        raise NotFound
    standing = (await standings_of(season, dealers[:1]))[0]
    versions = await list_versions(season.id, [standing.dealer.id])
    said = tuple(version for version in versions if version.offered_at is not None)
    return season, _without_draft(standing), said


def _without_draft(standing: Standing) -> Standing:
    """Take away what the manufacturer is still writing."""
    return replace(standing, draft=None)
