"""What a trip costs and what was booked to dealers; for the manufacturer's money roles alone."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from campaigns.trips import exports, forms
from campaigns.trips.controllers.context import form_context, trip_context
from campaigns.trips.model import REASON_MAX
from campaigns.trips.policies import BOOK, EXPORT, MONEY
from campaigns.trips.queries.given import given_in_years
from campaigns.trips.queries.money import get_cost, list_benefits, list_bookings, list_costs, sums_of
from campaigns.trips.queries.people import heads_by_dealer, list_travellers
from campaigns.trips.queries.trips import get_trip
from campaigns.trips.service import money
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Invalid, NotFound
from portal.files.queries import get_file
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import download, page, redirect

_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg"}


class TripMoney(Controller):
    """Costs and bookings of a trip."""

    path = "/trips/{trip_id:int}/costs"

    @get("/", name="trips.costs", opt=policy(MONEY))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
    ) -> Template:
        """Show planned and spent amounts, cost per head and what was booked."""
        return await _costs(request, viewer, settings, trip_id)

    @post("/", name="trips.add_cost", opt=policy(BOOK), status_code=200)
    async def add(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
    ) -> Response[Any]:
        """Note an amount."""
        await get_trip(viewer, trip_id, BOOK)
        form = await FormReader.of(request)
        try:
            command = await forms.read_cost(form, settings.rebate_evidence_max_bytes)
            await money.add_cost(viewer, trip_id, command)
        except Invalid as error:
            return await _costs(request, viewer, settings, trip_id, form, error)
        return redirect(request, f"/trips/{trip_id}/costs", toast="Saved.")

    @post("/{cost_id:int}/remove", name="trips.remove_cost", opt=policy(BOOK), status_code=200)
    async def remove(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        trip_id: FromPath[int],
        cost_id: FromPath[int],
    ) -> Response[Any]:
        """Take an amount back."""
        await money.remove_cost(viewer, trip_id, cost_id)
        return redirect(request, f"/trips/{trip_id}/costs", toast="The amount is taken back.")

    @get("/{cost_id:int}/receipt", name="trips.receipt", opt=policy(MONEY))
    async def receipt(
        self, viewer: NamedDependency[Viewer], trip_id: FromPath[int], cost_id: FromPath[int]
    ) -> Response[Any]:
        """Send a receipt."""
        await get_trip(viewer, trip_id, MONEY)
        cost = await get_cost(trip_id, cost_id)
        file = await get_file(cost.receipt_id) if cost.receipt_id else None
        if file is None:
            raise NotFound
        name = f"{gettext('Receipt')}-{cost.on_day}-{cost_id}.{_ENDINGS.get(file.media_type, 'bin')}"
        return download(name, file.content, "application/octet-stream")

    @post("/book", name="trips.book", opt=policy(BOOK), status_code=200)
    async def book(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        trip_id: FromPath[int],
    ) -> Response[Any]:
        """Book what each dealer was given."""
        await get_trip(viewer, trip_id, BOOK)
        form = await FormReader.of(request)
        try:
            reason = form.text("reason", longest=REASON_MAX, shortest=0)
            form.check()
            await money.book(viewer, trip_id, reason)
        except Invalid as error:
            return await _costs(request, viewer, settings, trip_id, form, error)
        return redirect(
            request, f"/trips/{trip_id}/costs#booked", toast="What each dealer was given is booked."
        )

    @post("/export", name="trips.export_benefits", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], trip_id: FromPath[int]
    ) -> Response[Any]:
        """Send what each dealer was given as a file."""
        trip = await get_trip(viewer, trip_id, EXPORT)
        file_format = read_format(await FormReader.of(request))
        by, subject = trip.signature(viewer, EXPORT), Subject.of("trip", trip_id)
        await record_alone(by, "trips.exported", subject, note=file_format.value)
        title = gettext("Given to dealers")
        rows = exports.benefit_rows(await list_benefits(trip_id))
        return send_file(exports.benefit_columns(), rows, file_format, title, f"{title}-{trip_id}")


async def _costs(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    trip_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    trip = await get_trip(viewer, trip_id, MONEY)
    heads = heads_by_dealer(await list_travellers(trip))
    benefits = await list_benefits(trip_id)
    day = today(viewer)
    years = await given_in_years([benefit.dealer_id for benefit in benefits], day.year)
    return page(
        request,
        "trips/costs.html",
        status=422 if error else 200,
        costs=await list_costs(trip_id),
        sums=await sums_of(trip_id, sum(heads.values())),
        dealers_there=sum(1 for count in heads.values() if count),
        benefits=benefits,
        bookings=await list_bookings(trip_id),
        years=years,
        review_minor=settings.benefit_review_minor,
        may_book=viewer.allowed(BOOK),
        today=day,
        currency=settings.currency,
        **form_context(form, error),
        **trip_context(request, viewer, trip),
    )
