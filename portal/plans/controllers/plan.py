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
from portal.network.controllers.requests import AnyRequest, query_of, translated
from portal.plans import words
from portal.plans.forms import change_of
from portal.plans.model import PlanState
from portal.plans.policies import APPROVE, PLAN, READ
from portal.plans.queries.days import list_days, list_stops
from portal.plans.queries.frozen import request_of
from portal.plans.queries.plans import PlanRow, get_plan, list_plan_people, may
from portal.plans.service import edits, states
from portal.plans.service.generate import make_again
from portal.plans.views import calendar, more_said, place_of, route_bp, title_of, use_bp, weekdays, wrongs
from portal.web.forms import FormReader, problems_by_field
from portal.web.guards import policy
from portal.web.i18n import translate
from portal.web.responses import fragment, page, redirect
from rules.planning import Violation

Row = dict[str, Any]


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
        return fragment(request, "plans/_progress.html", **await _making(viewer, plan))

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
        return redirect(request, _address(plan_id, change.user_id, day), toast=_changed(found))

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


def _changed(found: tuple[Violation, ...]) -> Message:
    if not found:
        return message("Changed; the day is in route order again.")
    return message("Changed. Something is wrong with it: see above the calendar.")


async def _making(viewer: Viewer, plan: PlanRow) -> dict[str, Any]:
    job = await find_job(plan.job_id) if plan.job_id else None
    gave_up = job is not None and job.state.value in ("failed", "cancelled")
    return {"plan": plan, "job": job, "gave_up": gave_up, "may_plan": may(viewer, plan, PLAN)}


async def _page(
    request: AnyRequest, viewer: Viewer, plan_id: int, query: dict[str, str], error: Invalid | None = None
) -> Template:
    plan = await get_plan(viewer, plan_id)
    problems = problems_by_field(error.problems) if error else {}
    context: dict[str, Any] = {
        "title": title_of(plan),
        "place": place_of(plan),
        "states": translated(words.STATES),
        "tones": {str(state): tone for state, tone in words.TONES.items()},
        "problems": {field: translate(message) for field, message in problems.items()},
        "may_approve": may(viewer, plan, APPROVE),
        **await _making(viewer, plan),
    }
    if plan.state in (PlanState.MAKING, PlanState.FAILED):
        return page(request, "plans/making.html", **context)
    status = 422 if error else 200
    return page(request, "plans/plan.html", status=status, **context, **await _days(viewer, plan, query))


async def _days(viewer: Viewer, plan: PlanRow, query: dict[str, str]) -> dict[str, Any]:
    people = await list_plan_people(viewer, plan)
    person = next((row for row in people if str(row["user_id"]) == query.get("person")), None)
    person = person or (people[0] if people else None)
    context: dict[str, Any] = {
        "people": people,
        "person": person,
        "use_bp": use_bp(people),
        "route_bp": route_bp(people),
        "outlets": plan.outlets if plan.is_whole else 0,
        "visits": sum(row["visits"] for row in people),
        "people_days": sum(row["working_days"] for row in people),
        "more_said": more_said(plan),
        "weekdays": weekdays(),
        "weeks": [],
        "wrongs": [],
        "day": None,
        "day_stops": [],
        "day_on": None,
        "workdays": [],
        "may_change": may(viewer, plan, PLAN) and plan.state is PlanState.DRAFT,
    }
    return context if person is None else context | await _month(viewer, plan, person, query)


async def _month(viewer: Viewer, plan: PlanRow, person: Row, query: dict[str, str]) -> dict[str, Any]:
    user_id, material = person["user_id"], await request_of(plan.id)
    days = await list_days(plan.id, user_id)
    stops = await list_stops(viewer, plan.id, user_id)
    weeks = calendar(material, user_id, days, stops)
    chosen = next((one for one in days if one.on.isoformat() == query.get("day")), days[0] if days else None)
    found = await edits.list_violations(plan.id, [user_id]) if plan.is_edited else {}
    names = {str(row["account"]): row["name"] for row in stops}
    outlets = {} if plan.is_whole else {"outlets": len({row["account"] for row in stops})}
    return outlets | {
        "weeks": weeks,
        "workdays": [cell for week in weeks for cell in week if cell.works],
        "day": chosen,
        "day_on": chosen.on if chosen else None,
        "day_stops": [row for row in stops if chosen and row["day_on"] == chosen.on],
        "wrongs": wrongs(found.get(user_id, ()), names, {str(user_id): person["name"]}),
    }
