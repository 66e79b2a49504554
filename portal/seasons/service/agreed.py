"""Accepted targets become the months' targets of sales, which the monthly evaluation reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import execute, fetch
from portal.seasons.model import TargetState
from rules.months import Month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo


async def write_targets(account: int, months: Iterable[Month], now: dt.datetime, zone: ZoneInfo) -> None:
    """Write a dealer's monthly targets from everything he accepted, in the open unit of work.

    Seasons of several categories add up. A month that is over keeps the target it had: nobody agrees on a
    target afterwards.

    Args:
        account: The dealer.
        months: Months that may have changed.
        now: Instant of the agreement, kept with the target.
        zone: Business zone that says which months are over.
    """
    current = Month.of(now.astimezone(zone).date())
    for month in months:
        if month < current:
            continue
        amount = await _accepted(account, month)
        if amount is None:
            continue
        await execute(
            "insert into target (account, month_on, amount_minor, accepted_at) values ({}, {}, {}, {})"
            " on conflict (account, month_on) do update set amount_minor = excluded.amount_minor,"
            " accepted_at = excluded.accepted_at, batch = null",
            account,
            month.first_on,
            amount,
            now,
        )


async def _accepted(account: int, month: Month) -> int | None:
    rows = await fetch(
        "select sum(c.amount_minor) as amount_minor from season_target t"
        " join season_target_share c on c.target = t.id"
        " where t.account = {} and t.state = {} and c.month_on = {}",
        account,
        TargetState.ACCEPTED.value,
        month.first_on,
    )
    found: int | None = rows[0]["amount_minor"]
    return found
