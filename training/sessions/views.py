"""Pages of sessions put together from rows: the grid of a calendar, rows of a form, days of a programme."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence  # noqa: TC003  a NamedTuple reads its annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from portal.web.i18n import choose
from training.sessions.model import BLOCKS_MOST, Span, View, business_days
from training.sessions.queries.sessions import BlockRow

if TYPE_CHECKING:
    from portal.db.sql import Row
    from training.courses.queries.courses import ModuleRow
    from training.sessions.queries.sessions import SessionRow

A_DAY_SHOWS = 4
"""Sessions shown on a day of the month view; the rest is counted and shown in the week view."""
_SPARE_ROWS = 2
_WEEK = 7


class Entry(NamedTuple):
    """A session on a day as it is written.

    Attributes:
        lead: Its time on its first day, which of its days it is on the others.
        seats: Seats taken of seats.
        more: What the week view adds: place, region, state.
    """

    id: int
    state: str
    lead: str
    title: str
    seats: str
    more: str


class Cell(NamedTuple):
    """A day of the calendar with the sessions shown, how many more there are, and the address of its week."""

    day: dt.date
    href: str
    css: str
    is_today: bool
    note: str
    entries: list[Entry]
    more: int


class Written(NamedTuple):
    """What a page writes beside its sessions.

    Attributes:
        today: The current business day.
        holidays: Name by day.
        peaks: First and last day (inclusive) of peak seasons.
        peak: The word written on a day of peak season.
        states: Words of states.
        week_url: Address of a day's week, up to the day.
    """

    today: dt.date
    holidays: Mapping[dt.date, str]
    peaks: Sequence[tuple[dt.date, dt.date]]
    peak: str
    states: Mapping[str, str]
    week_url: str


def days_of_page(span: Span, times: Sequence[Row], zone: dt.tzinfo) -> list[list[Row]]:
    """Return the sessions of each day of a page, in order of time.

    The days are made instants once, so that the days of a session are found by comparing instants.

    Args:
        span: The days shown.
        times: Sessions of ``list_calendar_times``, in order of time.
        zone: Business zone.
    """
    begins = [
        dt.datetime.combine(span.first + dt.timedelta(days=n), dt.time.min, zone).astimezone(dt.UTC)
        for n in range((span.last - span.first).days + 1)
    ]
    found: list[list[Row]] = [[] for _ in begins]
    for row in times:
        first = bisect_right(begins, row["starts_at"]) - 1
        for day in range(max(first, 0), bisect_left(begins, row["ends_at"])):
            found[day].append(row)
    return found


def shown_ids(span: Span, on_days: Sequence[Sequence[Row]]) -> list[int]:
    """Return the ids of the sessions that a page writes out, each once."""
    return list({row["id"]: None for rows in on_days for row in rows[: _room(span)]})


def _room(span: Span) -> int | None:
    return A_DAY_SHOWS if span.view is View.MONTH else None


def grid_of(
    span: Span, on_days: Sequence[Sequence[Row]], texts: Mapping[int, Row], written: Written, zone: dt.tzinfo
) -> list[list[Cell]]:
    """Return the weeks of a page with their sessions, in the current language.

    Args:
        span: The days shown.
        on_days: Sessions of each day.
        texts: What is written of those shown, by id.
        written: What else is written.
        zone: Business zone.
    """
    month = span.view is View.MONTH
    lines = {} if month else {number: _line(text, written.states) for number, text in texts.items()}

    def cell(position: int) -> Cell:
        day = span.first + dt.timedelta(days=position)
        found = on_days[position]
        shown = found[: _room(span)]
        holiday = written.holidays.get(day, "")
        is_peak = any(first <= day <= last for first, last in written.peaks)
        return Cell(
            day,
            f"{written.week_url}{day.isoformat()}",
            ("out" if month and day.month != span.on.month else "in")
            + (" now" if day == written.today else "")
            + (" peak" if is_peak else "")
            + (" off" if holiday else ""),
            day == written.today,
            holiday or (written.peak if is_peak else ""),
            [
                _entry(row, texts[row["id"]], day, lines.get(row["id"], ""), zone)
                for row in shown
                if row["id"] in texts
            ],
            len(found) - len(shown),
        )

    return [[cell(week + n) for n in range(_WEEK)] for week in range(0, len(on_days), _WEEK)]


def _entry(times: Row, text: Row, day: dt.date, line: str, zone: dt.tzinfo) -> Entry:
    begins = times["starts_at"].astimezone(zone)
    if day == begins.date():
        lead = f"{begins.hour:02}:{begins.minute:02}"
    else:
        days = business_days(times["starts_at"], times["ends_at"], zone)
        lead = f"{(day - days[0]).days + 1}/{len(days)}"
    return Entry(
        text["id"], text["state"], lead, choose(text["title"], text["title_en"]), text["seats"], line
    )


def _line(text: Row, states: Mapping[str, str]) -> str:
    region = choose(text["region_name"], text["region_name_en"])
    return " · ".join((text["place"], *([region] if text["region_name"] else []), states[text["state"]]))


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
