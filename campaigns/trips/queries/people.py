"""Who comes on a trip, as the roster of its occasion with rooms, markers and emergency contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.trips.model import Marker, Party, Room
from portal.db import fetch
from portal.occasions.queries.roster import list_roster

if TYPE_CHECKING:
    import datetime as dt

    from campaigns.trips.queries.trips import TripRow
    from portal.db.sql import Row
    from portal.occasions.queries.roster import RosterRow


@dataclass(frozen=True, slots=True)
class Traveller:
    """A person on the trip.

    Attributes:
        guest_id: The person; gone when somebody was erased.
        position: 0 for the seat holder, companions from 1.
        relation: Of a companion to the seat holder.
        marker: What the person said for sharing a room; empty = nothing.
        emergency: Whom to call for this person; may be empty.
        room_id, room: Where the person sleeps; None and empty while nowhere.
        came: Whether the door saw the person.
    """

    guest_id: int
    enrollment_id: int
    position: int
    dealer_id: int
    dealer_code: str
    dealer_name: str
    region_name: str
    region_name_en: str
    name: str
    name_en: str
    phone: str
    relation: str
    diet: str
    is_child: bool
    marker: Marker
    emergency: str
    room_id: int | None
    room: str
    came: bool


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room with who sleeps in it, in the order of sign-up."""

    id: int
    name: str
    beds: int
    people: tuple[Traveller, ...]

    @property
    def free(self) -> int:
        """Beds nobody has."""
        return self.beds - len(self.people)


async def list_travellers(trip: TripRow) -> list[Traveller]:
    """Return everybody who is signed up with a seat, in order of sign-up; the caller has checked the trip."""
    roster = await list_roster(trip.occasion.id)
    rows = await fetch(
        "select g.id, g.enrollment, g.position, coalesce(p.marker, '') as marker,"
        " coalesce(p.emergency, '') as emergency, b.room, coalesce(m.name, '') as room_name"
        " from guest g join enrollment e on e.id = g.enrollment left join trip_person p on p.guest = g.id"
        " left join trip_bed b on b.guest = g.id and b.trip = {} left join trip_room m on m.id = b.room"
        " where e.occasion = {} and e.state = 'confirmed'",
        trip.id,
        trip.occasion.id,
    )
    known = {(row["enrollment"], row["position"]): row for row in rows}
    return [person for line in roster for person in _people_of(line, known)]


def _people_of(line: RosterRow, known: dict[tuple[int, int], Row]) -> list[Traveller]:
    everybody = [
        (0, line.name, line.name_en, line.phone, "", line.diet, False, line.came_in_at),
        *(
            (
                one.position,
                one.name,
                one.name_en,
                one.phone,
                one.relation,
                one.diet,
                one.is_child,
                one.came_in_at,
            )
            for one in line.companions
        ),
    ]
    return [
        _traveller(line, known[line.enrollment_id, person[0]], person)
        for person in everybody
        if (line.enrollment_id, person[0]) in known
    ]


def _traveller(
    line: RosterRow, row: Row, person: tuple[int, str, str, str, str, str, bool, dt.datetime | None]
) -> Traveller:
    position, name, name_en, phone, relation, diet, is_child, came = person
    return Traveller(
        guest_id=row["id"],
        enrollment_id=line.enrollment_id,
        position=position,
        dealer_id=line.dealer_id,
        dealer_code=line.dealer_code,
        dealer_name=line.dealer_name,
        region_name=line.region_name,
        region_name_en=line.region_name_en,
        name=name,
        name_en=name_en,
        phone=phone,
        relation=relation,
        diet=diet,
        is_child=is_child,
        marker=Marker(row["marker"]),
        emergency=row["emergency"],
        room_id=row["room"],
        room=row["room_name"],
        came=came is not None,
    )


async def list_rooms(trip_id: int, people: list[Traveller]) -> list[RoomRow]:
    """Return a trip's rooms by name with who sleeps in them."""
    rows = await fetch("select id, name, beds from trip_room where trip = {} order by name, id", trip_id)
    sleepers: dict[int, list[Traveller]] = {}
    for person in people:
        if person.room_id is not None:
            sleepers.setdefault(person.room_id, []).append(person)
    return [RoomRow(row["id"], row["name"], row["beds"], tuple(sleepers.get(row["id"], ()))) for row in rows]


def parties_of(people: list[Traveller]) -> list[Party]:
    """Return who belongs together among people without a bed; a part of a party counts as a party."""
    together: dict[int, list[Traveller]] = {}
    for person in people:
        if person.room_id is None:
            together.setdefault(person.enrollment_id, []).append(person)
    return [
        Party(tuple(one.guest_id for one in group), group[0].dealer_id, group[0].marker)
        for group in together.values()
    ]


def empty_rooms(rooms: list[RoomRow]) -> list[Room]:
    """Return the rooms in which nobody sleeps yet."""
    return [Room(room.id, room.beds) for room in rooms if not room.people]


def heads_by_dealer(people: list[Traveller]) -> dict[int, int]:
    """Return dealer → heads that the door saw; dealers of whom nobody came stand with none."""
    heads: dict[int, int] = {}
    for person in people:
        heads[person.dealer_id] = heads.get(person.dealer_id, 0) + int(person.came)
    return heads
