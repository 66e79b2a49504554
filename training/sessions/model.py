"""Training sessions as values: blocks, costs, what a score says, and the days of a calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

TITLE_MAX, NOTE_MAX, WORD_MAX, REASON_MAX, TEXT_MAX = 160, 1000, 400, 400, 1000
BLOCKS_MOST, SEATS_MOST, SEATS_PER_DEALER_MOST, COMPANIONS_MOST = 40, 5000, 100, 10
MARK_LEAST, MARK_MOST = 1, 5
AMOUNT_MOST = 10**13


class CostKind(StrEnum):
    """What a session costs money for."""

    LECTURERS = "lecturers"
    VENUE = "venue"
    MEALS = "meals"
    MATERIALS = "materials"
    OTHER = "other"


class View(StrEnum):
    """How much of the calendar a page shows."""

    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Block:
    """A module taught at a time.

    Attributes:
        module_id: What.
        lecturer_id: Who; None = not decided yet.
        room_id: Where; the session's room unless another one.
        starts_at: First moment, with zone.
        ends_at: Last moment, exclusive, with zone.
    """

    module_id: int
    lecturer_id: int | None
    room_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime

    def overlaps(self, other: Block) -> bool:
        """Tell whether two blocks share a moment."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a calendar page.

    Attributes:
        view: Month or week.
        on: The day the page was asked for.
        first: First day shown, a Monday.
        last: Last day shown, a Sunday, inclusive.
    """

    view: View
    on: dt.date
    first: dt.date
    last: dt.date

    @property
    def weeks(self) -> tuple[tuple[dt.date, ...], ...]:
        """The days in rows of seven."""
        count = ((self.last - self.first).days + 1) // 7
        return tuple(
            tuple(self.first + dt.timedelta(days=7 * week + day) for day in range(7)) for week in range(count)
        )

    @property
    def before(self) -> dt.date:
        """A day of the page before."""
        return self.on - dt.timedelta(days=7) if self.view is View.WEEK else self.on.replace(day=1) - _DAY

    @property
    def after(self) -> dt.date:
        """A day of the page after."""
        if self.view is View.WEEK:
            return self.on + dt.timedelta(days=7)
        return (self.on.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


_DAY = dt.timedelta(days=1)
_YEARS = (2000, 2199)


def span_of(view: View, on: dt.date) -> Span:
    """Return the days of the month or the week of a day, in whole weeks from Monday; 2000 to 2199."""
    if not _YEARS[0] <= on.year <= _YEARS[1]:
        on = dt.date(min(max(on.year, _YEARS[0]), _YEARS[1]), on.month, 1)
    if view is View.WEEK:
        first = on - dt.timedelta(days=on.weekday())
        return Span(view, on, first, first + 6 * _DAY)
    start = on.replace(day=1)
    end = (start.replace(day=28) + 4 * _DAY).replace(day=1) - _DAY
    return Span(view, on, start - start.weekday() * _DAY, end + (6 - end.weekday()) * _DAY)


def business_days(starts_at: dt.datetime, ends_at: dt.datetime, zone: dt.tzinfo) -> tuple[dt.date, ...]:
    """Return the business days between two instants, the second exclusive, in order."""
    first = starts_at.astimezone(zone).date()
    last = (ends_at - dt.timedelta(microseconds=1)).astimezone(zone).date()
    return tuple(first + n * _DAY for n in range((last - first).days + 1))
