"""Venues: the list, one venue with its rooms."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect
from training.courses import forms
from training.courses.controllers.context import form_context, room_context, version_of
from training.courses.controllers.courses import archived_toast
from training.courses.policies import PLAN, READ
from training.courses.queries.venues import get_venue, list_venues
from training.courses.service import venues as service
from training.courses.service.records import Kept, archive

PATH = "/training/venues"


class VenuePages(Controller):
    """Where training takes place."""

    path = PATH

    @get("/", name="training.venues", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List venues."""
        return page(request, "training/venues.html", venues=await list_venues(), **room_context(viewer, PATH))

    @get("/new", name="training.new_venue", opt=policy(PLAN))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form for a new venue."""
        return _new(request, viewer)

    @post("/", name="training.make_venue", opt=policy(PLAN), status_code=200)
    async def make(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Write down a venue."""
        form = await FormReader.of(request)
        try:
            venue_id = await service.make_venue(viewer, forms.read_venue(form))
        except Invalid as error:
            return _new(request, viewer, form, error)
        return redirect(request, f"{PATH}/{venue_id}", toast="The venue is there. Add its rooms.")

    @get("/{venue_id:int}", name="training.venue", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], venue_id: FromPath[int]
    ) -> Template:
        """Show a venue."""
        return await _page(request, viewer, venue_id)

    @post("/{venue_id:int}", name="training.change_venue", opt=policy(PLAN), status_code=200)
    async def change(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], venue_id: FromPath[int]
    ) -> Response[Any]:
        """Write a venue anew."""
        await get_venue(venue_id)
        form = await FormReader.of(request)
        try:
            version = version_of(form)
            await service.change_venue(viewer, venue_id, forms.read_venue(form), version)
        except Invalid as error:
            return await _page(request, viewer, venue_id, form, error, wrong=0)
        return redirect(request, f"{PATH}/{venue_id}", toast="Saved.")

    @post("/{venue_id:int}/archive", name="training.archive_venue", opt=policy(PLAN), status_code=200)
    async def put_away(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], venue_id: FromPath[int]
    ) -> Response[Any]:
        """Put a venue away or take it back."""
        back = (await FormReader.of(request)).flag("back")
        await archive(viewer, Kept.VENUE, venue_id, back=back)
        return redirect(request, f"{PATH}/{venue_id}", toast=archived_toast(back=back))

    @post("/{venue_id:int}/rooms", name="training.add_room", opt=policy(PLAN), status_code=200)
    async def add_room(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], venue_id: FromPath[int]
    ) -> Response[Any]:
        """Add a room."""
        await get_venue(venue_id)
        form = await FormReader.of(request)
        try:
            await service.add_room(viewer, venue_id, forms.read_room(form))
        except Invalid as error:
            return await _page(request, viewer, venue_id, form, error, wrong=-2)
        return redirect(request, f"{PATH}/{venue_id}#rooms", toast="Saved.")

    @post(
        "/{venue_id:int}/rooms/{room_id:int}", name="training.change_room", opt=policy(PLAN), status_code=200
    )
    async def change_room(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        venue_id: FromPath[int],
        room_id: FromPath[int],
    ) -> Response[Any]:
        """Write a room anew."""
        await get_venue(venue_id)
        form = await FormReader.of(request)
        try:
            await service.change_room(viewer, venue_id, room_id, forms.read_room(form))
        except Invalid as error:
            return await _page(request, viewer, venue_id, form, error, wrong=room_id)
        return redirect(request, f"{PATH}/{venue_id}#rooms", toast="Saved.")

    @post(
        "/{venue_id:int}/rooms/{room_id:int}/archive",
        name="training.archive_room",
        opt=policy(PLAN),
        status_code=200,
    )
    async def put_room_away(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        venue_id: FromPath[int],
        room_id: FromPath[int],
    ) -> Response[Any]:
        """Put a room away or take it back."""
        back = (await FormReader.of(request)).flag("back")
        await archive(viewer, Kept.ROOM, room_id, back=back, parent_id=venue_id)
        return redirect(request, f"{PATH}/{venue_id}#rooms", toast=archived_toast(back=back))


def _new(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    return page(
        request,
        "training/venue_new.html",
        status=422 if error else 200,
        **form_context(form, error),
        **room_context(viewer, PATH),
    )


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    venue_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
    *,
    wrong: int = -1,
) -> Template:
    """Show a venue; ``wrong`` is 0 for its own form, -2 for a new room, else the room's id."""
    venue = await get_venue(venue_id)
    kept = {name: getattr(venue, name) for name in ("name", "name_en", "address", "contact", "note")}
    kept |= {"day_price": venue.day_minor}
    return page(
        request,
        "training/venue.html",
        status=422 if error else 200,
        venue=venue,
        wrong=wrong if error else -1,
        kept=kept,
        **form_context(form, error),
        **room_context(viewer, PATH),
    )
