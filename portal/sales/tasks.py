"""What awaits a person in sales: files that were read and compared but not confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import Message
from portal.tasks import TaskItem, age_days

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

POLICY = "sales.import"


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return the viewer's own imports that wait for confirmation."""
    if not viewer.allowed(POLICY):
        return []
    rows = await fetch(
        "select id, file_name, created_at from import_batch where state = 'staged' and actor_user_id = {}"
        " order by created_at limit 50",
        viewer.user_id,
    )
    return [
        TaskItem(
            "sales.confirm_import",
            Message("Confirm or discard the import of %(file)s", {"file": row["file_name"]}),
            f"/imports/{row['id']}",
            None,
            age_days(row["created_at"], today),
        )
        for row in rows
    ]
