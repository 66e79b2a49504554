"""Closing an accounting month for good: one person asks, somebody else closes; there is no way back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed
from portal.rebates.policies import CLOSE

if TYPE_CHECKING:
    from portal.access import Viewer
    from rules.months import Month


async def request_period_close(viewer: Viewer, month: Month, today: dt.date) -> None:
    """Ask for a month that is over to be closed.

    Raises:
        Invalid: It is not over.
        Conflict: It is closed, or the close is asked for already.
    """
    if month.last_on >= today:
        raise Invalid.of("month", "%(month)s is not over yet.", month=str(month))
    by = viewer.signature(CLOSE)
    async with unit_of_work():
        asked = await execute(
            "insert into ledger_period (month_on, requested_by_user_id, requested_for_user_id, requested_at)"
            " values ({}, {}, {}, {}) on conflict do nothing",
            month.first_on,
            by.user_id,
            by.on_behalf_of,
            _now(),
        )
        if not asked:
            raise Conflict("%(month)s is closed, or its close was asked for already.", month=str(month))
        await record(by, "rebates.period_close_request", Subject("ledger_period", str(month)))


async def approve_period_close(viewer: Viewer, month: Month) -> None:
    """Close a month that somebody else asked to close; nothing is booked into it any more.

    Raises:
        Conflict: Nobody asked for it, or a settlement is being booked into it.
        NotAllowed: The viewer asked for it, or stands for the one who did.
    """
    by = viewer.signature(CLOSE)
    async with unit_of_work():
        row = await fetch_one(
            "select requested_by_user_id as by, requested_for_user_id as behalf from ledger_period"
            " where month_on = {} and closed_at is null",
            month.first_on,
        )
        if row is None:
            raise Conflict("Nobody asked for %(month)s to be closed.", month=str(month))
        if not different_people(Signature(row["by"], row["behalf"]), viewer):
            raise NotAllowed("Closing a month takes two different people.")
        if await fetch_one(
            "select 1 from rebate_settlement where state = 'posting' and booked_on = {}", month.first_on
        ):
            raise Conflict("A settlement is being booked into %(month)s.", month=str(month))
        closed = await execute(
            "update ledger_period set closed_by_user_id = {}, closed_for_user_id = {}, closed_at = {}"
            " where month_on = {} and closed_at is null",
            by.user_id,
            by.on_behalf_of,
            _now(),
            month.first_on,
        )
        if not closed:
            raise Conflict
        await record(by, "rebates.period_close", Subject("ledger_period", str(month)))


async def withdraw_period_close(viewer: Viewer, month: Month) -> None:
    """Take a request to close back, or decline it.

    Raises:
        Conflict: Nobody asked for it.
    """
    async with unit_of_work():
        gone = await execute(
            "delete from ledger_period where month_on = {} and closed_at is null", month.first_on
        )
        if not gone:
            raise Conflict("Nobody asked for %(month)s to be closed.", month=str(month))
        by = viewer.signature(CLOSE)
        await record(by, "rebates.period_close_declined", Subject("ledger_period", str(month)))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
