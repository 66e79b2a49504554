"""Trips a viewer may see, their itinerary, and a dealer's own view of them.

The manufacturer's people see trips as they see their occasions. A dealer's people see a trip from the day its
criteria are published to them, or from the day it is opened and their dealer is on its list.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.trips.policies import OWN
from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition
from portal.occasions.model import OccasionKind
from portal.occasions.queries.occasions import OccasionRow, list_occasions, seen_occasions

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.db.sql import Row

LIST_MOST = 200


@dataclass(frozen=True, slots=True)
class Criteria:
    """The published decision of a trip.

    Attributes:
        sha256: The book.
        label: Version label.
        published_on: Day from which dealers could read it.
        looks_from_on, looks_until_on: Days it looks at, both inclusive.
    """

    sha256: str
    label: str
    published_on: dt.date
    looks_from_on: dt.date
    looks_until_on: dt.date


@dataclass(frozen=True, slots=True)
class TripRow:
    """A trip with its occasion.

    Attributes:
        training: The occasion of the training it follows, or None.
        leader_user_id, leader_name: Who leads; None and empty while nobody is named.
        report_due_on: Last day for the leader's report; None until it was held.
        report_at: When it was handed in.
    """

    id: int
    occasion: OccasionRow
    training: OccasionRow | None
    is_plain_meeting: bool
    leader_user_id: int | None
    leader_name: str
    leader_phone: str
    emergency: str
    criteria: Criteria | None
    report_due_on: dt.date | None
    report_at: dt.datetime | None
    report_by: str
    report: str

    def signature(self, viewer: Viewer, policy: str) -> Signature:
        """Return whose name an action on this trip carries."""
        return self.occasion.signature(viewer, policy)

    def is_late(self, today: dt.date) -> bool:
        """Tell whether the report is missing after its last day, or came after it."""
        if self.report_due_on is None:
            return False
        return (self.report_at.date() if self.report_at else today) > self.report_due_on


@dataclass(frozen=True, slots=True)
class StopRow:
    """A line of the itinerary; the end is exclusive."""

    id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    title_en: str
    place: str
    who: str


_TRIP = (
    "select t.id, t.occasion, t.training, t.is_plain_meeting, t.leader_user_id, t.leader_phone, t.emergency,"
    " t.published_on, t.looks_from_on, t.looks_until_on, t.report_due_on, t.report_at, t.report,"
    " coalesce(l.name, '') as leader_name, coalesce(b.name, '') as report_by,"
    " coalesce(v.sha256, '') as sha256, coalesce(v.label, '') as label"
    " from trip t join occasion o on o.id = t.occasion left join region r on r.id = o.region"
    " left join login_user l on l.id = t.leader_user_id left join login_user b on b.id = t.report_by_user_id"
    " left join rulebook_version v on v.id = t.book"
)


async def list_trips(viewer: Viewer, policy: str, ids: tuple[int, ...] | None = None) -> list[TripRow]:
    """Return the trips the viewer may see under a policy, the latest first; 200 at most."""
    seen = seen_occasions(viewer, policy)
    if ids is not None:
        seen = seen & _any_of("t.id", ids)
    rows = await fetch(
        f"{_TRIP} where {seen.sql} order by o.starts_at desc, t.id limit {LIST_MOST}", *seen.args
    )
    return await _with_occasions(rows)


async def get_trip(viewer: Viewer, trip_id: int, policy: str) -> TripRow:
    """Return one trip.

    Raises:
        NotFound: There is none, or none for this viewer under this policy.
    """
    found = await list_trips(viewer, policy, (trip_id,))
    if not found:
        raise NotFound
    return found[0]


async def list_own_trips(viewer: Viewer, trip_id: int | None = None) -> list[TripRow]:
    """Return the trips that concern the viewer's dealers, the latest first."""
    seen = _concerns(viewer)
    if trip_id is not None:
        seen = seen & Condition("t.id = {}", (trip_id,))
    rows = await fetch(
        f"{_TRIP} where {seen.sql} order by o.starts_at desc, t.id limit {LIST_MOST}", *seen.args
    )
    return await _with_occasions(rows)


async def get_own_trip(viewer: Viewer, trip_id: int) -> TripRow:
    """Return a trip to somebody of a dealer it concerns.

    Raises:
        NotFound: There is none, or it does not concern the viewer's dealers.
    """
    found = await list_own_trips(viewer, trip_id)
    if not found:
        raise NotFound
    return found[0]


def _concerns(viewer: Viewer) -> Condition:
    """Say that criteria are published to a dealer of the viewer's, or that he is on the opened list."""
    dealers = viewer.scope_for(OWN).dealer_ids
    if not dealers:
        return Condition("1 = 0")
    marks = ", ".join("{}" for _ in dealers)
    return Condition(
        "((t.published_on is not null and (o.region is null or exists (select 1 from account d"
        f" join region dr on dr.id = d.region where d.id in ({marks})"
        " and substr(dr.path, 1, length(r.path)) = r.path)))"
        " or (o.opened_at is not null and exists (select 1 from occasion_invitation i"
        f" where i.occasion = o.id and i.dealer in ({marks}))))",
        (*dealers, *dealers),
    )


async def find_by_occasion(occasion_id: int) -> int | None:
    """Return the id of the trip of an occasion, or None; no scope."""
    row = await fetch_one("select id from trip where occasion = {}", occasion_id)
    return None if row is None else int(row["id"])


async def list_stops(trip_id: int) -> list[StopRow]:
    """Return a trip's itinerary in order of time; the caller has checked the trip."""
    rows = await fetch(
        "select id, starts_at, ends_at, title, title_en, place, who from trip_stop where trip = {}"
        " order by starts_at, id",
        trip_id,
    )
    return [StopRow(**row) for row in rows]


async def list_leaders(region_path: str | None) -> list[tuple[int, str]]:
    """Return who may lead a trip: the manufacturer's people of planning and field, by name."""
    rows = await fetch(
        "select distinct u.id, u.name from login_user u join role_grant g on g.user_id = u.id"
        " left join region r on r.id = g.region_id where u.active and g.state = 'active'"
        " and (g.role in ('marketing', 'administrator', 'sales_representative')"
        " or (g.role = 'regional_manager' and ({} = '' or substr({}, 1, length(r.path)) = r.path)))"
        " order by u.name, u.id",
        region_path or "",
        region_path or "",
    )
    return [(row["id"], row["name"]) for row in rows]


async def list_trainings(viewer: Viewer, policy: str) -> list[OccasionRow]:
    """Return the trainings a trip may follow, the latest first; 100 at most."""
    seen = seen_occasions(viewer, policy)
    rows = await fetch(
        "select o.id from occasion o left join region r on r.id = o.region where o.kind = 'training'"
        f" and o.state <> 'cancelled' and {seen.sql} order by o.starts_at desc limit 100",
        *seen.args,
    )
    found = await list_occasions(OccasionKind.TRAINING, [row["id"] for row in rows])
    return [found[row["id"]] for row in rows]


async def _with_occasions(rows: list[Row]) -> list[TripRow]:
    ids = {row["occasion"] for row in rows} | {row["training"] for row in rows if row["training"]}
    occasions = await list_occasions(None, ids)
    return [_trip(row, occasions) for row in rows]


def _trip(row: Row, occasions: dict[int, OccasionRow]) -> TripRow:
    published, begins, ends = (
        as_date(row[name]) for name in ("published_on", "looks_from_on", "looks_until_on")
    )
    criteria = None
    if published and begins and ends:
        criteria = Criteria(row["sha256"], row["label"], published, begins, ends)
    return TripRow(
        id=row["id"],
        occasion=occasions[row["occasion"]],
        training=occasions.get(row["training"] or 0),
        is_plain_meeting=bool(row["is_plain_meeting"]),
        leader_user_id=row["leader_user_id"],
        leader_name=row["leader_name"],
        leader_phone=row["leader_phone"],
        emergency=row["emergency"],
        criteria=criteria,
        report_due_on=as_date(row["report_due_on"]),
        report_at=row["report_at"],
        report_by=row["report_by"],
        report=row["report"],
    )


def _any_of(column: str, ids: tuple[int, ...]) -> Condition:
    if not ids:
        return Condition("1 = 0")
    return Condition(f"{column} in ({', '.join('{}' for _ in ids)})", ids)
