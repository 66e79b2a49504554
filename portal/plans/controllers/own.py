"""A dealer's plans for his own people: proposals to answer, own plans, one plan, the route of a day."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, entered, page_urls, query_of
from portal.network.scope import today
from portal.paging import cursor_from
from portal.plans import words
from portal.plans.controllers.days import days_context
from portal.plans.controllers.plan import changed_said, making_context
from portal.plans.controllers.routes import route_context
from portal.plans.forms import change_of, month_of, people_of
from portal.plans.model import PlanOwner, PlanState
from portal.plans.policies import OWN, OWN_DECIDE
from portal.plans.queries.candidates import list_staff
from portal.plans.queries.plans import PlanFilter, PlanRow, get_plan, list_plans
from portal.plans.service import edits, own
from portal.plans.service.generate import make_again
from portal.plans.service.states import REASON_MAX
from portal.plans.views import state_word, title_of, waited_days
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import gettext, translate
from portal.web.responses import fragment, page, redirect
from rules.months import Month

PATH = "/my/plans"


class OwnPlans(Controller):
    """Plans for a dealer's own people, on his phone."""

    path = PATH

    @get("/", name="plans.own", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List what awaits an answer and what is in force, newest month first."""
        query, day = query_of(request), today(viewer)
        cursor = cursor_from(query.get("after"), query.get("before"), str, int)
        found = await list_plans(viewer, PlanFilter(), cursor)
        return page(
            request,
            "plans/own_list.html",
            found=found,
            said={plan.id: gettext(state_word(plan, day)) for plan in found.rows},
            waited={plan.id: waited_days(plan, day, viewer.zone) for plan in found.rows},
            tones=_tones(),
            may_decide=viewer.allowed(OWN_DECIDE),
            **page_urls(PATH, {}, found),
        )

    @get("/new", name="plans.own_new", opt=policy(OWN_DECIDE))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Ask for which month and people."""
        return await _form(request, viewer)

    @post("/new", name="plans.own_make", opt=policy(OWN_DECIDE), status_code=200)
    async def make(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Make a plan of the dealer's own."""
        form = await FormReader.of(request)
        try:
            month = month_of(form)
            form.check()
            chosen = people_of(await request.form())
            made = await own.make_own(viewer, _dealer(viewer), month, chosen, today(viewer))
        except Invalid as error:
            return await _form(request, viewer, form, error)
        return redirect(request, f"{PATH}/{made}")

    @get("/route", name="plans.own_route", opt=policy(OWN))
    async def route(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the viewer's stops of a day in route order."""
        on = query_of(request).get("on", "")
        context = await route_context(viewer, on, PlanOwner.DEALER)
        return page(request, "plans/route.html", here=f"{PATH}/route", **context)

    @get("/{plan_id:int}", name="plans.own_show", opt=policy(OWN))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Template:
        """Show a plan with one person's days."""
        return await _page(request, viewer, plan_id, query_of(request))

    @get("/{plan_id:int}/progress", name="plans.own_progress", opt=policy(OWN))
    async def progress(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Return how far the plan is; when it is made, the page is shown anew."""
        plan = await get_plan(viewer, plan_id)
        if plan.state is not PlanState.MAKING:
            return redirect(request, f"{PATH}/{plan_id}")
        return fragment(request, "plans/_progress.html", **await making_context(viewer, plan, PATH))

    @post("/{plan_id:int}/accept", name="plans.own_accept", opt=policy(OWN_DECIDE), status_code=200)
    async def accept(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Accept a proposal, or put an own draft in force."""
        await get_plan(viewer, plan_id)
        form = await FormReader.of(request)
        try:
            version = form.integer("version")
            form.check()
            await own.accept(viewer, plan_id, version, confirmed=form.flag("confirmed"))
        except Invalid as error:
            return await _page(request, viewer, plan_id, {}, error)
        return redirect(request, f"{PATH}/{plan_id}", toast="In force. Your people see their days now.")

    @post("/{plan_id:int}/decline", name="plans.own_decline", opt=policy(OWN_DECIDE), status_code=200)
    async def decline(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Decline a proposal with a reason."""
        await get_plan(viewer, plan_id)
        form = await FormReader.of(request)
        try:
            version = form.integer("version")
            reason = form.text("reason", longest=REASON_MAX, lines=True)
            form.check()
            await own.decline(viewer, plan_id, version, reason)
        except Invalid as error:
            return await _page(request, viewer, plan_id, {}, error)
        return redirect(request, f"{PATH}/{plan_id}", toast="Declined.")

    @post("/{plan_id:int}/own", name="plans.own_copy", opt=policy(OWN_DECIDE), status_code=200)
    async def copy(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Make a draft of the dealer's own from a plan."""
        made = await own.copy(viewer, plan_id)
        said = "This is your own draft. The manufacturer does not see it unless you share it."
        return redirect(request, f"{PATH}/{made}", toast=said)

    @post("/{plan_id:int}/visits", name="plans.own_change", opt=policy(OWN_DECIDE), status_code=200)
    async def change(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Move, remove or add a visit of an own draft."""
        form = await FormReader.of(request)
        shown = {"person": form.values.get("user_id", ""), "day": form.values.get("shown", "")}
        try:
            version = form.integer("version")
            change = change_of(form)
            found = await edits.change_visit(viewer, plan_id, version, change)
        except Invalid as error:
            return await _page(request, viewer, plan_id, shown, error)
        day = change.to_on or change.from_on
        return redirect(
            request, f"{PATH}/{plan_id}?person={change.user_id}&day={day}#day", toast=changed_said(found)
        )

    @post("/{plan_id:int}/undo", name="plans.own_undo", opt=policy(OWN_DECIDE), status_code=200)
    async def undo(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Take the last change back."""
        form = await FormReader.of(request)
        version = form.integer("version")
        form.check()
        await edits.undo(viewer, plan_id, version)
        return redirect(request, f"{PATH}/{plan_id}", toast="The last change is taken back.")

    @post("/{plan_id:int}/again", name="plans.own_again", opt=policy(OWN_DECIDE), status_code=200)
    async def again(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Make an own draft again from today's figures."""
        form = await FormReader.of(request)
        version = form.integer("version")
        form.check()
        await make_again(viewer, plan_id, version)
        return redirect(request, f"{PATH}/{plan_id}")

    @post("/{plan_id:int}/share", name="plans.own_share", opt=policy(OWN_DECIDE), status_code=200)
    async def share(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Share an own plan with the manufacturer, or take the sharing back."""
        form = await FormReader.of(request)
        shared = form.choice("shared", ["yes", "no"]) == "yes"
        form.check()
        await own.share(viewer, plan_id, shared=shared)
        said = "The manufacturer sees this plan now." if shared else "The manufacturer no longer sees it."
        return redirect(request, f"{PATH}/{plan_id}", toast=said)

    @post("/{plan_id:int}/drop", name="plans.own_drop", opt=policy(OWN_DECIDE), status_code=200)
    async def drop(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Throw an own draft away."""
        form = await FormReader.of(request)
        version = form.integer("version")
        form.check()
        await own.drop(viewer, plan_id, version)
        return redirect(request, PATH, toast="The draft is thrown away.")


def _dealer(viewer: Viewer) -> int:
    """Return the dealer whose plans the viewer makes; 0 for none."""
    return next(iter(viewer.scope_for(OWN_DECIDE).dealer_ids), 0)


def _tones() -> dict[str, str]:
    return {str(state): tone for state, tone in words.TONES.items()}


async def _form(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    values = entered(form, {"month": str(Month.of(today(viewer)).shift(1))})
    chosen: tuple[int, ...] = people_of(await request.form()) if form else ()
    problems = problems_by_field(error.problems) if error else {}
    return page(
        request,
        "plans/own_new.html",
        status=422 if error else 200,
        values=values,
        people=await list_staff(_dealer(viewer)),
        chosen=chosen,
        problems={field: translate(message) for field, message in problems.items()},
    )


async def _page(
    request: AnyRequest, viewer: Viewer, plan_id: int, query: dict[str, str], error: Invalid | None = None
) -> Template:
    plan, day = await get_plan(viewer, plan_id), today(viewer)
    problems = problems_by_field(error.problems) if error else {}
    context: dict[str, Any] = {
        "title": title_of(plan),
        "state_word": gettext(state_word(plan, day)),
        "waited": waited_days(plan, day, viewer.zone),
        "tones": _tones(),
        "problems": {field: translate(message) for field, message in problems.items()},
        "may_decide": _may_decide(viewer, plan),
        **await making_context(viewer, plan, PATH),
    }
    if plan.state in (PlanState.MAKING, PlanState.FAILED):
        return page(request, "plans/making.html", **context)
    context |= await days_context(viewer, plan, _chosen(viewer, query))
    return page(request, "plans/own_plan.html", status=422 if error else 200, **context)


def _chosen(viewer: Viewer, query: dict[str, str]) -> dict[str, str]:
    """Return whose month and which day to show: today's, unless the address says another."""
    return {"day": dt.date.isoformat(today(viewer)), **query}


def _may_decide(viewer: Viewer, plan: PlanRow) -> bool:
    return plan.dealer in viewer.scope_for(OWN_DECIDE).dealer_ids
