"""Planning a session, one session with all that belongs to it, and moving it on."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Conflict, Invalid, NotFound
from portal.network.controllers.requests import AnyRequest
from portal.network.queries.regions import list_regions
from portal.occasions.model import OccasionMove, OccasionState, SeatState, moved
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.queries.roster import list_part
from portal.seasons.model import SeasonState
from portal.seasons.queries.seasons import list_seasons
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect
from training.courses.controllers.context import form_context, version_of
from training.courses.policies import COSTS, PLAN, READ
from training.courses.queries.courses import get_course, list_courses, list_modules
from training.courses.queries.lecturers import list_lecturers
from training.courses.queries.venues import list_rooms
from training.sessions import forms
from training.sessions.controllers.context import SESSIONS, clash_rows, session_words
from training.sessions.model import REASON_MAX
from training.sessions.queries.around import list_words
from training.sessions.queries.costs import list_costs, total_of
from training.sessions.queries.results import count_results
from training.sessions.queries.sessions import SessionRow, get_session, list_blocks
from training.sessions.service import planning
from training.sessions.service.costs import write_costs
from training.sessions.views import days_of, form_values, new_values, row_count


class SessionPages(Controller):
    """One training session."""

    path = SESSIONS

    @get("/new", name="training.new_session", opt=policy(PLAN))
    async def new(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], course: FromQuery[int] = 0
    ) -> Template:
        """Choose a course, then fill in its days."""
        return await _form(request, viewer, course)

    @post("/new", name="training.plan_session", opt=policy(PLAN), status_code=200)
    async def make(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Put a session into the calendar."""
        form = await FormReader.of(request)
        course_id = FormReader(form.values).integer("course", most=forms.ID_MOST)
        try:
            command = forms.read_session(form, settings.zone)
            session_id = await planning.plan_session(viewer, command, settings)
        except Invalid as error:
            return await _form(request, viewer, course_id, form, error)
        except NotFound:
            gone = Invalid.of("region", "Please choose one of the options.")
            return await _form(request, viewer, course_id, form, gone)
        return redirect(
            request, f"{SESSIONS}/{session_id}", toast="The session is planned. Invite dealers next."
        )

    @get("/{session_id:int}", name="training.session", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
    ) -> Template:
        """Show a session."""
        return await session_page(request, viewer, settings, session_id)

    @get("/{session_id:int}/edit", name="training.edit_session", opt=policy(PLAN))
    async def edit(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
    ) -> Template:
        """Show the form of a session."""
        session = await get_session(viewer, session_id, PLAN)
        return await _edit(request, viewer, session, settings)

    @post("/{session_id:int}", name="training.change_session", opt=policy(PLAN), status_code=200)
    async def change(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
    ) -> Response[Any]:
        """Write a session anew."""
        session = await get_session(viewer, session_id, PLAN)
        form = await FormReader.of(request)
        try:
            version = version_of(form)
            command = forms.read_session(form, settings.zone, session.course_id)
            await planning.change_session(viewer, session_id, command, version, settings)
        except Invalid as error:
            return await _edit(request, viewer, session, settings, form, error)
        except NotFound:
            gone = Invalid.of("region", "Please choose one of the options.")
            return await _edit(request, viewer, session, settings, form, gone)
        return redirect(request, f"{SESSIONS}/{session_id}", toast="Saved.")

    @post("/{session_id:int}/move", name="training.move_session", opt=policy(PLAN), status_code=200)
    async def move(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
    ) -> Response[Any]:
        """Open, close, hold or call off."""
        await get_session(viewer, session_id, PLAN)
        form = await FormReader.of(request)
        try:
            move = form.member("move", OccasionMove)
            said = form.text("reason", longest=REASON_MAX, shortest=0)
            form.check()
            await planning.move_session(viewer, session_id, move, said, settings)
        except Invalid as error:
            return await session_page(request, viewer, settings, session_id, form, error)
        return redirect(request, f"{SESSIONS}/{session_id}", toast="Saved.")

    @post("/{session_id:int}/costs", name="training.session_costs", opt=policy(PLAN), status_code=200)
    async def costs(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
    ) -> Response[Any]:
        """Write budget and actual."""
        await get_session(viewer, session_id, PLAN)
        form = await FormReader.of(request)
        try:
            await write_costs(viewer, session_id, forms.read_costs(form))
        except Invalid as error:
            return await session_page(request, viewer, settings, session_id, form, error)
        return redirect(request, f"{SESSIONS}/{session_id}#costs", toast="Saved.")


async def session_page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    session_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    """Show one session with what speaks against it, its programme, its people and, for some, its costs."""
    session = await get_session(viewer, session_id, READ)
    blocks = await list_blocks(session_id)
    costs = await list_costs(session_id) if viewer.allowed(COSTS) else ()
    running = session.state in (OccasionState.DRAFT, OccasionState.OPEN, OccasionState.CLOSED)
    # A clash names sessions of other regions: whoever sees a part of the network only is not told.
    told = running and viewer.scope_for(READ).everything
    clashes = await planning.current_clashes(session, settings) if told else ()
    return page(
        request,
        "training/session.html",
        status=422 if error else 200,
        session=session,
        occasion=await get_occasion(viewer, session.occasion_id, READ),
        days=days_of(blocks, settings.zone),
        clashes=clash_rows(clashes, await list_words(session_id)),
        costs=costs,
        cost_total=total_of(costs),
        possible=_possible(session.state),
        counts=await count_results(session),
        roster=await list_part(viewer, session.occasion_id, READ, (SeatState.CONFIRMED, SeatState.WAITING)),
        modules=await list_modules(session.course_id, in_use=True),
        history_rows=await list_history(Subject.of("training_session", session_id)),
        **form_context(form, error),
        **session_words(viewer),
    )


def _possible(state: OccasionState) -> list[OccasionMove]:
    found = []
    for move in OccasionMove:
        try:
            moved(state, move)
        except Conflict:
            continue
        found.append(move)
    return found


async def _edit(
    request: AnyRequest,
    viewer: Viewer,
    session: SessionRow,
    settings: Settings,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    kept = form_values(session, await list_blocks(session.id), settings.zone)
    return await _show(request, viewer, session.course_id, form.values if form else kept, error, session)


async def _form(
    request: AnyRequest,
    viewer: Viewer,
    course_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    courses = [one for one in await list_courses(in_use=True) if one.modules]
    course = next((one for one in courses if one.id == course_id), None)
    if course is None:
        return page(
            request,
            "training/session_course.html",
            status=422 if error else 200,
            courses=courses,
            **form_context(form, error),
            **session_words(viewer),
        )
    modules = await list_modules(course.id, in_use=True)
    kept = new_values(course.id, course.title, course.title_en, modules)
    return await _show(request, viewer, course.id, form.values if form else kept, error, None)


async def _show(
    request: AnyRequest,
    viewer: Viewer,
    course_id: int,
    values: dict[str, Any],
    error: Invalid | None,
    session: SessionRow | None,
) -> Template:
    modules = await list_modules(course_id, in_use=True)
    clashes = error.clashes if isinstance(error, planning.Clashing) else ()
    seasons = [one for one in await list_seasons(viewer) if one.state is not SeasonState.CLOSED]
    return page(
        request,
        "training/session_form.html",
        status=422 if error else 200,
        session=session,
        course=await get_course(course_id),
        modules=modules,
        lecturers=await list_lecturers(in_use=True),
        rooms=await list_rooms(),
        seasons=seasons,
        regions=await list_regions(),
        rows=range(row_count(values, modules)),
        clashes=clash_rows(clashes),
        **{**form_context(None, error), "values": values},
        **session_words(viewer),
    )
