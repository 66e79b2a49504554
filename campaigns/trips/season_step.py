"""The trip step of the season page: how many trips were held, and where the newest one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.trips.policies import OWN, READ
from campaigns.trips.queries.trips import list_own_trips, list_trips
from portal.errors import Message, message
from portal.occasions.model import OccasionState
from portal.seasons.steps import StepStanding

if TYPE_CHECKING:
    from campaigns.trips.queries.trips import TripRow
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow

_SAYS = {
    OccasionState.DRAFT: "The trip is planned; criteria and leader come before it opens",
    OccasionState.OPEN: "%(taken)s of %(seats)s seats taken, %(waiting)s wait",
    OccasionState.CLOSED: "The list is complete: %(taken)s of %(seats)s seats",
    OccasionState.HELD: "The trip was held; the report is not in yet",
}


async def trip_standing(viewer: Viewer, season: SeasonRow) -> StepStanding | None:
    """Return how many of a season's trips were held; None when there is none for this viewer."""
    own = viewer.is_dealer_side
    if not viewer.allowed(OWN if own else READ):
        return None
    found = await list_own_trips(viewer) if own else await list_trips(viewer, READ)
    trips = [
        trip
        for trip in found
        if trip.occasion.season_id == season.id and trip.occasion.state is not OccasionState.CANCELLED
    ]
    if not trips:
        return None
    held = [trip for trip in trips if trip.occasion.state is OccasionState.HELD]
    shown = next((trip for trip in trips if trip.occasion.state is not OccasionState.HELD), trips[0])
    href = f"{'/my' if own else ''}/trips/{shown.id}"
    says = message("The trip is announced.") if own else _says(shown)
    return StepStanding(len(held), len(trips), says, href, f"{href}/print")


def _says(trip: TripRow) -> Message:
    if trip.occasion.state is OccasionState.HELD and trip.report_at is not None:
        return message("The trip was held and the report is in")
    occasion = trip.occasion
    values = {"taken": occasion.seats_taken, "seats": occasion.seats, "waiting": occasion.waiting}
    return Message(_SAYS[occasion.state], values)
