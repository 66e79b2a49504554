"""Rooms of a trip: rooms, who sleeps where, a proposal, and taking the last change back."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from campaigns.trips.model import ROOMS_MOST, propose_rooms
from campaigns.trips.policies import PLAN
from campaigns.trips.queries.people import empty_rooms, list_rooms, list_travellers, parties_of
from campaigns.trips.queries.trips import get_trip
from campaigns.trips.service.trips import CHANGEABLE
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from campaigns.trips.model import Marker
    from campaigns.trips.queries.trips import TripRow
    from portal.access import Viewer


async def add_rooms(viewer: Viewer, trip_id: int, names: tuple[str, ...], beds: int) -> int:
    """Add rooms with the same number of beds; return how many are new (a name that is there stays as it is).

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: The trip was called off.
        Invalid: There are too many rooms.
    """
    async with unit_of_work():
        trip = await _changeable(viewer, trip_id)
        have = {row["name"] for row in await fetch("select name from trip_room where trip = {}", trip_id)}
        new = [name for name in dict.fromkeys(names) if name not in have]
        if len(have) + len(new) > ROOMS_MOST:
            raise Invalid.of("names", "At most %(count)s rooms, please.", count=ROOMS_MOST)
        await insert_rows("trip_room", ("trip", "name", "beds"), [(trip_id, name, beds) for name in new])
        await _note(viewer, trip, f"+{len(new)}")
    return len(new)


async def remove_room(viewer: Viewer, trip_id: int, room_id: int) -> None:
    """Take an empty room out.

    Raises:
        NotFound: The trip is not in the viewer's part, or has no such room.
        Conflict: Somebody sleeps in it, or the trip was called off.
    """
    async with unit_of_work():
        trip = await _changeable(viewer, trip_id)
        if await fetch_one("select id from trip_bed where room = {}", room_id):
            raise Conflict("Somebody sleeps in this room. Move them first.")
        if not await execute("delete from trip_room where id = {} and trip = {}", room_id, trip_id):
            raise NotFound
        await _note(viewer, trip, "-1")


async def assign(viewer: Viewer, trip_id: int, guest_ids: tuple[int, ...], room_id: int | None) -> None:
    """Put people into a room, or out of theirs when no room is named.

    Raises:
        NotFound: The trip is not in the viewer's part, or has no such person or room.
        Conflict: The trip was called off.
        Invalid: The room has not so many beds left; nobody was chosen.
    """
    async with unit_of_work():
        trip = await _changeable(viewer, trip_id)
        people = await list_travellers(trip)
        if not guest_ids:
            raise Invalid.of("guest", "Choose somebody first, then the room.")
        if not set(guest_ids) <= {person.guest_id for person in people}:
            raise NotFound
        if room_id is not None:
            room = next((one for one in await list_rooms(trip_id, people) if one.id == room_id), None)
            if room is None:
                raise NotFound
            moving = set(guest_ids) - {person.guest_id for person in room.people}
            if len(moving) > room.free:
                raise Invalid.of(
                    "guest", "Room %(room)s has %(count)s beds left.", room=room.name, count=room.free
                )
        await _keep(viewer, trip_id)
        await _place(trip_id, dict.fromkeys(guest_ids, room_id))
        await _note(viewer, trip, f"{len(guest_ids)}")


async def propose(viewer: Viewer, trip_id: int) -> tuple[int, int]:
    """Put those without a bed into rooms that are empty; return how many found one, and how many did not.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: The trip was called off.
    """
    async with unit_of_work():
        trip = await _changeable(viewer, trip_id)
        people = await list_travellers(trip)
        rooms = await list_rooms(trip_id, people)
        placed = propose_rooms(parties_of(people), empty_rooms(rooms))
        if placed:
            await _keep(viewer, trip_id)
            await _place(trip_id, dict(placed))
            await _note(viewer, trip, f"{len(placed)}")
    without = sum(1 for person in people if person.room_id is None)
    return len(placed), without - len(placed)


async def undo(viewer: Viewer, trip_id: int) -> None:
    """Put everybody back to where they slept before the last change; who is gone since stays away.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: There is nothing to take back, or the trip was called off.
    """
    async with unit_of_work():
        trip = await _changeable(viewer, trip_id)
        last = await fetch_one(
            "select id, before from trip_room_change where trip = {} and undone_at is null"
            " order by id desc limit 1",
            trip_id,
        )
        if last is None:
            raise Conflict("There is nothing to take back.")
        here = {person.guest_id for person in await list_travellers(trip)}
        rooms = {row["id"] for row in await fetch("select id from trip_room where trip = {}", trip_id)}
        before = [
            (room, guest) for room, guest in json.loads(last["before"]) if room in rooms and guest in here
        ]
        await execute("delete from trip_bed where trip = {}", trip_id)
        await insert_rows(
            "trip_bed", ("trip", "room", "guest"), [(trip_id, room, guest) for room, guest in before]
        )
        await execute("update trip_room_change set undone_at = {} where id = {}", _now(), last["id"])
        await _note(viewer, trip, "undo")


async def note_person(viewer: Viewer, trip_id: int, guest_id: int, marker: Marker, emergency: str) -> None:
    """Keep what a person said for sharing a room, and whom to call for him; both may be empty.

    Raises:
        NotFound: The trip is not in the viewer's part, or has no such person.
        Conflict: The trip was called off.
    """
    async with unit_of_work():
        trip = await _changeable(viewer, trip_id)
        if guest_id not in {person.guest_id for person in await list_travellers(trip)}:
            raise NotFound
        await execute("delete from trip_person where guest = {}", guest_id)
        if marker or emergency:
            await execute(
                "insert into trip_person (guest, marker, emergency) values ({}, {}, {})",
                guest_id,
                marker.value,
                emergency,
            )
        await record(trip.signature(viewer, PLAN), "trips.person", Subject.of("trip", trip_id))


async def _changeable(viewer: Viewer, trip_id: int) -> TripRow:
    trip = await get_trip(viewer, trip_id, PLAN)
    if trip.occasion.state not in CHANGEABLE:
        raise Conflict
    # Takes the occasion's row, as every sign-up does: beds are counted in one order.
    await execute("update occasion set version = version where id = {}", trip.occasion.id)
    return trip


async def _keep(viewer: Viewer, trip_id: int) -> None:
    rows = await fetch("select room, guest from trip_bed where trip = {} order by id", trip_id)
    await fetch_value(
        "insert into trip_room_change (trip, before, actor_user_id, at) values ({}, {}, {}, {}) returning id",
        trip_id,
        json.dumps([[row["room"], row["guest"]] for row in rows]),
        viewer.user_id,
        _now(),
    )


async def _place(trip_id: int, places: dict[int, int | None]) -> None:
    for guest in places:
        await execute("delete from trip_bed where guest = {}", guest)
    await insert_rows(
        "trip_bed",
        ("trip", "room", "guest"),
        [(trip_id, room, guest) for guest, room in places.items() if room is not None],
    )


async def _note(viewer: Viewer, trip: TripRow, note: str) -> None:
    await record(trip.signature(viewer, PLAN), "trips.rooms", Subject.of("trip", trip.id), note=note)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
