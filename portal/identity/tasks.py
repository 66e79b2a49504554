"""What awaits a person in identity: role grants that need a second administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.db import fetch
from portal.errors import Message
from portal.tasks import TaskItem, age_days

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return the grants somebody else asked for and the viewer may approve."""
    if not viewer.allowed("identity.grants"):
        return []
    rows = await fetch(
        "select g.user_id, g.requested_by_user_id, g.requested_for_user_id, g.requested_at, u.name"
        " from role_grant g join login_user u on u.id = g.user_id where g.state = 'requested'"
        " order by g.requested_at limit 50"
    )
    return [
        TaskItem(
            "identity.approve_grant",
            Message("Approve or refuse a role for %(name)s", {"name": row["name"]}),
            f"/people/{row['user_id']}",
            None,
            age_days(row["requested_at"], today),
        )
        for row in rows
        if row["requested_by_user_id"] is not None
        and different_people(Signature(row["requested_by_user_id"], row["requested_for_user_id"]), viewer)
    ]
