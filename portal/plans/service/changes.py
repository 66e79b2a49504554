"""One place where a plan changes: who may, in which states, and only the version that was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import execute
from portal.errors import Conflict, NotAllowed
from portal.plans.model import PlanState
from portal.plans.policies import OWN_DECIDE, PLAN
from portal.plans.queries.plans import PlanRow, get_plan, may

if TYPE_CHECKING:
    from portal.access import Signature, Viewer


def changing_policy(plan: PlanRow) -> str:
    """Return the policy of those who change a plan: a dealer's own is his."""
    return OWN_DECIDE if plan.is_dealers else PLAN


def require_changer(viewer: Viewer, plan: PlanRow) -> Signature:
    """Return whose name a change of a plan carries.

    Raises:
        NotAllowed: It is of a region in which the viewer does not plan, or of the other side.
    """
    policy = changing_policy(plan)
    if not may(viewer, plan, policy):
        raise NotAllowed
    return viewer.signature(policy, plan.region_path, plan.dealer)


async def require_draft(viewer: Viewer, plan_id: int) -> tuple[PlanRow, Signature]:
    """Return a draft the viewer may change, and whose name the change carries.

    Raises:
        NotFound: There is none, or it is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not plan, or of the other side.
        Conflict: It is no draft: what is agreed or frozen does not change.
    """
    plan = await get_plan(viewer, plan_id)
    by = require_changer(viewer, plan)
    if plan.state is not PlanState.DRAFT:
        raise Conflict("Only a draft can be changed. Take the approval back first.")
    return plan, by


async def claim(plan_id: int, version: int, state: PlanState) -> None:
    """Raise a plan's version in the open unit of work: from here nobody else changes it until the commit.

    Raises:
        Conflict: It has another version or state by now.
    """
    claimed = await execute(
        "update development_plan set version = version + 1 where id = {} and version = {} and state = {}",
        *(plan_id, version, state.value),
    )
    if not claimed:
        raise Conflict("Somebody changed this plan meanwhile. Look at it again, then repeat your change.")
