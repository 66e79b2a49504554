"""A season's total spread over the dealers who have no target yet: it adds up to what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import unit_of_work
from portal.errors import Conflict, Invalid
from portal.seasons.model import SeasonState
from portal.seasons.policies import TARGET
from portal.seasons.queries.seasons import get_season
from portal.seasons.queries.standings import list_standings
from portal.seasons.service.drafts import begin_draft
from portal.seasons.service.negotiation import open_place
from rules.targets import Cell, split

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow
    from portal.seasons.queries.standings import Standing


async def spread_total(viewer: Viewer, season_id: int, total_minor: int, quantum_minor: int) -> int:
    """Begin a draft for every dealer who has natural sales and no target, so that all of them make a total.

    Targets that were begun, offered or agreed stay as they are and count with the amount that is shown; what
    is left goes to the others in proportion to their natural sales.

    Args:
        viewer: Who spreads; only dealers in his part of the network count.
        season_id: The season.
        total_minor: Sum of all his dealers' targets, at least 0.
        quantum_minor: Step of the amounts, at least 1; what is left over goes to the largest dealer.

    Returns:
        For how many dealers a draft was begun.

    Raises:
        NotFound: The season is not in the viewer's part of the network.
        Conflict: The season is closed.
        Invalid: Nobody is left to spread over, or the targets that stand exceed the total.
    """
    async with unit_of_work():
        season = await get_season(viewer, season_id, TARGET)
        if season.state is SeasonState.CLOSED:
            raise Conflict("This season is closed.")
        standings = await list_standings(viewer, season, TARGET)
        parts = _parts(season, standings, total_minor, quantum_minor)
        for account, amount in parts.items():
            await begin_draft(await open_place(viewer, season_id, account, TARGET), amount, quantum_minor)
        subject = Subject.of("season", season_id)
        by = season.signature(viewer, TARGET)
        await record(by, "seasons.target_spread", subject, note=f"{total_minor} ({len(parts)})")
    return len(parts)


def _parts(
    season: SeasonRow, standings: tuple[Standing, ...], total_minor: int, quantum_minor: int
) -> dict[int, int]:
    """Return what each dealer without a target gets of the total."""
    standing_minor = sum(row.shown.amount_minor for row in standings if row.shown)
    cells = [
        Cell(str(row.dealer.id), "", season.months[0], max(0, row.baseline.amount_minor))
        for row in standings
        if row.baseline and row.shown is None
    ]
    if not cells:
        raise Invalid.of("season_total", "Every dealer with natural sales has a target already.")
    rest = total_minor - standing_minor
    if rest < 0:
        raise Invalid.of("season_total", "The targets that stand already are more than this total.")
    made = split(rest, cells, quantum_minor)
    return {int(cell.account): amount for cell, amount in zip(made.cells, made.amounts, strict=True)}
