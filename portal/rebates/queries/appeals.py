"""Figures of appeals by month: how many, how they were answered, how many late, and how long it took."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import as_date, fetch
from portal.network.scope import visible_accounts
from portal.rebates.model import AppealOutcome
from rules.months import Month

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class AppealMonth:
    """Appeals raised in one month of the business zone; ``raised`` = ``upheld`` + ``dismissed`` + ``open``.

    Attributes:
        late: Answered after their last day, or open beyond it.
        median_days: Days from raising to answer, half of the answered took at most so many; None while none
            is answered.
    """

    month: Month
    raised: int
    upheld: int
    dismissed: int
    open: int
    late: int
    median_days: int | None


@dataclass(frozen=True, slots=True)
class _Appeal:
    raised_on: dt.date
    due_on: dt.date
    outcome: AppealOutcome
    answered_on: dt.date | None

    def is_late(self, today: dt.date) -> bool:
        return (self.answered_on or today) > self.due_on


async def monthly_appeals(viewer: Viewer, since: Month, today: dt.date) -> list[AppealMonth]:
    """Return the figures of months with appeals, newest first, of accounts the viewer may see.

    Args:
        viewer: Who asks.
        since: First month.
        today: Current day in the business zone; an open appeal is late after its last day.
    """
    zone, seen = ZoneInfo(viewer.zone), visible_accounts(viewer, "a")
    rows = await fetch(
        "select p.raised_at, p.due_on, p.outcome, p.answered_at from rebate_appeal p"  # noqa: S608  from code
        f" join account a on a.id = p.account where p.raised_at >= {{}} and {seen.sql} order by p.id",
        dt.datetime.combine(since.first_on, dt.time(), zone).astimezone(dt.UTC),
        *seen.args,
    )
    months: dict[Month, list[_Appeal]] = {}
    for row in rows:
        appeal = _appeal(row, zone)
        months.setdefault(Month.of(appeal.raised_on), []).append(appeal)
    return [_figures(month, months[month], today) for month in sorted(months, reverse=True)]


def _figures(month: Month, appeals: list[_Appeal], today: dt.date) -> AppealMonth:
    counts = {outcome: sum(each.outcome is outcome for each in appeals) for outcome in AppealOutcome}
    days = [(each.answered_on - each.raised_on).days for each in appeals if each.answered_on]
    return AppealMonth(
        month=month,
        raised=len(appeals),
        upheld=counts[AppealOutcome.UPHELD],
        dismissed=counts[AppealOutcome.DISMISSED],
        open=counts[AppealOutcome.OPEN],
        late=sum(each.is_late(today) for each in appeals),
        median_days=median_low(days) if days else None,
    )


def _appeal(row: Row, zone: ZoneInfo) -> _Appeal:
    raised, answered = _day(row["raised_at"], zone), _day(row["answered_at"], zone)
    due_on = as_date(row["due_on"])
    if raised is None or due_on is None:
        raise LookupError("an appeal without its days")
    return _Appeal(raised, due_on, AppealOutcome(row["outcome"]), answered)


def _day(at: dt.datetime | str | None, zone: ZoneInfo) -> dt.date | None:
    moment = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    return None if moment is None else moment.astimezone(zone).date()
