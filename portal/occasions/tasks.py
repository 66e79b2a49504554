"""What awaits a person in occasions: invitations to answer, dealers the rule left to a person."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import fetch
from portal.errors import Message
from portal.occasions.model import OccasionState
from portal.occasions.policies import OWN, PLAN
from portal.occasions.queries.invitations import list_own_invitations
from portal.occasions.queries.occasions import list_own_occasions
from portal.occasions.service.invitations import HELD
from portal.tasks import TaskItem, age_days

if TYPE_CHECKING:
    from portal.access import Viewer


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return invitations the viewer's dealer has not answered; for planners, dealers to decide on."""
    if viewer.allowed(OWN):
        return await _to_answer(viewer, today)
    return await _to_decide(today) if viewer.allowed(PLAN) else []


async def _to_answer(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    now, zone = dt.datetime.now(dt.UTC), ZoneInfo(viewer.zone)
    open_ones = {one.id: one for one in await list_own_occasions(viewer, OWN) if one.takes_sign_ups(now)}
    tasks = []
    for line in await list_own_invitations(viewer, open_ones):
        if line.is_invited and not line.has_answered:
            occasion = open_ones[line.occasion_id]
            until = (occasion.sign_up_until - dt.timedelta(microseconds=1)).astimezone(zone).date()
            text = Message("Answer the invitation: %(title)s", {"title": occasion.title})
            age = age_days(line.invited_at, today)
            tasks.append(TaskItem("occasions.answer", text, f"/my/occasions/{occasion.id}", until, age))
    return tasks


async def _to_decide(today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select o.id, o.title, min(i.invited_at) as since, count(*) as n from occasion_invitation i"
        " join occasion o on o.id = i.occasion where i.outcome = {} and o.state in ({}, {})"
        " group by o.id, o.title order by o.id limit 50",
        *(HELD, OccasionState.DRAFT.value, OccasionState.OPEN.value),
    )
    return [
        TaskItem(
            "occasions.decide",
            Message("Decide on %(count)s dealers for: %(title)s", {"count": row["n"], "title": row["title"]}),
            f"/occasions/{row['id']}/invitations",
            None,
            age_days(_instant(row["since"]), today),
        )
        for row in rows
    ]


def _instant(value: dt.datetime | str) -> dt.datetime:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
