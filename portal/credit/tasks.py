"""What awaits a person in credit: releases that need a second person, follow-ups of talks about payment."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.credit.policies import APPROVE, COLLECT
from portal.db import as_date, fetch
from portal.errors import Message
from portal.network.scope import in_scope
from portal.tasks import TaskItem, age_days

if TYPE_CHECKING:
    from portal.access import Viewer

AHEAD = dt.timedelta(days=7)


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what awaits the viewer on a day."""
    return [*await _releases(viewer, today), *await _follow_ups(viewer, today)]


async def _releases(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return the releases somebody else asked for and the viewer may approve."""
    if not viewer.allowed(APPROVE):
        return []
    seen = in_scope(viewer, "a", policy=APPROVE)
    rows = await fetch(
        "select h.account, h.requested_by_user_id, h.requested_for_user_id, h.requested_at, a.name"  # noqa: S608  from code
        " from credit_hold h join account a on a.id = h.account where h.released_at is null"
        f" and h.requested_by_user_id is not null and {seen.sql} order by h.requested_at limit 50",
        *seen.args,
    )
    return [
        TaskItem(
            "credit.approve_release",
            Message("Approve or decline the release of the hold on %(name)s", {"name": row["name"]}),
            f"/credit/{row['account']}",
            None,
            age_days(row["requested_at"], today),
        )
        for row in rows
        if different_people(Signature(row["requested_by_user_id"], row["requested_for_user_id"]), viewer)
    ]


async def _follow_ups(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return the follow-ups of the viewer's own that are due within a week or late."""
    if not viewer.allowed(COLLECT):
        return []
    seen = in_scope(viewer, "a", policy=COLLECT)
    rows = await fetch(
        "select c.account, c.due_on, c.at, a.name from credit_contact c join account a on a.id = c.account"  # noqa: S608  from code
        " where c.owner_user_id = {} and c.done_at is null and c.due_on <= {}"
        f" and {seen.sql} order by c.due_on, c.id limit 50",
        viewer.user_id,
        today + AHEAD,
        *seen.args,
    )
    return [
        TaskItem(
            "credit.follow_up",
            Message("Follow up open amounts with %(name)s", {"name": row["name"]}),
            f"/credit/{row['account']}",
            as_date(row["due_on"]),
            age_days(row["at"], today),
        )
        for row in rows
    ]
