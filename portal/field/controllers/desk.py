"""The desk's side: what waits on phones, late records and the decision on them, photos of visits."""

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.db import fetch_value
from portal.errors import Invalid, NotFound, message
from portal.field import forms, words
from portal.field.policies import DECIDE, LATE, PHONES
from portal.field.queries.late import STATES, list_late
from portal.field.queries.phones import count_waiting, list_phones
from portal.field.service.late import decide
from portal.files.queries import get_file
from portal.network.controllers.requests import AnyRequest, page_urls, query_of, translated
from portal.paging import cursor_from
from portal.plans import words_visits
from portal.plans.policies import OWN, READ
from portal.plans.queries.visits import get_visit
from portal.web.forms import FormReader
from portal.web.guards import policy
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

    @get("/visits/{visit_id:int}/file", name="field.visit_photo", opt=policy(READ))
    async def photo(self, viewer: NamedDependency[Viewer], visit_id: FromPath[int]) -> Response[bytes]:
        """Send the photo of a visit."""
        return await _photo(viewer, visit_id, READ)

    @get("/my/visits/{visit_id:int}/file", name="field.own_visit_photo", opt=policy(OWN))
    async def own_photo(self, viewer: NamedDependency[Viewer], visit_id: FromPath[int]) -> Response[bytes]:
        """Send the photo of a visit by the dealer's own staff."""
        return await _photo(viewer, visit_id, OWN)


async def _photo(viewer: Viewer, visit_id: int, policy_name: str) -> Response[bytes]:
    visit = await get_visit(viewer, visit_id, policy_name)
    if policy_name == OWN and visit.owner != "dealer":
        raise NotFound
    number = await fetch_value("select photo from visit where id = {}", visit.id)
    stored = None if number is None else await get_file(int(number))
    if stored is None:
        raise NotFound
    headers = {"Cache-Control": "no-store", "Content-Disposition": "inline"}
    return Response(stored.content, media_type="image/jpeg", headers=headers)


async def _late_page(
    request: AnyRequest, viewer: Viewer, wrong_id: int | None = None, error: Invalid | None = None
) -> Template:
    query = query_of(request)
    state = query.get("shown", "")
    state = state if state in STATES else STATES[0]
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
        zone=ZoneInfo(viewer.zone),
        reasons=translated(words.REASONS),
        states=translated(words.STATES),
        kinds=translated(words.KINDS),
        outcomes=translated(words_visits.OUTCOMES),
        **page_urls(LATE_PATH, params, found),
    )
