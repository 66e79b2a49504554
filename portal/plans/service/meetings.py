"""Opening, holding and closing weekly meetings; what is open is carried into the next week by itself."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import as_date, execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.network.scope import in_scope
from portal.plans.meeting import WEEK, ItemState, MeetingState, monday_of
from portal.plans.policies import MEET, PROBLEM
from portal.plans.queries.meetings import (
    get_item,
    get_meeting,
    list_owners,
    week_by_dealer,
    week_by_person,
)

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.plans.commands_meetings import ItemCommand, MinutesCommand
    from portal.plans.queries.meetings import MeetingView


async def open_meeting(viewer: Viewer, region_id: int, day: dt.date) -> int:
    """Open a region's meeting about the week of a day and carry into it what is open from weeks before.

    Opening it again changes nothing.

    Raises:
        NotFound: The region is not the viewer's.
    """
    region = await fetch_one("select path from region where id = {}", region_id)
    if region is None or not viewer.scope_for(MEET).covers(region["path"]):
        raise NotFound
    by = viewer.signature(MEET, region["path"])
    async with unit_of_work():
        return await _opened(region_id, monday_of(day), by.user_id)


async def add_item(viewer: Viewer, meeting_id: int, command: ItemCommand) -> int:
    """Add a point: a topic, a problem, or a decision with its owner and last day.

    Raises:
        NotFound: The meeting is not the viewer's.
        Conflict: It is closed.
        Invalid: The owner is nobody of the region.
    """
    async with unit_of_work():
        meeting = await _changing(viewer, meeting_id, MEET)
        if command.owner_user_id is not None:
            owners = {number for number, _ in await list_owners(meeting.path, _now().date())}
            if command.owner_user_id not in owners | {viewer.user_id}:
                raise Invalid.of("owner", "Please choose somebody of this region.")
        return await _insert(meeting_id, command, viewer.user_id)


async def send_problem(viewer: Viewer, meeting_id: int, text: str) -> int:
    """Send a problem beforehand, as a dealer's person or a representative.

    Raises:
        NotFound: The meeting is not one of the viewer's region.
        Conflict: It was held already.
    """
    async with unit_of_work():
        meeting = await get_meeting(viewer, meeting_id, PROBLEM)
        if meeting.state is not MeetingState.OPEN:
            raise Conflict("This meeting was held already; the next one is open.")
        dealer = await _dealer_of(viewer) if viewer.is_dealer_side else None
        place = await _next_place(meeting_id)
        item = await fetch_value(
            "insert into meeting_item (meeting, place, kind, text, account, raised_by_user_id, raised_at)"
            " values ({}, {}, 'problem', {}, {}, {}, {}) returning id",
            *(meeting_id, place, text, dealer, viewer.user_id, _now()),
        )
        by = viewer.signature(PROBLEM)
        await record(by, "plans.problem_sent", Subject.of("meeting", meeting_id))
        return int(item)


async def finish_item(viewer: Viewer, meeting_id: int, item_id: int, result: str, policy: str) -> None:
    """Say what came of a point; its owner may, and who leads the meeting.

    Raises:
        NotFound: The meeting or the point is not the viewer's.
        NotAllowed: Somebody else owns it.
        Conflict: It is not open.
    """
    async with unit_of_work():
        await get_meeting(viewer, meeting_id, policy)
        item = await get_item(meeting_id, item_id)
        if item.owner_user_id != viewer.user_id and not viewer.allowed(MEET):
            raise NotAllowed("Only its owner, or who leads the meeting, can finish this.")
        changed = await execute(
            "update meeting_item set state = 'done', result = {}, done_at = {}"
            " where id = {} and state = 'open'",
            *(result, _now(), item_id),
        )
        if not changed:
            raise Conflict
        await record(viewer.signature(policy), "plans.item_done", Subject.of("meeting", meeting_id))


async def keep_minutes(viewer: Viewer, meeting_id: int, command: MinutesCommand) -> None:
    """Write down what was said; the meeting counts as held.

    Raises:
        NotFound: The meeting is not the viewer's.
        Conflict: It is closed.
    """
    async with unit_of_work():
        await _changing(viewer, meeting_id, MEET)
        await execute(
            "update weekly_meeting set state = 'held', held_on = {}, attendees = {}, minutes = {}"
            " where id = {}",
            *(command.held_on, command.attendees, command.minutes, meeting_id),
        )
        await record(viewer.signature(MEET), "plans.minutes_kept", Subject.of("meeting", meeting_id))


async def close_meeting(viewer: Viewer, meeting_id: int) -> int:
    """Close a meeting that was held, keep its figures, and open the next week's with what is still open.

    Returns:
        The next week's meeting.

    Raises:
        NotFound: The meeting is not the viewer's.
        Conflict: It was not held, or is closed.
    """
    async with unit_of_work():
        meeting = await get_meeting(viewer, meeting_id, MEET)
        if meeting.state is not MeetingState.HELD:
            raise Conflict("Write the minutes first; a closed meeting stays closed.")
        by = viewer.signature(MEET, meeting.path)
        await execute(
            "update weekly_meeting set state = 'closed', figures = {}, closed_by_user_id = {}, closed_at = {}"
            " where id = {}",
            *(await figures_of(meeting), by.user_id, _now(), meeting_id),
        )
        await record(by, "plans.meeting_closed", Subject.of("meeting", meeting_id))
        week_on = as_date(meeting.week_on) or meeting.week_on
        return await _opened(meeting.region_id, week_on + WEEK, by.user_id)


async def figures_of(meeting: MeetingView) -> str:
    """Return plan against actual of a meeting's week as JSON, to be kept with it."""
    found = {
        "people": await week_by_person(meeting.path, meeting.week_on),
        "dealers": await week_by_dealer(meeting.path, meeting.week_on),
    }
    lines = {
        kind: [[line.name, line.planned, line.made, line.visits] for line in rows]
        for kind, rows in found.items()
    }
    return json.dumps(lines, ensure_ascii=False)


async def _opened(region_id: int, week_on: dt.date, user_id: int) -> int:
    rows = await fetch(
        "insert into weekly_meeting (region, week_on, figures, minutes, created_by_user_id, created_at)"
        " values ({}, {}, '', '', {}, {}) on conflict (region, week_on) do nothing returning id",
        *(region_id, week_on, user_id, _now()),
    )
    if not rows:
        known = await fetch_value(
            "select id from weekly_meeting where region = {} and week_on = {}", region_id, week_on
        )
        if await fetch_value("select state from weekly_meeting where id = {}", known) != "closed":
            await _carry(region_id, week_on, int(known))
        return int(known)
    meeting_id = int(rows[0]["id"])
    await _carry(region_id, week_on, meeting_id)
    return meeting_id


async def _carry(region_id: int, week_on: dt.date, meeting_id: int) -> None:
    """Carry open points of closed meetings before a week into its meeting; the old ones are marked."""
    before = await fetch(
        "select i.* from meeting_item i join weekly_meeting m on m.id = i.meeting where m.region = {}"
        " and m.week_on < {} and m.state = 'closed' and i.state = 'open' order by m.week_on, i.place, i.id",
        *(region_id, week_on),
    )
    for place, old in enumerate(before, await _next_place(meeting_id)):
        await execute(
            "insert into meeting_item (meeting, place, kind, text, account, owner_user_id, due_on,"
            " carried_from, raised_by_user_id, raised_at)"
            " values ({}, {}, 'carry', {}, {}, {}, {}, {}, {}, {})",
            *(meeting_id, place, old["text"], old["account"], old["owner_user_id"], old["due_on"]),
            *(old["id"], old["raised_by_user_id"], old["raised_at"]),
        )
        await execute("update meeting_item set state = {} where id = {}", ItemState.CARRIED.value, old["id"])


async def _changing(viewer: Viewer, meeting_id: int, policy: str) -> MeetingView:
    meeting = await get_meeting(viewer, meeting_id, policy)
    if meeting.state is MeetingState.CLOSED:
        raise Conflict("This meeting is closed.")
    return meeting


async def _insert(meeting_id: int, command: ItemCommand, user_id: int) -> int:
    return int(
        await fetch_value(
            "insert into meeting_item (meeting, place, kind, text, owner_user_id, due_on,"
            " raised_by_user_id, raised_at) values ({}, {}, {}, {}, {}, {}, {}, {}) returning id",
            *(meeting_id, await _next_place(meeting_id), command.kind.value, command.text),
            *(command.owner_user_id, command.due_on, user_id, _now()),
        )
    )


async def _next_place(meeting_id: int) -> int:
    last = await fetch_value("select max(place) from meeting_item where meeting = {}", meeting_id)
    return 0 if last is None else int(last) + 1


async def _dealer_of(viewer: Viewer) -> int | None:
    seen = in_scope(viewer, "a", policy=PROBLEM)
    found = await fetch_value(
        f"select min(a.id) from account a where a.kind = 'dealer' and {seen.sql}",  # noqa: S608  from code
        *seen.args,
    )
    return None if found is None else int(found)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
