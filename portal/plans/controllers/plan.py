"""One plan: figures, calendar and day, changing visits, approving and freezing."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid, Message, message
from portal.jobs.queries import find_job
from portal.network.controllers.requests import AnyRequest, query_of
from portal.network.scope import today
from portal.plans import words
from portal.plans.controllers.days import days_context
from portal.plans.forms import change_of
from portal.plans.model import PlanState
from portal.plans.policies import APPROVE, PLAN, READ
from portal.plans.queries.plans import PlanRow, get_plan, may
from portal.plans.service import edits, offers, states
from portal.plans.service.changes import changing_policy
from portal.plans.service.generate import make_again
from portal.plans.views import place_of, state_word, title_of, waited_days
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import gettext, translate
from portal.web.responses import fragment, page, redirect
from rules.planning import Violation

PATH = "/plans"


class PlanPage(Controller):
    """A plan with the days of its people."""

    path = "/plans/{plan_id:int}"

    @get("/", name="plans.show", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Template:
        """Show figures, the calendar of one person and one day's route."""
        return await _page(request, viewer, plan_id, query_of(request))

    @get("/progress", name="plans.progress", opt=policy(READ))
    async def progress(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Return how far the plan is; when it is made, the page is shown anew."""
        plan = await get_plan(viewer, plan_id)
        if plan.state is not PlanState.MAKING:
            return redirect(request, f"/plans/{plan_id}")
        return fragment(request, "plans/_progress.html", **await making_context(viewer, plan))

    @post("/visits", name="plans.visit_change", opt=policy(PLAN), status_code=200)
    async def change(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Move, remove or add a visit; what is then wrong is named on the page."""
        form = await FormReader.of(request)
        shown = {"person": form.values.get("user_id", ""), "day": form.values.get("shown", "")}
        try:
            version = form.integer("version")
            change = change_of(form)
            found = await edits.change_visit(viewer, plan_id, version, change)
        except Invalid as error:
            return await _page(request, viewer, plan_id, shown, error)
        day = change.to_on or change.from_on
        return redirect(request, _address(plan_id, change.user_id, day), toast=changed_said(found))

    @post("/undo", name="plans.undo", opt=policy(PLAN), status_code=200)
    async def undo(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Take the last change back."""
        form = await FormReader.of(request)
        version = form.integer("version")
        form.check()
        await edits.undo(viewer, plan_id, version)
        return redirect(request, f"/plans/{plan_id}", toast="The last change is taken back.")

    @post("/again", name="plans.again", opt=policy(PLAN), status_code=200)
    async def again(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Make a draft again from today's figures."""
        form = await FormReader.of(request)
        version = form.integer("version")
        form.check()
        await make_again(viewer, plan_id, version)
        return redirect(request, f"/plans/{plan_id}")

    @post("/approve", name="plans.approve", opt=policy(APPROVE), status_code=200)
    async def approve(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Approve a draft."""
        form = await FormReader.of(request)
        try:
            version = form.integer("version")
            form.check()
            await states.approve(viewer, plan_id, version, confirmed=form.flag("confirmed"))
        except Invalid as error:
            return await _page(request, viewer, plan_id, {}, error)
        return redirect(request, f"/plans/{plan_id}", toast="Approved.")

    @post("/send", name="plans.send", opt=policy(APPROVE), status_code=200)
    async def send(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Send a proposal to the dealer."""
        form = await FormReader.of(request)
        try:
            version = form.integer("version")
            form.check()
            await offers.send(viewer, plan_id, version, confirmed=form.flag("confirmed"))
        except Invalid as error:
            return await _page(request, viewer, plan_id, {}, error)
        return redirect(request, f"/plans/{plan_id}", toast="Sent. It is the dealer’s to accept.")

    @post("/call-back", name="plans.call_back", opt=policy(APPROVE), status_code=200)
    async def call_back(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Call a proposal back that was not answered yet."""
        form = await FormReader.of(request)
        version = form.integer("version")
        form.check()
        await offers.call_back(viewer, plan_id, version)
        return redirect(request, f"/plans/{plan_id}", toast="The plan is a draft again.")

    @post("/reopen", name="plans.reopen", opt=policy(APPROVE), status_code=200)
    async def reopen(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Take an approval back."""
        form = await FormReader.of(request)
        version = form.integer("version")
        form.check()
        await states.reopen(viewer, plan_id, version)
        return redirect(request, f"/plans/{plan_id}", toast="The plan is a draft again.")

    @post("/freeze", name="plans.freeze", opt=policy(APPROVE), status_code=200)
    async def freeze(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Freeze an approved plan."""
        form = await FormReader.of(request)
        version = form.integer("version")
        form.check()
        await states.freeze(viewer, plan_id, version)
        return redirect(request, f"/plans/{plan_id}", toast="Frozen. Nothing in it changes any more.")

    @post("/decline", name="plans.decline", opt=policy(APPROVE), status_code=200)
    async def decline(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], plan_id: FromPath[int]
    ) -> Response[Any]:
        """Decline a draft or an approved plan."""
        form = await FormReader.of(request)
        try:
            version = form.integer("version")
            reason = form.text("reason", longest=states.REASON_MAX, lines=True)
            form.check()
            await states.decline(viewer, plan_id, version, reason)
        except Invalid as error:
            return await _page(request, viewer, plan_id, {}, error)
        return redirect(request, f"/plans/{plan_id}", toast="Declined.")


def _address(plan_id: int, user_id: int, day: dt.date | None) -> str:
    return f"/plans/{plan_id}?person={user_id}" + (f"&day={day.isoformat()}#day" if day else "")


def changed_said(found: tuple[Violation, ...]) -> Message:
    """Say that a visit was changed, and whether something is wrong now."""
    if not found:
        return message("Changed; the day is in route order again.")
    return message("Changed. Something is wrong with it: see above the calendar.")


async def making_context(viewer: Viewer, plan: PlanRow, home: str = PATH) -> dict[str, Any]:
    """Return what a page shows of a plan on its way, with the plans' pages at ``home``."""
    job = await find_job(plan.job_id) if plan.job_id else None
    gave_up = job is not None and job.state.value in ("failed", "cancelled")
    return {
        "plan": plan,
        "home": home,
        "base": f"{home}/{plan.id}",
        "job": job,
        "gave_up": gave_up,
        "may_plan": may(viewer, plan, changing_policy(plan)),
    }


async def _page(
    request: AnyRequest, viewer: Viewer, plan_id: int, query: dict[str, str], error: Invalid | None = None
) -> Template:
    plan = await get_plan(viewer, plan_id)
    problems = problems_by_field(error.problems) if error else {}
    context: dict[str, Any] = {
        "title": title_of(plan),
        "place": place_of(plan),
        "state_word": gettext(state_word(plan, today(viewer))),
        "waited": waited_days(plan, today(viewer), viewer.zone),
        "tones": {str(state): tone for state, tone in words.TONES.items()},
        "problems": {field: translate(message) for field, message in problems.items()},
        "may_approve": may(viewer, plan, APPROVE),
        **await making_context(viewer, plan),
    }
    if plan.state in (PlanState.MAKING, PlanState.FAILED):
        return page(request, "plans/making.html", **context)
    status = 422 if error else 200
    context |= await days_context(viewer, plan, query)
    return page(request, "plans/plan.html", status=status, **context)
