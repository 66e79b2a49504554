"""Writing venues and rooms."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Invalid, NotFound
from training.courses.model import ROOMS_MOST
from training.courses.queries.venues import get_venue
from training.courses.service.records import Kept, change, log

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from training.courses.commands import RoomCommand, VenueCommand


async def make_venue(viewer: Viewer, command: VenueCommand) -> int:
    """Write down a venue and return its id."""
    values = asdict(command)
    async with unit_of_work():
        venue_id = int(
            await fetch_value(
                f"insert into venue ({', '.join(values)}, created_by_user_id, created_at)"
                f" values ({', '.join('{}' for _ in values)}, {{}}, {{}}) returning id",
                *values.values(),
                viewer.user_id,
                dt.datetime.now(dt.UTC),
            )
        )
        await log(viewer, "venue_made", Subject.of("venue", venue_id), note=command.name)
    return venue_id


async def change_venue(viewer: Viewer, venue_id: int, command: VenueCommand, version: int) -> None:
    """Write a venue anew.

    Raises:
        NotFound: There is none.
        Conflict: Somebody changed it meanwhile.
    """
    async with unit_of_work():
        await change(Kept.VENUE, venue_id, version, asdict(command))
        await log(viewer, "venue_changed", Subject.of("venue", venue_id), note=command.name)


async def add_room(viewer: Viewer, venue_id: int, command: RoomCommand) -> int:
    """Add a room to a venue and return its id.

    Raises:
        NotFound: There is no such venue.
        Invalid: It has as many rooms as it may.
    """
    async with unit_of_work():
        venue = await get_venue(venue_id)
        if len(venue.rooms) >= ROOMS_MOST:
            raise Invalid.of("name", "A venue has at most %(count)s rooms.", count=ROOMS_MOST)
        room_id = int(
            await fetch_value(
                "insert into venue_room (venue, name, capacity) values ({}, {}, {}) returning id",
                venue_id,
                command.name,
                command.capacity,
            )
        )
        note = f"{command.capacity} heads: {command.name}"
        await log(viewer, "room_changed", Subject.of("venue", venue_id), note=note)
    return room_id


async def change_room(viewer: Viewer, venue_id: int, room_id: int, command: RoomCommand) -> None:
    """Write a room anew; sessions already planned are checked again when they are changed.

    Raises:
        NotFound: The venue has no such room.
    """
    async with unit_of_work():
        if not await execute(
            "update venue_room set name = {}, capacity = {} where id = {} and venue = {}",
            command.name,
            command.capacity,
            room_id,
            venue_id,
        ):
            raise NotFound
        note = f"{command.capacity} heads: {command.name}"
        await log(viewer, "room_changed", Subject.of("venue", venue_id), note=note)
