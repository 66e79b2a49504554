"""Pages of sessions put together from rows: the grid of a calendar, rows of a form, days of a programme."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.sessions.model import BLOCKS_MOST, Span, View, business_days
from training.sessions.queries.sessions import BlockRow, CalendarRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from training.courses.queries.courses import ModuleRow
    from training.sessions.queries.sessions import SessionRow

A_DAY_SHOWS = 4
"""Sessions shown on a day of the month view; the rest is counted and shown in the week view."""
_SPARE_ROWS = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A session on a day: which of its days it is, and its time where it begins."""

    row: CalendarRow
    number: int
    of: int
    at: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the calendar with the sessions shown, and how many more there are."""

    day: dt.date
    inside: bool
    is_today: bool
    holiday: str
    is_peak: bool
    entries: tuple[Entry, ...]
    more: int


def grid_of(
    span: Span,
    rows: Sequence[CalendarRow],
    holidays: Mapping[dt.date, str],
    peaks: Sequence[tuple[dt.date, dt.date]],
    today: dt.date,
    zone: dt.tzinfo,
) -> list[list[Cell]]:
    """Return the weeks of a page with their sessions.

    Args:
        span: The days shown.
        rows: Sessions in order of time.
        holidays: Name by day.
        peaks: First and last day (inclusive) of peak seasons.
        today: The current business day.
        zone: Business zone.
    """
    by_day: dict[dt.date, list[Entry]] = {}
    for row in rows:
        days = business_days(row.starts_at, row.ends_at, zone)
        time = row.starts_at.astimezone(zone).strftime("%H:%M")
        for number, day in enumerate(days, start=1):
            by_day.setdefault(day, []).append(Entry(row, number, len(days), time if number == 1 else ""))
    most = A_DAY_SHOWS if span.view is View.MONTH else len(rows)

    def cell(day: dt.date) -> Cell:
        entries = by_day.get(day, [])
        return Cell(
            day=day,
            inside=span.view is View.WEEK or day.month == span.on.month,
            is_today=day == today,
            holiday=holidays.get(day, ""),
            is_peak=any(first <= day <= last for first, last in peaks),
            entries=tuple(entries[:most]),
            more=max(0, len(entries) - most),
        )

    return [[cell(day) for day in week] for week in span.weeks]


def form_values(session: SessionRow, blocks: Sequence[BlockRow], zone: dt.tzinfo) -> dict[str, object]:
    """Return the fields of a session's form as they stand."""
    last_on = (session.sign_up_until - dt.timedelta(microseconds=1)).astimezone(zone).date()
    values: dict[str, object] = {
        "course": session.course_id,
        "title": session.title,
        "title_en": session.title_en,
        "room": session.room_id,
        "seats": session.seats,
        "seats_per_dealer": session.seats_per_dealer,
        "companions_max": session.companions_max,
        "season": session.season_id or "",
        "region": session.region_id or "",
        "sign_up_until": last_on.isoformat(),
        "note": session.note,
    }
    for row, block in enumerate(blocks):
        values |= {
            f"module_{row}": block.module_id,
            f"lecturer_{row}": block.lecturer_id or "",
            f"room_{row}": block.room_id or "",
            f"day_{row}": block.starts_at.astimezone(zone).date().isoformat(),
            f"from_{row}": block.starts_at.astimezone(zone).strftime("%H:%M"),
            f"to_{row}": block.ends_at.astimezone(zone).strftime("%H:%M"),
        }
    return values


def new_values(course_id: int, title: str, title_en: str, modules: Sequence[ModuleRow]) -> dict[str, object]:
    """Return the fields of a new session's form: the course's modules in order, days still open."""
    values: dict[str, object] = {
        "course": course_id,
        "title": title,
        "title_en": title_en,
        "seats": "",
        "seats_per_dealer": 1,
        "companions_max": 0,
    }
    for row, module in enumerate(modules):
        values[f"module_{row}"] = module.id
    return values


def row_count(values: Mapping[str, object], modules: Sequence[ModuleRow]) -> int:
    """Return how many rows of blocks a form shows: what is filled in, and two more."""
    filled = [
        row for row in range(BLOCKS_MOST) if any(values.get(f"{name}_{row}") for name in ("module", "day"))
    ]
    least = max([len(modules), *(row + 1 for row in filled)])
    return min(BLOCKS_MOST, least + _SPARE_ROWS)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a programme."""

    day: dt.date
    blocks: tuple[BlockRow, ...]


def days_of(blocks: Sequence[BlockRow], zone: dt.tzinfo) -> list[Day]:
    """Return blocks by business day."""
    by_day: dict[dt.date, list[BlockRow]] = {}
    for block in blocks:
        by_day.setdefault(block.starts_at.astimezone(zone).date(), []).append(block)
    return [Day(day, tuple(found)) for day, found in sorted(by_day.items())]
