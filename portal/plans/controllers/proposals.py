"""Asking for a plan that is proposed to a dealer for his own people."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, entered, query_of
from portal.network.scope import today
from portal.plans.forms import month_of
from portal.plans.many import ask_for_proposals, last_proposals
from portal.plans.policies import PLAN
from portal.plans.queries.plans import find_dealer, list_dealers
from portal.plans.service.offers import propose
from portal.seasons.queries.seasons import current_season
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import translate
from portal.web.responses import fragment, page, redirect
from rules.months import Month

DEALER_MAX = 160


class Proposals(Controller):
    """Plans for dealers' people: the manufacturer may only propose them."""

    path = "/plans/propose"

    @get("/", name="plans.propose", opt=policy(PLAN))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Ask for which dealer and month."""
        return await _form(request, viewer)

    @post("/", name="plans.proposal", opt=policy(PLAN), status_code=200)
    async def create(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Ask for the proposal; a job makes it."""
        form = await FormReader.of(request)
        try:
            month = month_of(form)
            named = form.text("dealer", longest=DEALER_MAX)
            form.check()
            dealer = await find_dealer(viewer, named)
            if dealer is None:
                raise Invalid.of("dealer", "There is no such dealer in your regions.")
            season = await current_season(month.first_on, dealer["path"], "")
            season_id = season.id if season else None
            plan = await propose(viewer, dealer["id"], month, today(viewer), season_id)
        except Invalid as error:
            return await _form(request, viewer, form, error)
        return redirect(request, f"/plans/{plan}")

    @post("/all", name="plans.proposals", opt=policy(PLAN), status_code=200)
    async def everybody(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Ask for proposals to all dealers of the planner's part; a job makes them."""
        form = await FormReader.of(request)
        try:
            month = month_of(form, "month_all")
            form.check()
            await ask_for_proposals(viewer, month)
        except Invalid as error:
            return await _form(request, viewer, form, error)
        return redirect(request, "/plans/propose", toast="Proposals are being made.")

    @get("/progress", name="plans.proposals_progress", opt=policy(PLAN))
    async def progress(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return how far it is; the fragment asks again until it is over."""
        return fragment(request, "plans/_proposals.html", job=await last_proposals(viewer))


async def _form(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    coming = str(Month.of(today(viewer)).shift(1))
    blank = {"month": coming, "month_all": coming, "dealer": query_of(request).get("dealer", "")}
    problems = problems_by_field(error.problems) if error else {}
    return page(
        request,
        "plans/propose.html",
        status=422 if error else 200,
        dealers=await list_dealers(viewer),
        job=await last_proposals(viewer),
        values=entered(form, blank),
        problems={field: translate(message) for field, message in problems.items()},
    )
