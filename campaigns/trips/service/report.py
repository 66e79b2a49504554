"""The leader's report: what was discussed, by dealer, with solution, owner and day; handed in by a day.

Every topic becomes an opinion of the dealer's, so that it is owned and answered like any other (FEATURES S72,
S73).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.trips.policies import LEAD, PLAN
from campaigns.trips.queries.people import list_travellers
from campaigns.trips.queries.trips import get_trip
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.occasions.model import OccasionState
from portal.voice.opinions import OpinionCommand, OpinionRules, OpinionTopic, SourceKind
from portal.voice.service import opinions

if TYPE_CHECKING:
    from campaigns.trips.queries.trips import TripRow
    from portal.access import Viewer

RUNNING = (OccasionState.OPEN, OccasionState.CLOSED, OccasionState.HELD)


@dataclass(frozen=True, slots=True)
class TopicCommand:
    """Something a dealer brought up on the way.

    Attributes:
        client_key: Lower-case UUID made where it was typed; sending it again changes nothing.
        dealer_id: Whose it is.
        topic: What it is about.
        text: What was said.
        solution: What was agreed on the spot; empty = nothing yet.
        owner_user_id: Who answers; None = who looks after the dealer.
        due_on: By when, inclusive; None = the usual days.
    """

    client_key: str
    dealer_id: int
    topic: OpinionTopic
    text: str
    solution: str = ""
    owner_user_id: int | None = None
    due_on: dt.date | None = None


async def add_topic(viewer: Viewer, trip_id: int, command: TopicCommand, rules: OpinionRules) -> int:
    """Write down what a dealer on the trip brought up; return the opinion's id.

    Raises:
        NotFound: The viewer neither leads nor plans the trip, or the dealer is not on it or not in his part.
        Conflict: The trip has not opened or was called off.
        Invalid: Who is to answer does not look after the dealer.
    """
    async with unit_of_work():
        trip = await get_led(viewer, trip_id)
        if trip.occasion.state not in RUNNING:
            raise Conflict
        if command.dealer_id not in {person.dealer_id for person in await list_travellers(trip)}:
            raise NotFound
        given = await opinions.record(
            viewer,
            OpinionCommand(
                client_key=command.client_key,
                topic=command.topic,
                text=command.text,
                dealer_id=command.dealer_id,
                source_kind=SourceKind.TRIP,
                source_id=trip_id,
                owner_user_id=command.owner_user_id,
                due_on=command.due_on,
                solution=command.solution,
            ),
            rules,
        )
        await record(trip.signature(viewer, LEAD), "trips.topic", Subject.of("trip", trip_id))
    return given.id


async def hand_in(viewer: Viewer, trip_id: int, text: str) -> None:
    """Hand the report in; a day after its last one it is marked late, and stays so.

    Raises:
        NotFound: The viewer neither leads nor plans the trip.
        Conflict: The trip was not held yet, or the report is in already.
        Invalid: It says nothing.
    """
    if not text:
        raise Invalid.of("report", "Please say in a few sentences how it went.")
    async with unit_of_work():
        trip = await get_led(viewer, trip_id)
        if trip.occasion.state is not OccasionState.HELD:
            raise Conflict("The trip must be over first.")
        if not await execute(
            "update trip set report = {}, report_at = {}, report_by_user_id = {}"
            " where id = {} and report_at is null",
            text,
            dt.datetime.now(dt.UTC),
            viewer.user_id,
            trip_id,
        ):
            raise Conflict("The report was handed in already.")
        await record(trip.signature(viewer, LEAD), "trips.reported", Subject.of("trip", trip_id))


async def get_led(viewer: Viewer, trip_id: int) -> TripRow:
    """Return a trip to its leader or to who plans trips.

    Raises:
        NotFound: There is none, or it is led by somebody else.
    """
    trip = await get_trip(viewer, trip_id, LEAD)
    if not leads(viewer, trip):
        raise NotFound
    return trip


def leads(viewer: Viewer, trip: TripRow) -> bool:
    """Tell whether the viewer leads a trip, also as a deputy, or plans trips."""
    return viewer.allowed(PLAN) or trip.leader_user_id in viewer.people
