"""The list of trips, planning one, its overview, and its life: open, close, hold, call off."""

from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from campaigns.trips import forms
from campaigns.trips.controllers.context import form_context, trip_context, word_tables
from campaigns.trips.model import REASON_MAX
from campaigns.trips.policies import PLAN, READ
from campaigns.trips.queries.trips import TripRow, get_trip, list_leaders, list_trainings, list_trips
from campaigns.trips.service import trips
from campaigns.trips.service.trips import not_ready, unlawful
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid
from portal.identity.queries import list_region_choices
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.occasions.model import OccasionMove, OccasionState
from portal.seasons.queries.seasons import list_seasons
from portal.settings import Settings
from portal.web import formats
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose, current_locale
from portal.web.responses import page, redirect, shown

if TYPE_CHECKING:
    from rules.kpis import Locale

PATH = "/trips"
_DONE = {
    OccasionMove.OPEN: "The trip is open. Invited dealers can sign up.",
    OccasionMove.CLOSE: "The list is complete.",
    OccasionMove.REOPEN: "Signing up goes on.",
    OccasionMove.HOLD: "The trip was held. The leader’s report is due.",
    OccasionMove.CANCEL: "The trip is called off.",
}


class TripPages(Controller):
    """Trips of the manufacturer's side."""

    path = PATH

    @get("/", name="trips.index", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List the trips, the latest first."""
        found = await list_trips(viewer, READ)
        day = today(viewer)
        return page(
            request,
            "trips/list.html",
            trips=found,
            late={trip.id for trip in found if trip.is_late(day)},
            may_plan=viewer.allowed(PLAN),
            **word_tables(),
        )

    @get("/new", name="trips.new", opt=policy(PLAN))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form to plan one."""
        return await _form(request, viewer)

    @post("/", name="trips.create", opt=policy(PLAN), status_code=200)
    async def create(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Plan a trip."""
        form = await FormReader.of(request)
        try:
            command = forms.read_trip(form, ZoneInfo(viewer.zone), viewer.user_id)
            trip_id = await trips.create_trip(viewer, command)
        except Invalid as error:
            return await _form(request, viewer, form, error)
        return redirect(request, f"{PATH}/{trip_id}", toast="The trip is planned. It is still a draft.")

    @get("/{trip_id:int}", name="trips.trip", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
    ) -> Template:
        """Show one trip with what is still missing."""
        return await _trip(request, viewer, settings, trip_id)

    @get("/{trip_id:int}/edit", name="trips.edit", opt=policy(PLAN))
    async def edit(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Template:
        """Show the form to change one."""
        return await _form(request, viewer, trip=await get_trip(viewer, trip_id, PLAN))

    @post("/{trip_id:int}", name="trips.change", opt=policy(PLAN), status_code=200)
    async def change(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Write a trip anew."""
        trip = await get_trip(viewer, trip_id, PLAN)
        form = await FormReader.of(request)
        try:
            version = form.integer("version", least=1)
            command = forms.read_trip(form, ZoneInfo(viewer.zone), trip.occasion.organiser_user_id)
            await trips.change_trip(viewer, trip_id, command, version)
        except Invalid as error:
            return await _form(request, viewer, form, error, trip)
        return redirect(request, f"{PATH}/{trip_id}", toast="Saved.")

    @post("/{trip_id:int}/move", name="trips.move", opt=policy(PLAN), status_code=200)
    async def move(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
    ) -> Response[Any]:
        """Open, close, reopen, hold or call off."""
        await get_trip(viewer, trip_id, PLAN)
        form = await FormReader.of(request)
        try:
            move = form.member("move", OccasionMove)
            reason = form.text("reason", longest=REASON_MAX, shortest=0)
            form.check()
            await trips.move_trip(
                viewer,
                trip_id,
                move,
                reason=reason,
                goods=settings.regulated_goods,
                report_days=settings.trip_report_days,
                locale=cast("Locale", current_locale()),
            )
        except Invalid as error:
            return await _trip(request, viewer, settings, trip_id, form, error)
        return redirect(request, f"{PATH}/{trip_id}", toast=_DONE[move])


async def _trip(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    trip_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    trip = await get_trip(viewer, trip_id, READ)
    locale = cast("Locale", current_locale())
    waits = []
    if trip.occasion.state is OccasionState.DRAFT:
        bans = unlawful(trip.is_plain_meeting, settings.regulated_goods, locale)
        waits = [shown(problem.message) for problem in (*bans, *not_ready(trip))]
    return page(
        request,
        "trips/trip.html",
        status=422 if error else 200,
        waits=waits,
        is_late=trip.is_late(today(viewer)),
        history_rows=await list_history(Subject.of("trip", trip_id)),
        **form_context(form, error),
        **trip_context(request, viewer, trip),
    )


async def _form(
    request: AnyRequest,
    viewer: Viewer,
    form: FormReader | None = None,
    error: Invalid | None = None,
    trip: TripRow | None = None,
) -> Template:
    shown_ = form_context(form, error)
    if form is None:
        shown_["values"] = _values(trip, viewer) if trip else {}
    return page(
        request,
        "trips/form.html",
        status=422 if error else 200,
        trip=trip,
        seasons=[(season.id, choose(season.label, season.label_en)) for season in await list_seasons(viewer)],
        trainings=[
            (row.id, f"{choose(row.title, row.title_en)} · {formats.day(row.starts_at.date())}")
            for row in await list_trainings(viewer, PLAN)
        ],
        leaders=await list_leaders(None),
        regions=[(number, choose(ko, en)) for number, ko, en in await list_region_choices()],
        **shown_,
        **word_tables(),
    )


def _values(trip: TripRow, viewer: Viewer) -> dict[str, Any]:
    """Return a trip as its form shows it."""
    zone, occasion = ZoneInfo(viewer.zone), trip.occasion
    starts, ends = occasion.starts_at.astimezone(zone), occasion.ends_at.astimezone(zone)
    signing = occasion.sign_up_until.astimezone(zone)
    return {
        "title": occasion.title,
        "title_en": occasion.title_en,
        "place": occasion.place,
        "starts_on": starts.date(),
        "starts_time": f"{starts:%H:%M}",
        "ends_on": ends.date(),
        "ends_time": f"{ends:%H:%M}",
        "sign_up_on": forms.last_day_before(signing),
        "seats": occasion.seats,
        "seats_per_dealer": occasion.seats_per_dealer,
        "companions_max": occasion.companions_max,
        "companions_take_seats": "on" if occasion.companions_take_seats else "",
        "season": occasion.season_id or "",
        "region": occasion.region_id or "",
        "training": trip.training.id if trip.training else "",
        "is_plain_meeting": "on" if trip.is_plain_meeting else "",
        "leader": trip.leader_user_id or "",
        "leader_phone": trip.leader_phone,
        "emergency": trip.emergency,
    }
