"""Plans approved, taken back, frozen and declined."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.errors import Conflict, Invalid
from portal.plans.model import PlanState
from portal.plans.policies import APPROVE
from portal.plans.queries.plans import list_plan_people, require_plan
from portal.plans.service.changes import claim
from portal.plans.service.edits import list_violations

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.plans.queries.plans import PlanRow

REASON_MAX = 400


async def approve(viewer: Viewer, plan_id: int, version: int, *, confirmed: bool) -> None:
    """Approve a draft.

    Args:
        viewer: A regional manager of the plan's region.
        plan_id: The plan.
        version: The version that was looked at.
        confirmed: Whether the plan is approved although something is wrong with its days.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not approve.
        Conflict: It is no draft or a dealer's to answer, or somebody changed it meanwhile.
        Invalid: Something is wrong with its days and it was not confirmed.
    """
    plan = await _require(viewer, plan_id, PlanState.DRAFT)
    if plan.is_proposal:
        raise Conflict("A plan for a dealer’s people is his to accept: send it to him.")
    await require_sound_days(viewer, plan, confirmed=confirmed)
    by = viewer.signature(APPROVE, plan.region_path)
    async with unit_of_work():
        await claim(plan_id, version, PlanState.DRAFT)
        await execute(
            "update development_plan set state = {}, approved_by_user_id = {}, approved_for_user_id = {},"
            " approved_at = {} where id = {}",
            *(PlanState.APPROVED.value, by.user_id, by.on_behalf_of, dt.datetime.now(dt.UTC), plan_id),
        )
        await record(by, "plans.approved", Subject.of("development_plan", plan_id))


async def require_sound_days(viewer: Viewer, plan: PlanRow, *, confirmed: bool) -> None:
    """Refuse a plan changed by hand whose days are wrong, unless it was confirmed.

    Raises:
        Invalid: Something is wrong with its days and it was not confirmed.
    """
    if confirmed or not plan.is_edited:
        return
    people = [row["user_id"] for row in await list_plan_people(viewer, plan)]
    if await list_violations(plan.id, people):
        raise Invalid.of("confirmed", "Something is wrong with the days. Correct it, or tick that it stays.")


async def reopen(viewer: Viewer, plan_id: int, version: int) -> None:
    """Take an approval back: the plan is a draft again.

    Raises:
        Conflict: It is not approved, or somebody changed it meanwhile.
    """
    plan = await _require(viewer, plan_id, PlanState.APPROVED)
    async with unit_of_work():
        await claim(plan_id, version, PlanState.APPROVED)
        await execute(
            "update development_plan set state = {}, approved_by_user_id = null, approved_for_user_id = null,"
            " approved_at = null where id = {}",
            *(PlanState.DRAFT.value, plan_id),
        )
        by = viewer.signature(APPROVE, plan.region_path)
        await record(by, "plans.reopened", Subject.of("development_plan", plan_id))


async def freeze(viewer: Viewer, plan_id: int, version: int) -> None:
    """Freeze an approved plan: visits, indicators and evidence stand from now on.

    Raises:
        Conflict: It is not approved, or somebody changed it meanwhile.
    """
    plan = await _require(viewer, plan_id, PlanState.APPROVED)
    async with unit_of_work():
        await claim(plan_id, version, PlanState.APPROVED)
        await execute(
            "update development_plan set state = {}, frozen_at = {} where id = {}",
            *(PlanState.FROZEN.value, dt.datetime.now(dt.UTC), plan_id),
        )
        by = viewer.signature(APPROVE, plan.region_path)
        await record(by, "plans.frozen", Subject.of("development_plan", plan_id))


async def decline(viewer: Viewer, plan_id: int, version: int, reason: str) -> None:
    """Decline a draft or an approved plan; it stays readable.

    Raises:
        Invalid: No reason is given.
        Conflict: It is neither, or somebody changed it meanwhile.
    """
    plan = await _require(viewer, plan_id, PlanState.DRAFT, PlanState.APPROVED)
    if not reason.strip():
        raise Invalid.of("reason", "Please fill this in.")
    async with unit_of_work():
        await claim(plan_id, version, plan.state)
        await execute(
            "update development_plan set state = {}, reason = {} where id = {}",
            *(PlanState.DECLINED.value, reason[:REASON_MAX], plan_id),
        )
        by = viewer.signature(APPROVE, plan.region_path)
        await record(by, "plans.declined", Subject.of("development_plan", plan_id), note=reason)


async def _require(viewer: Viewer, plan_id: int, *states: PlanState) -> PlanRow:
    plan = await require_plan(viewer, plan_id, APPROVE)
    answered = plan.is_proposal and plan.state is not PlanState.DRAFT
    if answered or plan.state not in states:
        raise Conflict("The plan has another state by now. Look at it again.")
    return plan
