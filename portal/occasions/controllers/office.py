"""The manufacturer's lists of an occasion: who comes, files of it, name badges, signing up for a dealer."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import Conflict, Invalid, NotFound, Problem
from portal.network.controllers.requests import AnyRequest
from portal.occasions import exports, forms
from portal.occasions.controllers.context import form_context, word_tables
from portal.occasions.model import NOTE_MAX, OccasionState, SeatState
from portal.occasions.policies import DOOR, EXPORT, PLAN, READ
from portal.occasions.printing import print_badges
from portal.occasions.queries.invitations import list_invitations, list_people
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.queries.roster import list_part
from portal.occasions.service import seats
from portal.occasions.service.filling import list_standings
from portal.occasions.sources import href_of
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import choose, current_locale, gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import download, page, redirect

PATH = "/occasions/{occasion_id:int}"


class Roster(Controller):
    """Who comes to an occasion."""

    path = PATH

    @get("/roster", name="occasions.roster", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Template:
        """List the sign-ups of the viewer's part, those that were cancelled last."""
        return await _show(request, viewer, occasion_id)

    @post("/roster", name="occasions.sign_up_for", opt=policy(PLAN), status_code=200)
    async def sign_up(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Response[Any]:
        """Put somebody of an invited dealer into the queue, for dealers who call."""
        occasion = await get_occasion(viewer, occasion_id, PLAN)
        form = await FormReader.of(request)
        invited = [one for one in await list_invitations(viewer, occasion_id, PLAN) if one.is_invited]
        dealers = {one.dealer_id: one.dealer_name for one in invited}
        if not dealers:
            raise Conflict
        people = {number: name for _, number, name in await list_people(dealers)}
        try:
            standing = await seats.sign_up(viewer, forms.read_sign_up(form, occasion, dealers, people))
        except Invalid as error:
            return await _show(request, viewer, occasion_id, form, error)
        except Conflict as error:
            return await _show(request, viewer, occasion_id, form, Invalid((Problem("", error.message),)))
        return redirect(
            request,
            f"/occasions/{occasion_id}/roster",
            toast="The seat is given." if standing.is_confirmed else "On the waiting list now.",
        )

    @post("/sign-ups/{sign_up_id:int}/cancel", name="occasions.cancel_for", opt=policy(PLAN), status_code=200)
    async def cancel(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        occasion_id: FromPath[int],
        sign_up_id: FromPath[int],
    ) -> Response[Any]:
        """Cancel for a dealer who calls."""
        form = await FormReader.of(request)
        reason = form.text("reason", longest=NOTE_MAX, shortest=0)
        if form.problems:
            return await _show(request, viewer, occasion_id, form, Invalid(form.problems))
        await seats.cancel(viewer, occasion_id, sign_up_id, reason)
        return redirect(
            request, f"/occasions/{occasion_id}/roster", toast="Cancelled; whoever fits moved up."
        )

    @post("/roster/export", name="occasions.roster_export", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], occasion_id: FromPath[int]
    ) -> Response[Any]:
        """Send the participants of the viewer's part as a file."""
        occasion = await get_occasion(viewer, occasion_id, EXPORT)
        file_format = read_format(await FormReader.of(request))
        rows = await list_part(viewer, occasion_id, EXPORT, tuple(SeatState))
        by, subject = occasion.signature(viewer, EXPORT), Subject.of("occasion", occasion_id)
        await record_alone(by, "occasions.exported", subject, note=file_format.value)
        title = gettext("Participants")
        name = f"{title}-{choose(occasion.title, occasion.title_en)}"
        return send_file(exports.roster_columns(), exports.roster_lines(rows), file_format, title, name)

    @get("/badges.pdf", name="occasions.badges", opt=policy(EXPORT))
    async def badges(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the name badges of everybody in the viewer's part who has a seat."""
        occasion = await get_occasion(viewer, occasion_id, EXPORT)
        if occasion.state is OccasionState.DRAFT:
            raise NotFound
        rows = await list_part(viewer, occasion_id, EXPORT, (SeatState.CONFIRMED,))
        by, subject = occasion.signature(viewer, EXPORT), Subject.of("occasion", occasion_id)
        await record_alone(by, "occasions.printed", subject, note=f"{len(rows)} badges")
        pdf = await print_badges(occasion, rows, settings, lang or current_locale())
        return download(f"{gettext('Name badges')}-{occasion_id}.pdf", pdf, "application/pdf")


async def _show(
    request: AnyRequest,
    viewer: Viewer,
    occasion_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    occasion = await get_occasion(viewer, occasion_id, READ)
    rows = await list_part(viewer, occasion_id, READ, tuple(SeatState))
    may_plan = viewer.allowed(PLAN)
    invitations = await list_invitations(viewer, occasion_id, READ) if may_plan else []
    dealers = {one.dealer_id: one.dealer_name for one in invitations if one.is_invited}
    here = [row for row in rows if row.is_here]
    return page(
        request,
        "occasions/roster.html",
        status=422 if error else 200,
        occasion=occasion,
        back_href=await href_of(occasion.kind, occasion_id),
        rows=sorted(rows, key=lambda row: (row.state is SeatState.CANCELLED, row.number)),
        standings=await list_standings(occasion_id),
        here=len(here) + sum(guest.came_in_at is not None and guest.went_out_at is None
                             for row in rows for guest in row.companions),
        dealers=dealers,
        people=await list_people(dealers) if dealers else [],
        may_plan=may_plan and occasion.state in (OccasionState.OPEN, OccasionState.CLOSED),
        may_export=viewer.allowed(EXPORT),
        may_door=viewer.allowed(DOOR),
        client_key=forms.new_key(),
        **form_context(form, error),
        **word_tables(),
    )  # fmt: skip
