"""Working days of a representative and open days of a candidate."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.months import Month
    from rules.planning.model import Candidate, PlanRequest, Representative


def days_of(month: Month) -> tuple[dt.date, ...]:
    """Return every day of a month."""
    return tuple(month.first_on + dt.timedelta(days=number) for number in range(month.last_on.day))


def working_days(request: PlanRequest, representative: Representative) -> tuple[dt.date, ...]:
    """Return the days of the month on which a representative works."""
    off = {*request.holidays, *representative.away_on}
    weekdays = request.settings.working_weekdays
    return tuple(day for day in days_of(request.month) if day.weekday() in weekdays and day not in off)


def is_open(candidate: Candidate, day: dt.date) -> bool:
    """Tell whether a candidate can be visited on a day."""
    return day.weekday() in candidate.open_weekdays and day not in candidate.closed_on


def capacity_seconds(request: PlanRequest, representative: Representative) -> int:
    """Return the length of a representative's day."""
    own = representative.day_minutes
    return 60 * (request.settings.day_minutes if own is None else own)
