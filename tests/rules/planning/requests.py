"""Requests for tests: places around Seoul, October 2026 with its holidays."""

from __future__ import annotations

import datetime as dt

from rules.months import Month
from rules.planning import Candidate, Place, PlanRequest, PlanSettings, Representative

SEOUL = Place(37_566_500, 126_978_000)
OCTOBER = Month.parse("2026-10")
HOLIDAYS = {dt.date(2026, 10, 5): "개천절 대체 공휴일", dt.date(2026, 10, 9): "한글날"}
SETTINGS = PlanSettings(
    day_minutes=480,
    working_weekdays=frozenset(range(5)),
    road_factor_bp=13_000,
    metres_per_hour=25_000,
    more=10,
)


def place(north=0, east=0):
    """A place so many micro-degrees from the middle of Seoul."""
    return Place(SEOUL.latitude_micro + north, SEOUL.longitude_micro + east)


def candidate(key, representative="r", north=0, east=0, visits=1, visit_minutes=30, score=0, **more):
    """A candidate near the middle of Seoul."""
    where = more.pop("place", place(north, east))
    return Candidate(key, representative, where, visits, visit_minutes, score, **more)


def representative(key="r", start=SEOUL, **more):
    """A representative who begins in the middle of Seoul."""
    return Representative(key, start, **more)


def request(people, candidates, settings=SETTINGS, month=OCTOBER, holidays=None):
    """A request for October 2026."""
    named = HOLIDAYS if holidays is None else holidays
    return PlanRequest(month, settings, named, tuple(people), tuple(candidates))
