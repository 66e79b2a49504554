"""Venues with their rooms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.errors import NotFound

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room of a venue and how many heads fit in."""

    id: int
    venue_id: int
    venue_name: str
    venue_name_en: str
    name: str
    capacity: int
    archived_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A place; ``day_minor`` is its price for a day and shown to few."""

    id: int
    name: str
    name_en: str
    address: str
    contact: str
    note: str
    day_minor: int
    version: int
    archived_at: dt.datetime | None
    rooms: tuple[RoomRow, ...] = ()

    @property
    def capacity(self) -> int:
        """Heads that fit into the largest room in use; 0 without one."""
        return max((room.capacity for room in self.rooms if room.archived_at is None), default=0)


_VENUE = "select id, name, name_en, address, contact, note, day_minor, version, archived_at from venue"
_ROOM = (
    "select r.id, r.venue as venue_id, v.name as venue_name, v.name_en as venue_name_en, r.name, r.capacity,"
    " r.archived_at from venue_room r join venue v on v.id = r.venue"
)


async def list_venues() -> tuple[VenueRow, ...]:
    """Return venues with their rooms, those in use first."""
    rows = await fetch(f"{_VENUE} order by case when archived_at is null then 0 else 1 end, name, id")
    rooms = await fetch(
        f"{_ROOM} order by case when r.archived_at is null then 0 else 1 end, r.capacity desc, r.id"
    )
    return tuple(_venue(row, rooms) for row in rows)


async def get_venue(venue_id: int) -> VenueRow:
    """Return one venue with its rooms.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_one(f"{_VENUE} where id = {{}}", venue_id)
    if row is None:
        raise NotFound
    rooms = await fetch(
        f"{_ROOM} where r.venue = {{}} order by case when r.archived_at is null then 0 else 1 end,"
        " r.capacity desc, r.id",
        venue_id,
    )
    return _venue(row, rooms)


async def list_rooms() -> tuple[RoomRow, ...]:
    """Return rooms in use of venues in use, by venue and size."""
    rows = await fetch(
        f"{_ROOM} where r.archived_at is null and v.archived_at is null order by v.name,"
        " r.capacity desc, r.id"
    )
    return tuple(RoomRow(**row) for row in rows)


def _venue(row: Row, rooms: list[Row]) -> VenueRow:
    own = tuple(RoomRow(**room) for room in rooms if room["venue_id"] == row["id"])
    return VenueRow(**row, rooms=own)
