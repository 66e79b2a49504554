"""What a printed season plan needs: of a whole season, or of one dealer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.seasons.model import AnswerKind, Cell, Need, Step
from portal.seasons.queries.measured import Measured, measure_growth
from portal.seasons.queries.own import get_own
from portal.seasons.queries.seasons import SeasonRow, StepRow, get_season, list_steps
from portal.seasons.queries.standings import Standing, list_standings
from portal.seasons.queries.targets import ProductRow, get_need, list_answers, list_cells, list_products

if TYPE_CHECKING:
    from portal.access import Viewer


@dataclass(frozen=True, slots=True)
class SeasonPaper:
    """A season with everything on its plan.

    Attributes:
        standings: Its dealers, or the one the plan is for.
        cells: Cells of the version each list shows, by version.
        products: Products of these cells.
        measured: What came of growth points that can be measured, by their id.
        is_own: Whether the plan is one dealer's.
        accepted_by: Who accepted, on a dealer's plan.
        as_of: Instant of the last thing on it.
    """

    season: SeasonRow
    standings: tuple[Standing, ...]
    need: Need | None
    steps: Mapping[Step, StepRow]
    cells: Mapping[int, tuple[Cell, ...]]
    products: Mapping[int, ProductRow]
    measured: Mapping[int, Measured]
    is_own: bool
    accepted_by: str
    as_of: dt.datetime


async def season_paper(viewer: Viewer, season_id: int) -> SeasonPaper:
    """Return a whole season as far as the viewer sees it.

    Raises:
        NotFound: The season is not in the viewer's part of the network.
    """
    season = await get_season(viewer, season_id)
    return await _paper(viewer, season, await list_standings(viewer, season), is_own=False)


async def own_paper(viewer: Viewer, season_id: int) -> SeasonPaper:
    """Return the plan of the viewer's own dealer.

    Raises:
        NotFound: The season is not open to him.
    """
    season, standing, _ = await get_own(viewer, season_id)
    return await _paper(viewer, season, (standing,), is_own=True)


async def _paper(
    viewer: Viewer, season: SeasonRow, standings: tuple[Standing, ...], *, is_own: bool
) -> SeasonPaper:
    shown = [row.shown for row in standings if row.shown]
    cells = await list_cells([target.id for target in shown])
    steps = await list_steps(season.id)
    accepted = standings[0].accepted if is_own and standings else None
    said = await list_answers([accepted.id]) if accepted else ()
    by = [one.by for one in said if one.kind in (AnswerKind.ACCEPT, AnswerKind.COUNTER)]
    growth = [point.at for row in standings for point in row.growth]
    chosen = [row.baseline.at for row in standings if row.baseline]
    written = [at for t in shown for at in (t.created_at, t.offered_at, t.accepted_at) if at]
    done = [step.done_at for step in steps.values() if step.done_at]
    return SeasonPaper(
        season,
        standings,
        await get_need(season.id),
        steps,
        cells,
        await list_products(cell.product for found in cells.values() for cell in found),
        {
            key: found
            for row in standings
            for key, found in (await measure_growth(viewer, season, row.dealer.id, row.growth)).items()
        },
        is_own,
        by[-1] if by else "",
        _latest([*growth, *chosen, *written, *done]) or season_start(season),
    )


def _latest(instants: list[dt.datetime]) -> dt.datetime | None:
    return max(instants, default=None)


def season_start(season: SeasonRow) -> dt.datetime:
    """Return the season's first instant in UTC: what an empty plan stands as of."""
    return dt.datetime.combine(season.from_on, dt.time(), dt.UTC)
