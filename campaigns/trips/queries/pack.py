"""What the leader takes along: every dealer on the trip with his people and what he still waits for.

Also what came of the trip: topics written down, answered and solved by a day. The caller has checked it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.trips.queries.people import Traveller, list_travellers
from portal.voice.opinions import SourceKind
from portal.voice.queries.opinions import OpenItem, OpinionFigures, figures_of, open_of_dealers

if TYPE_CHECKING:
    from campaigns.trips.queries.trips import TripRow


@dataclass(frozen=True, slots=True)
class PackDealer:
    """A dealer on the trip.

    Attributes:
        people: Who comes, the seat holder first.
        items: Concerns, complaints, promises and opinions that wait, as voice orders them.
    """

    dealer_id: int
    dealer_code: str
    dealer_name: str
    region_name: str
    region_name_en: str
    people: tuple[Traveller, ...]
    items: tuple[OpenItem, ...]

    def late(self, today: dt.date) -> int:
        """Return how many of the items are past their day."""
        return sum(1 for item in self.items if item.due_on < today)


async def list_pack(trip: TripRow) -> list[PackDealer]:
    """Return the dealers on a trip, those with most open items first."""
    together: dict[int, list[Traveller]] = {}
    for person in await list_travellers(trip):
        together.setdefault(person.dealer_id, []).append(person)
    items = await open_of_dealers(sorted(together)) if together else {}
    dealers = [
        PackDealer(
            dealer_id=dealer_id,
            dealer_code=people[0].dealer_code,
            dealer_name=people[0].dealer_name,
            region_name=people[0].region_name,
            region_name_en=people[0].region_name_en,
            people=tuple(people),
            items=tuple(items.get(dealer_id, ())),
        )
        for dealer_id, people in together.items()
    ]
    return sorted(dealers, key=lambda one: (-len(one.items), one.dealer_name, one.dealer_id))


@dataclass(frozen=True, slots=True)
class Success:
    """What came of a trip, as of the earlier of today and the day that counts.

    Attributes:
        by_on: The day that counts: so many days after the last one of the trip.
        is_over: Whether that day has passed.
        figures: Topics given, answered, solved up to then.
    """

    by_on: dt.date
    is_over: bool
    figures: OpinionFigures


async def success_of(trip: TripRow, last_on: dt.date, days: int, today: dt.date) -> Success:
    """Return what was solved and answered by a number of days after a trip.

    Args:
        trip: The trip.
        last_on: Its last business day.
        days: Calendar days after it, setting ``trip_success_days``.
        today: Current business day.
    """
    by_on = last_on + dt.timedelta(days=days)
    figures = await figures_of(SourceKind.TRIP, trip.id, min(by_on, today), days)
    return Success(by_on, today > by_on, figures)
