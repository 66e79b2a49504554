"""Make a monthly development plan: who is visited when, in which order, and why the others are not."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from rules.errors import FactError
from rules.planning.calendar import capacity_seconds, is_open, working_days
from rules.planning.model import MINUTE, Candidate, DayPlan, Decision, More, Plan
from rules.planning.routing import LocalSearch
from rules.planning.scheduling import Asked, Scheduler
from rules.planning.travel import seconds_between

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from rules.planning.model import PlanRequest, Reason, Representative
    from rules.planning.routing import Router
    from rules.planning.travel import Whole

OWN: Router = LocalSearch()
MOST_CANDIDATES = 4_000
"""Candidates of one representative: times between all of them are kept, 8 bytes each."""


def make_plan(request: PlanRequest, router: Router = OWN) -> Plan:
    """Make the plan of a month.

    Args:
        request: People-days, candidates, holidays and settings.
        router: Orders the stops of a day.

    Raises:
        FactError: A representative or a candidate twice, a negative number, speed or road factor below 1, or
            more than 4,000 candidates of one representative.
    """
    require_sound(request)
    months = [_RepresentativeMonth(request, one, router) for one in request.representatives]
    decisions: dict[str, Decision] = {}
    days: list[DayPlan] = []
    for month in months:
        decisions |= month.decisions
        days += month.days()
    for candidate in request.candidates:
        decisions.setdefault(candidate.key, Decision(candidate.key, "nobody", (), candidate.visits, 0))
    return Plan(
        tuple(days),
        MappingProxyType(dict(sorted(decisions.items()))),
        _more(request, months),
        MappingProxyType({month.key: month.working for month in months}),
    )


def require_sound(request: PlanRequest) -> None:
    """Refuse a request that contradicts itself.

    Raises:
        FactError: See ``make_plan``.
    """
    for keys in (
        [one.key for one in request.representatives],
        [one.key for one in request.candidates],
    ):
        if len(set(keys)) != len(keys):
            raise FactError("a representative or a candidate is given twice")
    for key, count in Counter(one.representative for one in request.candidates).items():
        if key and count > MOST_CANDIDATES:
            raise FactError(f"{key}: {count:,} candidates, at most {MOST_CANDIDATES:,} are planned at once")
    settings = request.settings
    numbers = [settings.day_minutes, settings.more]
    numbers += [one.day_minutes or 0 for one in request.representatives]
    numbers += [number for one in request.candidates for number in (one.visits, one.visit_minutes)]
    if min(numbers) < 0 or settings.metres_per_hour < 1 or settings.road_factor_bp < 1:
        raise FactError("minutes and visits are 0 or more, speed and road factor 1 or more")


class _RepresentativeMonth:
    """The month of one representative, planned when it is made."""

    def __init__(self, request: PlanRequest, representative: Representative, router: Router) -> None:
        self.key = representative.key
        self.working = working_days(request, representative)
        self.decisions: dict[str, Decision] = {}
        self._capacity = capacity_seconds(request, representative)
        self._open: dict[str, tuple[int, ...]] = {}
        own = [one for one in request.candidates if one.representative == representative.key]
        self._ranked = [one for one in sorted(own, key=_rank) if self._has_a_chance(one)]
        places = [representative.start, *(one.place for one in self._ranked if one.place)]
        times = self._near_enough(seconds_between(places, request.settings))
        asked = [self._asked(one) for one in self._ranked]
        self._scheduler = Scheduler(asked, times, len(self.working), self._capacity, router)
        self._scheduler.fill()
        self._without_room = self._scheduler.left_out()
        for number, candidate in enumerate(self._ranked, start=1):
            self._decide(candidate, number)

    def days(self) -> Iterator[DayPlan]:
        """Yield the days with stops."""
        for on, day in zip(self.working, self._scheduler.days, strict=True):
            if day.route:
                yield DayPlan(
                    self.key,
                    on,
                    tuple(self._ranked[stop - 1].key for stop in day.route),
                    day.travel,
                    day.visiting,
                    day.nearest_neighbour,
                    day.capacity,
                )

    def left_out(self) -> Iterator[tuple[Candidate, int]]:
        """Yield those there was no room for, best first, with the least detours of all their visits."""
        for number, (_, detours) in self._without_room.items():
            yield self._ranked[number - 1], detours

    def _has_a_chance(self, candidate: Candidate) -> bool:
        """Tell whether a candidate can be planned at all; say why not otherwise."""
        reason: Reason | None = None
        if not candidate.visits:
            reason = "no_visits"
        elif candidate.place is None:
            reason = "no_place"
        elif not self._open_days(candidate):
            reason = "never_open"
        if reason:
            self._refuse(candidate, reason)
        return reason is None

    def _near_enough(self, times: Whole) -> Whole:
        """Leave out who is too far for a day; return the travel times of the others."""
        inside = [0]
        for number, candidate in enumerate(self._ranked, start=1):
            away = int(times[0, number] + times[number, 0])
            if away + candidate.visit_minutes * MINUTE > self._capacity:
                self._refuse(candidate, "too_far")
            else:
                inside.append(number)
        self._ranked = [self._ranked[number - 1] for number in inside[1:]]
        return times if len(inside) == len(times) else times[np.ix_(inside, inside)]

    def _refuse(self, candidate: Candidate, reason: Reason) -> None:
        open_days = len(self._open_days(candidate))
        self.decisions[candidate.key] = Decision(candidate.key, reason, (), candidate.visits, open_days)

    def _open_days(self, candidate: Candidate) -> tuple[int, ...]:
        if candidate.key not in self._open:
            days = enumerate(self.working)
            self._open[candidate.key] = tuple(number for number, day in days if is_open(candidate, day))
        return self._open[candidate.key]

    def _asked(self, candidate: Candidate) -> Asked:
        open_days = self._open_days(candidate)
        return Asked(min(candidate.visits, len(open_days)), candidate.visit_minutes * MINUTE, open_days)

    def _decide(self, candidate: Candidate, number: int) -> None:
        open_days = len(self._open_days(candidate))
        placed = self._scheduler.placed.get(number, ())
        days: tuple[dt.date, ...] = tuple(self.working[day] for day in placed)
        reason: Reason = "planned_fewer" if len(days) < candidate.visits else "planned"
        if not days:
            reason = "no_room"
        short, _ = self._without_room.get(number, (0, 0))
        self.decisions[candidate.key] = Decision(
            candidate.key, reason, days, candidate.visits, open_days, short
        )


def _rank(candidate: Candidate) -> tuple[int, str]:
    return -candidate.score, candidate.key


def _more(request: PlanRequest, months: list[_RepresentativeMonth]) -> More:
    """Return what the best of those without room would cost at least."""
    left = [pair for month in months for pair in month.left_out()]
    best = sorted(left, key=lambda pair: _rank(pair[0]))[: request.settings.more]
    return More(
        tuple(candidate.key for candidate, _ in best),
        sum(candidate.visits for candidate, _ in best),
        sum(candidate.visits * candidate.visit_minutes * MINUTE for candidate, _ in best),
        sum(detour for _, detour in best),
    )
