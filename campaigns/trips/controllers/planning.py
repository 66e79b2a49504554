"""Criteria of a trip and how dealers stand, and its itinerary."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from campaigns.trips import forms
from campaigns.trips.controllers.context import days_of, form_context, trip_context
from campaigns.trips.policies import PLAN, READ
from campaigns.trips.queries.criteria import book_of, list_published_decisions
from campaigns.trips.queries.trips import TripRow, get_trip, list_stops
from campaigns.trips.service import itinerary, trips
from campaigns.trips.standing import counts_as_of, rules_of
from portal.access import Viewer
from portal.errors import Invalid, message
from portal.network.controllers.requests import AnyRequest, query_of
from portal.network.scope import today
from portal.occasions.queries.invitations import list_invitations
from portal.occasions.service.invitations import HELD, preview_rule
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.responses import page, redirect
from rules.decisions.book import DecisionBook


class TripPlanning(Controller):
    """What is decided about a trip before it opens."""

    path = "/trips/{trip_id:int}"

    @get("/criteria", name="trips.criteria", opt=policy(READ))
    async def criteria(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Template:
        """Show the criteria, and whom they invited."""
        return await _criteria(request, viewer, trip_id)

    @post("/criteria", name="trips.publish_criteria", opt=policy(PLAN), status_code=200)
    async def publish(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Tie published criteria to the trip."""
        await get_trip(viewer, trip_id, PLAN)
        form = await FormReader.of(request)
        try:
            await trips.publish_criteria(viewer, trip_id, forms.read_criteria(form))
        except Invalid as error:
            return await _criteria(request, viewer, trip_id, form, error)
        return redirect(
            request,
            f"/trips/{trip_id}/criteria",
            toast="The criteria are tied to the trip. Dealers read them with their own standing.",
        )

    @post("/invite", name="trips.invite", opt=policy(PLAN), status_code=200)
    async def invite(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Invite dealers by the trip's criteria."""
        counts = await trips.invite(viewer, trip_id)
        said = message(
            "%(invited)s dealers invited, %(left_out)s left out, %(held)s left to you.",
            invited=counts.invited,
            left_out=counts.left_out,
            held=counts.held,
        )
        return redirect(request, f"/trips/{trip_id}/criteria", toast=said)

    @get("/itinerary", name="trips.itinerary", opt=policy(READ))
    async def itinerary(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Template:
        """Show the itinerary by day."""
        return await _itinerary(request, viewer, trip_id)

    @post("/itinerary", name="trips.add_stop", opt=policy(PLAN), status_code=200)
    async def add(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Add a line."""
        await get_trip(viewer, trip_id, PLAN)
        form = await FormReader.of(request)
        try:
            command = forms.read_stop(form, ZoneInfo(viewer.zone))
            stop_id = await itinerary.add_stop(viewer, trip_id, command)
        except Invalid as error:
            return await _itinerary(request, viewer, trip_id, form, error)
        return redirect(request, f"/trips/{trip_id}/itinerary#stop-{stop_id}", toast="Saved.")

    @post("/itinerary/{stop_id:int}/remove", name="trips.remove_stop", opt=policy(PLAN), status_code=200)
    async def remove(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        trip_id: FromPath[int],
        stop_id: FromPath[int],
    ) -> Response[Any]:
        """Take a line out."""
        await itinerary.remove_stop(viewer, trip_id, stop_id)
        return redirect(request, f"/trips/{trip_id}/itinerary", toast="The line is out of the itinerary.")


async def _criteria(
    request: AnyRequest,
    viewer: Viewer,
    trip_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    trip = await get_trip(viewer, trip_id, READ)
    book = await book_of(trip.criteria.sha256) if trip.criteria else None
    return page(
        request,
        "trips/criteria.html",
        status=422 if error else 200,
        rules=rules_of(book, current_locale()) if book else (),
        counts_to=counts_as_of(trip.criteria, today(viewer)) if trip.criteria else None,
        preview=await _preview(request, viewer, trip, book),
        decisions=await list_published_decisions(today(viewer), viewer.zone),
        invitations=await list_invitations(viewer, trip.occasion.id, READ),
        **form_context(form, error),
        **trip_context(request, viewer, trip),
    )


async def _preview(
    request: AnyRequest, viewer: Viewer, trip: TripRow, book: DecisionBook | None
) -> dict[str, int] | None:
    """Return how many would be invited, when that was asked for."""
    wanted = query_of(request).get("try") and viewer.allowed(PLAN)
    if not wanted or book is None or trip.criteria is None:
        return None
    as_of = counts_as_of(trip.criteria, today(viewer))
    found = await preview_rule(viewer, trip.occasion.id, book, as_of)
    return {
        "all": len(found),
        "invited": sum(one.seats > 0 for one in found),
        "held": sum(one.outcome == HELD for one in found),
    }


async def _itinerary(
    request: AnyRequest,
    viewer: Viewer,
    trip_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    trip = await get_trip(viewer, trip_id, READ)
    zone = ZoneInfo(viewer.zone)
    stops = await list_stops(trip_id)
    days = [
        (day, [stop for stop in stops if stop.starts_at.astimezone(zone).date() == day])
        for day in days_of(trip, viewer.zone)
    ]
    return page(
        request,
        "trips/itinerary.html",
        status=422 if error else 200,
        days=days,
        clock=lambda instant: f"{instant.astimezone(zone):%H:%M}",
        **form_context(form, error),
        **trip_context(request, viewer, trip),
    )
