"""What tests of targets read back."""

from __future__ import annotations

from portal.seasons.commands import DraftCommand
from portal.seasons.model import (
    digest_of,
)
from portal.seasons.queries.seasons import get_season
from portal.seasons.queries.standings import Standing, list_standings
from portal.seasons.queries.targets import list_cells, list_versions
from tests.portal.seasons.conftest import (
    OWN,
    World,
)


async def standing(world: World, account: int = OWN) -> Standing:
    season = await get_season(world.people["manager"], world.season)
    rows = await list_standings(world.people["manager"], season)
    return next(row for row in rows if row.dealer.id == account)


async def cells_of(world: World, account: int = OWN):
    version = (await list_versions(world.season, [account]))[0]
    return (await list_cells([version.id]))[version.id]


def edited(cells, *, note: str = "", seen: str | None = None) -> DraftCommand:
    return DraftCommand(tuple(cells), note, digest_of(cells) if seen is None else seen)
