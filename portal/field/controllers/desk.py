"""The desk's side: what waits on phones, late records and the decision on them."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid, message
from portal.field import forms, words
from portal.field.controllers.context import record_and_send
from portal.field.exports import late_columns, late_rows
from portal.field.policies import DECIDE, LATE, LATE_EXPORT, PHONES
from portal.field.queries.late import STATES, iter_late, list_late
from portal.field.queries.phones import count_waiting, list_phones
from portal.field.service.late import decide
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated
from portal.paging import cursor_from
from portal.plans import words_visits
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.list_files import read_format
from portal.web.responses import page, redirect, shown

LATE_PATH = "/field/late"


class FieldDesk(Controller):
    """Phones and late records, for managers and dealers' owners."""

    path = "/"

    @get("/field/phones", name="field.phones", opt=policy(PHONES))
    async def phones(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show how much waits on whose phone."""
        return page(
            request,
            "field/phones.html",
            count=await count_waiting(viewer),
            rows=await list_phones(viewer),
            may_late=viewer.allowed(LATE),
        )

    @get(LATE_PATH, name="field.late", opt=policy(LATE))
    async def late(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show late records in a state, those waiting unless the URL says another."""
        return await _late_page(request, viewer)

    @post(f"{LATE_PATH}/export", name="field.late_export", opt=policy(LATE_EXPORT), status_code=200)
    async def export_late(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the late records in a state as a file."""
        form = await FormReader.of(request)
        file_format, state = read_format(form), _state_of(form.values)
        file = ("Late records", late_columns(), late_rows(iter_late(viewer, state)))
        return await record_and_send(
            viewer, LATE_EXPORT, "field.late_exported", {"shown": state}, file, file_format
        )

    @post("/field/late/{late_id:int}/decide", name="field.decide", opt=policy(DECIDE), status_code=200)
    async def decide(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], late_id: FromPath[int]
    ) -> Response[Any]:
        """Accept or refuse a late record."""
        form = await FormReader.of(request)
        try:
            decision = forms.read_decision(form)
            await decide(viewer, late_id, decision, dt.datetime.now(dt.UTC))
        except Invalid as error:
            return await _late_page(request, viewer, late_id, error)
        text = message("The record is accepted.") if decision.accept else message("The record is refused.")
        return redirect(request, LATE_PATH, toast=text)


async def _late_page(
    request: AnyRequest, viewer: Viewer, wrong_id: int | None = None, error: Invalid | None = None
) -> Template:
    query = query_of(request)
    state = _state_of(query)
    cursor = cursor_from(query.get("after"), query.get("before"), int)
    found = await list_late(viewer, cursor, state)
    for row in found.rows:
        row["fields"] = json.loads(row["payload"])
    params = {} if state == STATES[0] else {"shown": state}
    return page(
        request,
        "field/late.html",
        status=422 if error else 200,
        found=found,
        state=state,
        wrong_id=wrong_id,
        problem=" ".join(shown(each.message) for each in error.problems) if error else "",
        may_decide=viewer.allowed(DECIDE),
        may_export=viewer.allowed(LATE_EXPORT),
        zone=ZoneInfo(viewer.zone),
        reasons=translated(words.REASONS),
        states=translated(words.STATES),
        kinds=translated(words.KINDS),
        outcomes=translated(words_visits.OUTCOMES),
        **page_urls(LATE_PATH, params, found),
    )


def _state_of(query: Mapping[str, str]) -> str:
    """Return the state asked for, those waiting unless it is a known one."""
    state = query.get("shown", "")
    return state if state in STATES else STATES[0]
