"""The training step of the season page: how many sessions were held, and the season's training plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.errors import message
from portal.occasions.model import OccasionState
from portal.seasons.steps import StepStanding
from training.courses.policies import READ
from training.sessions.queries.sessions import list_sessions

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow


async def training_standing(viewer: Viewer, season: SeasonRow) -> StepStanding | None:
    """Return how many of the season's sessions were held; None when there is none for this viewer."""
    if not viewer.allowed(READ):
        return None
    sessions = await list_sessions(viewer, READ, season.id)
    if not sessions:
        return None
    held = sum(session.state is OccasionState.HELD for session in sessions)
    says = message(
        "%(held)s of %(count)s sessions held, %(taken)s of %(seats)s seats taken",
        held=held,
        count=len(sessions),
        taken=sum(session.seats_taken for session in sessions),
        seats=sum(session.seats for session in sessions),
    )
    first = next((one for one in sessions if one.state is not OccasionState.HELD), sessions[0])
    href = f"/training/sessions?on={first.starts_at.date().isoformat()}"
    return StepStanding(held, len(sessions), says, href, f"/training/seasons/{season.id}/print")
