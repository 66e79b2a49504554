"""Adjustments proposed and decided, in the scope of the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition, all_of
from portal.paging import PAGE_SIZE, Cursor, Key, Page, page_of
from portal.rebates.queries.office import scope_of

if TYPE_CHECKING:
    from portal.access import Viewer

Row = dict[str, Any]
STATES = ("proposed", "approved", "declined")
_SELECT = (
    "select j.id, j.account as account_id, a.code, a.name, j.amount_minor, j.booked_on, j.reason, j.state,"
    " j.answer, j.operation, j.proposed_by_user_id as proposed_by_id, j.proposed_for_user_id as"
    " proposed_for_id, j.proposed_at, j.approved_at, j.declined_at, u.name as proposed_by,"
    " w.name as approved_by, d.name as declined_by from rebate_adjustment j"
    " join account a on a.id = j.account left join login_user u on u.id = j.proposed_by_user_id"
    " left join login_user w on w.id = j.approved_by_user_id"
    " left join login_user d on d.id = j.declined_by_user_id"
)


async def list_adjustments(
    viewer: Viewer, state: str, cursor: Cursor, *, account_id: int | None = None, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of adjustments, the newest first; of one state or account when it is given."""
    limits = [scope_of(viewer)]
    if state in STATES:
        limits.append(Condition("j.state = {}", (state,)))
    if account_id is not None:
        limits.append(Condition("j.account = {}", (account_id,)))
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    if cursor.key:
        limits.append(Condition(f"j.id {after} {{}}", cursor.key))
    where = all_of(*limits)
    rows = await fetch(f"{_SELECT} where {where.sql} order by j.id {order} limit {limit + 1}", *where.args)
    return page_of([_row(row) for row in rows], cursor, _key, limit=limit)


async def find_adjustment(viewer: Viewer, adjustment_id: int) -> Row:
    """Return one adjustment.

    Raises:
        NotFound: There is none for the viewer.
    """
    seen = scope_of(viewer)
    row = await fetch_one(f"{_SELECT} where j.id = {{}} and {seen.sql}", adjustment_id, *seen.args)
    if row is None:
        raise NotFound
    return _row(row)


def _row(row: Row) -> Row:
    return {**row, "booked_on": as_date(row["booked_on"])}


def _key(row: Row) -> Key:
    return (row["id"],)
