"""Who comes: sign-ups with their people, for the manufacturer's lists and papers, and a dealer's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.network.scope import Condition, in_scope
from portal.occasions.model import DoorKind, SeatState
from portal.occasions.policies import OWN

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.access import Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class GuestRow:
    """A companion; ``position`` counts from 1."""

    position: int
    name: str
    name_en: str
    phone: str
    relation: str
    diet: str
    is_child: bool
    came_in_at: dt.datetime | None
    went_out_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A sign-up with its people.

    Attributes:
        number: Order of sign-up.
        user_id: The seat holder's sign-in, or None.
        name, name_en, phone, diet: Of the seat holder; empty after he was erased.
        heads: Seats it takes.
        came_in_at, went_out_at: The seat holder's first coming, and last going unless he came back.
        door_code: Random part of the QR code.
    """

    enrollment_id: int
    occasion_id: int
    number: int
    state: SeatState
    dealer_id: int
    dealer_code: str
    dealer_name: str
    region_id: int | None
    region_name: str
    region_name_en: str
    user_id: int | None
    name: str
    name_en: str
    phone: str
    diet: str
    heads: int
    companions: tuple[GuestRow, ...]
    came_in_at: dt.datetime | None
    went_out_at: dt.datetime | None
    door_code: str
    note: str
    requested_at: dt.datetime
    confirmed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    cancel_reason: str

    @property
    def is_here(self) -> bool:
        """Whether the seat holder came and has not gone."""
        return self.came_in_at is not None and self.went_out_at is None


_SIGN_UP = (
    "select e.id as enrollment_id, e.occasion as occasion_id, e.number, e.state, e.dealer as dealer_id,"
    " a.code as dealer_code, a.name as dealer_name, a.region as region_id,"
    " coalesce(r.name, '') as region_name, coalesce(r.name_en, '') as region_name_en, e.user_id, e.heads,"
    " e.door_code, e.note, e.requested_at, e.confirmed_at, e.cancelled_at, e.cancel_reason"
    " from enrollment e join account a on a.id = e.dealer left join region r on r.id = a.region"
)


async def list_roster(
    occasion_id: int, states: Sequence[SeatState] = (SeatState.CONFIRMED,)
) -> list[RosterRow]:
    """Return an occasion's sign-ups in order of number; the caller has checked who asks."""
    marks = ", ".join("{}" for _ in states)
    where = Condition(
        f"e.occasion = {{}} and e.state in ({marks})", (occasion_id, *(state.value for state in states))
    )
    return await _roster(where, "e.number, e.id")


async def list_part(
    viewer: Viewer, occasion_id: int, policy: str, states: Sequence[SeatState]
) -> list[RosterRow]:
    """Return the sign-ups of the dealers in the viewer's part under a policy, in order of number."""
    seen = in_scope(viewer, "a", policy=policy)
    marks = ", ".join("{}" for _ in states)
    where = Condition(
        f"e.occasion = {{}} and e.state in ({marks})", (occasion_id, *(state.value for state in states))
    )
    return await _roster(where & seen, "e.number, e.id")


async def list_own(viewer: Viewer, occasion_ids: Iterable[int] | None = None) -> list[RosterRow]:
    """Return the sign-ups of the viewer's dealers, the newest occasion first; 500 at most.

    Args:
        viewer: Somebody of a dealer; for others the list is empty.
        occasion_ids: Only of these occasions; None = all.
    """
    dealers = viewer.scope_for(OWN).dealer_ids
    ids = None if occasion_ids is None else tuple(sorted(set(occasion_ids)))
    if not dealers or ids == ():
        return []
    where = Condition(f"e.dealer in ({', '.join('{}' for _ in dealers)})", dealers)
    if ids is not None:
        where = where & Condition(f"e.occasion in ({', '.join('{}' for _ in ids)})", ids)
    return await _roster(where, "e.occasion desc, e.number, e.id", "limit 500")


async def list_attendance(occasion_ids: Iterable[int]) -> set[tuple[int, int, int, int | None]]:
    """Return who came in: occasion, dealer, sign-up, and the seat holder's sign-in or None."""
    ids = tuple(sorted(set(occasion_ids)))
    if not ids:
        return set()
    marks = ", ".join("{}" for _ in ids)
    rows = await fetch(
        "select distinct e.occasion, e.dealer, e.id, e.user_id from enrollment e join door_record d"
        " on d.enrollment = e.id where d.kind = 'in' and d.guest_position = 0 and d.undone_at is null"
        f" and e.state = 'confirmed' and e.occasion in ({marks})",
        *ids,
    )
    return {(row["occasion"], row["dealer"], row["id"], row["user_id"]) for row in rows}


async def _roster(where: Condition, order: str, limit: str = "") -> list[RosterRow]:
    rows = await fetch(f"{_SIGN_UP} where {where.sql} order by {order} {limit}", *where.args)
    people = await fetch(
        "select g.enrollment, g.position, g.name, g.name_en, g.phone, g.relation, g.diet, g.is_child"
        " from guest g join enrollment e on e.id = g.enrollment join account a on a.id = e.dealer"
        f" where {where.sql}"
        " order by g.enrollment, g.position",
        *where.args,
    )
    noted = await fetch(
        "select d.enrollment, d.guest_position, d.kind, d.noted_at from door_record d"
        " join enrollment e on e.id = d.enrollment join account a on a.id = e.dealer"
        f" where {where.sql} and d.undone_at is null"
        " order by d.noted_at, d.id",
        *where.args,
    )
    guests: dict[int, list[Row]] = {}
    for row in people:
        guests.setdefault(row["enrollment"], []).append(row)
    times = _times(noted)
    return [_row(row, guests.get(row["enrollment_id"], []), times) for row in rows]


Times = dict[tuple[int, int], tuple[dt.datetime | None, dt.datetime | None]]


def _times(noted: list[Row]) -> Times:
    """Return first coming and last going of each person; a going counts until the next coming."""
    times: Times = {}
    for row in noted:
        key = (row["enrollment"], row["guest_position"])
        first, _ = times.get(key, (None, None))
        if row["kind"] == DoorKind.IN.value:
            times[key] = (first or row["noted_at"], None)
        else:
            times[key] = (first, row["noted_at"])
    return times


def _row(row: Row, people: list[Row], times: Times) -> RosterRow:
    sign_up = row["enrollment_id"]
    holder = next((one for one in people if one["position"] == 0), None) or {}
    came, gone = times.get((sign_up, 0), (None, None))
    companions = tuple(
        GuestRow(
            **{name: one[name] for name in ("position", "name", "name_en", "phone", "relation", "diet")},
            is_child=bool(one["is_child"]),
            came_in_at=times.get((sign_up, one["position"]), (None, None))[0],
            went_out_at=times.get((sign_up, one["position"]), (None, None))[1],
        )
        for one in people
        if one["position"] > 0
    )
    return RosterRow(
        **{
            **row,
            "state": SeatState(row["state"]),
            "companions": companions,
            "came_in_at": came,
            "went_out_at": gone,
            **{name: holder.get(name, "") for name in ("name", "name_en", "phone", "diet")},
        }
    )
