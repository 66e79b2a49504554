"""Coaching plans and rewards of everybody in the viewer's part, those due first before the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_value
from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import READ, READ_REPRESENTATIVES
from portal.evaluations.scope import cards_in_scope
from portal.network.scope import Condition
from portal.paging import PAGE_SIZE, Cursor, Key, Page, in_batches, page_of
from rules.months import Month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator

    from portal.access import Viewer

Row = dict[str, Any]
STATES = ("open", "done")
EXPORT_BATCH = 500
_COLUMNS = (
    "select t.id, t.kind, t.line, t.text, t.goal, t.due_on, t.moved, t.outcome, t.result, t.done_at,"
    " r.month_on, r.subject_kind, s.id as card, coalesce(a.code, '') as code,"
    " coalesce(a.name, u.name, '') as name, coalesce(o.name, '') as owner"
)
_TABLES = (
    " from scorecard_action t join scorecard s on s.id = t.scorecard join evaluation_run r on r.id = s.run"
    " left join account a on a.id = s.account_id left join login_user u on u.id = s.user_id"
    " left join login_user o on o.id = t.owner_user_id"
)


async def list_follow_ups(
    viewer: Viewer, cursor: Cursor, state: str, today: dt.date, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of open or ended plans with ``month``, by day and id.

    Args:
        viewer: Who asks.
        cursor: Where the page starts.
        state: ``open`` or ``done``.
        today: Day on which assignments of representatives count.
        limit: Rows at most.
    """
    sql, args = _page(_where(viewer, state, today), cursor, limit)
    return page_of([_shown(row) for row in await fetch(sql, *args)], cursor, _key, limit=limit)


async def iter_follow_ups(viewer: Viewer, state: str, today: dt.date) -> AsyncIterator[list[Row]]:
    """Yield the whole list in its order, in batches; for files."""
    where = _where(viewer, state, today)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(where, cursor, EXPORT_BATCH - 1)
        return [_shown(row) for row in await fetch(sql, *args)]

    async for rows in in_batches(read, _key, EXPORT_BATCH):
        yield rows


async def count_follow_ups(viewer: Viewer, today: dt.date) -> dict[str, int]:
    """Return how many are open and how many have ended."""
    found: dict[str, int] = {}
    for state in STATES:
        where = _where(viewer, state, today)
        found[state] = int(await fetch_value(f"select count(*){_TABLES} where {where.sql}", *where.args) or 0)
    return found


def _where(viewer: Viewer, state: str, today: dt.date) -> Condition:
    """Say which ones the viewer may see: dealers' of his part, representatives' where he may read them."""
    dealers = cards_in_scope(viewer, READ, SubjectKind.DEALER, today)
    sql, args = f"(s.account_id is not null and {dealers.sql})", dealers.args
    if viewer.allowed(READ_REPRESENTATIVES):
        people = cards_in_scope(viewer, READ, SubjectKind.REPRESENTATIVE, today)
        sql, args = f"({sql} or (s.user_id is not null and {people.sql}))", (*args, *people.args)
    ended = "is null" if state == "open" else "is not null"
    return Condition(f"t.done_at {ended} and {sql}", args)


def _page(where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    sql, args = where.sql, where.args
    if cursor.key:
        key = (as_date(str(cursor.key[0])), cursor.key[1])
        sql, args = f"{sql} and (t.due_on, t.id) {after} ({{}}, {{}})", (*args, *key)
    return (
        f"{_COLUMNS}{_TABLES} where {sql} order by t.due_on {order}, t.id {order} limit {limit + 1}",
        args,
    )


def _key(row: Row) -> Key:
    return str(row["due_on"]), row["id"]


def _shown(row: Row) -> Row:
    due_on, month_on = as_date(row["due_on"]), as_date(row["month_on"])
    if due_on is None or month_on is None:
        raise ValueError("a plan without a month or a day")
    return {**row, "due_on": due_on, "month": Month(month_on)}
