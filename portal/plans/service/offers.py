"""Plans proposed to dealers for their own people: asked for, sent, called back before an answer.

The manufacturer may only propose: whom a dealer's people visit is the dealer's to decide.
Source: FEATURES A7 L4 (경영간섭 금지, 대리점법 10조).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.network.scope import in_scope
from portal.plans.model import PlanState
from portal.plans.policies import APPROVE, PLAN
from portal.plans.queries.candidates import list_staff
from portal.plans.queries.plans import PlanRow, require_plan
from portal.plans.service.changes import claim
from portal.plans.service.generate import NewPlan, ask
from portal.plans.service.states import require_sound_days

if TYPE_CHECKING:
    from portal.access import Viewer
    from rules.months import Month


async def propose(
    viewer: Viewer, dealer_id: int, month: Month, today: dt.date, season_id: int | None = None
) -> int:
    """Ask for a proposal to a dealer and return it; a job makes it, nobody sees it before it is sent.

    Args:
        viewer: A planner of the dealer's region.
        dealer_id: For whose people.
        month: Month planned; not over yet.
        today: Current day in the business zone.
        season_id: Season it belongs to, or None.

    Raises:
        NotFound: The dealer is not the viewer's to plan for.
        Invalid: The month is over, or none of the dealer's people can sign in.
    """
    seen = in_scope(viewer, "a", policy=PLAN)
    row = await fetch_one(
        "select a.region, r.path from account a join region r on r.id = a.region"  # noqa: S608  from code
        f" where a.id = {{}} and a.kind = 'dealer' and a.merged_into is null and {seen.sql}",
        *(dealer_id, *seen.args),
    )
    if row is None:
        raise NotFound
    if month.last_on < today:
        raise Invalid.of("month", "%(month)s is over.", month=str(month))
    people = [number for number, _ in await list_staff(dealer_id)]
    if not people:
        raise Invalid.of("dealer", "Nobody of this dealer can sign in, so nobody would see the plan.")
    async with unit_of_work():
        by = viewer.signature(PLAN, row["path"])
        return await ask(
            by, NewPlan(month, row["region"], people, dealer=dealer_id, is_proposal=True, season=season_id)
        )


async def send(viewer: Viewer, plan_id: int, version: int, *, confirmed: bool) -> None:
    """Send a proposal to the dealer; from now on it stands as it is and awaits his answer.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not approve.
        Conflict: It is no draft of a proposal, or somebody changed it meanwhile.
        Invalid: Something is wrong with its days and it was not confirmed.
    """
    plan = await _require(viewer, plan_id, PlanState.DRAFT)
    await require_sound_days(viewer, plan, confirmed=confirmed)
    async with unit_of_work():
        await claim(plan_id, version, PlanState.DRAFT)
        await execute(
            "update development_plan set state = {}, offered_at = {} where id = {}",
            *(PlanState.OFFERED.value, dt.datetime.now(dt.UTC), plan_id),
        )
        by = viewer.signature(APPROVE, plan.region_path)
        await record(by, "plans.offered", Subject.of("development_plan", plan_id))


async def call_back(viewer: Viewer, plan_id: int, version: int) -> None:
    """Call a proposal back that was not answered yet: it is a draft again, and the dealer sees it no more.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: It is of a region in which the viewer does not approve.
        Conflict: It awaits no answer, or somebody changed it meanwhile.
    """
    plan = await _require(viewer, plan_id, PlanState.OFFERED)
    async with unit_of_work():
        await claim(plan_id, version, PlanState.OFFERED)
        await execute(
            "update development_plan set state = {}, offered_at = null where id = {}",
            *(PlanState.DRAFT.value, plan_id),
        )
        by = viewer.signature(APPROVE, plan.region_path)
        await record(by, "plans.called_back", Subject.of("development_plan", plan_id))


async def _require(viewer: Viewer, plan_id: int, state: PlanState) -> PlanRow:
    plan = await require_plan(viewer, plan_id, APPROVE)
    if not plan.is_proposal or plan.state is not state:
        raise Conflict("The plan has another state by now. Look at it again.")
    return plan
