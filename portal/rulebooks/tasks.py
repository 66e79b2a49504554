"""What awaits a person in rulebooks, for everybody's home (할 일): to approve, to schedule, to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import Message
from portal.rulebooks.policies import APPROVE, AUTHOR, CONFIRM, SCHEDULE
from portal.rulebooks.queries.notices import list_notices
from portal.rulebooks.queries.proposals import get_proposal
from portal.tasks import TaskItem, age_days
from rules.lifecycle import may_approve

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what awaits the viewer on a day."""
    found: list[TaskItem] = []
    if viewer.allowed(APPROVE):
        found += await _waiting(viewer, today, "submitted", "rulebooks.approve", _APPROVE)
    if viewer.allowed(SCHEDULE):
        found += await _waiting(viewer, today, "approved", "rulebooks.schedule", _SCHEDULE)
    if viewer.allowed(AUTHOR):
        found += await _returned(viewer, today)
    if viewer.allowed(CONFIRM):
        found += await _unread(viewer, today)
    return found


_APPROVE = "Criteria %(label)s await your approval."
_SCHEDULE = "Criteria %(label)s are approved and can be scheduled."


async def _waiting(viewer: Viewer, today: dt.date, state: str, kind: str, text: str) -> list[TaskItem]:
    rows = await fetch(
        "select id, label, submitted_at, approved_at from rulebook_proposal where state = {}"
        " order by id limit 20",
        state,
    )
    items = []
    for row in rows:
        proposal = await get_proposal(row["id"])
        if state == "submitted" and not may_approve(proposal.author_ids, viewer.people):
            continue
        said = Message(text, {"label": row["label"]})
        age = age_days(row["approved_at"] or row["submitted_at"], today)
        items.append(TaskItem(kind, said, f"/rulebooks/{row['id']}", proposal.announced_on, age))
    return items


async def _returned(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select id, label, edited_at from rulebook_proposal where state = 'draft' and reason <> ''"
        " and author_user_id = {} order by id limit 20",
        viewer.user_id,
    )
    return [
        TaskItem(
            "rulebooks.returned",
            Message("Criteria %(label)s were sent back to you.", {"label": row["label"]}),
            f"/rulebooks/{row['id']}",
            None,
            age_days(row["edited_at"], today),
        )
        for row in rows
    ]


async def _unread(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    return [
        TaskItem(
            "rulebooks.read",
            Message(
                "New criteria from %(day)s: read what changes.",
                {"day": notice.version.term.from_on.isoformat()},
            ),
            f"/criteria/{notice.version.sha256}",
            notice.version.term.from_on,
            max(0, (today - notice.version.announced_on).days),
        )
        for notice in await list_notices(viewer, today)
        if notice.awaits
    ]
