"""A plan that people changed: what is wrong with it, and its days in route order again."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rules.planning.calendar import capacity_seconds, is_open, working_days
from rules.planning.model import MINUTE, DayPlan
from rules.planning.plan import OWN
from rules.planning.routing import shortest
from rules.planning.travel import seconds_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.planning.model import Candidate, PlanRequest, Representative
    from rules.planning.routing import Router

ViolationKind = Literal[
    "unknown",
    "no_place",
    "holiday",
    "not_working",
    "closed",
    "twice",
    "over_capacity",
    "fewer_visits",
    "more_visits",
]


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    """One visit of an edited plan."""

    representative: str
    on: dt.date
    key: str


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with an edited plan.

    Attributes:
        kind: What it is.
        representative: Who it is about; empty for an outlet's number of visits.
        on: Day it is about; None for an outlet's number of visits.
        key: Outlet it is about; empty for a whole day.
        amount: Seconds beyond the day, or visits too few or too many; 0 otherwise.
    """

    kind: ViolationKind
    representative: str
    on: dt.date | None
    key: str
    amount: int = 0


def violations(request: PlanRequest, visits: Sequence[Visit], router: Router = OWN) -> tuple[Violation, ...]:
    """Name everything that is wrong with an edited plan; outlets that are not visited at all are not named.

    Args:
        request: What the plan was made from.
        visits: The edited plan, in any order.
        router: Orders the stops of a day.
    """
    book = _Book(request)
    found = [wrong for visit in sorted(visits) for wrong in book.wrong_with(visit)]
    twice = (visit for visit, count in sorted(Counter(visits).items()) if count > 1)
    found += [Violation("twice", visit.representative, visit.on, visit.key) for visit in twice]
    for day in routed(request, visits, router):
        over = day.travel_seconds + day.visit_seconds - day.capacity_seconds
        if over > 0:
            found.append(Violation("over_capacity", day.representative, day.on, "", over))
    for key, count in sorted(Counter(visit.key for visit in visits).items()):
        asked = book.candidates[key].visits if key in book.candidates else count
        if count != asked:
            kind: ViolationKind = "fewer_visits" if count < asked else "more_visits"
            found.append(Violation(kind, "", None, key, abs(count - asked)))
    return tuple(found)


def routed(request: PlanRequest, visits: Sequence[Visit], router: Router = OWN) -> tuple[DayPlan, ...]:
    """Order the stops of every day; visits of unknown people, outlets or places are left out.

    Returns:
        Days with stops, by representative in the order of the request, then by day.
    """
    book = _Book(request)
    return tuple(
        day
        for representative in request.representatives
        for day in book.days(representative, [one for one in visits if book.can_be_routed(one)], router)
    )


class _Book:
    """The request by key."""

    def __init__(self, request: PlanRequest) -> None:
        self._request = request
        self.candidates: dict[str, Candidate] = {one.key: one for one in request.candidates}
        self._people: dict[str, Representative] = {one.key: one for one in request.representatives}
        self._working = {one.key: set(working_days(request, one)) for one in request.representatives}

    def can_be_routed(self, visit: Visit) -> bool:
        candidate = self.candidates.get(visit.key)
        return bool(candidate and candidate.place and visit.representative in self._people)

    def wrong_with(self, visit: Visit) -> Iterator[Violation]:
        """Yield what is wrong with one visit."""
        candidate = self.candidates.get(visit.key)
        names = (visit.representative, visit.on, visit.key)
        if candidate is None or visit.representative not in self._people:
            yield Violation("unknown", *names)
            return
        if candidate.place is None:
            yield Violation("no_place", *names)
        if visit.on in self._request.holidays:
            yield Violation("holiday", *names)
        elif visit.on not in self._working[visit.representative]:
            yield Violation("not_working", *names)
        if not is_open(candidate, visit.on):
            yield Violation("closed", *names)

    def days(
        self, representative: Representative, visits: Sequence[Visit], router: Router
    ) -> Iterator[DayPlan]:
        """Yield the days of one representative, each stop once."""
        own = sorted({one for one in visits if one.representative == representative.key})
        for on in sorted({one.on for one in own}):
            stops = [self.candidates[one.key] for one in own if one.on == on]
            places = [representative.start, *(stop.place for stop in stops if stop.place)]
            times = seconds_between(places, self._request.settings).tolist()
            route, length, simple = shortest(router, range(1, len(places)), times)
            yield DayPlan(
                representative.key,
                on,
                tuple(stops[number - 1].key for number in route),
                length,
                sum(stop.visit_minutes * MINUTE for stop in stops),
                simple,
                capacity_seconds(self._request, representative),
            )
