"""What awaits a person in seasons: an answer of the dealer, of the manufacturer, and steps that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import Message
from portal.network.scope import in_scope
from portal.seasons.policies import ANSWER, READ, TARGET
from portal.tasks import TaskItem, age_days

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

_MOST = 50
_OPEN = (
    "select t.season, t.account, t.offered_at, a.name, s.label, s.label_en from season_target t"
    " join season s on s.id = t.season and s.state = 'open' join account a on a.id = t.account"
)


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what awaits the viewer."""
    return [*await _offers(viewer, today), *await _counters(viewer, today), *await _steps(viewer, today)]


async def _offers(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return offers the dealer may answer; there is no day by which he must."""
    if not viewer.allowed(ANSWER):
        return []
    seen = in_scope(viewer, "a", policy=ANSWER)
    rows = await fetch(
        f"{_OPEN} where t.state = 'offered' and {seen.sql} order by t.offered_at limit {_MOST}", *seen.args
    )
    text = "A target for %(name)s is offered: accept it, ask for changes, or comment"
    return [
        TaskItem(
            "seasons.answer",
            Message(text, {"name": _label(viewer, row)}),
            f"/my/targets/{row['season']}",
            None,
            age_days(row["offered_at"], today),
        )
        for row in rows
    ]


async def _counters(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    if not viewer.allowed(TARGET):
        return []
    seen = in_scope(viewer, "a", policy=TARGET)
    rows = await fetch(
        f"{_OPEN} where t.state = 'countered' and {seen.sql} order by t.offered_at limit {_MOST}", *seen.args
    )
    return [
        TaskItem(
            "seasons.reply",
            Message("%(name)s asks for another target", {"name": row["name"]}),
            f"/seasons/{row['season']}/targets/{row['account']}",
            None,
            age_days(row["offered_at"], today),
        )
        for row in rows
    ]


async def _steps(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return steps the viewer owns that are not done, from two weeks before their day."""
    if not viewer.allowed(READ):
        return []
    people = sorted(viewer.people)
    marks = ", ".join("{}" for _ in people)
    rows = await fetch(
        "select t.season, t.step, t.due_on, s.label, s.label_en from season_step t"
        " join season s on s.id = t.season and s.state = 'open'"
        f" where t.done_at is null and t.due_on is not null and t.owner_user_id in ({marks})"
        f" order by t.due_on limit {_MOST}",
        *people,
    )
    return [
        TaskItem(
            "seasons.step",
            Message("Season step to be done: %(name)s", {"name": _label(viewer, row)}),
            f"/seasons/{row['season']}",
            row["due_on"],
            0,
        )
        for row in rows
        if (row["due_on"] - today).days <= _STEP_DAYS
    ]


def _label(viewer: Viewer, row: dict[str, str]) -> str:
    return row["label_en"] if viewer.locale == "en" else row["label"]


_STEP_DAYS = 14
