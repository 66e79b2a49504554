"""A dealer's side: programme, materials, tests, feedback and certificate of a session, made for a phone."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid, NotFound
from portal.network.controllers.requests import AnyRequest
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.responses import download, page, redirect
from training.courses.controllers.context import form_context
from training.courses.controllers.modules import send_material
from training.courses.model import TestKind
from training.courses.policies import OWN
from training.courses.queries.courses import get_material, list_modules, pass_mark_on
from training.courses.queries.questions import list_asked, list_questions
from training.sessions import forms, printing
from training.sessions.controllers.context import session_words
from training.sessions.queries.own import (
    Seat,
    get_seat,
    is_open,
    list_chosen,
    list_printable,
    list_seats,
    takes_feedback,
)
from training.sessions.queries.sessions import SessionRow, get_own_session, list_blocks
from training.sessions.service.learning import give_feedback, take_test
from training.sessions.views import days_of

PATH = "/my/training"


class OwnTraining(Controller):
    """What a participant does."""

    path = f"{PATH}/{{session_id:int}}"

    @get("/", name="training.own", opt=policy(OWN))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
    ) -> Template:
        """Show programme, materials and what is to be done on each seat."""
        session = await get_own_session(viewer, session_id)
        seats = await list_seats(viewer, session)
        blocks = await list_blocks(session_id)
        taught = {block.module_id for block in blocks}
        modules = [one for one in await list_modules(session.course_id) if one.id in taught]
        return page(
            request,
            "training/own.html",
            session=session,
            days=days_of(blocks, settings.zone),
            modules=modules,
            seats=[(seat, await _open_for(seat, session, blocks, settings)) for seat in seats],
            **session_words(viewer),
        )

    @get("/materials/{material_id:int}/file", name="training.own_material", opt=policy(OWN))
    async def material(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[int], material_id: FromPath[int]
    ) -> Response[Any]:
        """Send a material to somebody with a seat."""
        session = await get_own_session(viewer, session_id)
        if not await list_seats(viewer, session):
            raise NotFound
        return await send_material(await get_material(session.course_id, material_id, for_dealers=True))

    @get("/test/{test_kind:str}", name="training.own_test", opt=policy(OWN))
    async def test(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
        test_kind: FromPath[str],
        seat: FromQuery[int] = 0,
    ) -> Template:
        """Show a test, or its outcome when it was taken."""
        return await _test_page(request, viewer, settings, session_id, _kind(test_kind), seat)

    @post("/test/{test_kind:str}", name="training.take_test", opt=policy(OWN), status_code=200)
    async def take(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
        test_kind: FromPath[str],
        seat: FromQuery[int] = 0,
    ) -> Response[Any]:
        """Take the answers of a test, once."""
        wanted = _kind(test_kind)
        session = await get_own_session(viewer, session_id)
        place = await _seat(viewer, session, seat)
        form = await FormReader.of(request)
        try:
            command = forms.read_test(form, wanted, await list_asked(session.course_id, wanted))
            await take_test(viewer, session_id, place.person.enrollment_id, command, settings.zone)
        except Invalid as error:
            return await _test_page(request, viewer, settings, session_id, wanted, seat, form, error)
        here = f"{PATH}/{session_id}/test/{wanted.value}?seat={place.person.enrollment_id}"
        return redirect(request, here, toast="Thank you. Your answers are kept.")

    @get("/feedback", name="training.own_feedback", opt=policy(OWN))
    async def feedback(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
        seat: FromQuery[int] = 0,
    ) -> Template:
        """Show the feedback form."""
        return await _feedback_page(request, viewer, settings, session_id, seat)

    @post("/feedback", name="training.give_feedback", opt=policy(OWN), status_code=200)
    async def give(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
        seat: FromQuery[int] = 0,
    ) -> Response[Any]:
        """Take feedback, once."""
        session = await get_own_session(viewer, session_id)
        place = await _seat(viewer, session, seat)
        form = await FormReader.of(request)
        try:
            command = forms.read_feedback(form)
            await give_feedback(viewer, session_id, place.person.enrollment_id, command, settings.zone)
        except Invalid as error:
            return await _feedback_page(request, viewer, settings, session_id, seat, form, error)
        return redirect(request, f"{PATH}/{session_id}", toast="Thank you. It is kept without your name.")

    @get("/certificate/print", name="training.own_certificate", opt=policy(OWN))
    async def paper(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
        seat: FromQuery[int] = 0,
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send one's certificate as PDF."""
        session = await get_own_session(viewer, session_id)
        place = await _seat(viewer, session, seat)
        found = await list_printable(session_id, place.person.enrollment_id)
        pdf = await printing.print_certificates(found, settings, lang or current_locale())
        return download(printing.certificate_name(session.title), pdf, "application/pdf")


def _kind(text: str) -> TestKind:
    try:
        return TestKind(text)
    except ValueError:
        raise NotFound from None


async def _seat(viewer: Viewer, session: SessionRow, enrollment_id: int) -> Seat:
    """Return the seat asked for, or the only one.

    Raises:
        NotFound: It is not the viewer's, or it is not clear which.
    """
    if enrollment_id:
        return await get_seat(viewer, session, enrollment_id)
    seats = await list_seats(viewer, session)
    if len(seats) != 1:
        raise NotFound
    return seats[0]


async def _open_for(seat: Seat, session: SessionRow, blocks: Any, settings: Settings) -> dict[str, bool]:
    """Return what may be done on a seat now."""
    now = dt.datetime.now(dt.UTC)
    zone = settings.zone
    return {
        "pre": is_open(TestKind.PRE, session, blocks, now, zone)
        and bool(await list_asked(session.course_id, TestKind.PRE)),
        "post": is_open(TestKind.POST, session, blocks, now, zone)
        and bool(await list_asked(session.course_id, TestKind.POST))
        and await pass_mark_on(session.course_id, now.astimezone(zone).date()) is not None,
        "feedback": takes_feedback(session, now, zone) and seat.person.came_in_at is not None,
    }


async def _test_page(  # noqa: PLR0913, PLR0917  a test is known by session, kind and seat
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    session_id: int,
    kind: TestKind,
    enrollment_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    session = await get_own_session(viewer, session_id)
    seat = await _seat(viewer, session, enrollment_id)
    taken = seat.pre if kind is TestKind.PRE else seat.post
    if taken is None:
        open_for = await _open_for(seat, session, await list_blocks(session_id), settings)
        questions = list(await list_asked(session.course_id, kind)) if open_for[kind.value] else []
    else:
        chosen = await list_chosen(taken.id)
        questions = [one for one in await list_questions(session.course_id) if one.id in chosen]
    return page(
        request,
        "training/test.html",
        status=422 if error else 200,
        session=session,
        seat=seat,
        kind=kind,
        taken=taken,
        questions=questions,
        chosen=await list_chosen(taken.id) if taken else {},
        shows_key=taken is not None and session.key_shown_at is not None,
        client_key=forms.new_key(),
        **form_context(form, error),
        **session_words(viewer),
    )


async def _feedback_page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    session_id: int,
    enrollment_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    session = await get_own_session(viewer, session_id)
    seat = await _seat(viewer, session, enrollment_id)
    return page(
        request,
        "training/feedback.html",
        status=422 if error else 200,
        session=session,
        seat=seat,
        is_open=(await _open_for(seat, session, await list_blocks(session_id), settings))["feedback"],
        least=settings.training_feedback_least,
        **form_context(form, error),
        **session_words(viewer),
    )
