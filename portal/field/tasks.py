"""What awaits a person in the field: late records to decide on, records that wait on phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.errors import message
from portal.field.policies import DECIDE, PHONES
from portal.field.queries.late import count_late
from portal.field.queries.phones import count_waiting
from portal.tasks import TaskItem, age_days

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what awaits the viewer on a day."""
    found = []
    if viewer.allowed(DECIDE) and (late := await count_late(viewer)):
        text = message("Decide on late records: %(count)s", count=late)
        found.append(TaskItem("field.decide", text, "/field/late", None, 0))
    if viewer.allowed(PHONES):
        count = await count_waiting(viewer)
        if count.records:
            text = message(
                "Not sent yet: %(records)s records on %(phones)s phones",
                records=count.records,
                phones=count.phones,
            )
            age = age_days(count.heard_at, today)
            found.append(TaskItem("field.phones", text, "/field/phones", None, age))
    return found
