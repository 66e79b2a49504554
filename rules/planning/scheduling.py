"""One representative's month: which candidates, on which days. docs/algorithms/planning.md has the steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rules.planning.routing import shortest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.planning.routing import Router
    from rules.planning.travel import Whole


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for one candidate; its number is its place in the travel times, from 1.

    Attributes:
        visits: Visits to place, 1 or more, at most the open days.
        seconds: Seconds of one visit.
        open_days: Working days, as numbers from 0, on which it is open.
    """

    visits: int
    seconds: int
    open_days: tuple[int, ...]


@dataclass(slots=True)
class WorkDay:
    """A day being filled.

    Attributes:
        capacity: Seconds of the day.
        anchor: Candidate its area lies around; 0 for none.
        route: Stops in order.
        travel: Seconds of the route.
        visiting: Seconds of the visits.
        nearest_neighbour: Travel if the nearest were always next; known once routed.
    """

    capacity: int
    anchor: int = 0
    route: tuple[int, ...] = ()
    travel: int = 0
    visiting: int = 0
    nearest_neighbour: int = 0

    @property
    def room(self) -> int:
        """Seconds left."""
        return self.capacity - self.travel - self.visiting


class _Rows(dict[int, list[int]]):
    """Travel times as lists, made when a place is first asked for: only stops of routes are kept."""

    def __init__(self, seconds: Whole) -> None:
        super().__init__()
        self._seconds = seconds

    def __missing__(self, place: int) -> list[int]:
        row = self[place] = self.once(place)
        return row

    def once(self, place: int) -> list[int]:
        """Return the times from a place without keeping them."""
        row: list[int] = self._seconds[place].tolist()
        return row


class Scheduler:
    """Fills the days of one representative.

    Args:
        asked: Candidates by number, 1 upwards, in order of rank.
        seconds: Travel times between all of them; place 0 is the start.
        days: Number of working days.
        capacity: Seconds of a day.
        router: Orders the stops of a day.
    """

    def __init__(
        self, asked: Sequence[Asked], seconds: Whole, days: int, capacity: int, router: Router
    ) -> None:
        self._asked = dict(enumerate(asked, start=1))
        self._seconds = seconds
        self._times = _Rows(seconds)
        self._router = router
        self.days = [WorkDay(capacity) for _ in range(days)]
        self.placed: dict[int, tuple[int, ...]] = {}

    def fill(self) -> None:
        """Place everybody there is room for, order the days, and try those left out until nobody joins."""
        anchors = self._anchors()
        for number, day in enumerate(self.days):
            day.anchor = anchors[number % len(anchors)] if anchors else 0
        joined = True
        while joined:
            waiting = [number for number in self._asked if number not in self.placed]
            joined = sum(self._place(number) for number in waiting) > 0
            for day in self.days:
                self._route(day)

    def left_out(self) -> dict[int, tuple[int, int]]:
        """Return shortage and detours of everybody without room, by number, both in seconds.

        The shortage is above 0: what the last day needed lacks when the best days are taken first. The
        detours are the least ones of all visits.
        """
        numbers = [number for number in self._asked if number not in self.placed]
        detours = self._detours(np.array(numbers, np.int64))
        rooms = np.array([day.room for day in self.days], np.int64)
        found = {}
        for number, row in zip(numbers, detours, strict=True):
            asked = self._asked[number]
            days = np.array(asked.open_days)
            short = np.sort(row[days] + asked.seconds - rooms[days])[asked.visits - 1]
            found[number] = (int(short), int(np.sort(row[days])[: asked.visits].sum()))
        return found

    def _detours(self, numbers: Whole) -> Whole:
        """Return the least seconds each of some stops adds to each day, shape (stops, days)."""
        found = np.zeros((len(numbers), len(self.days)), np.int64)
        for place, day in enumerate(self.days):
            here, there = np.array((0, *day.route)), np.array((*day.route, 0))
            added = self._seconds[np.ix_(numbers, here)] + self._seconds[np.ix_(numbers, there)]
            found[:, place] = (added - self._seconds[here, there]).min(axis=1)
        return found

    def _anchors(self) -> list[int]:
        """Return the centres of the areas: far from each other, the best candidate first."""
        front = self._front_runners()
        if not front:
            return []
        visits = sum(self._asked[number].visits for number in front)
        areas = min(max(len(self.days) * len(front) // visits, 1), len(self.days), len(front))
        chosen = [front[0]]
        nearest = {number: self._times[front[0]][number] for number in front}
        while len(chosen) < areas:
            farthest = max(front, key=lambda number: (nearest[number], -number))
            chosen.append(farthest)
            row = self._times[farthest]
            nearest = {number: min(seconds, row[number]) for number, seconds in nearest.items()}
        return chosen

    def _front_runners(self) -> list[int]:
        """Return the best candidates whose visits alone fill the month."""
        left = sum(day.capacity for day in self.days)
        front: list[int] = []
        for number, asked in self._asked.items():
            if left <= 0:
                break
            left -= asked.visits * asked.seconds
            front.append(number)
        return front

    def _place(self, number: int) -> bool:
        """Place all visits of a candidate, or none; tell whether they are placed."""
        visits = self._asked[number].visits
        fitting = self._fitting(number)
        if len(fitting) < visits:
            return False
        gap = len(self.days) // (2 * visits)
        taken: list[int] = []
        for stretch in self._stretches(visits):
            spread = [day for day in fitting if day in stretch and all(abs(day - one) > gap for one in taken)]
            taken.append((spread or [day for day in fitting if day not in taken])[0])
        self.placed[number] = tuple(sorted(taken))
        for day in taken:
            self._insert(day, number)
        return True

    def _fitting(self, number: int) -> list[int]:
        """Return the open days with room for one visit, the one it suits best first.

        A day suits by its least detour, an empty one by the way to the centre of its area.
        """
        asked, found = self._asked[number], []
        rooms = [(self.days[place].room - asked.seconds, place) for place in asked.open_days]
        rooms = [(room, place) for room, place in rooms if room >= 0]
        row = self._times.once(number) if rooms else []
        for room, place in rooms:
            day = self.days[place]
            detour, _ = self._insertion(day, row)
            if detour <= room:
                found.append((detour if day.route else row[day.anchor], place))
        return [place for _, place in sorted(found)]

    def _stretches(self, visits: int) -> Iterator[range]:
        """Cut the month into so many stretches of days."""
        for visit in range(visits):
            begin = visit * len(self.days) // visits
            yield range(begin, (visit + 1) * len(self.days) // visits)

    def _insertion(self, day: WorkDay, row: Sequence[int]) -> tuple[int, int]:
        """Return the least detour of a stop with these times, and the place in the route where it is."""
        before = (0, *day.route)
        after = (*day.route, 0)
        return min(
            (row[here] + row[there] - self._times[here][there], place)
            for place, (here, there) in enumerate(zip(before, after, strict=True))
        )

    def _insert(self, day_number: int, number: int) -> None:
        day = self.days[day_number]
        added, at = self._insertion(day, self._times[number])
        day.route = (*day.route[:at], number, *day.route[at:])
        day.travel += added
        day.visiting += self._asked[number].seconds

    def _route(self, day: WorkDay) -> None:
        route, length, day.nearest_neighbour = shortest(self._router, day.route, self._times)
        if length <= day.travel:  # another router may do worse than the order the day was built in
            day.route, day.travel = tuple(route), length
