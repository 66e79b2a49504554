"""What trips tell the slices below: pages and programme of an occasion, sources of opinions, support."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from campaigns.trips.policies import OWN, READ
from campaigns.trips.queries.joined import count_joined, dealers_there, list_gone_along
from campaigns.trips.queries.trips import find_by_occasion, list_own_trips, list_stops, list_trips
from portal.errors import message
from portal.occasions.model import OccasionKind, OccasionState
from portal.occasions.sources import OccasionLine
from portal.rebates.support import Support
from portal.voice.opinion_sources import SourceName
from portal.web.i18n import choose

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from campaigns.trips.queries.trips import TripRow
    from portal.access import Viewer

_CHOICES = 5


class TripOccasions:
    """Pages and itinerary of a trip for its occasion's pages and calendars."""

    kind = OccasionKind.TRIP

    async def href(self, occasion_id: int) -> str:
        """Return the manufacturer's page."""
        trip_id = await find_by_occasion(occasion_id)
        return f"/trips/{trip_id}" if trip_id else ""

    async def own_href(self, occasion_id: int) -> str:
        """Return the dealer's page."""
        trip_id = await find_by_occasion(occasion_id)
        return f"/my/trips/{trip_id}" if trip_id else ""

    async def lines(self, occasion_id: int) -> tuple[OccasionLine, ...]:
        """Return the itinerary in order of time."""
        trip_id = await find_by_occasion(occasion_id)
        return tuple(
            OccasionLine(
                choose(stop.title, stop.title_en), stop.starts_at, stop.ends_at, stop.place, stop.who
            )
            for stop in (await list_stops(trip_id) if trip_id else ())
        )


class TripSources:
    """Trips as sources of opinions."""

    async def names(self, viewer: Viewer, ids: Sequence[int]) -> Mapping[int, SourceName]:
        """Return the trips the viewer may see, by id."""
        wanted = set(ids)
        if viewer.is_dealer_side:
            trips = [trip for trip in await list_own_trips(viewer) if trip.id in wanted]
        else:
            trips = await list_trips(viewer, READ, tuple(sorted(wanted)))
        return {trip.id: _name(trip, viewer) for trip in trips}

    async def dealers(self, source_id: int) -> frozenset[int]:
        """Return the dealers of whom somebody came along."""
        return await dealers_there(source_id)

    async def choices(self, viewer: Viewer) -> Sequence[tuple[int, SourceName]]:
        """Return the trips about which the viewer may give an opinion now, the latest first."""
        if viewer.is_dealer_side:
            mine = await list_gone_along(viewer.scope_for(OWN).dealer_ids)
            trips = [trip for trip in await list_own_trips(viewer) if trip.id in mine]
        else:
            running = (OccasionState.CLOSED, OccasionState.HELD)
            trips = [trip for trip in await list_trips(viewer, READ) if trip.occasion.state in running]
        return [(trip.id, _name(trip, viewer)) for trip in trips[:_CHOICES]]


class TripSupport:
    """Trips joined, for the sheet for comparing offers: how many, never what they cost."""

    async def list_support(self, dealer_id: int, since: dt.date, until: dt.date) -> list[Support]:
        """Return on how many trips somebody of a dealer came along."""
        count = await count_joined(dealer_id, since, until)
        if not count:
            return []
        return [
            Support(
                message("Trips joined in 12 months"),
                message("%(count)s trips", count=count),
                message("by the record at the door"),
            )
        ]


def _name(trip: TripRow, viewer: Viewer) -> SourceName:
    day = trip.occasion.starts_at.astimezone(ZoneInfo(viewer.zone)).date()
    return SourceName(trip.occasion.title, day, f"/trips/{trip.id}", f"/my/trips/{trip.id}")
