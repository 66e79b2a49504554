"""Rooms of a trip: who sleeps where, by tapping a person and then a room."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from campaigns.trips import forms
from campaigns.trips.controllers.context import form_context, trip_context
from campaigns.trips.policies import LEAD, PLAN
from campaigns.trips.queries.people import list_rooms, list_travellers
from campaigns.trips.queries.trips import get_trip
from campaigns.trips.service import rooming
from campaigns.trips.service.report import get_led
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_read
from portal.errors import Invalid, message
from portal.network.controllers.requests import AnyRequest
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect

_ID_MOST = 2**53 - 1


class TripRooms(Controller):
    """Beds of a trip."""

    path = "/trips/{trip_id:int}/rooms"

    @get("/", name="trips.rooms", opt=policy(LEAD))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Template:
        """Show rooms and who has no bed."""
        return await _rooms(request, viewer, trip_id)

    @post("/", name="trips.add_rooms", opt=policy(PLAN), status_code=200)
    async def add(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Add rooms."""
        await get_trip(viewer, trip_id, PLAN)
        form = await FormReader.of(request)
        try:
            names, beds = forms.read_rooms(form)
            count = await rooming.add_rooms(viewer, trip_id, names, beds)
        except Invalid as error:
            return await _rooms(request, viewer, trip_id, form, error)
        return _back(request, trip_id, message("%(count)s rooms were added.", count=count))

    @post("/{room_id:int}/remove", name="trips.remove_room", opt=policy(PLAN), status_code=200)
    async def remove(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        trip_id: FromPath[int],
        room_id: FromPath[int],
    ) -> Response[Any]:
        """Take an empty room out."""
        await rooming.remove_room(viewer, trip_id, room_id)
        return _back(request, trip_id, message("The room is gone."))

    @post("/assign", name="trips.assign", opt=policy(PLAN), status_code=200)
    async def assign(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Put the chosen person into the tapped room, or out of his."""
        await get_trip(viewer, trip_id, PLAN)
        form = await FormReader.of(request)
        try:
            guest = form.optional_integer("guest", least=1, most=_ID_MOST)
            room = form.optional_integer("room", least=1, most=_ID_MOST)
            form.check()
            await rooming.assign(viewer, trip_id, (guest,) if guest else (), room)
        except Invalid as error:
            return await _rooms(request, viewer, trip_id, form, error)
        return _back(request, trip_id, message("Saved."))

    @post("/propose", name="trips.propose", opt=policy(PLAN), status_code=200)
    async def propose(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Put those without a bed into rooms that are empty."""
        placed, left = await rooming.propose(viewer, trip_id)
        said = message("%(count)s people have a bed now, %(left)s are left to you.", count=placed, left=left)
        return _back(request, trip_id, said)

    @post("/undo", name="trips.undo", opt=policy(PLAN), status_code=200)
    async def undo(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Take the last change back."""
        await rooming.undo(viewer, trip_id)
        return _back(request, trip_id, message("The last change is taken back."))

    @post("/people/{guest_id:int}", name="trips.person", opt=policy(PLAN), status_code=200)
    async def person(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        trip_id: FromPath[int],
        guest_id: FromPath[int],
    ) -> Response[Any]:
        """Keep a marker and whom to call."""
        await get_trip(viewer, trip_id, PLAN)
        form = await FormReader.of(request)
        try:
            marker, emergency = forms.read_person(form)
            await rooming.note_person(viewer, trip_id, guest_id, marker, emergency)
        except Invalid as error:
            return await _rooms(request, viewer, trip_id, form, error)
        return _back(request, trip_id, message("Saved."))


def _back(request: AnyRequest, trip_id: int, said: Any) -> Response[Any]:
    return redirect(request, f"/trips/{trip_id}/rooms", toast=said)


async def _rooms(
    request: AnyRequest,
    viewer: Viewer,
    trip_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    trip = await get_led(viewer, trip_id)
    people = await list_travellers(trip)
    await record_read(viewer, Subject.of("trip", trip_id), note="rooms")
    return page(
        request,
        "trips/rooms.html",
        status=422 if error else 200,
        people=people,
        unplaced=[person for person in people if person.room_id is None],
        rooms=await list_rooms(trip_id, people),
        may_change=viewer.allowed(PLAN),
        **form_context(form, error),
        **trip_context(request, viewer, trip),
    )
