"""A dealer's own view of trips: criteria with his own standing, itinerary, leader. No money, nobody else."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from campaigns.trips import printing
from campaigns.trips.controllers.context import days_of, word_tables
from campaigns.trips.policies import OWN
from campaigns.trips.queries.criteria import book_of
from campaigns.trips.queries.trips import TripRow, get_own_trip, list_own_trips, list_stops
from campaigns.trips.standing import Standing, standing_of
from portal.access import Viewer
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.occasions.queries.invitations import list_own_invitations
from portal.occasions.queries.roster import list_own
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.responses import download, page


class OwnTrips(Controller):
    """Trips of the viewer's dealer."""

    path = "/my/trips"

    @get("/", name="trips.own", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List the trips whose criteria are published or to which the dealer was invited."""
        trips = await list_own_trips(viewer)
        mine = await list_own(viewer, [trip.occasion.id for trip in trips])
        return page(
            request,
            "trips/own_list.html",
            trips=trips,
            mine={row.occasion_id for row in mine if row.state != "cancelled"},
            **word_tables(),
        )

    @get("/{trip_id:int}", name="trips.own_trip", opt=policy(OWN))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Template:
        """Show one trip."""
        trip = await get_own_trip(viewer, trip_id)
        zone = ZoneInfo(viewer.zone)
        stops = await list_stops(trip_id)
        return page(
            request,
            "trips/own.html",
            trip=trip,
            occasion=trip.occasion,
            standings=await _standings(viewer, trip),
            invitations=await list_own_invitations(viewer, [trip.occasion.id]),
            mine=[row for row in await list_own(viewer, [trip.occasion.id]) if row.state != "cancelled"],
            days=[
                (day, [stop for stop in stops if stop.starts_at.astimezone(zone).date() == day])
                for day in days_of(trip, viewer.zone)
            ],
            clock=lambda instant: f"{instant.astimezone(zone):%H:%M}",
            **word_tables(),
        )

    @get("/{trip_id:int}/print", name="trips.own_itinerary", opt=policy(OWN))
    async def itinerary(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the itinerary as PDF."""
        trip = await get_own_trip(viewer, trip_id)
        pdf = await printing.print_itinerary(trip, settings, lang or current_locale(), own=True)
        return download(printing.file_name("Itinerary", trip), pdf, "application/pdf")


async def _standings(viewer: Viewer, trip: TripRow) -> list[Standing]:
    """Return how the viewer's own dealers stand, one after the other."""
    book = await book_of(trip.criteria.sha256) if trip.criteria else None
    if book is None or trip.criteria is None:
        return []
    dealers = viewer.scope_for(OWN).dealer_ids
    return [
        await standing_of(book, trip.criteria, dealer, today(viewer), current_locale()) for dealer in dealers
    ]
