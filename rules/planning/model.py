"""The values of a monthly development plan: who can visit, whom, when, and what was decided.

Places are micro-degrees (WGS 84), times whole seconds unless named minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from rules.months import Month

Reason = Literal[
    "planned", "planned_fewer", "no_room", "too_far", "never_open", "no_place", "no_visits", "nobody"
]
MINUTE, HOUR = 60, 3600
EVERY_DAY = frozenset(range(7))
NO_DAYS: frozenset[dt.date] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A point in micro-degrees, WGS 84."""

    latitude_micro: int
    longitude_micro: int


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """What the business decides about visits.

    Attributes:
        day_minutes: Working minutes of a day, travel included.
        working_weekdays: Working days of a week, 0 for Monday.
        road_factor_bp: Road ÷ straight line, 10,000 = 1.
        metres_per_hour: Speed on the road, above 0.
        more: How many left out the cost of more is worked out for.
    """

    day_minutes: int
    working_weekdays: frozenset[int]
    road_factor_bp: int
    metres_per_hour: int
    more: int


@dataclass(frozen=True, slots=True)
class Representative:
    """Who visits.

    Attributes:
        key: Its key.
        start: Where every day begins and ends.
        away_on: Own days away.
        day_minutes: Minutes of a day; None for those of the settings.
    """

    key: str
    start: Place
    away_on: frozenset[dt.date] = NO_DAYS
    day_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who could be visited.

    Attributes:
        key: Its key, unique.
        representative: Key of who is responsible; empty for nobody.
        place: Where it is; None when unknown.
        visits: Visits asked in the month, 0 or more.
        visit_minutes: Minutes of one visit.
        score: Rank, higher first.
        class_code: Its class, for the reason; empty for none.
        open_weekdays: Days of a week on which it is open, 0 for Monday.
        closed_on: Single days on which it is closed.
    """

    key: str
    representative: str
    place: Place | None
    visits: int
    visit_minutes: int
    score: int
    class_code: str = ""
    open_weekdays: frozenset[int] = EVERY_DAY
    closed_on: frozenset[dt.date] = NO_DAYS


@dataclass(frozen=True)
class PlanRequest:
    """Everything a plan is made from.

    Attributes:
        month: Month planned.
        settings: What the business decides.
        holidays: Names of holidays by day; days of other months do not matter.
        representatives: Who visits, each key once.
        candidates: Who could be visited, each key once.
    """

    month: Month
    settings: PlanSettings
    holidays: Mapping[dt.date, str]
    representatives: tuple[Representative, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day of one representative.

    Attributes:
        representative: Who.
        on: Day.
        stops: Keys in the order of the route.
        travel_seconds: From the start over all stops back to it.
        visit_seconds: Sum of the visits.
        nearest_neighbour_seconds: Travel if the nearest were always next.
        capacity_seconds: Length of the day.
    """

    representative: str
    on: dt.date
    stops: tuple[str, ...]
    travel_seconds: int
    visit_seconds: int
    nearest_neighbour_seconds: int
    capacity_seconds: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a candidate is in the plan or not.

    Attributes:
        key: The candidate.
        reason: What decided.
        days: Days on which it is visited; empty when left out.
        asked: Visits asked.
        open_days: Working days of its representative on which it is open.
        short_seconds: What its best day was short of; 0 unless there was no room.
    """

    key: str
    reason: Reason
    days: tuple[dt.date, ...]
    asked: int
    open_days: int
    short_seconds: int = 0


@dataclass(frozen=True, slots=True)
class More:
    """What the best of those left out would cost at least.

    Attributes:
        keys: Who they are, best first; fewer than asked for when fewer were left out for lack of room.
        visits: Their visits.
        visit_seconds: Time of the visits.
        travel_seconds: Least detours.
    """

    keys: tuple[str, ...]
    visits: int
    visit_seconds: int
    travel_seconds: int

    @property
    def seconds(self) -> int:
        """People-time in seconds."""
        return self.visit_seconds + self.travel_seconds


@dataclass(frozen=True)
class Plan:
    """A plan with every reason.

    Attributes:
        days: Days with stops, by representative in the order asked, then by day.
        decisions: One per candidate, by key.
        more: Cost of those that come next.
        working_days: Working days by representative.
    """

    days: tuple[DayPlan, ...]
    decisions: Mapping[str, Decision]
    more: More
    working_days: Mapping[str, tuple[dt.date, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def outlets(self) -> int:
        """Outlets in the plan (방문 점포수)."""
        return sum(bool(decision.days) for decision in self.decisions.values())

    @property
    def visits(self) -> int:
        """Visits in the plan (방문 횟수)."""
        return sum(len(day.stops) for day in self.days)
