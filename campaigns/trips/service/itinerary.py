"""The itinerary of a trip: lines are added and taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.trips.model import STOPS_MOST
from campaigns.trips.policies import PLAN
from campaigns.trips.queries.trips import get_trip
from campaigns.trips.service.trips import CHANGEABLE
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from campaigns.trips.commands import StopCommand
    from portal.access import Viewer


async def add_stop(viewer: Viewer, trip_id: int, command: StopCommand) -> int:
    """Add a line; it lies within the trip.

    Raises:
        NotFound: The trip is not in the viewer's part.
        Conflict: The trip was held or called off.
        Invalid: The line lies outside the trip, ends before it begins, or there are too many.
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, PLAN)
        if trip.occasion.state not in CHANGEABLE:
            raise Conflict
        if command.ends_at <= command.starts_at:
            raise Invalid.of("until", "The end must lie after the beginning.")
        if command.starts_at < trip.occasion.starts_at or command.ends_at > trip.occasion.ends_at:
            raise Invalid.of("day", "This lies outside the trip’s own times.")
        if await fetch_value("select count(*) from trip_stop where trip = {}", trip_id) >= STOPS_MOST:
            raise Invalid.of("title", "At most %(count)s lines, please.", count=STOPS_MOST)
        stop_id = await fetch_value(
            "insert into trip_stop (trip, starts_at, ends_at, title, title_en, place, who)"
            " values ({}, {}, {}, {}, {}, {}, {}) returning id",
            trip_id,
            command.starts_at,
            command.ends_at,
            command.title,
            command.title_en,
            command.place,
            command.who,
        )
        await record(
            trip.signature(viewer, PLAN), "trips.stop_added", Subject.of("trip", trip_id), note=command.title
        )
    return int(stop_id)


async def remove_stop(viewer: Viewer, trip_id: int, stop_id: int) -> None:
    """Take a line out.

    Raises:
        NotFound: The trip is not in the viewer's part, or has no such line.
        Conflict: The trip was held or called off.
    """
    async with unit_of_work():
        trip = await get_trip(viewer, trip_id, PLAN)
        if trip.occasion.state not in CHANGEABLE:
            raise Conflict
        if not await execute("delete from trip_stop where id = {} and trip = {}", stop_id, trip_id):
            raise NotFound
        await record(trip.signature(viewer, PLAN), "trips.stop_removed", Subject.of("trip", trip_id))
