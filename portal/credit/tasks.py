"""What awaits a person in credit: releases that need a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.credit.policies import APPROVE
from portal.db import fetch
from portal.errors import Message
from portal.network.scope import in_scope
from portal.tasks import TaskItem, age_days

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
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
