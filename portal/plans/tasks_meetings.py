"""What awaits a person from weekly meetings: decisions he owns, minutes to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import Message
from portal.plans.policies import MEET, ROUTE
from portal.plans.queries.meetings import visible_meetings
from portal.tasks import TaskItem, age_days

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

_MOST = 50


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return the open points the viewer owns and the held meetings he has to close."""
    tasks = await _owned(viewer, today) if viewer.allowed(ROUTE) else []
    return [*tasks, *(await _to_close(viewer, today) if viewer.allowed(MEET) else [])]


async def _owned(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    seen = visible_meetings(viewer, ROUTE)
    rows = await fetch(
        "select i.meeting, i.text, i.due_on, i.raised_at from meeting_item i"
        " join weekly_meeting m on m.id = i.meeting join region r on r.id = m.region"
        f" where i.owner_user_id = {{}} and i.state = 'open' and {seen.sql}"
        f" order by i.due_on, i.id limit {_MOST}",
        *(viewer.user_id, *seen.args),
    )
    return [
        TaskItem(
            "plans.meeting_item",
            Message("From the weekly meeting: %(text)s", {"text": row["text"]}),
            f"/meetings/{row['meeting']}",
            row["due_on"],
            age_days(row["raised_at"], today),
        )
        for row in rows
    ]


async def _to_close(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    seen = visible_meetings(viewer, MEET)
    rows = await fetch(
        "select m.id, m.held_on, r.name from weekly_meeting m join region r on r.id = m.region"
        f" where m.state = 'held' and {seen.sql} order by m.week_on, m.id limit {_MOST}",
        *seen.args,
    )
    return [
        TaskItem(
            "plans.meeting_close",
            Message("Close the weekly meeting of %(region)s", {"region": row["name"]}),
            f"/meetings/{row['id']}",
            None,
            max(0, (today - row["held_on"]).days) if row["held_on"] else 0,
        )
        for row in rows
    ]
