"""What the manufacturer's people see of the books: balances, movements and months, in their scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one, fetch_value
from portal.errors import NotFound
from portal.network.scope import Condition, all_of, in_regions
from portal.paging import PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.rebates.model import OperationKind
from portal.rebates.queries.office import keyed, names_of, scope_of
from portal.search.model import RecordKind
from portal.search.queries import narrowed

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from portal.access import Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
_SUM = "coalesce(sum(case when l.kind = '{}' then {}p.amount_minor else 0 end), 0)"
_BALANCES = (
    f"{_SUM.format('payable', '-')} as payable_minor, {_SUM.format('accrued', '-')} as accrued_minor,"
    f" {_SUM.format('bank', '-')} as paid_minor"
)
_SIDES = ", ".join(f"{_SUM.format(kind, '')} as {kind}" for kind in ("expense", "bank", "accrued", "payable"))
_POSTED = (
    " from ledger_operation o join ledger_posting p on p.operation = o.id"
    " join ledger_account l on l.id = p.ledger_account join account a on a.id = o.account"
)


async def count_open_appeals(viewer: Viewer, settlement_id: int) -> int:
    """Return how many appeals against lines of a settlement are open in the viewer's part."""
    seen = scope_of(viewer)
    found: int = await fetch_value(
        "select count(*) from rebate_appeal p join rebate_settlement_line n on n.id = p.line"
        " join account a on a.id = p.account"
        f" where n.settlement = {{}} and p.outcome = 'open' and {seen.sql}",
        settlement_id,
        *seen.args,
    )
    return found


async def trial_balance(viewer: Viewer) -> list[Row]:
    """Return the balance of each kind of ledger account; the rows add up to zero.

    Sums are over operations of accounts the viewer may see: every operation balances, so their sum does too.
    """
    seen = scope_of(viewer)
    rows = await fetch(
        "select l.kind, sum(case when p.amount_minor > 0 then p.amount_minor else 0 end) as debit,"
        " sum(case when p.amount_minor < 0 then -p.amount_minor else 0 end) as credit,"
        f" sum(p.amount_minor) as balance{_POSTED} where {seen.sql} group by l.kind",
        *seen.args,
    )
    order = ("expense", "accrued", "payable", "bank")
    return sorted(rows, key=lambda row: order.index(row["kind"]))


@dataclass(frozen=True, slots=True)
class BookFilter(UrlFilter):
    """Limits of the lists of the books, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of a name, its first consonants, or a code.
        region: Path of a region; its subtree is included.
        kind: An ``OperationKind``.
        month: Accounting month as ``2026-10``.
        shown: ``owed``, ``negative`` or ``expected``.
    """

    q: str = ""
    region: str = ""
    kind: str = ""
    month: str = ""
    shown: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> BookFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        if known["kind"] not in list(OperationKind):
            known["kind"] = ""
        if known["shown"] not in BALANCES_SHOWN:
            known["shown"] = ""
        try:
            dt.date.fromisoformat(f"{known['month']}-01")
        except ValueError:
            known["month"] = ""
        return cls(**known)


BALANCES_SHOWN = {
    "owed": "payable_minor > 0",
    "negative": "payable_minor < 0",
    "expected": "accrued_minor > 0",
}


async def list_balances(
    viewer: Viewer, wanted: BookFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return accounts of the viewer's part that have bookings, with their balances, by code."""
    where = await _accounts(viewer, wanted)
    page, args = keyed(cursor, "b.code", "b.id", limit)
    shown = f" and b.{BALANCES_SHOWN[wanted.shown]}" if wanted.shown else ""
    rows = await fetch(
        "select b.* from (select a.id, a.code, a.name, r.name as region, r.name_en as region_en,"
        f" {_BALANCES}{_POSTED} left join region r on r.id = a.region where {where.sql}"
        f" group by a.id, a.code, a.name, r.name, r.name_en) b where 1 = 1{shown}{page}",
        *where.args,
        *args,
    )
    return page_of(rows, cursor, _code_key, limit=limit)


async def iter_balances(viewer: Viewer, wanted: BookFilter) -> AsyncIterator[list[Row]]:
    """Yield every balance of the list in its order, in batches; for files."""

    async def read(cursor: Cursor) -> Sequence[Row]:
        return (await list_balances(viewer, wanted, cursor, limit=EXPORT_BATCH)).rows

    async for rows in in_batches(read, _code_key, EXPORT_BATCH):
        yield rows


async def sum_balances(viewer: Viewer, wanted: BookFilter) -> Row:
    """Return what is owed, carried forward, expected and paid over the accounts of a filter."""
    where = await _accounts(viewer, wanted)
    row = await fetch_one(
        "select count(*) as accounts,"
        " coalesce(sum(case when payable_minor > 0 then payable_minor else 0 end), 0) as owed_minor,"
        " coalesce(sum(case when payable_minor < 0 then -payable_minor else 0 end), 0) as forward_minor,"
        " coalesce(sum(accrued_minor), 0) as accrued_minor, coalesce(sum(paid_minor), 0)"
        f" as paid_minor from (select a.id, {_BALANCES}{_POSTED} where {where.sql} group by a.id) b",
        *where.args,
    )
    return row or {}


async def list_operations(
    viewer: Viewer,
    wanted: BookFilter,
    cursor: Cursor,
    *,
    account_id: int | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Row]:
    """Return operations of accounts the viewer may see, newest first, with what each posted.

    Args:
        viewer: Who asks.
        wanted: Limits.
        cursor: Id of the row next to the page.
        account_id: Only those of one account.
        limit: Rows of a page.
    """
    where = await _accounts(viewer, wanted)
    if account_id is not None:
        where &= Condition("o.account = {}", (account_id,))
    if wanted.kind:
        where &= Condition("o.kind = {}", (wanted.kind,))
    if wanted.month:
        where &= Condition("o.booked_on = {}", (dt.date.fromisoformat(f"{wanted.month}-01"),))
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    if cursor.key:
        where &= Condition(f"o.id {after} {{}}", cursor.key)
    ids = f"select o.id from ledger_operation o join account a on a.id = o.account where {where.sql}"
    rows = await fetch(
        "select o.id, o.kind, o.booked_on, o.at, o.account as account_id, a.code, a.name, o.version,"
        " v.program, v.label, o.component, o.period_on, o.reason, o.reverses, o.settlement, o.program_sha256,"
        " o.inputs_sha256, o.actor_user_id, o.approver_user_id,"
        " (select r.id from ledger_operation r where r.reverses = o.id) as reversed_by,"
        f" {_SIDES}{_POSTED} left join rebate_version v on v.id = o.version"
        f" where o.id in (select id from ({ids} order by o.id {order} limit {limit + 1}) x)"
        " group by o.id, o.kind, o.booked_on, o.at, o.account, a.code, a.name, o.version, v.program, v.label,"
        " o.component, o.period_on, o.reason, o.reverses, o.settlement, o.program_sha256, o.inputs_sha256,"
        f" o.actor_user_id, o.approver_user_id order by o.id {order}",
        *where.args,
    )
    for row in rows:
        row.update({name: as_date(row[name]) for name in ("booked_on", "period_on")})
    return page_of(rows, cursor, _id_key, limit=limit)


async def iter_operations(
    viewer: Viewer, wanted: BookFilter, account_id: int | None = None
) -> AsyncIterator[list[Row]]:
    """Yield every operation of the list, newest first, in batches; for files."""

    async def read(cursor: Cursor) -> Sequence[Row]:
        return (await list_operations(viewer, wanted, cursor, account_id=account_id, limit=EXPORT_BATCH)).rows

    async for rows in in_batches(read, _id_key, EXPORT_BATCH):
        yield rows


async def find_operation(viewer: Viewer, operation_id: int) -> Row:
    """Return one operation with its postings and people.

    Raises:
        NotFound: There is none for the viewer.
    """
    found = await list_operations(viewer, BookFilter(), Cursor((operation_id + 1,)), limit=1)
    if not found.rows or found.rows[0]["id"] != operation_id:
        raise NotFound
    row = dict(found.rows[0])
    names = await names_of([row["actor_user_id"], row["approver_user_id"]])
    row["actor"] = names.get(row["actor_user_id"] or 0, "")
    row["approver"] = names.get(row["approver_user_id"] or 0, "")
    row["postings"] = await fetch(
        "select l.kind, l.code, p.amount_minor from ledger_posting p"
        " join ledger_account l on l.id = p.ledger_account where p.operation = {} order by p.id",
        operation_id,
    )
    return row


async def get_account(viewer: Viewer, account_id: int) -> Row:
    """Return code, name, kind and region of an account.

    Raises:
        NotFound: There is none for the viewer.
    """
    seen = scope_of(viewer)
    row = await fetch_one(
        "select a.id, a.code, a.name, a.kind, r.name as region, r.name_en as region_en from account a"
        f" left join region r on r.id = a.region where a.id = {{}} and {seen.sql}",
        account_id,
        *seen.args,
    )
    if row is None:
        raise NotFound
    return row


async def check_account(account_id: int) -> Row:
    """Replay the operations of an account one by one and compare with the sums of its ledger accounts.

    Returns:
        ``operations`` replayed, ``payable_minor`` and ``accrued_minor`` after the last of them, ``equal``.
    """
    rows = await fetch(
        "select o.id, l.kind, p.amount_minor from ledger_operation o"
        " join ledger_posting p on p.operation = o.id"
        " join ledger_account l on l.id = p.ledger_account where o.account = {} order by o.id, p.id",
        account_id,
    )
    running: dict[str, int] = {"payable": 0, "accrued": 0}
    sums: dict[int, int] = {}
    for row in rows:
        sums[row["id"]] = sums.get(row["id"], 0) + row["amount_minor"]
        if row["kind"] in running:
            running[row["kind"]] -= row["amount_minor"]
    balanced = not any(sums.values())
    kept = await fetch(
        "select l.kind, -sum(p.amount_minor) as minor from ledger_posting p"
        " join ledger_account l on l.id = p.ledger_account where l.account = {} group by l.kind",
        account_id,
    )
    own = {"payable": 0, "accrued": 0} | {row["kind"]: row["minor"] for row in kept}
    return {
        "operations": len(sums),
        "payable_minor": running["payable"],
        "accrued_minor": running["accrued"],
        "equal": balanced and own == running,
    }


async def list_months(viewer: Viewer) -> list[Row]:
    """Return accounting months with bookings or a close, newest first, with sums of the viewer's part."""
    seen = scope_of(viewer)
    booked = await fetch(
        f"select o.booked_on as month_on, count(distinct o.id) as operations, {_SIDES}{_POSTED}"
        f" where {seen.sql} group by o.booked_on",
        *seen.args,
    )
    months = {as_date(row["month_on"]): dict(row) for row in booked}
    for row in await fetch(
        "select month_on, requested_by_user_id as asked_by, requested_for_user_id as asked_for, requested_at,"
        " closed_by_user_id as closed_by, closed_at from ledger_period"
    ):
        months.setdefault(as_date(row["month_on"]), {"operations": 0}).update(row)
    people = await names_of([row.get(part) for row in months.values() for part in ("asked_by", "closed_by")])
    blank = dict.fromkeys(("expense", "bank", "accrued", "payable"), 0)
    return [
        {
            **blank,
            "asked_by": None,
            "asked_for": None,
            "closed_at": None,
            **row,
            "month_on": month_on,
            "asked_name": people.get(row.get("asked_by") or 0, ""),
            "closed_name": people.get(row.get("closed_by") or 0, ""),
        }
        for month_on, row in sorted(months.items(), key=lambda each: each[0] or dt.date.min, reverse=True)
    ]


async def _accounts(viewer: Viewer, wanted: BookFilter) -> Condition:
    limits = [scope_of(viewer)]
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.q:
        limits.append(Condition(*await narrowed(RecordKind.DEALER, wanted.q, "a.id")))
    return all_of(*limits)


def _code_key(row: Row) -> Key:
    return row["code"], row["id"]


def _id_key(row: Row) -> Key:
    return (row["id"],)
