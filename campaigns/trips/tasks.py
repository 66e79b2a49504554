"""What awaits a person about trips: the leader's report, what was given to be booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campaigns.trips.policies import BOOK, LEAD
from campaigns.trips.queries.trips import list_trips
from portal.db import fetch
from portal.errors import Message
from portal.occasions.model import OccasionState
from portal.tasks import TaskItem, age_days

if TYPE_CHECKING:
    import datetime as dt

    from campaigns.trips.queries.trips import TripRow
    from portal.access import Viewer


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return the reports the viewer owes, and the trips whose benefit he has to book."""
    tasks: list[TaskItem] = []
    if viewer.allowed(LEAD):
        tasks += [
            _task("trips.report", "Hand in the report of the trip: %(title)s", "pack#report", trip, today)
            for trip in await list_trips(viewer, LEAD)
            if trip.report_due_on and not trip.report_at and trip.leader_user_id in viewer.people
        ]
    if viewer.allowed(BOOK):
        booked = {row["trip"] for row in await fetch("select distinct trip from trip_booking")}
        tasks += [
            _task("trips.book", "Book what dealers were given: %(title)s", "costs#booked", trip, today)
            for trip in await list_trips(viewer, BOOK)
            if trip.occasion.state is OccasionState.HELD
            and not trip.is_plain_meeting
            and trip.id not in booked
        ]
    return tasks


def _task(kind: str, text: str, page: str, trip: TripRow, today: dt.date) -> TaskItem:
    title = Message(text, {"title": trip.occasion.title})
    due_on = trip.report_due_on if kind == "trips.report" else None
    return TaskItem(kind, title, f"/trips/{trip.id}/{page}", due_on, age_days(trip.occasion.held_at, today))
