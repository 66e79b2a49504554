"""The days of a plan's people with their stops, and a person's route of one day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch
from portal.network.scope import visible_accounts
from portal.plans.model import PlanOwner

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day with stops.

    Attributes:
        travel_seconds: From the start over all stops back to it.
        nearest_seconds: Travel if the nearest were always next.
        capacity_seconds: Length of the day.
    """

    user_id: int
    on: dt.date
    travel_seconds: int
    visit_seconds: int
    nearest_seconds: int
    capacity_seconds: int

    @property
    def used_seconds(self) -> int:
        """Travel and visits."""
        return self.travel_seconds + self.visit_seconds

    @property
    def over_seconds(self) -> int:
        """Seconds beyond the day; 0 when it fits."""
        return max(0, self.used_seconds - self.capacity_seconds)


async def list_days(plan_id: int, user_id: int) -> list[DayRow]:
    """Return a person's days with stops, in order."""
    rows = await fetch(
        "select user_id, day_on, travel_seconds, visit_seconds, nearest_seconds, capacity_seconds"
        " from plan_day where plan = {} and user_id = {} order by day_on",
        *(plan_id, user_id),
    )
    return [_day(row) for row in rows]


async def list_stops(viewer: Viewer, plan_id: int, user_id: int, on: dt.date | None = None) -> list[Row]:
    """Return a person's stops in the order of days and routes, of one day or of all.

    Rows have ``day_on, place, account, code, name, kind, address, phone, latitude_micro, longitude_micro,
    class_code, is_target, visit_minutes, line, score``. Of an account the viewer may no longer see, code and
    name are empty.
    """
    seen = visible_accounts(viewer, "a")
    day, args = ("", ()) if on is None else (" and s.day_on = {}", (on,))
    rows = await fetch(
        "select s.day_on, s.place, s.account, l.id as line, l.class_code, l.is_target, l.visit_minutes,"
        " l.score, l.indicator, l.evidence,"
        " l.goal, coalesce(a.code, '') as code,"
        " coalesce(a.name, '') as name, coalesce(a.kind, '') as kind,"
        " coalesce(t.address, o.address, '') as address,"
        " coalesce(t.phone, o.phone, '') as phone,"
        " coalesce(t.latitude_micro, o.latitude_micro) as latitude_micro,"
        " coalesce(t.longitude_micro, o.longitude_micro) as longitude_micro from plan_stop s"
        " join plan_line l on l.plan = s.plan and l.account = s.account"
        f" left join account a on a.id = s.account and {seen.sql} left join terminal t on t.account = a.id"
        " left join outlet o on o.account = a.id"
        f" where s.plan = {{}} and s.user_id = {{}}{day} order by s.day_on, s.place",
        *(*seen.args, plan_id, user_id, *args),
    )
    for row in rows:
        row["day_on"] = as_date(row["day_on"])
    return rows


async def route_of(
    users: Sequence[int], on: dt.date, owner: PlanOwner = PlanOwner.MANUFACTURER
) -> Row | None:
    """Return the agreed plan and person whose route of a day one of these people has, frozen plans first.

    The row has ``plan, user_id, state``.

    Args:
        users: Whose days.
        on: Day.
        owner: Whose people they are: a dealer's staff have days in his plans only.
    """
    marks = ", ".join("{}" for _ in users) or "null"
    rows = await fetch(
        "select d.plan, d.user_id, p.state from plan_day d join development_plan p on p.id = d.plan"
        f" where d.user_id in ({marks}) and d.day_on = {{}} and p.owner = {{}}"
        " and p.state in ('frozen', 'approved')"
        " order by case p.state when 'frozen' then 1 else 2 end, p.id desc limit 1",
        *(*users, on, owner.value),
    )
    return rows[0] if rows else None


async def planned_days(
    users: Sequence[int],
    from_on: dt.date,
    until_on: dt.date,
    owner: PlanOwner = PlanOwner.MANUFACTURER,
) -> list[dt.date]:
    """Return the days from one until before another on which one of these people has an agreed route."""
    marks = ", ".join("{}" for _ in users) or "null"
    rows = await fetch(
        "select distinct d.day_on from plan_day d join development_plan p on p.id = d.plan"
        f" where d.user_id in ({marks}) and d.day_on >= {{}} and d.day_on < {{}}"
        " and p.owner = {} and p.state in ('frozen', 'approved') order by d.day_on",
        *(*users, from_on, until_on, owner.value),
    )
    return [day for row in rows if (day := as_date(row["day_on"]))]


def _day(row: Row) -> DayRow:
    return DayRow(
        row["user_id"],
        as_date(row["day_on"]) or dt.date.min,
        row["travel_seconds"],
        row["visit_seconds"],
        row["nearest_seconds"],
        row["capacity_seconds"],
    )
