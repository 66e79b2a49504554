"""Promises a viewer may see: one, the list in pages, how many were kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition, in_scope, open_to_manufacturer
from portal.paging import PAGE_SIZE, Cursor, Page, page_of
from portal.voice.promising import OWN, READ, Side

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Signature, Viewer

Row = dict[str, Any]
SHOWN = ("open", "kept", "broken")


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
    seen = in_scope(viewer, "a", policy=policy) & Condition("a.merged_into is null")
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
    where = _seen(viewer, OWN if viewer.is_dealer_side else READ) & Condition("p.state = {}", (state,))
    if mine:
        where = where & Condition("p.keeper_user_id = {}", (viewer.user_id,))
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = ""
    args: tuple[Any, ...] = ()
    if cursor.key:
        place, args = (
            f" and (p.due_on, p.id) {after} ({{}}, {{}})",
            (as_date(str(cursor.key[0])), cursor.key[1]),
        )
    rows = await fetch(
        "select p.id, p.text, p.side, p.owner, p.state, p.due_on, p.made_at, p.done_at, p.done_note,"
        " p.judged_at, p.judgement, a.id as account, a.kind, a.name, a.code, coalesce(d.name, '') as dealer,"
        " coalesce(u.name, '') as maker, coalesce(k.name, '') as keeper"
        " from promise p join account a on a.id = p.account left join account d on d.id = a.dealer"
        " left join login_user u on u.id = p.made_by_user_id"
        " left join login_user k on k.id = p.keeper_user_id"
        f" where {where.sql}{place} order by p.due_on {order}, p.id {order} limit {limit + 1}",
        *(*where.args, *args),
    )
    return page_of(rows, cursor, lambda row: (str(row["due_on"]), row["id"]), limit=limit)


async def count_promises(viewer: Viewer) -> dict[str, int]:
    """Return how many promises the viewer sees in each state; a state without any is 0."""
    seen = _seen(viewer, OWN if viewer.is_dealer_side else READ)
    rows = await fetch(
        "select p.state, count(*) as n from promise p join account a on a.id = p.account"
        f" where {seen.sql} group by p.state",
        *seen.args,
    )
    return dict.fromkeys(SHOWN, 0) | {row["state"]: row["n"] for row in rows}


def _seen(viewer: Viewer, policy: str) -> Condition:
    """Ours are seen by us and by the account's dealer; what a dealer's staff noted stays his."""
    seen = in_scope(viewer, "a", policy=policy)
    if viewer.is_dealer_side:
        return seen
    return seen & Condition(f"p.owner = 'manufacturer' and {open_to_manufacturer('a')}")
