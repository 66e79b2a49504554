"""What pages show of the days of a plan's people: figures, one person's month, one day's route."""

from typing import Any

from portal.access import Viewer
from portal.plans.model import PlanState
from portal.plans.queries.days import list_days, list_stops
from portal.plans.queries.frozen import request_of
from portal.plans.queries.plans import PlanRow, list_plan_people, may
from portal.plans.service import edits
from portal.plans.service.changes import changing_policy
from portal.plans.views import calendar, more_said, named, route_bp, use_bp, weekdays, wrongs

Row = dict[str, Any]


async def days_context(viewer: Viewer, plan: PlanRow, query: dict[str, str]) -> dict[str, Any]:
    """Return what a page shows of a plan; ``person`` and ``day`` of the query choose whose, and which day."""
    people = named(await list_plan_people(viewer, plan))
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
        "days": [],
        "may_change": may(viewer, plan, changing_policy(plan)) and plan.state is PlanState.DRAFT,
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
        "days": days,
        "day": chosen,
        "day_on": chosen.on if chosen else None,
        "day_stops": [row for row in stops if chosen and row["day_on"] == chosen.on],
        "wrongs": wrongs(found.get(user_id, ()), names, {str(user_id): person["name"]}),
    }
