"""What awaits a person in plans: drafts to approve, plans to freeze, the route of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import as_date, fetch
from portal.errors import message
from portal.network.scope import ALWAYS, in_regions
from portal.plans.model import PlanState
from portal.plans.policies import APPROVE, ROUTE
from portal.plans.queries.days import route_of
from portal.tasks import TaskItem, age_days

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

MOST = 50


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what awaits the viewer on a day."""
    return [*await _plans(viewer, today), *await _route(viewer, today)]


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


async def _route(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    if not viewer.allowed(ROUTE):
        return []
    found = await route_of(sorted(viewer.people), today)
    if found is None:
        return []
    return [TaskItem("plans.route", message("Today’s visits in route order"), "/plans/route", today, 0)]
