"""What a dealer's owner does with plans of his people: accept, decline, make his own, put it in force, share.

Nothing is accepted by silence: a proposal nobody answers stays unanswered.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.plans.model import PlanState
from portal.plans.policies import OWN_DECIDE
from portal.plans.queries.candidates import list_staff
from portal.plans.queries.plans import PlanRow, get_plan
from portal.plans.service.changes import claim
from portal.plans.service.generate import NewPlan, ask
from portal.plans.service.states import REASON_MAX, require_sound_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Signature, Viewer
    from rules.months import Month

_SAME = (
    "month_on, owner, dealer, region, season, label, settings, inputs, inputs_sha256, outlets, visits,"
    " more_accounts, more_visits, more_seconds, is_edited"
)
COPIED = (
    ("plan_person", "user_id, latitude_micro, longitude_micro, day_minutes, working_days, away"),
    (
        "plan_line",
        (
            "account, user_id, class_code, score, score_parts, is_target, asked, planned, visit_minutes,"
            " open_days, reason, short_seconds, indicator, evidence, goal"
        ),
    ),
    ("plan_day", "user_id, day_on, travel_seconds, visit_seconds, nearest_seconds, capacity_seconds"),
    ("plan_stop", "user_id, day_on, place, account"),
)
"""Parts of a plan with the columns that a copy takes over."""


async def make_own(
    viewer: Viewer,
    dealer_id: int,
    month: Month,
    people: Sequence[int],
    today: dt.date,
    season_id: int | None = None,
) -> int:
    """Ask for a plan of the dealer's own and return it; a job makes it, the manufacturer does not see it.

    Args:
        viewer: The dealer's owner.
        dealer_id: His dealer.
        month: Month planned; not over yet.
        people: His people who are planned; empty for all.
        today: Current day in the business zone.
        season_id: Season it belongs to, or None.

    Raises:
        NotFound: The dealer is not the viewer's.
        Invalid: The month is over.
    """
    row = await fetch_one("select region from account where id = {} and kind = 'dealer'", dealer_id)
    if row is None or dealer_id not in viewer.scope_for(OWN_DECIDE).dealer_ids:
        raise NotFound
    if month.last_on < today:
        raise Invalid.of("month", "%(month)s is over.", month=str(month))
    known = [number for number, _ in await list_staff(dealer_id)]
    chosen = [number for number in known if not people or number in people]
    if not chosen:
        raise Invalid.of("people", "Please choose at least one person.")
    async with unit_of_work():
        by = viewer.signature(OWN_DECIDE, account_id=dealer_id)
        return await ask(by, NewPlan(month, row["region"], chosen, dealer=dealer_id, season=season_id))


async def accept(viewer: Viewer, plan_id: int, version: int, *, confirmed: bool = False) -> None:
    """Accept a proposal as it is, or put an own draft in force; his people then see their days.

    A plan of the same month that was in force, and proposals for it that await an answer, give way to it.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: The viewer is not the dealer's owner.
        Conflict: It is answered or in force already, or somebody changed it meanwhile.
        Invalid: Something is wrong with its days and it was not confirmed.
    """
    plan, by = await _require(viewer, plan_id)
    if plan.state is not (PlanState.OFFERED if plan.is_proposal else PlanState.DRAFT):
        raise _other_state()
    await require_sound_days(viewer, plan, confirmed=confirmed or plan.is_proposal)
    now = dt.datetime.now(dt.UTC)
    async with unit_of_work():
        await claim(plan_id, version, plan.state)
        await _give_way(plan, by, now)
        await execute(
            "update development_plan set state = {}, approved_by_user_id = {}, approved_for_user_id = {},"
            " approved_at = {} where id = {}",
            *(PlanState.APPROVED.value, by.user_id, by.on_behalf_of, now, plan_id),
        )
        if plan.is_proposal:
            await _answered(plan_id, by, now)
        action = "plans.accepted" if plan.is_proposal else "plans.put_in_force"
        await record(by, action, Subject.of("development_plan", plan_id))


async def decline(viewer: Viewer, plan_id: int, version: int, reason: str) -> None:
    """Decline a proposal with a reason, which the manufacturer reads.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: The viewer is not the dealer's owner.
        Invalid: No reason is given.
        Conflict: It awaits no answer, or somebody changed it meanwhile.
    """
    plan, by = await _require(viewer, plan_id)
    if plan.state is not PlanState.OFFERED:
        raise _other_state()
    if not reason.strip():
        raise Invalid.of("reason", "Please fill this in.")
    async with unit_of_work():
        await claim(plan_id, version, PlanState.OFFERED)
        await execute(
            "update development_plan set state = {}, reason = {} where id = {}",
            *(PlanState.DECLINED.value, reason[:REASON_MAX], plan_id),
        )
        await _answered(plan_id, by, dt.datetime.now(dt.UTC))
        await record(by, "plans.declined", Subject.of("development_plan", plan_id), note=reason)


async def copy(viewer: Viewer, plan_id: int) -> int:
    """Copy a proposal, or a plan in force, into a draft of the dealer's own and return it.

    What was proposed stays as it was; a draft copied before is returned as it stands.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: The viewer is not the dealer's owner.
        Conflict: It is neither a proposal nor in force.
    """
    plan, by = await _require(viewer, plan_id)
    if plan.state not in (PlanState.OFFERED, PlanState.APPROVED):
        raise _other_state()
    async with unit_of_work():
        earlier = await fetch_value(
            "select id from development_plan where source = {} and state = {} order by id desc limit 1",
            *(plan_id, PlanState.DRAFT.value),
        )
        if earlier is not None:
            return int(earlier)
        made: int = await fetch_value(
            f"insert into development_plan ({_SAME}, is_proposal, state, source, created_by_user_id,"  # noqa: S608  from code
            f" created_at) select {_SAME}, {{}}, {{}}, id, {{}}, {{}} from development_plan where id = {{}}"
            " returning id",
            *(False, PlanState.DRAFT.value, by.user_id, dt.datetime.now(dt.UTC), plan_id),
        )
        for table, columns in COPIED:
            await execute(
                f"insert into {table} (plan, {columns}) select {{}}, {columns} from {table}"  # noqa: S608  from code
                " where plan = {}",
                *(made, plan_id),
            )
        await record(by, "plans.copied", Subject.of("development_plan", made), {"source": (None, plan_id)})
    return made


async def share(viewer: Viewer, plan_id: int, *, shared: bool) -> None:
    """Let the manufacturer see an own plan, or no longer; each time is recorded.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: The viewer is not the dealer's owner.
        Conflict: It is a proposal: the manufacturer knows what he wrote.
    """
    plan, by = await _require(viewer, plan_id)
    if plan.is_proposal:
        raise Conflict("The manufacturer knows what he proposed.")
    at = dt.datetime.now(dt.UTC) if shared else None
    async with unit_of_work():
        await execute("update development_plan set shared_at = {} where id = {}", at, plan_id)
        action = "plans.shared" if shared else "plans.unshared"
        await record(by, action, Subject.of("development_plan", plan_id))


async def drop(viewer: Viewer, plan_id: int, version: int) -> None:
    """Throw an own draft away.

    Raises:
        NotFound: The plan is not the viewer's.
        NotAllowed: The viewer is not the dealer's owner.
        Conflict: It is no draft of his own, or somebody changed it meanwhile.
    """
    plan, by = await _require(viewer, plan_id)
    if plan.is_proposal or plan.state is not PlanState.DRAFT:
        raise _other_state()
    async with unit_of_work():
        await claim(plan_id, version, PlanState.DRAFT)
        await execute("delete from development_plan where id = {}", plan_id)
        await record(by, "plans.dropped", Subject.of("development_plan", plan_id))


async def _require(viewer: Viewer, plan_id: int) -> tuple[PlanRow, Signature]:
    plan = await get_plan(viewer, plan_id)
    if plan.dealer not in viewer.scope_for(OWN_DECIDE).dealer_ids:
        raise NotAllowed
    return plan, viewer.signature(OWN_DECIDE, account_id=plan.dealer)


async def _give_way(plan: PlanRow, by: Signature, now: dt.datetime) -> None:
    """Replace what was in force in the month, and what awaits an answer for it."""
    rows = await fetch(
        "update development_plan set state = {}, version = version + 1 where dealer = {} and month_on = {}"
        " and id <> {} and state in ('offered', 'approved') returning id, is_proposal, answered_at",
        *(PlanState.REPLACED.value, plan.dealer, plan.month.first_on, plan.id),
    )
    for row in rows:
        if row["is_proposal"] and row["answered_at"] is None:
            await _answered(row["id"], by, now)
        await record(by, "plans.replaced", Subject.of("development_plan", row["id"]), note=str(plan.id))


async def _answered(plan_id: int, by: Signature, now: dt.datetime) -> None:
    await execute(
        "update development_plan set answered_by_user_id = {}, answered_at = {} where id = {}",
        *(by.user_id, now, plan_id),
    )


def _other_state() -> Conflict:
    return Conflict("The plan has another state by now. Look at it again.")
