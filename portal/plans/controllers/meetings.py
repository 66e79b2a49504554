"""Weekly meetings: the list, one with its agenda and minutes, its paper, and problems sent beforehand."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of, translated
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.plans import forms_meetings
from portal.plans import words_meetings as words
from portal.plans.meeting import MeetingState, monday_of
from portal.plans.meeting_views import notes_of, print_minutes, week_of, week_words
from portal.plans.policies import MEET, OWN, PROBLEM, READ, ROUTE
from portal.plans.queries.meetings import (
    get_meeting,
    list_items,
    list_meetings,
    list_own_problems,
    list_owners,
    next_meeting,
)
from portal.plans.service import meetings as service
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.responses import download, page, redirect, shown

PATH = "/meetings"
OWN_PATH = "/my/problems"


class Meetings(Controller):
    """Weekly meetings of regions."""

    path = PATH

    @get("/", name="plans.meetings", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List the meetings, the newest week first."""
        return await _list(request, viewer)

    @post("/", name="plans.meeting_open", opt=policy(MEET), status_code=200)
    async def open(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Open a region's meeting about a week."""
        form = await FormReader.of(request)
        try:
            region, day = form.integer("region", least=1), form.date("week_on")
            form.check()
        except Invalid as error:
            return await _list(request, viewer, form, error)
        meeting_id = await service.open_meeting(viewer, region, day)
        return redirect(request, f"{PATH}/{meeting_id}", toast="The meeting is open.")

    @get("/{meeting_id:int}", name="plans.meeting", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], meeting_id: FromPath[int]
    ) -> Template:
        """Show a meeting: plan against actual, points, minutes."""
        return await _page(request, viewer, meeting_id)

    @get("/{meeting_id:int}/print", name="plans.meeting_print", opt=policy(READ))
    async def paper(
        self, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings], meeting_id: FromPath[int]
    ) -> Response[Any]:
        """Send the minutes as PDF."""
        meeting = await get_meeting(viewer, meeting_id, READ)
        notes = await notes_of(viewer, meeting, today(viewer))
        content = await print_minutes(meeting, settings, current_locale(), notes)
        name = f"{gettext('Weekly minutes')}-{meeting.week_on}.pdf"
        return download(name, content, "application/pdf")

    @post("/{meeting_id:int}/items", name="plans.meeting_item", opt=policy(MEET), status_code=200)
    async def add(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], meeting_id: FromPath[int]
    ) -> Response[Any]:
        """Add a point or a decision."""

        async def put(form: FormReader) -> None:
            await service.add_item(viewer, meeting_id, forms_meetings.read_item(form))

        return await _sent(request, viewer, meeting_id, put, said="Saved.")

    @post(
        "/{meeting_id:int}/items/{item_id:int}/done",
        name="plans.item_done",
        opt=policy(ROUTE),
        status_code=200,
    )
    async def done(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        meeting_id: FromPath[int],
        item_id: FromPath[int],
    ) -> Response[Any]:
        """Say what came of a point."""

        async def finish(form: FormReader) -> None:
            result = forms_meetings.read_text(form, "result")
            await service.finish_item(viewer, meeting_id, item_id, result, ROUTE)

        return await _sent(request, viewer, meeting_id, finish, said="Saved.")

    @post("/{meeting_id:int}/minutes", name="plans.minutes", opt=policy(MEET), status_code=200)
    async def minutes(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], meeting_id: FromPath[int]
    ) -> Response[Any]:
        """Write down what was said."""

        async def keep(form: FormReader) -> None:
            await service.keep_minutes(viewer, meeting_id, forms_meetings.read_minutes(form))

        return await _sent(request, viewer, meeting_id, keep, said="The minutes are kept.")

    @post("/{meeting_id:int}/close", name="plans.meeting_close", opt=policy(MEET), status_code=200)
    async def close(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], meeting_id: FromPath[int]
    ) -> Response[Any]:
        """Close a meeting; the next week's opens with what is still open."""
        await service.close_meeting(viewer, meeting_id)
        said = "Closed. What is open is in the next week’s meeting."
        return redirect(request, f"{PATH}/{meeting_id}", toast=said)

    @post("/{meeting_id:int}/problem", name="plans.problem", opt=policy(PROBLEM), status_code=200)
    async def problem(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], meeting_id: FromPath[int]
    ) -> Response[Any]:
        """Send a problem beforehand."""
        await get_meeting(viewer, meeting_id, PROBLEM)
        form = await FormReader.of(request)
        try:
            await service.send_problem(viewer, meeting_id, forms_meetings.read_text(form, "text"))
        except Invalid as error:
            if viewer.is_dealer_side:
                return await _own(request, viewer, form, error)
            return await _page(request, viewer, meeting_id, form, error)
        href = OWN_PATH if viewer.is_dealer_side else f"{PATH}/{meeting_id}"
        return redirect(request, href, toast="Sent to the meeting.")


class OwnProblems(Controller):
    """Problems a dealer sends to the weekly meeting."""

    path = OWN_PATH

    @get("/", name="plans.own_problems", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form and what came of earlier problems."""
        return await _own(request, viewer)


async def _sent(
    request: AnyRequest,
    viewer: Viewer,
    meeting_id: int,
    use_case: Callable[[FormReader], Awaitable[None]],
    said: str,
) -> Response[Any]:
    """Do what a form asks for, or show the page again with what is wrong; hidden meetings come first."""
    await get_meeting(viewer, meeting_id, READ)
    form = await FormReader.of(request)
    try:
        await use_case(form)
    except Invalid as error:
        return await _page(request, viewer, meeting_id, form, error)
    return redirect(request, f"{PATH}/{meeting_id}", toast=said)


async def _list(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    found = await list_meetings(viewer, cursor_of(query_of(request)))
    scope = viewer.scope_for(MEET)
    regions = [row for row in await list_regions() if viewer.allowed(MEET) and scope.covers(row.path)]
    return page(
        request,
        "plans/meetings.html",
        status=422 if error else 200,
        found=found,
        regions=regions,
        week_on=monday_of(today(viewer)),
        **page_urls(PATH, {}, found),
        **_filled(form, error),
        **_words(),
    )


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    meeting_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    meeting, day = await get_meeting(viewer, meeting_id, READ), today(viewer)
    people, dealers = await week_of(meeting)
    leads = viewer.allowed(MEET) and meeting.state is not MeetingState.CLOSED
    return page(
        request,
        "plans/meetings_one.html",
        status=422 if error else 200,
        meeting=meeting,
        week=week_words(meeting),
        people=people,
        dealers=dealers,
        items=await list_items(meeting_id),
        notes=await notes_of(viewer, meeting, day),
        owners=await list_owners(meeting.path, day) if leads else [],
        leads=leads,
        may_send=viewer.allowed(PROBLEM) and meeting.state is MeetingState.OPEN,
        today=day,
        **_filled(form, error),
        **_words(),
    )


async def _own(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    meeting = await next_meeting(viewer)
    return page(
        request,
        "plans/meetings_own.html",
        status=422 if error else 200,
        meeting=meeting,
        week=week_words(meeting) if meeting else "",
        rows=await list_own_problems(viewer),
        **_filled(form, error),
        **_words(),
    )


def _filled(form: FormReader | None, error: Invalid | None) -> dict[str, Any]:
    found: dict[str, str] = {}
    for problem in error.problems if error else ():
        found.setdefault(problem.field, shown(problem.message))
    return {"values": form.values if form else {}, "problems": found}


def _words() -> dict[str, Any]:
    return {
        "states": translated(words.STATES),
        "tones": {str(state): tone for state, tone in words.STATE_TONES.items()},
        "kinds": translated(words.KINDS),
        "added_kinds": translated({kind: words.KINDS[kind] for kind in words.ADDED}),
        "item_states": translated(words.ITEM_STATES),
        "item_tones": {str(state): tone for state, tone in words.ITEM_TONES.items()},
    }
