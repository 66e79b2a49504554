"""What awaits a person in training: tests and feedback for participants, sessions to hold for planners."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import fetch
from portal.errors import Message
from portal.occasions.model import OccasionState
from portal.occasions.queries.occasions import seen_occasions
from portal.tasks import TaskItem, age_days
from portal.web.i18n import choose
from training.courses.model import TestKind
from training.courses.policies import OWN, PLAN
from training.courses.queries.courses import pass_mark_on
from training.courses.queries.questions import list_asked
from training.sessions.queries.own import is_open, list_seats, takes_feedback
from training.sessions.queries.sessions import get_own_session, list_blocks

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer

_MOST = 20
_LOOKED_BACK = dt.timedelta(days=400)


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return the viewer's tests, feedback, and sessions past their end."""
    tasks: list[TaskItem] = []
    if viewer.allowed(OWN):
        tasks += await _own(viewer, today)
    if viewer.allowed(PLAN):
        tasks += await _to_hold(viewer, today)
    return tasks


async def _own(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    now, zone = dt.datetime.now(dt.UTC), ZoneInfo(viewer.zone)
    dealers = viewer.scope_for(OWN).dealer_ids
    if not dealers:
        return []
    rows = await fetch(
        "select distinct t.id from training_session t join occasion o on o.id = t.occasion"
        " join enrollment e on e.occasion = o.id and e.state = 'confirmed'"
        f" where e.dealer in ({', '.join('{}' for _ in dealers)}) and o.state in ('open', 'closed', 'held')"
        f" and t.feedback_until_on >= {{}} order by t.id limit {_MOST}",
        *dealers,
        today,
    )
    tasks: list[TaskItem] = []
    for row in rows:
        session = await get_own_session(viewer, row["id"])
        blocks = await list_blocks(session.id)
        title = {"title": choose(session.title, session.title_en)}
        asked = {kind: bool(await list_asked(session.course_id, kind)) for kind in TestKind}
        if await pass_mark_on(session.course_id, today) is None:
            asked[TestKind.POST] = False
        for seat in await list_seats(viewer, session):
            at = f"?seat={seat.person.enrollment_id}"
            taken = {TestKind.PRE: seat.pre, TestKind.POST: seat.post}
            for kind in TestKind:
                if taken[kind] is None and asked[kind] and is_open(kind, session, blocks, now, zone):
                    due = (
                        session.starts_at.astimezone(zone).date()
                        if kind is TestKind.PRE
                        else session.feedback_until_on
                    )
                    href = f"/my/training/{session.id}/test/{kind.value}{at}"
                    tasks.append(
                        TaskItem(f"training.{kind.value}", Message(_TESTS[kind], title), href, due, 0)
                    )
            if not seat.gave_feedback and seat.person.came_in_at and takes_feedback(session, now, zone):
                href = f"/my/training/{session.id}/feedback{at}"
                says = Message("Say what you think of: %(title)s", title)
                waits = age_days(session.ends_at, today)
                tasks.append(TaskItem("training.feedback", says, href, session.feedback_until_on, waits))
    return tasks


_TESTS = {
    TestKind.PRE: "Take the test before: %(title)s",
    TestKind.POST: "Take the test after: %(title)s",
}


async def _to_hold(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    now = dt.datetime.now(dt.UTC)
    seen = seen_occasions(viewer, PLAN)
    rows = await fetch(
        "select t.id, o.title, o.title_en, o.state, o.starts_at, o.ends_at from training_session t"
        " join occasion o on o.id = t.occasion left join region r on r.id = o.region"
        " where o.state in ('draft', 'open', 'closed') and o.ends_at < {} and o.ends_at > {}"
        f" and {seen.sql} order by o.ends_at, t.id limit {_MOST}",
        now,
        now - _LOOKED_BACK,
        *seen.args,
    )
    return [
        TaskItem(
            "training.hold",
            Message(
                "Was it held? Call it off or move its days: %(title)s"
                if row["state"] == OccasionState.DRAFT.value
                else "Mark as held and give certificates: %(title)s",
                {"title": choose(row["title"], row["title_en"])},
            ),
            f"/training/sessions/{row['id']}",
            None,
            age_days(row["ends_at"], today),
        )
        for row in rows
    ]
