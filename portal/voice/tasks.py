"""What awaits a person in voice: answers to give, answers to read, steps for quiet dealers; opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import Message
from portal.network.scope import in_scope
from portal.tasks import TaskItem, age_days
from portal.voice.policies import ANSWER, OWN, QUIET_ACT
from portal.voice.tasks_opinions import list_tasks as list_opinion_tasks

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

_MOST = 50


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what the viewer has to answer, to read or to do."""
    tasks: list[TaskItem] = []
    if viewer.allowed(ANSWER):
        tasks += await _to_answer(viewer, today)
    if viewer.allowed(QUIET_ACT):
        tasks += await _steps(viewer, today)
    if viewer.is_dealer_side and viewer.allowed(OWN):
        tasks += await _to_read(viewer, today)
    return tasks + await list_opinion_tasks(viewer, today)


async def _to_answer(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    seen = in_scope(viewer, "a", policy=ANSWER)
    rows = await fetch(
        "select v.id, v.kind, v.due_on, v.raised_at, a.name from voice_item v"
        " join account a on a.id = v.dealer where v.owner_user_id = {} and v.state in ('open', 'reopened')"
        f" and {seen.sql} order by v.due_on, v.id limit {_MOST}",
        viewer.user_id,
        *seen.args,
    )
    texts = {
        "concern": "Answer a concern of %(name)s",
        "complaint": "Answer a complaint of %(name)s",
        "approach": "Act on another supplier’s approach to %(name)s",
    }
    return [
        TaskItem(
            "voice.answer",
            Message(texts[row["kind"]], {"name": row["name"]}),
            f"/voice/{row['id']}",
            row["due_on"],
            age_days(row["raised_at"], today),
        )
        for row in rows
    ]


async def _steps(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    seen = in_scope(viewer, "a", policy=QUIET_ACT)
    rows = await fetch(
        "select s.dealer, s.step, s.due_on, s.created_at, a.name from quiet_step s"
        " join account a on a.id = s.dealer where s.owner_user_id = {} and s.done_at is null"
        f" and {seen.sql} order by s.due_on, s.id limit {_MOST}",
        viewer.user_id,
        *seen.args,
    )
    return [
        TaskItem(
            "voice.quiet_step",
            Message("%(name)s: %(step)s", {"name": row["name"], "step": row["step"]}),
            f"/quiet/{row['dealer']}",
            row["due_on"],
            age_days(row["created_at"], today),
        )
        for row in rows
    ]


async def _to_read(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    seen = in_scope(viewer, "a", policy=OWN)
    rows = await fetch(
        "select v.id, v.answered_at from voice_item v join account a on a.id = v.dealer"
        f" where v.state = 'answered' and v.dealer_reads and {seen.sql} order by v.answered_at limit {_MOST}",
        *seen.args,
    )
    return [
        TaskItem(
            "voice.read",
            Message("Read our answer: settled, or ask again?"),
            f"/my/voice/{row['id']}",
            None,
            age_days(row["answered_at"], today),
        )
        for row in rows
    ]
