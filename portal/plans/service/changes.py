"""One place where a plan changes: who may, in which states, and only the version that was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import execute
from portal.errors import Conflict
from portal.plans.model import PlanState
from portal.plans.policies import PLAN
from portal.plans.queries.plans import PlanRow, require_plan

if TYPE_CHECKING:
    from portal.access import Viewer


async def require_draft(viewer: Viewer, plan_id: int) -> PlanRow:
    """Return a draft the viewer may change.

    Raises:
        NotFound: There is none, or it is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not plan.
        Conflict: It is no draft: what is agreed or frozen does not change.
    """
    plan = await require_plan(viewer, plan_id, PLAN)
    if plan.state is not PlanState.DRAFT:
        raise Conflict("Only a draft can be changed. Take the approval back first.")
    return plan


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
