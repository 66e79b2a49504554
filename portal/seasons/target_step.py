"""How far the step "targets" of a season is, for the season page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.errors import message
from portal.seasons.model import Step, TargetState
from portal.seasons.queries.standings import list_standings
from portal.seasons.steps import StepStanding, register

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow


async def target_standing(viewer: Viewer, season: SeasonRow) -> StepStanding:
    """Count the dealers who agreed, who asked for changes and who have not answered."""
    rows = await list_standings(viewer, season)
    agreed = sum(row.accepted is not None for row in rows)
    waiting = sum(row.state is TargetState.OFFERED for row in rows)
    asked = sum(row.state is TargetState.COUNTERED for row in rows)
    says = message(
        "%(agreed)s agreed, %(asked)s ask for changes, %(waiting)s unanswered",
        agreed=agreed,
        asked=asked,
        waiting=waiting,
    )
    return StepStanding(
        agreed, len(rows), says, f"/seasons/{season.id}/targets", f"/seasons/{season.id}/print"
    )


def join_step() -> None:
    """Show the step on season pages."""
    register(Step.TARGET, target_standing)
