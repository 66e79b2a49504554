"""A dealer's occasions, made for a phone: invitations with their reason, signing up, cancelling, badges."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Conflict, Invalid, NotFound, Problem
from portal.network.controllers.requests import AnyRequest
from portal.occasions import forms
from portal.occasions.controllers.context import form_context, word_tables
from portal.occasions.controllers.inviting import criteria_of, used_book
from portal.occasions.model import NOTE_MAX, OccasionState, SeatState
from portal.occasions.policies import OWN
from portal.occasions.qr import door_url, qr_svg
from portal.occasions.queries.invitations import list_own_invitations, list_people
from portal.occasions.queries.occasions import get_occasion, list_own_occasions
from portal.occasions.queries.roster import RosterRow, list_own
from portal.occasions.service import seats
from portal.occasions.service.answers import decline
from portal.occasions.service.filling import list_standings
from portal.occasions.sources import lines_of, own_href_of
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.responses import page, redirect

PATH = "/my/occasions"


class OwnOccasions(Controller):
    """Trainings and trips of the viewer's dealer."""

    path = PATH

    @get("/", name="occasions.own", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List what is open, what is coming, and what was."""
        now = dt.datetime.now(dt.UTC)
        occasions = await list_own_occasions(viewer, OWN)
        ids = [occasion.id for occasion in occasions]
        mine: dict[int, list[RosterRow]] = {}
        for row in await list_own(viewer, ids):
            if row.state is not SeatState.CANCELLED:
                mine.setdefault(row.occasion_id, []).append(row)
        waiting = [id_ for id_, rows in mine.items() if any(row.state is SeatState.WAITING for row in rows)]
        standings = {id_: await list_standings(id_) for id_ in waiting}
        places = {
            key: one.place
            for found in standings.values()
            for key, one in found.items()
            if not one.is_confirmed
        }
        invitations: dict[int, list[Any]] = {}
        for one in await list_own_invitations(viewer, ids):
            invitations.setdefault(one.occasion_id, []).append(one)
        past = [one for one in occasions if one.ends_at <= now or one.state is OccasionState.CANCELLED]
        return page(
            request,
            "occasions/own_list.html",
            coming=[one for one in reversed(occasions) if one not in past],
            past=past,
            mine=mine,
            places=places,
            invitations=invitations,
            now=now,
            **word_tables(),
        )

    @get("/{occasion_id:int}", name="occasions.own_one", opt=policy(OWN))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
    ) -> Template:
        """Show one occasion with the reason for the invitation and the dealer's people."""
        return await _show(request, viewer, settings, occasion_id)

    @post("/{occasion_id:int}", name="occasions.sign_up", opt=policy(OWN), status_code=200)
    async def sign_up(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
    ) -> Response[Any]:
        """Put somebody of the dealer into the queue."""
        occasion = await get_occasion(viewer, occasion_id, OWN)
        form = await FormReader.of(request)
        dealers = await _invited(viewer, occasion_id)
        if not dealers:
            raise Conflict
        people = {number: name for _, number, name in await list_people(dealers)}
        try:
            standing = await seats.sign_up(viewer, forms.read_sign_up(form, occasion, dealers, people))
        except Invalid as error:
            return await _show(request, viewer, settings, occasion_id, form, error)
        except Conflict as error:
            wrong = Invalid((Problem("", error.message),))
            return await _show(request, viewer, settings, occasion_id, form, wrong)
        return redirect(
            request,
            f"{PATH}/{occasion_id}",
            toast="The seat is yours." if standing.is_confirmed else "You are on the waiting list.",
        )

    @post("/{occasion_id:int}/decline", name="occasions.decline", opt=policy(OWN), status_code=200)
    async def say_no(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
    ) -> Response[Any]:
        """Say that nobody comes."""
        dealers = await _invited(viewer, occasion_id)
        form = await FormReader.of(request)
        try:
            dealer_id = int(form.choice("dealer", [str(number) for number in dealers] or ["0"]))
            reason = form.text("decline_reason", longest=NOTE_MAX, shortest=0, lines=True)
            form.check()
        except Invalid as error:
            return await _show(request, viewer, settings, occasion_id, form, error)
        await decline(viewer, occasion_id, dealer_id, reason)
        return redirect(request, f"{PATH}/{occasion_id}", toast="Thank you for saying so.")

    @post(
        "/{occasion_id:int}/{sign_up_id:int}/cancel",
        name="occasions.cancel",
        opt=policy(OWN),
        status_code=200,
    )
    async def cancel(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
        sign_up_id: FromPath[int],
    ) -> Response[Any]:
        """Give a place back."""
        form = await FormReader.of(request)
        reason = form.text("cancel_reason", longest=NOTE_MAX, shortest=0, lines=True)
        if form.problems:
            return await _show(request, viewer, settings, occasion_id, form, Invalid(form.problems))
        await seats.cancel(viewer, occasion_id, sign_up_id, reason)
        return redirect(request, f"{PATH}/{occasion_id}", toast="The place is free for somebody else.")

    @post(
        "/{occasion_id:int}/{sign_up_id:int}/substitute",
        name="occasions.substitute",
        opt=policy(OWN),
        status_code=200,
    )
    async def substitute(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        occasion_id: FromPath[int],
        sign_up_id: FromPath[int],
    ) -> Response[Any]:
        """Send somebody else."""
        form = await FormReader.of(request)
        people = {number: name for _, number, name in await list_people(viewer.scope_for(OWN).dealer_ids)}
        try:
            person = forms.read_person(form, people)
            form.check()
            await seats.substitute(viewer, occasion_id, sign_up_id, person)
        except Invalid as error:
            return await _show(request, viewer, settings, occasion_id, form, error, sign_up_id)
        return redirect(request, f"{PATH}/{occasion_id}", toast="Somebody else comes now.")

    @post(
        "/{occasion_id:int}/{sign_up_id:int}/without/{guest_position:int}",
        name="occasions.leave_out",
        opt=policy(OWN),
        status_code=200,
    )
    async def leave_out(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        occasion_id: FromPath[int],
        sign_up_id: FromPath[int],
        guest_position: FromPath[int],
    ) -> Response[Any]:
        """Come without a companion."""
        await seats.leave_out(viewer, occasion_id, sign_up_id, guest_position)
        return redirect(request, f"{PATH}/{occasion_id}", toast="The list is changed.")


async def _invited(viewer: Viewer, occasion_id: int) -> dict[int, str]:
    """Return id and name of the viewer's dealers that are invited.

    Raises:
        NotFound: None of them is on the list.
    """
    found = await list_own_invitations(viewer, [occasion_id])
    if not found:
        raise NotFound
    return {one.dealer_id: one.dealer_name for one in found if one.is_invited}


async def _show(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    occasion_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
    about: int = 0,
) -> Template:
    """Show the page; ``about`` is the sign-up a refused form was about, 0 for the form of a new one."""
    occasion = await get_occasion(viewer, occasion_id, OWN)
    now = dt.datetime.now(dt.UTC)
    invitations = await list_own_invitations(viewer, [occasion_id])
    dealers = {one.dealer_id: one.dealer_name for one in invitations if one.is_invited}
    people = await list_people(dealers)
    mine = [row for row in await list_own(viewer, [occasion_id]) if row.state is not SeatState.CANCELLED]
    changeable = occasion.state in (OccasionState.OPEN, OccasionState.CLOSED) and now < occasion.starts_at
    label = gettext("QR code for the door")
    return page(
        request,
        "occasions/own.html",
        status=422 if error else 200,
        occasion=occasion,
        invitations=invitations,
        criteria=criteria_of(book, current_locale()) if (book := await used_book(invitations)) else [],
        dealers=dealers,
        people=people,
        mine=mine,
        standings=await list_standings(occasion_id) if mine else {},
        badges={
            row.enrollment_id: qr_svg(door_url(settings, row), label)
            for row in mine
            if row.state is SeatState.CONFIRMED and occasion.state is not OccasionState.CANCELLED
        },
        lines=await lines_of(occasion.kind, occasion_id),
        more_href=await own_href_of(occasion.kind, occasion_id),
        may_sign_up=bool(dealers) and occasion.takes_sign_ups(now),
        changeable=changeable,
        client_key=forms.new_key(),
        about=about,
        **form_context(form, error),
        **word_tables(),
    )
