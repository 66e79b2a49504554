"""Computing the figures that lists read, from documents and payments alone.

They are computed every morning, after a change of terms or of what a payment is meant for, and when finance
asks for it after an import. Nobody writes them in any other way.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.credit.model import CreditRules, data_day
from portal.credit.queries.entries import last_payment_on, read_accounts
from portal.credit.queries.tiers import service_of
from portal.db import execute, fetch, insert_rows, unit_of_work
from portal.jobs.service import enqueue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from portal.access import Viewer
    from portal.credit.queries.entries import DealerAccount
    from portal.jobs.run import JobRun
    from portal.settings import Settings

JOB = "credit.refresh"
_BATCH = 200
_COLUMNS = (
    *("account", "as_of_on", "balance_minor", "not_due_minor", "late_1_minor", "late_2_minor"),
    *("late_3_minor", "late_4_minor", "overdue_minor", "overdue_bp", "dso_tenths", "oldest_due_on"),
    *("contract", "contracted_on", "order_minor", "in_time_bp", "service_tier", "computed_at"),
)


async def refresh(ids: Sequence[int], as_of: dt.date, rules: CreditRules) -> dict[int, DealerAccount]:
    """Compute dealers' figures as of a day and keep them, in the open unit of work."""
    if not ids:
        return {}
    accounts = await read_accounts(ids, as_of, rules)
    marks = ", ".join("{}" for _ in ids)
    await execute(f"delete from credit_standing where account in ({marks})", *ids)  # noqa: S608  marks only
    await insert_rows("credit_standing", _COLUMNS, [_row(account) for account in accounts.values()])
    return accounts


def _row(account: DealerAccount) -> tuple[Any, ...]:
    standing, service = account.standing, service_of(account)
    return (
        account.account_id,
        standing.as_of,
        standing.balance_minor,
        *standing.buckets,
        standing.overdue_minor,
        standing.overdue_bp,
        standing.dso_tenths,
        standing.oldest_due_on,
        standing.contract.value,
        standing.contracted_on,
        service.order_minor if service else 0,
        service.in_time_bp if service else None,
        service.tier.id if service and service.tier else "",
        dt.datetime.now(dt.UTC),
    )


async def refresh_all(rules: CreditRules, today: dt.date, run: JobRun | None = None) -> int:
    """Compute every dealer's figures, a few hundred dealers in each unit of work, and return how many.

    A computation that was stopped is simply done again.
    """
    as_of = data_day(today, await last_payment_on(), rules)
    rows = await fetch("select id from account where kind = 'dealer' and merged_into is null order by id")
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), _BATCH):
        async with unit_of_work():
            await refresh(ids[start : start + _BATCH], as_of, rules)
            if run is not None:
                await run.advance(done=min(start + _BATCH, len(ids)), total=len(ids))
    async with unit_of_work():
        await execute(
            "delete from credit_standing where account in (select id from account"
            " where kind <> 'dealer' or merged_into is not null)"
        )
    return len(ids)


async def refresh_today(settings: Settings) -> int:
    """Compute every dealer's figures as of today in the business zone; for the morning's chores."""
    return await refresh_all(CreditRules.of(settings), _today(settings.zone))


async def run_refresh(run: JobRun, *, settings: Settings) -> dict[str, Any]:
    """Do the job that finance asks for after an import."""
    return {"dealers": await refresh_all(CreditRules.of(settings), _today(settings.zone), run)}


async def ask_refresh(viewer: Viewer) -> int:
    """Ask for the figures of every dealer to be computed again and return the job's id.

    Asking again while the job waits gives the same job.
    """
    async with unit_of_work():
        waiting = await fetch(
            "select id from job where kind = {} and state in ('queued', 'running') limit 1", JOB
        )
        if waiting:
            return int(waiting[0]["id"])
        return await enqueue(JOB, {}, actor_user_id=viewer.user_id)


def _today(zone: ZoneInfo) -> dt.date:
    return dt.datetime.now(zone).date()
