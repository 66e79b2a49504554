"""What the field adds to pages of others: an account's visits, promises and shares; a visit's photo."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.db import fetch_value
from portal.errors import NotFound
from portal.field import words
from portal.field.policies import READ as READ_FIELD
from portal.field.queries.account import get_share_at, read_account
from portal.files.queries import get_file
from portal.network.controllers.requests import AnyRequest, translated
from portal.network.scope import today
from portal.plans import words_targets, words_visits
from portal.plans.policies import OWN, READ
from portal.plans.queries.visits import VisitView, get_visit
from portal.voice import words_promises
from portal.voice.promising import OWN as OWN_PROMISES
from portal.voice.promising import READ as READ_PROMISES
from portal.voice.queries.promises import list_promises_at
from portal.web.guards import policy
from portal.web.responses import fragment, page


class FieldAccounts(Controller):
    """The field's part of an account's page and of a visit's page."""

    path = "/"

    @get("/field/accounts/{account_id:int}", name="field.account", opt=policy(READ_FIELD))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Show what the field knows of an account, on a page of its own."""
        return page(request, "field/account.html", **await _known(viewer, account_id))

    @get("/field/accounts/{account_id:int}/part", name="field.account_part", opt=policy(READ_FIELD))
    async def part(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Return the same as a part of the account's page."""
        return fragment(request, "field/_account.html", **await _known(viewer, account_id))

    @get("/visits/{visit_id:int}/said", name="field.visit_said", opt=policy(READ))
    async def said(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], visit_id: FromPath[int]
    ) -> Template:
        """Return photo, promises and competitors' share of a visit, as a part of its page."""
        return await _said(request, viewer, visit_id, READ)

    @get("/my/visits/{visit_id:int}/said", name="field.own_visit_said", opt=policy(OWN))
    async def own_said(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], visit_id: FromPath[int]
    ) -> Template:
        """Return photo and promises of a visit by the dealer's own staff, as a part of its page."""
        return await _said(request, viewer, visit_id, OWN)

    @get("/visits/{visit_id:int}/file", name="field.visit_photo", opt=policy(READ))
    async def photo(self, viewer: NamedDependency[Viewer], visit_id: FromPath[int]) -> Response[bytes]:
        """Send the photo of a visit."""
        return await _photo(viewer, visit_id, READ)

    @get("/my/visits/{visit_id:int}/file", name="field.own_visit_photo", opt=policy(OWN))
    async def own_photo(self, viewer: NamedDependency[Viewer], visit_id: FromPath[int]) -> Response[bytes]:
        """Send the photo of a visit by the dealer's own staff."""
        return await _photo(viewer, visit_id, OWN)


async def _known(viewer: Viewer, account_id: int) -> dict[str, Any]:
    day = today(viewer)
    return {
        **await read_account(viewer, account_id, day),
        "today": day,
        "outcomes": translated(words_visits.OUTCOMES),
        "outcome_tones": {str(code): tone for code, tone in words_visits.OUTCOME_TONES.items()},
        "stages": translated(words_targets.STAGES),
        "stage_tones": {str(code): tone for code, tone in words_targets.STAGE_TONES.items()},
        "sources": translated(words.SOURCES),
        "sightings": translated(words.SIGHTINGS),
        **_promise_words(viewer),
    }


def _promise_words(viewer: Viewer) -> dict[str, Any]:
    sides = words_promises.SIDES_SEEN_BY_DEALER if viewer.is_dealer_side else words_promises.SIDES
    return {
        "promise_states": translated(words_promises.PROMISE_STATES),
        "promise_tones": {str(code): tone for code, tone in words_promises.PROMISE_TONES.items()},
        "sides": translated(sides),
        "own_sides": translated(words_promises.SIDES),
        "promises_path": "/my/promises" if viewer.is_dealer_side else "/promises",
    }


async def _seen_visit(viewer: Viewer, visit_id: int, policy_name: str) -> VisitView:
    """Return a visit whose page the viewer may open.

    Raises:
        NotFound: There is none, or it is the manufacturer's and a dealer asks.
    """
    visit = await get_visit(viewer, visit_id, policy_name)
    if policy_name == OWN and visit.owner != "dealer":
        raise NotFound
    return visit


async def _said(request: AnyRequest, viewer: Viewer, visit_id: int, policy_name: str) -> Template:
    visit = await _seen_visit(viewer, visit_id, policy_name)
    may_promises = viewer.allowed(OWN_PROMISES if viewer.is_dealer_side else READ_PROMISES)
    return fragment(
        request,
        "field/_said.html",
        visit=visit,
        base=f"{'/my' if policy_name == OWN else ''}/visits/{visit.id}",
        has_photo=await fetch_value("select photo from visit where id = {}", visit.id) is not None,
        share=await get_share_at(viewer, visit.id),
        promises=await list_promises_at(viewer, visit.id) if may_promises else [],
        sources=translated(words.SOURCES),
        **_promise_words(viewer),
    )


async def _photo(viewer: Viewer, visit_id: int, policy_name: str) -> Response[bytes]:
    visit = await _seen_visit(viewer, visit_id, policy_name)
    number = await fetch_value("select photo from visit where id = {}", visit.id)
    stored = None if number is None else await get_file(int(number))
    if stored is None:
        raise NotFound
    headers = {"Cache-Control": "no-store", "Content-Disposition": "inline"}
    return Response(stored.content, media_type="image/jpeg", headers=headers)
