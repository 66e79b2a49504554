"""Promises a viewer may see: one, the list in pages, how many were kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import ALWAYS, Condition, in_scope, living, open_to_manufacturer
from portal.paging import PAGE_SIZE, Cursor, Key, Page, in_batches, page_of
from portal.voice.promising import OWN, READ, Side

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from portal.access import Signature, Viewer

Row = dict[str, Any]
SHOWN = ("open", "kept", "broken")
EXPORT_BATCH = 500
_COLUMNS = (
    "select p.id, p.text, p.side, p.owner, p.state, p.due_on, p.made_at, p.done_at, p.done_note,"
    " p.judged_at, p.judgement, a.id as account, a.kind, a.name, a.code, coalesce(d.name, '') as dealer,"
    " coalesce(u.name, '') as maker, coalesce(k.name, '') as keeper"
)
_TABLES = (
    " from promise p join account a on a.id = p.account left join account d on d.id = a.dealer"
    " left join login_user u on u.id = p.made_by_user_id left join login_user k on k.id = p.keeper_user_id"
)


@dataclass(frozen=True, slots=True)
class PromiseAccount:
    """The account of a promise."""

    id: int
    dealer_id: int
    region_path: str | None

    def signature(self, viewer: Viewer, policy: str) -> Signature:
        """Return whose name the viewer's action carries."""
        return viewer.signature(policy, self.region_path, self.dealer_id)


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise as a decision needs it."""

    id: int
    account: PromiseAccount
    owner: str
    side: Side
    state: str
    due_on: dt.date


async def get_account(viewer: Viewer, account_id: int, policy: str) -> PromiseAccount:
    """Return an account to which the viewer may note a promise.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = in_scope(viewer, "a", policy=policy) & living(viewer, "a")
    if not viewer.is_dealer_side:
        seen = seen & Condition(open_to_manufacturer("a"))
    row = await fetch_one(
        "select a.id, coalesce(a.dealer, a.id) as dealer_id, r.path as region_path from account a"
        f" left join region r on r.id = a.region where a.id = {{}} and {seen.sql}",
        *(account_id, *seen.args),
    )
    if row is None:
        raise NotFound
    return PromiseAccount(**row)


async def get_promise(viewer: Viewer, promise_id: int, policy: str) -> PromiseView:
    """Return a promise the viewer may act on.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = _seen(viewer, policy)
    row = await fetch_one(
        "select p.id, p.owner, p.side, p.state, p.due_on, a.id as account_id,"
        " coalesce(a.dealer, a.id) as dealer_id, r.path as region_path"
        " from promise p join account a on a.id = p.account left join region r on r.id = a.region"
        f" where p.id = {{}} and {seen.sql}",
        *(promise_id, *seen.args),
    )
    if row is None:
        raise NotFound
    account = PromiseAccount(row["account_id"], row["dealer_id"], row["region_path"])
    return PromiseView(row["id"], account, row["owner"], Side(row["side"]), row["state"], row["due_on"])


async def list_promises(
    viewer: Viewer, cursor: Cursor, state: str, *, mine: bool = False, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of promises in a state, those due first before the others.

    Rows have ``id, text, side, owner, state, due_on, made_at, done_at, done_note, judged_at, judgement,
    account, kind, name, code, dealer, maker, keeper``.
    """
    sql, args = _page(_where(viewer, state, mine=mine), cursor, limit)
    return page_of(await fetch(sql, *args), cursor, _key, limit=limit)


async def iter_promises(
    viewer: Viewer, state: str, *, mine: bool = False, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every promise of the list in its order, in batches; for files."""
    where = _where(viewer, state, mine=mine)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(where, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def list_promises_of(
    viewer: Viewer, account_ids: Sequence[int], state: str, *, most: int
) -> dict[int, list[Row]]:
    """Return promises in a state by account, those due first before the others, at most so many of each.

    Rows have the columns of ``list_promises``; accounts without any are left out.
    """
    if not account_ids:
        return {}
    marks = ", ".join("{}" for _ in account_ids)
    where = _where(viewer, state) & Condition(f"p.account in ({marks})", tuple(account_ids))
    rows = await fetch(
        f"select * from ({_COLUMNS}, row_number() over (partition by p.account order by p.due_on, p.id)"
        f" as nth{_TABLES} where {where.sql}) n where n.nth <= {most:d} order by n.account, n.nth",
        *where.args,
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row["account"], []).append(row)
    return found


async def list_promises_at(viewer: Viewer, visit_id: int) -> list[Row]:
    """Return what was promised at a visit, as far as the viewer may know; columns of ``list_promises``."""
    where = _seen(viewer, OWN if viewer.is_dealer_side else READ) & Condition("p.visit = {}", (visit_id,))
    return await fetch(f"{_COLUMNS}{_TABLES} where {where.sql} order by p.id", *where.args)


async def count_promises_of(viewer: Viewer, account_id: int) -> dict[str, int]:
    """Return how many promises of an account the viewer sees in each state; one without any is 0."""
    return await _counts(viewer, Condition("p.account = {}", (account_id,)))


async def count_promises(viewer: Viewer) -> dict[str, int]:
    """Return how many promises the viewer sees in each state; a state without any is 0."""
    return await _counts(viewer, ALWAYS)


async def _counts(viewer: Viewer, limit: Condition) -> dict[str, int]:
    where = limit & _seen(viewer, OWN if viewer.is_dealer_side else READ)
    rows = await fetch(
        "select p.state, count(*) as n from promise p join account a on a.id = p.account"
        f" where {where.sql} group by p.state",
        *where.args,
    )
    return dict.fromkeys(SHOWN, 0) | {row["state"]: row["n"] for row in rows}


def _where(viewer: Viewer, state: str, *, mine: bool = False) -> Condition:
    where = _seen(viewer, OWN if viewer.is_dealer_side else READ) & Condition("p.state = {}", (state,))
    return where & Condition("p.keeper_user_id = {}", (viewer.user_id,)) if mine else where


def _page(where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    if cursor.key:
        key = (as_date(str(cursor.key[0])), cursor.key[1])
        where = where & Condition(f"(p.due_on, p.id) {after} ({{}}, {{}})", key)
    return (
        f"{_COLUMNS}{_TABLES} where {where.sql} order by p.due_on {order}, p.id {order} limit {limit + 1}",
        where.args,
    )


def _key(row: Row) -> Key:
    return str(row["due_on"]), row["id"]


def _seen(viewer: Viewer, policy: str) -> Condition:
    """Ours are seen by us and by the account's dealer; what a dealer's staff noted stays his."""
    seen = in_scope(viewer, "a", policy=policy)
    if viewer.is_dealer_side:
        return seen
    return seen & Condition(f"p.owner = 'manufacturer' and {open_to_manufacturer('a')}")
