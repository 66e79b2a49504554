"""What awaits a person among opinions: answers to give, unnamed ones nobody answers yet, answers to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.access import Role
from portal.db import as_date, fetch, fetch_one
from portal.errors import Message
from portal.network.scope import in_scope
from portal.tasks import TaskItem, age_days
from portal.voice.opinions import ANSWER, OWN
from portal.voice.queries.opinion_scope import TABLES, visible_opinions

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

_MOST = 50


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what the viewer has to answer, to hand out or to read."""
    tasks: list[TaskItem] = []
    if viewer.allowed(ANSWER):
        tasks += await _to_answer(viewer, today)
        tasks += await _to_hand_out(viewer, today)
    if viewer.is_dealer_side and viewer.allowed(OWN):
        tasks += await _to_read(viewer, today)
    return tasks


async def _to_answer(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    seen = visible_opinions(viewer, ANSWER)
    rows = await fetch(
        f"select o.id, o.due_on, o.given_on, coalesce(a.name, '') as name{TABLES}"
        f" where o.owner_user_id = {{}} and o.state in ('open', 'reopened') and {seen.sql}"
        f" order by o.due_on, o.id limit {_MOST}",
        viewer.user_id,
        *seen.args,
    )
    return [
        TaskItem(
            "voice.opinion_answer",
            Message("Answer an opinion of %(name)s", {"name": row["name"]})
            if row["name"]
            else Message("Answer an opinion without a name"),
            f"/opinions/{row['id']}",
            row["due_on"],
            _age(row["given_on"], today),
        )
        for row in rows
    ]


async def _to_hand_out(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return one line for all opinions that nobody is to answer, for those who hand them out."""
    if not viewer.has_role(Role.ADMINISTRATOR, Role.MARKETING, Role.REGIONAL_MANAGER):
        return []
    seen = visible_opinions(viewer, ANSWER)
    row = await fetch_one(
        f"select count(*) as n, min(o.due_on) as due_on, min(o.given_on) as given_on{TABLES}"
        f" where o.owner_user_id is null and o.state in ('open', 'reopened') and {seen.sql}",
        *seen.args,
    )
    if row is None or not row["n"]:
        return []
    return [
        TaskItem(
            "voice.opinion_assign",
            Message("Opinions that nobody answers yet: %(count)s", {"count": row["n"]}),
            "/opinions",
            as_date(row["due_on"]),
            _age(row["given_on"], today),
        )
    ]


async def _to_read(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    seen = in_scope(viewer, "a", policy=OWN)
    rows = await fetch(
        "select o.id, o.answered_at from opinion o join account a on a.id = o.dealer"
        f" where o.state = 'answered' and {seen.sql} order by o.answered_at limit {_MOST}",
        *seen.args,
    )
    return [
        TaskItem(
            "voice.opinion_read",
            Message("Read the answer to your opinion"),
            f"/my/opinions/{row['id']}",
            None,
            age_days(row["answered_at"], today),
        )
        for row in rows
    ]


def _age(given_on: dt.date | str, today: dt.date) -> int:
    day = as_date(given_on)
    return 0 if day is None else max(0, (today - day).days)
