"""Targets read from a workbook: every dealer's draft is replaced, or nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid
from portal.seasons.model import Party, SeasonState, TargetState
from portal.seasons.policies import TARGET
from portal.seasons.queries.seasons import get_season
from portal.seasons.queries.standings import list_standings
from portal.seasons.service.negotiation import Place, add_version
from portal.seasons.service.parts import refit_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from portal.access import Viewer
    from portal.seasons.model import Cell


async def import_drafts(
    viewer: Viewer, season_id: int, by_code: Mapping[str, Sequence[Cell]], zone: ZoneInfo
) -> int:
    """Replace the drafts of the dealers in a workbook by its cells and return for how many it was done.

    Dealers who have no draft get one; offers and agreed targets are not touched.

    Raises:
        NotFound: The season is not in the viewer's part of the network.
        Conflict: The season is closed.
        Invalid: A dealer is unknown to the viewer, or has no natural sales chosen yet.
    """
    async with unit_of_work():
        season = await get_season(viewer, season_id, TARGET)
        if season.state is SeasonState.CLOSED:
            raise Conflict("This season is closed.")
        standings = {row.dealer.code: row for row in await list_standings(viewer, season, TARGET)}
        by = season.signature(viewer, TARGET)
        rows: list[tuple[int, int, object, int, bool]] = []
        drafted: dict[int, Sequence[Cell]] = {}
        for code, cells in by_code.items():
            standing = standings.get(code)
            if standing is None:
                raise Invalid.of("file", "Unknown dealer code: %(code)s", code=code)
            if standing.baseline is None:
                raise Invalid.of("file", "Choose natural sales of %(name)s first.", name=standing.dealer.name)
            draft = standing.draft
            if draft is not None:
                await execute("delete from season_target_share where target = {}", draft.id)
            target = (
                draft.id
                if draft
                else await add_version(
                    Place(season, standing.dealer.id, (), by, zone),
                    Party.MANUFACTURER,
                    TargetState.DRAFT,
                    (standing.baseline.id, standing.baseline.amount_minor),
                )
            )
            drafted[target] = cells
            rows += [(target, c.product, c.month.first_on, c.amount_minor, c.is_locked) for c in cells]
        columns = ("target", "product", "month_on", "amount_minor", "is_locked")
        await insert_rows("season_target_share", columns, rows)
        await execute(
            "update season_target set amount_minor = (select coalesce(sum(c.amount_minor), 0)"
            " from season_target_share c where c.target = season_target.id)"
            " where season = {} and state = 'draft'",
            season_id,
        )
        for target, own in drafted.items():
            await refit_parts(target, own)
        note = f"{len(by_code)} dealers, {len(rows)} cells"
        await record(by, "seasons.imported", Subject.of("season", season_id), note=note)
        return len(by_code)
