"""The month of the comparators: days with what happens on them, computed once from rows in order of time."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ZONE = ZoneInfo("Asia/Seoul")
SHOWN = 4
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A session on a day; ``lead`` is its time or which of its days it is."""

    id: int
    occasion: Any
    lead: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A day with the sessions shown and how many more there are."""

    day: dt.date
    inside: bool
    is_today: bool
    is_peak: bool
    holiday: str
    entries: list[Entry]
    more: int


def days_of(on: dt.date) -> list[list[dt.date]]:
    """Return the whole weeks, from Monday, that hold the month of a day."""
    return calendar.Calendar().monthdatescalendar(on.year, on.month)


def instants_of(weeks: list[list[dt.date]]) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of weeks, and the last, exclusive, in UTC."""
    first = dt.datetime.combine(weeks[0][0], dt.time.min, ZONE)
    last = dt.datetime.combine(weeks[-1][-1] + _DAY, dt.time.min, ZONE)
    return first.astimezone(dt.UTC), last.astimezone(dt.UTC)


def month_grid(
    on: dt.date,
    weeks: list[list[dt.date]],
    sessions: Iterable[Any],
    holidays: Mapping[dt.date, str],
    peaks: Sequence[tuple[dt.date, dt.date]],
) -> list[list[Cell]]:
    """Return the cells of a month.

    Args:
        on: A day of the month.
        weeks: Its weeks.
        sessions: With ``id`` and ``occasion``, in order of time.
        holidays: Name by day.
        peaks: First day, and last one exclusive.
    """
    today = dt.datetime.now(ZONE).date()
    by_day: dict[dt.date, list[tuple[Any, dt.datetime, dt.date]]] = {}
    for session in sessions:
        begins = session.occasion.starts_at.astimezone(ZONE)
        last = (session.occasion.ends_at.astimezone(ZONE) - dt.timedelta(microseconds=1)).date()
        day = begins.date()
        while day <= last:
            by_day.setdefault(day, []).append((session, begins, last))
            day += _DAY

    def cell(day: dt.date) -> Cell:
        found = by_day.get(day, [])
        return Cell(
            day=day,
            inside=day.month == on.month,
            is_today=day == today,
            is_peak=any(first <= day < until for first, until in peaks),
            holiday=holidays.get(day, ""),
            entries=[_entry(day, *one) for one in found[:SHOWN]],
            more=max(0, len(found) - SHOWN),
        )

    return [[cell(day) for day in week] for week in weeks]


def _entry(day: dt.date, session: Any, begins: dt.datetime, last: dt.date) -> Entry:
    first = begins.date()
    lead = begins.strftime("%H:%M") if day == first else f"{(day - first).days + 1}/{(last - first).days + 1}"
    return Entry(session.id, session.occasion, lead)
