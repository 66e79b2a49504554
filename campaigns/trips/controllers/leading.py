"""What the leader takes along and hands in: open items of every dealer, topics, the report, its outcome."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from campaigns.trips import forms
from campaigns.trips.controllers.context import form_context, last_day, trip_context
from campaigns.trips.model import REPORT_MAX
from campaigns.trips.policies import LEAD, READ
from campaigns.trips.queries.pack import list_pack, success_of
from campaigns.trips.queries.trips import get_trip
from campaigns.trips.service import report
from campaigns.trips.service.report import RUNNING, get_led
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_read
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.voice.opinions import OpinionRules, SourceKind
from portal.voice.queries.opinions import list_by_source
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect


class TripLeading(Controller):
    """The leader's pages of a trip."""

    path = "/trips/{trip_id:int}"

    @get("/pack", name="trips.pack", opt=policy(LEAD))
    async def pack(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Template:
        """Show every dealer with his people and what he waits for, and the form for a topic."""
        return await _pack(request, viewer, trip_id)

    @post("/topics", name="trips.topic", opt=policy(LEAD), status_code=200)
    async def topic(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
    ) -> Response[Any]:
        """Write down what a dealer brought up."""
        await get_led(viewer, trip_id)
        form = await FormReader.of(request)
        try:
            await report.add_topic(viewer, trip_id, forms.read_topic(form), OpinionRules.of(settings))
        except Invalid as error:
            return await _pack(request, viewer, trip_id, form, error)
        said = "The topic is written down. It has an owner and a day."
        return redirect(request, f"/trips/{trip_id}/pack#topics", toast=said)

    @post("/report", name="trips.report", opt=policy(LEAD), status_code=200)
    async def hand_in(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Hand the report in."""
        await get_led(viewer, trip_id)
        form = await FormReader.of(request)
        try:
            text = form.text("report", longest=REPORT_MAX, lines=True)
            form.check()
            await report.hand_in(viewer, trip_id, text)
        except Invalid as error:
            return await _pack(request, viewer, trip_id, form, error)
        return redirect(request, f"/trips/{trip_id}/result", toast="The report is in. Thank you.")

    @get("/result", name="trips.result", opt=policy(READ))
    async def result(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
    ) -> Template:
        """Show what was solved and answered by the day that counts."""
        trip = await get_trip(viewer, trip_id, READ)
        day, last = today(viewer), last_day(trip, viewer.zone)
        success = await success_of(trip, last, settings.trip_success_days, day)
        return page(
            request,
            "trips/result.html",
            success=success,
            success_days=settings.trip_success_days,
            topics=(await list_by_source(viewer, SourceKind.TRIP, [trip_id]))[trip_id],
            is_late=trip.is_late(day),
            **form_context(None, None),
            **trip_context(request, viewer, trip),
        )


async def _pack(
    request: AnyRequest,
    viewer: Viewer,
    trip_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    trip = await get_led(viewer, trip_id)
    dealers = await list_pack(trip)
    day = today(viewer)
    await record_read(viewer, Subject.of("trip", trip_id), note="leader's pack")
    return page(
        request,
        "trips/pack.html",
        status=422 if error else 200,
        dealers=dealers,
        topics=(await list_by_source(viewer, SourceKind.TRIP, [trip_id]))[trip_id],
        may_note=trip.occasion.state in RUNNING and bool(dealers),
        is_late=trip.is_late(day),
        today=day,
        client_key=forms.new_key(),
        **form_context(form, error),
        **trip_context(request, viewer, trip),
    )
