"""Coaching plans and rewards of the whole part: open ones until when, and what came of the others."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.evaluations import exports, words
from portal.evaluations.policies import FOLLOW_UP_EXPORT, READ
from portal.evaluations.queries.follow_ups import (
    STATES,
    count_follow_ups,
    iter_follow_ups,
    list_follow_ups,
)
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of, translated
from portal.network.scope import today
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import page

PATH = "/evaluations/follow-ups"


class FollowUpController(Controller):
    """The list of coaching plans and rewards."""

    path = PATH

    @get("/", name="evaluations.follow_ups", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show open or ended ones, those due first before the others."""
        query, day = query_of(request), today(viewer)
        state = _state(query.get("shown", ""))
        found = await list_follow_ups(viewer, cursor_of(query), state, day)
        return page(
            request,
            "evaluations/follow_ups.html",
            found=found,
            state=state,
            counts=await count_follow_ups(viewer, day),
            today=day,
            path=PATH,
            actions=translated(words.ACTIONS),
            outcomes=translated(words.OUTCOMES),
            tones={str(outcome): tone for outcome, tone in words.OUTCOME_TONES.items()},
            may_export=viewer.allowed(FOLLOW_UP_EXPORT),
            **page_urls(PATH, {} if state == STATES[0] else {"shown": state}, found),
        )

    @post("/export", name="evaluations.follow_ups_export", opt=policy(FOLLOW_UP_EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        state = _state(form.values.get("shown", ""))
        note = f"{file_format.value} shown={state}"
        by, subject = viewer.signature(FOLLOW_UP_EXPORT), Subject.of("list", "follow_ups")
        await record_alone(by, "evaluations.follow_ups_exported", subject, note=note)
        title = gettext("Coaching plans and rewards")
        rows = iter_follow_ups(viewer, state, today(viewer))
        return send_file(exports.follow_up_columns(), rows, file_format, title)


def _state(text: str) -> str:
    return text if text in STATES else STATES[0]
