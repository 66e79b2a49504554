"""Sessions a viewer may see, one query for a calendar page, and the blocks of a session."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition
from portal.occasions.model import OccasionState
from portal.occasions.queries.occasions import seen_occasions
from training.courses.policies import OWN

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.access import Signature, Viewer
    from portal.db.sql import Row

CALENDAR_MOST = 1000


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session with its occasion.

    Attributes:
        ends_at, sign_up_until: Exclusive.
        feedback_until_on: Inclusive.
        key_shown_at: Since when those who took the test see the right answers.
        occasion_version: Goes up with every change of the plan or the state.
    """

    id: int
    occasion_id: int
    course_id: int
    course_title: str
    course_title_en: str
    room_id: int
    room_name: str
    venue_id: int
    venue_name: str
    venue_name_en: str
    address: str
    state: OccasionState
    title: str
    title_en: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    sign_up_until: dt.datetime
    seats: int
    seats_taken: int
    seats_per_dealer: int
    companions_max: int
    season_id: int | None
    region_id: int | None
    region_path: str | None
    region_name: str
    region_name_en: str
    organiser_user_id: int
    organiser: str
    note: str
    feedback_until_on: dt.date
    key_shown_at: dt.datetime | None
    held_at: dt.datetime | None
    cancel_reason: str
    occasion_version: int

    def signature(self, viewer: Viewer, policy: str) -> Signature:
        """Return whose name an action on this session carries."""
        return viewer.signature(policy, self.region_path)


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A session as the calendar shows it."""

    id: int
    title: str
    title_en: str
    state: OccasionState
    starts_at: dt.datetime
    ends_at: dt.datetime
    seats: int
    seats_taken: int
    place: str
    region_name: str
    region_name_en: str


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A module taught at a time; lecturer and own room may be missing."""

    id: int
    session_id: int
    module_id: int
    module_title: str
    module_title_en: str
    lecturer_id: int | None
    lecturer_name: str
    lecturer_name_en: str
    lecturer_position: str
    room_id: int | None
    room_name: str
    starts_at: dt.datetime
    ends_at: dt.datetime


_SESSION = (
    "select t.id, t.occasion as occasion_id, t.course as course_id, c.title as course_title,"
    " c.title_en as course_title_en, t.room as room_id, m.name as room_name, v.id as venue_id,"
    " v.name as venue_name, v.name_en as venue_name_en, v.address, o.state, o.title, o.title_en, o.starts_at,"
    " o.ends_at, o.sign_up_until, o.seats, o.seats_taken, o.seats_per_dealer, o.companions_max,"
    " o.season as season_id, o.region as region_id, r.path as region_path,"
    " coalesce(r.name, '') as region_name,"
    " coalesce(r.name_en, '') as region_name_en, o.organiser_user_id, coalesce(u.name, '') as organiser,"
    " t.note,"
    " t.feedback_until_on, t.key_shown_at, o.held_at, o.cancel_reason, o.version as occasion_version"
    " from training_session t join occasion o on o.id = t.occasion join course c on c.id = t.course"
    " join venue_room m on m.id = t.room join venue v on v.id = m.venue left join region r on r.id = o.region"
    " left join login_user u on u.id = o.organiser_user_id"
)


async def get_session(viewer: Viewer, session_id: int, policy: str) -> SessionRow:
    """Return one session.

    Raises:
        NotFound: There is none, or none for this viewer under this policy.
    """
    seen = seen_occasions(viewer, policy)
    row = await fetch_one(f"{_SESSION} where t.id = {{}} and {seen.sql}", session_id, *seen.args)
    if row is None:
        raise NotFound
    return _session(row)


async def get_own_session(viewer: Viewer, session_id: int) -> SessionRow:
    """Return a session that a dealer of the viewer's was invited to.

    Raises:
        NotFound: There is none, or the dealer is not on its list.
    """
    return await get_session(viewer, session_id, OWN)


async def list_sessions(viewer: Viewer, policy: str, season_id: int) -> tuple[SessionRow, ...]:
    """Return the sessions of a season that were not called off, in order of time."""
    seen = seen_occasions(viewer, policy)
    rows = await fetch(
        f"{_SESSION} where o.season = {{}} and o.state <> 'cancelled' and {seen.sql}"
        f" order by o.starts_at, t.id limit {CALENDAR_MOST}",
        season_id,
        *seen.args,
    )
    return tuple(_session(row) for row in rows)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a calendar page shows; None = everything. A region stands for its subtree and for everywhere."""

    region_path: str | None = None
    course_id: int | None = None
    lecturer_id: int | None = None


_CALENDAR_FROM = (
    "from training_session t join occasion o on o.id = t.occasion left join region r on r.id = o.region"
)
_CALENDAR = (
    "select t.id, o.title, o.title_en, o.state, o.starts_at, o.ends_at, o.seats, o.seats_taken, o.place,"
    " coalesce(r.name, '') as region_name, coalesce(r.name_en, '') as region_name_en"
    f" {_CALENDAR_FROM}"
)
_IN_ORDER = f"order by o.starts_at, t.id limit {CALENDAR_MOST}"


async def list_calendar(
    viewer: Viewer, policy: str, starts_at: dt.datetime, ends_at: dt.datetime, filters: Filters
) -> list[CalendarRow]:
    """Return the sessions between two instants, the second exclusive, in order of time; 1,000 at most."""
    wanted = _calendar_condition(viewer, policy, starts_at, ends_at, filters)
    rows = await fetch(f"{_CALENDAR} where {wanted.sql} {_IN_ORDER}", *wanted.args)
    return [CalendarRow(**{**row, "state": OccasionState(row["state"])}) for row in rows]


async def list_calendar_times(
    viewer: Viewer, policy: str, starts_at: dt.datetime, ends_at: dt.datetime, filters: Filters
) -> list[Row]:
    """Return ``id``, ``starts_at`` and ``ends_at`` of the sessions of ``list_calendar``, as dicts."""
    wanted = _calendar_condition(viewer, policy, starts_at, ends_at, filters)
    return await fetch(
        # A sum is read from SQLite as it is, a column by a function.
        f"select t.id + 0 as id, o.starts_at, o.ends_at {_CALENDAR_FROM} where {wanted.sql} {_IN_ORDER}",
        *wanted.args,
    )


async def list_calendar_texts(session_ids: Collection[int]) -> dict[int, Row]:
    """Return what a calendar writes of sessions, by id; ``seats`` is text, taken of all.

    The caller has found the sessions by ``list_calendar_times``.
    """
    if not session_ids:
        return {}
    marks = ", ".join("{}" for _ in session_ids)
    rows = await fetch(
        "select t.id + 0 as id, o.title, o.title_en, o.state, o.place,"
        " o.seats_taken || '/' || o.seats as seats,"
        " coalesce(r.name, '') as region_name, coalesce(r.name_en, '') as region_name_en"
        f" {_CALENDAR_FROM} where t.id in ({marks})",
        *session_ids,
    )
    return {row["id"]: row for row in rows}


def _calendar_condition(
    viewer: Viewer, policy: str, starts_at: dt.datetime, ends_at: dt.datetime, filters: Filters
) -> Condition:
    wanted = seen_occasions(viewer, policy) & Condition(
        "o.starts_at < {} and o.ends_at > {}", (ends_at, starts_at)
    )
    if filters.region_path is not None:
        path = filters.region_path
        wanted = wanted & Condition("(o.region is null or substr(r.path, 1, {}) = {})", (len(path), path))
    if filters.course_id is not None:
        wanted = wanted & Condition("t.course = {}", (filters.course_id,))
    if filters.lecturer_id is not None:
        wanted = wanted & Condition(
            "exists (select 1 from session_block b where b.session = t.id and b.lecturer = {})",
            (filters.lecturer_id,),
        )
    return wanted


_BLOCK = (
    "select b.id, b.session as session_id, b.module as module_id, m.title as module_title,"
    " m.title_en as module_title_en, b.lecturer as lecturer_id, coalesce(l.name, '') as lecturer_name,"
    " coalesce(l.name_en, '') as lecturer_name_en, coalesce(l.title, '') as lecturer_position,"
    " b.room as room_id, coalesce(r.name, '') as room_name, b.starts_at, b.ends_at from session_block b"
    " join course_module m on m.id = b.module left join lecturer l on l.id = b.lecturer"
    " left join venue_room r on r.id = b.room"
)


async def list_blocks(*session_ids: int) -> tuple[BlockRow, ...]:
    """Return the blocks of sessions in order of time; the caller has checked who asks."""
    if not session_ids:
        return ()
    marks = ", ".join("{}" for _ in session_ids)
    rows = await fetch(
        f"{_BLOCK} where b.session in ({marks}) order by b.session, b.starts_at, b.id", *session_ids
    )
    return tuple(BlockRow(**row) for row in rows)


async def find_session_id(occasion_id: int) -> int | None:
    """Return the session of an occasion, or None."""
    row = await fetch_one("select id from training_session where occasion = {}", occasion_id)
    return None if row is None else int(row["id"])


def _session(row: Row) -> SessionRow:
    return SessionRow(**{**row, "state": OccasionState(row["state"])})
