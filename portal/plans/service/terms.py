"""What a line of a plan is measured by, what counts as proof, and how much is agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.plans.model import PlanState
from portal.plans.queries.lines import get_line
from portal.plans.service.changes import claim, require_draft

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.plans.model import Evidence, Indicator

GOAL_MOST = 1_000_000


async def set_terms(
    viewer: Viewer,
    plan_id: int,
    line_id: int,
    version: int,
    indicator: Indicator,
    evidence: Evidence,
    goal: int | None,
) -> None:
    """Set the terms of one line of a draft.

    Args:
        viewer: A planner of the plan's region.
        plan_id: The plan.
        line_id: The line.
        version: The version of the plan that was looked at.
        indicator: What it is measured by.
        evidence: What counts as proof.
        goal: Quantity agreed, up to a million; None for none.

    Raises:
        NotFound: The plan or the line is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not plan.
        Conflict: It is no draft, or somebody changed it meanwhile.
    """
    _, by = await require_draft(viewer, plan_id)
    line, _ = await get_line(viewer, plan_id, line_id)
    async with unit_of_work():
        await claim(plan_id, version, PlanState.DRAFT)
        await execute(
            "update plan_line set indicator = {}, evidence = {}, goal = {} where id = {}",
            *(indicator.value, evidence.value, goal, line_id),
        )
        changes = {
            "indicator": (line["indicator"], indicator.value),
            "evidence": (line["evidence"], evidence.value),
            "goal": (line["goal"], goal),
        }
        await record(by, "plans.terms", Subject.of("plan_line", line_id), changes)
