"""Everything a plan or a route sheet on paper shows, as the viewer may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.errors import NotFound
from portal.paging import Cursor
from portal.plans.queries.days import DayRow, list_days, list_stops
from portal.plans.queries.frozen import request_of
from portal.plans.queries.lines import LineFilter, count_reasons, list_lines
from portal.plans.queries.plans import PlanRow, get_plan, list_plan_people
from rules.planning import PlanRequest

if TYPE_CHECKING:
    from portal.access import Viewer

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """A plan as it is printed.

    Attributes:
        days: Days and stops by person.
        lines: Candidates visited, then the target list's that are not; at most as many as asked.
        omitted: Candidates visited beyond them.
        reasons: Candidates by reason; '' are those people put in or took out.
        as_of: When it was printed for good: frozen or approved; now for a draft.
    """

    plan: PlanRow
    request: PlanRequest
    people: Sequence[Row]
    days: Mapping[int, tuple[Sequence[DayRow], Sequence[Row]]]
    lines: Sequence[Row]
    omitted: int
    reasons: Mapping[str, int]
    as_of: dt.datetime


@dataclass(frozen=True, slots=True)
class RoutePaper:
    """One person's day as it is printed."""

    plan: PlanRow
    person: Row
    day: DayRow
    stops: Sequence[Row]
    as_of: dt.datetime


async def plan_paper(viewer: Viewer, plan_id: int, most: int) -> PlanPaper:
    """Return a plan for printing.

    Args:
        viewer: Who prints.
        plan_id: The plan.
        most: Lines on paper at most.

    Raises:
        NotFound: The plan is not the viewer's, or is not made.
    """
    plan = await get_plan(viewer, plan_id)
    people = await list_plan_people(viewer, plan)
    if not plan.inputs_sha256:
        raise NotFound
    found = {}
    for row in people:
        user_id = row["user_id"]
        found[user_id] = (await list_days(plan_id, user_id), await list_stops(viewer, plan_id, user_id))
    visited = await list_lines(viewer, plan_id, LineFilter(shown="in"), Cursor(), limit=most)
    room = most - len(visited.rows)
    wanted = LineFilter(shown="out", listed="1")
    targets = await list_lines(viewer, plan_id, wanted, Cursor(), limit=room) if room else None
    return PlanPaper(
        plan,
        await request_of(plan_id),
        people,
        found,
        [*visited.rows, *(targets.rows if targets else ())],
        max(0, plan.outlets - len(visited.rows)) if plan.is_whole else 0,
        await count_reasons(viewer, plan_id),
        plan.frozen_at or plan.approved_at or plan.created_at,
    )


async def route_paper(viewer: Viewer, plan_id: int, user_id: int, on: dt.date) -> RoutePaper:
    """Return one person's day for printing.

    Raises:
        NotFound: The plan or the person's days are not the viewer's, or nothing is planned on the day.
    """
    plan = await get_plan(viewer, plan_id)
    people = await list_plan_people(viewer, plan)
    person = next((row for row in people if row["user_id"] == user_id), None)
    day = next((one for one in await list_days(plan_id, user_id) if one.on == on), None)
    if person is None or day is None:
        raise NotFound
    stops = await list_stops(viewer, plan_id, user_id, on)
    return RoutePaper(plan, person, day, stops, plan.frozen_at or plan.approved_at or plan.created_at)
