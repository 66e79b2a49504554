"""What the manufacturer's people see of payouts: who is owed what, and proposals, in their scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.paging import PAGE_SIZE, Cursor, Key, Page, page_of
from portal.rebates.queries.office import keyed, names_of, scope_of, sees_all

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer

Row = dict[str, Any]
LINE_STATES = ("open", "paid", "refused", "returned")


async def list_payout_rows(viewer: Viewer, cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[Row]:
    """Return payouts that pay somebody of the viewer's part, newest first, with sums of that part."""
    seen = scope_of(viewer)
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    place = f" and p.id {after} {{}}" if cursor.key else ""
    rows = await fetch(
        "select p.id, p.state, p.proposed_at, p.approved_at, p.exported_at, p.proposed_by_user_id as by,"
        " count(*) as lines, sum(n.amount_minor) as total_minor,"
        " sum(case when n.state = 'open' then 1 else 0 end) as open_lines,"
        " sum(case when n.state = 'paid' then n.amount_minor else 0 end) as paid_minor"
        " from rebate_payout p join rebate_payout_line n on n.payout = p.id"
        " join account a on a.id = n.account"
        f" where {seen.sql}{place} group by p.id, p.state, p.proposed_at, p.approved_at, p.exported_at,"
        f" p.proposed_by_user_id order by p.id {order} limit {limit + 1}",
        *seen.args,
        *cursor.key,
    )
    names = await names_of([row["by"] for row in rows])
    for row in rows:
        row["proposed_by"] = names.get(row["by"], "")
    return page_of(rows, cursor, _id_key, limit=limit)


async def require_payout(viewer: Viewer, payout_id: int) -> Row:
    """Return the sums of a payout over the viewer's part.

    Raises:
        NotFound: It pays nobody the viewer may see, or there is none.
    """
    seen = scope_of(viewer)
    row = await fetch_one(
        "select count(*) as lines, coalesce(sum(n.amount_minor), 0) as total_minor,"
        " coalesce(sum(case when n.state = 'paid' then n.amount_minor else 0 end), 0) as paid_minor,"
        " coalesce(sum(case when n.state in ('refused', 'returned') then n.amount_minor else 0 end), 0)"
        " as back_minor from rebate_payout_line n join account a on a.id = n.account"
        f" where n.payout = {{}} and {seen.sql}",
        payout_id,
        *seen.args,
    )
    if row is None or (not row["lines"] and not (sees_all(viewer) and await _is_payout(payout_id))):
        raise NotFound
    return row


async def _is_payout(payout_id: int) -> bool:
    return await fetch_one("select 1 from rebate_payout where id = {}", payout_id) is not None


async def list_owed_rows(viewer: Viewer, cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[Row]:
    """Return who is owed something, or has been paid too much, and is in no open payout; by code."""
    seen = scope_of(viewer)
    page, args = keyed(cursor, "b.code", "b.id", limit)
    rows = await fetch(
        "select b.* from (select a.id, a.code, a.name, -sum(p.amount_minor) as owed_minor"
        " from ledger_posting p"
        " join ledger_account l on l.id = p.ledger_account join account a on a.id = l.account"
        " where l.kind = 'payable' and not exists (select 1 from rebate_payout_line n where n.account = a.id"
        f" and n.state = 'open') and {seen.sql} group by a.id, a.code, a.name"
        f" having sum(p.amount_minor) <> 0) b where 1 = 1{page}",
        *seen.args,
        *args,
    )
    return page_of(rows, cursor, _code_key, limit=limit)


async def sum_owed(viewer: Viewer) -> Row:
    """Return how many are owed how much that no open payout holds, and how much is carried forward."""
    seen = scope_of(viewer)
    row = await fetch_one(
        "select coalesce(sum(case when owed > 0 then 1 else 0 end), 0) as accounts,"
        " coalesce(sum(case when owed > 0 then owed else 0 end), 0) as owed_minor,"
        " coalesce(sum(case when owed < 0 then -owed else 0 end), 0) as forward_minor,"
        " coalesce(sum(case when owed < 0 then 1 else 0 end), 0) as forward_accounts from"
        " (select -sum(p.amount_minor) as owed from ledger_posting p"
        " join ledger_account l on l.id = p.ledger_account join account a on a.id = l.account"
        " where l.kind = 'payable' and not exists (select 1 from rebate_payout_line n where n.account = a.id"
        f" and n.state = 'open') and {seen.sql} group by a.id) b",
        *seen.args,
    )
    return row or {}


async def list_payout_lines(
    viewer: Viewer, payout_id: int, cursor: Cursor, *, state: str = "", limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of a payout's lines the viewer may see, by code; of one state when it is given."""
    seen = scope_of(viewer)
    chosen = f" and n.state = '{state}'" if state in LINE_STATES else ""
    page, args = keyed(cursor, "a.code", "n.id", limit)
    rows = await fetch(
        "select n.id, n.account as account_id, a.code, a.name, n.amount_minor, n.state, n.reference,"
        " n.paid_on from rebate_payout_line n join account a on a.id = n.account"
        f" where n.payout = {{}} and {seen.sql}{chosen}{page}",
        payout_id,
        *seen.args,
        *args,
    )
    for row in rows:
        row["paid_on"] = as_date(row["paid_on"])
    return page_of(rows, cursor, _code_key, limit=limit)


async def require_line(payout_id: int, line_id: int) -> None:
    """Refuse a line that is not of the payout.

    Raises:
        NotFound: It is not.
    """
    found = await fetch_one(
        "select 1 from rebate_payout_line where id = {} and payout = {}", line_id, payout_id
    )
    if found is None:
        raise NotFound


def _code_key(row: Row) -> Key:
    return row["code"], row["id"]


def _id_key(row: Row) -> Key:
    return (row["id"],)
