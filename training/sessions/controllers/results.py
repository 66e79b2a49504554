"""Results of a session: scores, questions, feedback, plans met; opening the key; the file."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.occasions.model import OccasionState
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import fragment, page, redirect
from training.courses.policies import EXPORT, PLAN, READ
from training.sessions import exports
from training.sessions.controllers.context import SESSIONS, session_words
from training.sessions.later import read_later
from training.sessions.queries.results import (
    compare,
    count_results,
    list_question_results,
    list_results,
    read_feedback,
)
from training.sessions.queries.sessions import get_session
from training.sessions.service.learning import show_key


class ResultPages(Controller):
    """What came out of a session."""

    path = f"{SESSIONS}/{{session_id:int}}"

    @get("/results", name="training.results", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
    ) -> Template:
        """Show scores, questions, feedback and, when it was held, who gets a certificate."""
        session = await get_session(viewer, session_id, READ)
        results = await list_results(viewer, session, READ)
        return page(
            request,
            "training/results.html",
            session=session,
            results=results,
            compared=compare(results),
            counts=await count_results(session),
            questions=await list_question_results(session),
            feedback=await read_feedback(session, settings.training_feedback_least),
            least=settings.training_feedback_least,
            due=sum(row.came and bool(row.passed) and row.certificate_id is None for row in results),
            is_held=session.state is OccasionState.HELD,
            **session_words(viewer),
        )

    @get("/later", name="training.later", opt=policy(READ))
    async def later(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        session_id: FromPath[int],
    ) -> Template:
        """Show plans met before and after the session, as a part of the results."""
        session = await get_session(viewer, session_id, READ)
        held_on = session.ends_at.astimezone(settings.zone).date()
        found = await read_later(
            await list_results(viewer, session, READ), held_on, today(viewer), settings.training_later_months
        )
        return fragment(
            request,
            "training/_later.html",
            later=found,
            months=settings.training_later_months,
            least=settings.training_feedback_least,
        )

    @post("/key", name="training.key", opt=policy(PLAN), status_code=200)
    async def key(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], session_id: FromPath[int]
    ) -> Response[Any]:
        """Open or close the right answers."""
        hide = (await FormReader.of(request)).flag("hide")
        await show_key(viewer, session_id, hide=hide)
        toast = (
            "The right answers are closed." if hide else "Those who took the test see the right answers now."
        )
        return redirect(request, f"{SESSIONS}/{session_id}/results", toast=toast)

    @post("/results/export", name="training.export_results", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], session_id: FromPath[int]
    ) -> Response[Any]:
        """Send the results as a file."""
        session = await get_session(viewer, session_id, EXPORT)
        file_format = read_format(await FormReader.of(request))
        by = session.signature(viewer, EXPORT)
        subject = Subject.of("training_session", session_id)
        await record_alone(by, "training.exported", subject, note=f"results {file_format.value}")
        rows = await list_results(viewer, session, EXPORT)
        batches = exports.as_batches(exports.result_row(row) for row in rows)
        return send_file(exports.result_columns(), batches, file_format, gettext("Results"))
