"""Late records: the list of those waiting, and one for its decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one, fetch_value
from portal.errors import NotFound
from portal.field.policies import DECIDE, LATE
from portal.network.scope import Condition, in_scope, open_to_manufacturer
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, in_batches, page_of

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portal.access import Signature, Viewer

Row = dict[str, Any]
STATES = ("waiting", "accepted", "refused")
EXPORT_BATCH = 500


@dataclass(frozen=True, slots=True)
class LateView:
    """A late record as a decision needs it."""

    id: int
    client_key: str
    kind: str
    user_id: int
    payload: str
    device_at: dt.datetime
    made_at: dt.datetime
    state: str
    dealer_id: int
    region_path: str | None

    def signature(self, viewer: Viewer) -> Signature:
        """Return whose name the viewer's decision carries."""
        return viewer.signature(DECIDE, self.region_path, self.dealer_id)


async def get_late(viewer: Viewer, late_id: int, policy: str) -> LateView:
    """Return a late record in the part of the network the viewer holds a policy for.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = _seen(viewer, policy)
    row = await fetch_one(
        "select l.id, l.client_key, l.kind, l.user_id, l.payload, l.device_at, l.made_at, l.state,"
        " coalesce(a.dealer, a.id) as dealer_id, r.path as region_path"
        " from late_record l join account a on a.id = l.account left join region r on r.id = a.region"
        f" where l.id = {{}} and {seen.sql}",
        *(late_id, *seen.args),
    )
    if row is None:
        raise NotFound
    return LateView(**row)


async def list_late(viewer: Viewer, cursor: Cursor, state: str, *, limit: int = PAGE_SIZE) -> Page[Row]:
    """Return one page of late records in a state, the oldest first.

    Rows have ``id, kind, reason, month_on, payload, device_at, made_at, received_at, state, decided_at,
    decision, account, account_kind, name, code, dealer, person, decided_by``.
    """
    return page_of(await _read(viewer, cursor, state, limit), cursor, _key, limit=limit)


async def iter_late(viewer: Viewer, state: str, *, batch: int = EXPORT_BATCH) -> AsyncIterator[list[Row]]:
    """Yield every late record in a state in the list's order, in batches; for files."""

    async def read(cursor: Cursor) -> list[Row]:
        return await _read(viewer, cursor, state, batch - 1)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def _read(viewer: Viewer, cursor: Cursor, state: str, limit: int) -> list[Row]:
    where = _seen(viewer, LATE) & Condition("l.state = {}", (state,))
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    if cursor.key:
        where = where & Condition(f"l.id {after} {{}}", (cursor.key[0],))
    rows = await fetch(
        "select l.id, l.kind, l.reason, l.month_on, l.payload, l.device_at, l.made_at, l.received_at,"
        " l.state, l.decided_at, l.decision, a.id as account, a.kind as account_kind, a.name, a.code,"
        " coalesce(d.name, '') as dealer, coalesce(u.name, '') as person, coalesce(c.name, '') as decided_by"
        " from late_record l join account a on a.id = l.account left join account d on d.id = a.dealer"
        " left join login_user u on u.id = l.user_id left join login_user c on c.id = l.decided_by_user_id"
        f" where {where.sql} order by l.id {order} limit {limit + 1}",
        *where.args,
    )
    for row in rows:
        row["month_on"] = as_date(row["month_on"])
    return rows


def _key(row: Row) -> Key:
    return (row["id"],)


async def count_late(viewer: Viewer) -> int:
    """Return how many late records await a decision the viewer may make, at most ``COUNT_CAP + 1``."""
    seen = _seen(viewer, DECIDE)
    return int(
        await fetch_value(
            "select count(*) from (select 1 from late_record l join account a on a.id = l.account"
            f" where l.state = 'waiting' and {seen.sql} limit {COUNT_CAP + 1}) n",
            *seen.args,
        )
    )


def _seen(viewer: Viewer, policy: str) -> Condition:
    """Late records become visits: what a dealer's staff logged is the dealer's, the rest ours."""
    seen = in_scope(viewer, "a", policy=policy)
    if viewer.is_dealer_side:
        return seen & Condition("l.owner = 'dealer'")
    return seen & Condition(f"l.owner = 'manufacturer' and {open_to_manufacturer('a')}")
