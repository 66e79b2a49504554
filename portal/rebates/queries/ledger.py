"""Balances and histories of the ledger; every balance is the sum of its postings, nothing is kept beside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one, fetch_value
from portal.errors import NotFound
from portal.network.scope import visible_accounts
from portal.rebates.model import Booked, Books, LineKey, OperationKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.access import Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class Balance:
    """What a beneficiary's ledger accounts hold, in minor units.

    Attributes:
        payable_minor: Owed and not yet paid; negative when too much was paid and is carried forward.
        accrued_minor: Earned to date and not settled yet.
        paid_minor: Paid out so far.
    """

    payable_minor: int = 0
    accrued_minor: int = 0
    paid_minor: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """One operation as a beneficiary's history shows it; amounts are what it added to payable and accrued."""

    id: int
    kind: OperationKind
    booked_on: dt.date
    at: dt.datetime
    version_id: int | None
    component: str
    reason: str
    reverses: int | None
    program_sha256: str
    inputs_sha256: str
    payable_minor: int
    accrued_minor: int


_SUMS = (
    "coalesce(sum(case when l.kind = 'payable' then -p.amount_minor else 0 end), 0) as payable,"
    " coalesce(sum(case when l.kind = 'accrued' then -p.amount_minor else 0 end), 0) as accrued,"
    " coalesce(sum(case when l.kind = 'bank' then -p.amount_minor else 0 end), 0) as paid"
)
_POSTED = (
    "from ledger_operation o join ledger_posting p on p.operation = o.id"
    " join ledger_account l on l.id = p.ledger_account"
)


async def balance_of(account_id: int) -> Balance:
    """Return what is owed, expected and paid to a beneficiary: the replay of all its postings."""
    return (await balances_of((account_id,)))[account_id]


async def balances_of(account_ids: Collection[int]) -> dict[int, Balance]:
    """Return the balances of some beneficiaries, by account; those without postings hold nothing."""
    marks = ", ".join("{}" for _ in account_ids)
    rows = await fetch(
        f"select o.account, {_SUMS} {_POSTED} where o.account in ({marks}) group by o.account", *account_ids
    )
    held = {row["account"]: Balance(row["payable"], row["accrued"], row["paid"]) for row in rows}
    return {account_id: held.get(account_id, Balance()) for account_id in account_ids}


async def booked_for(
    version_id: int, account_ids: Collection[int], since_on: dt.date | None = None
) -> dict[LineKey, Booked]:
    """Return what the ledger holds for each line of a version, for some beneficiaries.

    Args:
        version_id: Programme version.
        account_ids: The beneficiaries.
        since_on: First accounting month of the claw-back window; None takes every month for recent.
    """
    if not account_ids:
        return {}
    rows = await fetch(
        f"select o.account, o.component, o.period_on, {_SUMS}, coalesce(sum(case when l.kind = 'payable'"
        f" and o.booked_on >= {{}} then -p.amount_minor else 0 end), 0) as recent {_POSTED}"
        " where o.version = {} and o.account >= {} and o.account <= {}"
        " group by o.account, o.component, o.period_on",
        since_on or dt.date.min,
        version_id,
        min(account_ids),
        max(account_ids),
    )
    return {
        LineKey(
            version_id, as_date(row["period_on"]) or dt.date.min, row["account"], row["component"]
        ): Booked(row["payable"], row["accrued"], row["recent"])
        for row in rows
        if row["account"] in account_ids
    }


async def list_movements(
    viewer: Viewer, account_id: int, limit: int = 50, before: int | None = None
) -> list[Movement]:
    """Return the latest operations of a beneficiary the viewer may see, newest first.

    Args:
        viewer: Who asks.
        account_id: The beneficiary.
        limit: At most so many.
        before: Only operations with a lower id.

    Raises:
        NotFound: There is no such account for the viewer.
    """
    await require_account(viewer, account_id)
    rows = await fetch(
        "select o.id, o.kind, o.booked_on, o.at, o.version, o.component, o.reason, o.reverses,"
        f" o.program_sha256, o.inputs_sha256, {_SUMS} {_POSTED} where o.account = {{}} and o.id < {{}}"
        " group by o.id, o.kind, o.booked_on, o.at, o.version, o.component, o.reason, o.reverses,"
        " o.program_sha256, o.inputs_sha256 order by o.id desc limit {}",
        account_id,
        before if before is not None else 2**62,
        limit,
    )
    return [_movement(row) for row in rows]


async def require_account(viewer: Viewer, account_id: int) -> None:
    """Refuse an account that is not there for the viewer.

    Raises:
        NotFound: Unknown, or not the viewer's.
    """
    seen = visible_accounts(viewer, "a")
    sql = f"select 1 from account a where a.id = {{}} and {seen.sql}"  # noqa: S608  from code
    if await fetch_one(sql, account_id, *seen.args) is None:
        raise NotFound


async def postings_of(operation_id: int) -> tuple[tuple[Books, int], ...]:
    """Return the postings of an operation in the order they were written."""
    rows = await fetch(
        "select l.kind, p.amount_minor from ledger_posting p join ledger_account l on l.id = p.ledger_account"
        " where p.operation = {} order by p.id",
        operation_id,
    )
    return tuple((Books(row["kind"]), row["amount_minor"]) for row in rows)


async def list_defects() -> list[str]:
    """Return what is wrong with the ledger as a whole; an empty list proves it balances."""
    unsealed = await fetch_value("select count(*) from ledger_operation where not is_sealed")
    crooked = await fetch_value(
        "select count(*) from (select operation from ledger_posting group by operation"
        " having sum(amount_minor) <> 0) x"
    )
    strayed = await fetch_value(
        "select count(*) from ledger_posting p join ledger_operation o on o.id = p.operation"
        " join ledger_account l on l.id = p.ledger_account where l.account is not null"
        " and l.account <> o.account"
    )
    found = {"not sealed": unsealed, "not balanced": crooked, "posted to somebody else": strayed}
    return [f"{count} operations are {what}" for what, count in found.items() if count]


def _movement(row: Row) -> Movement:
    return Movement(
        row["id"],
        OperationKind(row["kind"]),
        as_date(row["booked_on"]) or dt.date.min,
        row["at"],
        row["version"],
        row["component"],
        row["reason"],
        row["reverses"],
        row["program_sha256"],
        row["inputs_sha256"],
        row["payable"],
        row["accrued"],
    )
