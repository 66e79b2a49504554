"""Weekly meetings: the list, one with its points and figures, who may own a decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import ALWAYS, Condition, in_regions, in_scope
from portal.paging import PAGE_SIZE, Cursor, Key, Page, page_of
from portal.plans.meeting import WEEK, ItemKind, ItemState, Line, MeetingState
from portal.plans.policies import OWN, PROBLEM, READ

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer

Row = dict[str, Any]
_AGREED = "p.state in ('approved', 'frozen')"
_LIVE = "v.cancelled_at is null and v.owner = 'manufacturer'"


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting as its page shows it; ``figures`` is JSON kept when it was closed, empty before."""

    id: int
    region_id: int
    region: str
    region_en: str
    path: str
    week_on: dt.date
    state: MeetingState
    held_on: dt.date | None
    attendees: str
    minutes: str
    figures: str
    closed_by: str
    closed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """A point of a meeting; names are empty when nobody or not known any more."""

    id: int
    meeting_id: int
    kind: ItemKind
    text: str
    account: str
    owner_user_id: int | None
    owner: str
    due_on: dt.date | None
    state: ItemState
    result: str
    raised_by: str
    carried_from: int | None


_MEETING = (
    "select m.id, r.id as region_id, r.name as region, r.name_en as region_en, r.path, m.week_on, m.state,"
    " m.held_on, m.attendees, m.minutes, m.figures, coalesce(c.name, '') as closed_by, m.closed_at"
    " from weekly_meeting m join region r on r.id = m.region"
    " left join login_user c on c.id = m.closed_by_user_id"
)
_ITEM = (
    "select i.id, i.meeting as meeting_id, i.kind, i.text, coalesce(a.name, '') as account, i.owner_user_id,"
    " coalesce(o.name, '') as owner, i.due_on, i.state, i.result, coalesce(b.name, '') as raised_by,"
    " i.carried_from from meeting_item i left join account a on a.id = i.account"
    " left join login_user o on o.id = i.owner_user_id left join login_user b on b.id = i.raised_by_user_id"
)


def visible_meetings(viewer: Viewer, policy: str) -> Condition:
    """Say that a viewer may see meetings of ``r``: his regions', or where he has dealers to look after."""
    scope = viewer.scope_for(policy)
    if scope.everything:
        return ALWAYS
    seen = in_scope(viewer, "sa", policy=policy)
    sql = (
        "exists (select 1 from account sa join region sr on sr.id = sa.region"
        f" where substr(sr.path, 1, length(r.path)) = r.path and sa.kind = 'dealer' and {seen.sql})"
    )
    if not scope.region_paths:
        return Condition(sql, seen.args)
    inside = in_regions(scope.region_paths, "r.id")
    return Condition(f"({inside.sql} or {sql})", (*inside.args, *seen.args))


async def get_meeting(viewer: Viewer, meeting_id: int, policy: str) -> MeetingView:
    """Return a meeting the viewer may see under a policy.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = visible_meetings(viewer, policy)
    row = await fetch_one(f"{_MEETING} where m.id = {{}} and {seen.sql}", meeting_id, *seen.args)
    if row is None:
        raise NotFound
    return MeetingView(**{**row, "state": MeetingState(row["state"])})


async def list_meetings(viewer: Viewer, cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[Row]:
    """Return one page of meetings, the newest week first, with how many points wait."""
    seen = visible_meetings(viewer, READ)
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    place = ALWAYS
    if cursor.key:
        place = Condition(
            f"(m.week_on, m.id) {after} ({{}}, {{}})", (as_date(str(cursor.key[0])), cursor.key[1])
        )
    both = seen & place
    rows = await fetch(
        "select m.id, m.week_on, m.state, m.held_on, r.name as region, r.name_en as region_en,"
        " (select count(*) from meeting_item i where i.meeting = m.id and i.state = 'open') as waiting,"
        " (select count(*) from meeting_item i where i.meeting = m.id) as points"
        f" from weekly_meeting m join region r on r.id = m.region where {both.sql}"
        f" order by m.week_on {order}, m.id {order} limit {limit + 1}",
        *both.args,
    )
    return page_of(rows, cursor, _key, limit=limit)


async def list_items(meeting_id: int) -> list[ItemView]:
    """Return the points of a meeting in their order; the caller has checked that the viewer may see it."""
    rows = await fetch(f"{_ITEM} where i.meeting = {{}} order by i.place, i.id", meeting_id)
    return [_item(row) for row in rows]


async def get_item(meeting_id: int, item_id: int) -> ItemView:
    """Return a point of a meeting the caller has checked.

    Raises:
        NotFound: It is not of this meeting.
    """
    row = await fetch_one(f"{_ITEM} where i.meeting = {{}} and i.id = {{}}", meeting_id, item_id)
    if row is None:
        raise NotFound
    return _item(row)


async def list_own_problems(viewer: Viewer, *, limit: int = 100) -> list[Row]:
    """Return the problems the viewer's dealer sent to meetings, newest first, with what came of them."""
    seen = in_scope(viewer, "a", policy=OWN)
    return await fetch(
        "select i.id, i.text, i.state, i.result, i.raised_at, m.week_on from meeting_item i"
        " join weekly_meeting m on m.id = i.meeting join account a on a.id = i.account"
        f" where i.kind = 'problem' and {seen.sql} order by i.id desc limit {limit}",
        *seen.args,
    )


async def next_meeting(viewer: Viewer) -> MeetingView | None:
    """Return the open meeting to which the viewer may send a problem, of the nearest region, or None."""
    seen = visible_meetings(viewer, PROBLEM)
    row = await fetch_one(
        f"{_MEETING} where m.state = 'open' and {seen.sql}"
        " order by length(r.path) desc, m.week_on, m.id limit 1",
        *seen.args,
    )
    return MeetingView(**{**row, "state": MeetingState(row["state"])}) if row else None


async def week_by_person(path: str, week_on: dt.date) -> list[Line]:
    """Return plan against actual of every person who was planned or came in a region's week, by name."""
    return await _week("u.id, u.name", "join login_user u on u.id = x.user_id", path, week_on)


async def week_by_dealer(path: str, week_on: dt.date) -> list[Line]:
    """Return plan against actual of every dealer whose accounts were planned or visited, by name."""
    return await _week("d.id, d.name", "join account d on d.id = x.dealer", path, week_on)


async def list_owners(path: str, day: dt.date) -> list[tuple[int, str]]:
    """Return who may own a decision of a region: its representatives and managers, by name."""
    rows = await fetch(
        "select u.id, u.name from login_user u where u.active and (exists (select 1 from role_grant g"
        " join region r on r.id = g.region_id where g.user_id = u.id and g.state = 'active'"
        " and g.role = 'regional_manager' and substr({}, 1, length(r.path)) = r.path)"
        " or exists (select 1 from representative_assignment s join account a on a.id = s.dealer"
        " join region ar on ar.id = a.region where s.user_id = u.id and s.from_on <= {}"
        " and (s.to_on is null or s.to_on > {}) and substr(ar.path, 1, length({})) = {}))"
        " order by u.name, u.id",
        *(path, day, day, path, path),
    )
    return [(row["id"], row["name"]) for row in rows]


async def _week(columns: str, join: str, path: str, week_on: dt.date) -> list[Line]:
    inside = in_regions((path,), "a.region")
    last_on = week_on + WEEK - dt.timedelta(days=1)
    rows = await fetch(
        f"select {columns}, sum(x.planned) as planned, sum(x.made) as made, sum(x.visits) as visits from ("
        "select s.user_id, a.dealer, 1 as planned, case when exists (select 1 from visit v"
        f" where v.stop = s.id and {_LIVE}) then 1 else 0 end as made, 0 as visits"
        " from plan_stop s join development_plan p on p.id = s.plan join account a on a.id = s.account"
        f" where s.day_on between {{}} and {{}} and {_AGREED} and p.owner = 'manufacturer' and {inside.sql}"
        " union all select v.visitor_user_id, a.dealer, 0, 0, 1 from visit v"
        f" join account a on a.id = v.account where v.visited_on between {{}} and {{}} and {_LIVE}"
        f" and {inside.sql}) x {join} group by {columns} order by 2, 1",
        *(week_on, last_on, *inside.args, week_on, last_on, *inside.args),
    )
    return [Line(row["name"], int(row["planned"]), int(row["made"]), int(row["visits"])) for row in rows]


def _key(row: Row) -> Key:
    return str(row["week_on"]), row["id"]


def _item(row: Row) -> ItemView:
    return ItemView(**{**row, "kind": ItemKind(row["kind"]), "state": ItemState(row["state"])})
