"""Generating a plan: asked for, made by a job from frozen figures, stored with every reason."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import as_date, execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.files.service import store
from portal.jobs.service import enqueue
from portal.plans.material import pack_request
from portal.plans.model import Evidence, Indicator, PlanOwner, PlanState
from portal.plans.policies import PLAN
from portal.plans.queries.candidates import list_people, read_dealer_material, read_material
from portal.plans.queries.plans import get_plan
from portal.plans.service.changes import require_changer
from rules.errors import RulesError
from rules.months import Month
from rules.planning import make_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.access import Signature, Viewer
    from portal.jobs.run import JobRun
    from portal.plans.queries.candidates import Material
    from rules.planning import Plan, PlanRequest

JOB = "plans.make"
_LINE_COLUMNS = (
    *("plan", "account", "user_id", "class_code", "score", "score_parts", "is_target", "asked", "planned"),
    *("visit_minutes", "open_days", "reason", "short_seconds", "indicator", "evidence"),
)


async def create_plan(
    viewer: Viewer,
    region_id: int,
    month: Month,
    people: Sequence[int],
    today: dt.date,
    season_id: int | None = None,
) -> int:
    """Ask for a plan of a region's own representatives and return it; a job makes it.

    Args:
        viewer: A planner whose regions hold the region.
        region_id: Region whose accounts may be visited.
        month: Month planned; not over yet.
        people: Representatives who are planned; empty for all of the region.
        today: Current day in the business zone.
        season_id: Season it belongs to, or None.

    Raises:
        NotFound: The region is not the viewer's.
        Invalid: The month is over, or nobody looks after the region's dealers in it.
    """
    region = await fetch_one("select path from region where id = {}", region_id)
    scope = viewer.scope_for(PLAN)
    if region is None or not (
        scope.everything or any(region["path"].startswith(path) for path in scope.region_paths)
    ):
        raise NotFound
    if month.last_on < today:
        raise Invalid.of("month", "%(month)s is over.", month=str(month))
    known = [number for number, _ in await list_people(region["path"], month)]
    chosen = [number for number in known if not people or number in people]
    if not chosen:
        raise Invalid.of("people", "Nobody looks after dealers of this region in that month.")
    by = viewer.signature(PLAN, region["path"])
    async with unit_of_work():
        return await ask(by, NewPlan(month, region_id, chosen, season=season_id))


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan to be made.

    Attributes:
        region: Region of its accounts; a dealer's own for a dealer's plan.
        people: Who is planned.
        dealer: For whose people; None for the manufacturer's own.
        is_proposal: Whether the manufacturer asks for a dealer's plan.
    """

    month: Month
    region: int
    people: Sequence[int]
    dealer: int | None = None
    is_proposal: bool = False
    season: int | None = None


async def ask(by: Signature, wanted: NewPlan) -> int:
    """Insert a plan being made with its job and return it, in the open unit of work."""
    owner = PlanOwner.MANUFACTURER if wanted.dealer is None else PlanOwner.DEALER
    plan_id: int = await fetch_value(
        "insert into development_plan (month_on, owner, is_proposal, dealer, region, season, state, settings,"
        " created_by_user_id, created_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}) returning id",
        *(wanted.month.first_on, owner.value, wanted.is_proposal, wanted.dealer, wanted.region),
        *(wanted.season, PlanState.MAKING.value, json.dumps({"people": list(wanted.people)})),
        *(by.user_id, dt.datetime.now(dt.UTC)),
    )
    job = await enqueue(JOB, {"plan": plan_id}, actor_user_id=by.user_id)
    await execute("update development_plan set job_id = {} where id = {}", job, plan_id)
    asked = {"month": (None, str(wanted.month))}
    await record(by, "plans.asked", Subject.of("development_plan", plan_id), asked)
    return plan_id


async def make_again(viewer: Viewer, plan_id: int, version: int) -> None:
    """Make a draft again from figures read anew; what people changed in it is given up.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not plan.
        Conflict: It is no draft, or somebody changed it meanwhile.
    """
    plan = await get_plan(viewer, plan_id)
    by = require_changer(viewer, plan)
    kept = await fetch_one("select settings from development_plan where id = {}", plan_id)
    people = json.loads(kept["settings"])["people"] if kept else []
    async with unit_of_work():
        changed = await execute(
            "update development_plan set state = {}, version = version + 1, inputs = null,"
            " inputs_sha256 = '', settings = {} where id = {} and version = {}"
            " and state in ('draft', 'failed')",
            *(PlanState.MAKING.value, json.dumps({"people": people}), plan_id, version),
        )
        if not changed:
            raise Conflict
        job = await enqueue(JOB, {"plan": plan_id}, actor_user_id=by.user_id)
        await execute("update development_plan set job_id = {} where id = {}", job, plan_id)
        await record(by, "plans.asked_again", Subject.of("development_plan", plan_id))


async def run_make(run: JobRun) -> dict[str, Any]:
    """Make the plan named in the payload; a repeated attempt makes the same plan from the same figures.

    Raises:
        Conflict: The rules refuse the figures; the plan has failed.
    """
    plan_id = int(run.payload["plan"])
    row = await fetch_one(
        "select p.month_on, p.settings, p.state, p.dealer, p.is_proposal, r.path from development_plan p"
        " join region r on r.id = p.region where p.id = {}",
        plan_id,
    )
    if row is None or row["state"] != PlanState.MAKING.value:
        return {"plan": plan_id}
    try:
        material = await _read(row)
        await run.report(0, len(material.request.candidates))
        plan = await asyncio.to_thread(make_plan, material.request)
    except RulesError as error:
        async with unit_of_work():
            await execute(
                "update development_plan set state = 'failed', reason = {} where id = {}",
                str(error)[:400],
                plan_id,
            )
        raise Conflict("The plan could not be made: %(reason)s", reason=str(error)) from error
    async with unit_of_work():
        await store_plan(plan_id, material, plan)
        await run.advance(done=len(material.request.candidates))
    return {"plan": plan_id, "visits": plan.visits}


async def _read(row: Mapping[str, Any]) -> Material:
    month, people = Month(as_date(row["month_on"]) or dt.date.min), json.loads(row["settings"])["people"]
    if row["dealer"] is None:
        return await read_material(row["path"], month, people)
    return await read_dealer_material(row["dealer"], month, people, proposal=bool(row["is_proposal"]))


async def store_plan(plan_id: int, material: Material, plan: Plan) -> None:
    """Store a plan's people, lines, days and stops in place of the earlier ones, in the open unit of work."""
    for table in ("plan_stop", "plan_day", "plan_line", "plan_person"):
        await execute(f"delete from {table} where plan = {{}}", plan_id)  # noqa: S608  names from code
    request = material.request
    inputs = await store(pack_request(request), "application/json")
    await _insert_people(plan_id, request, plan)
    await insert_rows("plan_line", _LINE_COLUMNS, _lines(plan_id, material, plan))
    await insert_days(plan_id, plan.days)
    await execute(
        "update development_plan set state = 'draft', version = version + 1, is_edited = {}, inputs = {},"
        " inputs_sha256 = (select sha256 from stored_file where id = {}), outlets = {}, visits = {},"
        " more_accounts = {}, more_visits = {}, more_seconds = {}, reason = '' where id = {}",
        *(False, inputs, inputs, plan.outlets, plan.visits, len(plan.more.keys), plan.more.visits),
        *(plan.more.seconds, plan_id),
    )


async def insert_days(plan_id: int, days: Sequence[Any]) -> None:
    """Insert days with their lengths and stops, in the open unit of work."""
    await insert_rows(
        "plan_day",
        "plan user_id day_on travel_seconds visit_seconds nearest_seconds capacity_seconds".split(),
        [
            (plan_id, int(day.representative), day.on, day.travel_seconds, day.visit_seconds,
             day.nearest_neighbour_seconds, day.capacity_seconds)
            for day in days
        ],
    )  # fmt: skip
    await insert_rows(
        "plan_stop",
        ("plan", "user_id", "day_on", "place", "account"),
        [
            (plan_id, int(day.representative), day.on, place, int(key))
            for day in days
            for place, key in enumerate(day.stops)
        ],
    )


async def _insert_people(plan_id: int, request: PlanRequest, plan: Plan) -> None:
    await insert_rows(
        "plan_person",
        ("plan", "user_id", "latitude_micro", "longitude_micro", "day_minutes", "working_days", "away"),
        [
            (
                plan_id,
                int(one.key),
                one.start.latitude_micro,
                one.start.longitude_micro,
                request.settings.day_minutes if one.day_minutes is None else one.day_minutes,
                len(plan.working_days[one.key]),
                json.dumps([day.isoformat() for day in sorted(one.away_on)]),
            )
            for one in request.representatives
        ],
    )


def _lines(plan_id: int, material: Material, plan: Plan) -> list[tuple[Any, ...]]:
    rows = []
    for one in material.request.candidates:
        decision, is_target = plan.decisions[one.key], one.key in material.targets
        indicator = Indicator.OPENING if is_target else Indicator.VISITS
        evidence = Evidence.PAID_ORDER if is_target else Evidence.VISIT
        rows.append(
            (
                *(plan_id, int(one.key), int(one.representative) if one.representative else None),
                *(one.class_code, one.score, json.dumps(dict(material.parts[one.key])), is_target),
                *(one.visits, len(decision.days), one.visit_minutes, decision.open_days, decision.reason),
                *(decision.short_seconds, indicator.value, evidence.value),
            )
        )
    return rows
