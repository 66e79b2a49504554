"""What awaits a person in plans: drafts to approve, plans to freeze, proposals to answer, today's route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import as_date, fetch
from portal.errors import message
from portal.network.scope import ALWAYS, in_regions
from portal.plans.model import PlanOwner, PlanState
from portal.plans.policies import APPROVE, OWN, OWN_DECIDE, ROUTE
from portal.plans.queries.days import route_of
from portal.tasks import TaskItem, age_days
from rules.months import Month

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

MOST = 50


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what awaits the viewer on a day."""
    return [
        *await _plans(viewer, today),
        *await _proposals(viewer, today),
        *await _route(viewer, today),
    ]


async def _plans(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return drafts to approve before their month begins, and approved plans to freeze when it does."""
    if not viewer.allowed(APPROVE):
        return []
    scope = viewer.scope_for(APPROVE)
    inside = ALWAYS if scope.everything else in_regions(scope.region_paths, "p.region")
    rows = await fetch(
        "select p.id, p.month_on, p.state, p.created_at, p.approved_at, r.name from development_plan p"  # noqa: S608  from code
        " join region r on r.id = p.region where p.owner = 'manufacturer'"
        " and p.state in ('draft', 'approved')"
        f" and {inside.sql} order by p.month_on, p.id limit {MOST}",
        *inside.args,
    )
    found = []
    for row in rows:
        is_draft, month_on = row["state"] == PlanState.DRAFT.value, as_date(row["month_on"])
        name, month = row["name"], f"{month_on:%Y-%m}" if month_on else ""
        text = (
            message("Approve or decline the plan of %(name)s for %(month)s", name=name, month=month)
            if is_draft
            else message("Freeze the plan of %(name)s for %(month)s", name=name, month=month)
        )
        since = row["created_at"] if is_draft else row["approved_at"]
        kind = "plans.approve" if is_draft else "plans.freeze"
        href = f"/plans/{row['id']}"
        found.append(TaskItem(kind, text, href, month_on, age_days(since, today)))
    return found


async def _proposals(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return the proposals to a dealer whose month is not over: his to answer, or to leave."""
    dealers = viewer.scope_for(OWN_DECIDE).dealer_ids
    if not dealers:
        return []
    marks = ", ".join("{}" for _ in dealers)
    rows = await fetch(
        "select p.id, p.month_on, p.offered_at from development_plan p where p.state = 'offered'"  # noqa: S608  from code
        f" and p.dealer in ({marks}) order by p.month_on, p.id limit {MOST}",
        *dealers,
    )
    found = []
    for row in rows:
        month = Month(as_date(row["month_on"]) or today)
        if month.last_on < today:
            continue
        text = message("Answer the plan proposed for %(month)s", month=str(month))
        age = age_days(row["offered_at"], today)
        found.append(TaskItem("plans.answer", text, f"/my/plans/{row['id']}", month.first_on, age))
    return found


async def _route(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    if viewer.allowed(ROUTE):
        owner, href = PlanOwner.MANUFACTURER, "/plans/route"
    elif viewer.allowed(OWN):
        owner, href = PlanOwner.DEALER, "/my/plans/route"
    else:
        return []
    if await route_of(sorted(viewer.people), today, owner) is None:
        return []
    return [TaskItem("plans.route", message("Today’s visits in route order"), href, today, 0)]
