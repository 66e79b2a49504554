"""Visits: one with everything said about it, the list in pages, who came to a dealer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import ALWAYS, Condition, all_of, family, in_regions
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.plans.model import Outcome, Rank
from portal.plans.policies import OWN, READ, VISIT
from portal.plans.queries.visit_scope import visible_visits, visitable_accounts
from portal.plans.visiting import id_in
from portal.search.model import RecordKind
from portal.search.queries import narrowed
from rules.months import Month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from portal.access import Signature, Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
SHOWN = ("made", "cancelled", "all")
_KINDS = (RecordKind.DEALER, RecordKind.OUTLET, RecordKind.TERMINAL)


@dataclass(frozen=True, slots=True)
class VisitFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of an account's name, its first consonants, or its code.
        region: Path of a region; its subtree is included.
        month: Month such as ``2026-10``.
        outcome: An ``Outcome``.
        rank: A ``Rank``.
        account: Id of one account.
        mine: ``1`` for the viewer's own visits.
        shown: One of ``SHOWN``.
    """

    q: str = ""
    region: str = ""
    month: str = ""
    outcome: str = ""
    rank: str = ""
    account: str = ""
    mine: str = ""
    shown: str = "made"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> VisitFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        for name, allowed in (("outcome", list(Outcome)), ("rank", list(Rank)), ("shown", SHOWN)):
            if known[name] not in allowed:
                known[name] = ""
        known["mine"] = "1" if known["mine"] == "1" else ""
        known["account"] = known["account"] if id_in(known["account"]) is not None else ""
        if _month(known["month"]) is None:
            known["month"] = ""
        return cls(**{name: value for name, value in known.items() if value})


@dataclass(frozen=True, slots=True)
class VisitAccount:
    """An account that may be visited."""

    id: int
    code: str
    name: str
    kind: str
    dealer_id: int | None
    region_path: str | None

    def signature(self, viewer: Viewer, policy_name: str) -> Signature:
        """Return whose name the viewer's action on this account carries."""
        return viewer.signature(policy_name, self.region_path, self.dealer_id or self.id)


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as its page shows it; ``visitor`` and ``cancelled_by`` are empty when not known any more."""

    id: int
    account: VisitAccount
    stop_id: int | None
    owner: str
    rank: Rank
    visitor_user_id: int
    visitor: str
    visited_on: dt.date
    visited_at: dt.datetime
    device_at: dt.datetime | None
    outcome: Outcome
    cases: int | None
    minutes: int | None
    note: str
    created_at: dt.datetime
    cancelled_at: dt.datetime | None
    cancelled_by: str
    cancelled_reason: str


_ACCOUNT = (
    "a.id as account_id, a.code as account_code, a.name as account_name, a.kind as account_kind,"
    " a.dealer as dealer_id, g.path as region_path"
)
_VIEW = (
    f"select v.id, {_ACCOUNT}, v.stop as stop_id, v.owner, v.rank, v.visitor_user_id,"
    " coalesce(u.name, '') as visitor, v.visited_on, v.visited_at, v.device_at, v.outcome, v.cases,"
    " v.minutes, v.note, v.created_at, v.cancelled_at, coalesce(c.name, '') as cancelled_by,"
    " v.cancelled_reason from visit v join account a on a.id = v.account"
    " left join region g on g.id = a.region left join login_user u on u.id = v.visitor_user_id"
    " left join login_user c on c.id = v.cancelled_by_user_id"
)
_COLUMNS = (
    "select v.id, v.visited_on, v.visited_at, v.outcome, v.rank, v.cases, v.minutes, v.owner,"
    " substr(v.note, 1, 80) as note, v.note as whole, v.cancelled_at, v.cancelled_reason,"
    " case when v.stop is null then 0 else 1 end as planned, a.id as account_id, a.code, a.name, a.kind,"
    " coalesce(d.name, '') as dealer, coalesce(r.name, '') as region, coalesce(r.name_en, '') as region_en,"
    " coalesce(u.name, '') as visitor"
)
_TABLES = (
    " from visit v join account a on a.id = v.account left join account d on d.id = a.dealer"
    " left join region r on r.id = a.region left join login_user u on u.id = v.visitor_user_id"
)


async def get_visitable(viewer: Viewer, account_id: int) -> VisitAccount:
    """Return an account the viewer may log a visit to.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = visitable_accounts(viewer, "a", VISIT)
    row = await fetch_one(
        f"select {_ACCOUNT} from account a left join region g on g.id = a.region"
        f" where a.id = {{}} and {seen.sql}",
        *(account_id, *seen.args),
    )
    if row is None:
        raise NotFound
    return _account(row)


async def find_visitable(viewer: Viewer, text: str) -> VisitAccount | None:
    """Return the account with exactly this code or name that the viewer may visit, or None; a code wins."""
    if not text.isprintable():  # PostgreSQL refuses some of these
        return None
    seen = visitable_accounts(viewer, "a", VISIT)
    row = await fetch_one(
        f"select {_ACCOUNT} from account a left join region g on g.id = a.region"
        f" where (a.code = {{}} or a.name = {{}}) and {seen.sql}"
        " order by case when a.code = {} then 0 else 1 end, a.id limit 1",
        *(text, text, *seen.args, text),
    )
    return None if row is None else _account(row)


async def get_visit(viewer: Viewer, visit_id: int, policy: str) -> VisitView:
    """Return a visit in the part of the network the viewer holds a policy for.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = visible_visits(viewer, "v", "a", policy)
    row = await fetch_one(f"{_VIEW} where v.id = {{}} and {seen.sql}", visit_id, *seen.args)
    if row is None:
        raise NotFound
    account = _account(row)
    plain = {name: value for name, value in row.items() if name not in _ACCOUNT_NAMES}
    return VisitView(
        **{**plain, "account": account, "rank": Rank(row["rank"]), "outcome": Outcome(row["outcome"])}
    )


async def list_visits(
    viewer: Viewer, wanted: VisitFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of visits, the newest first, with the capped count of all."""
    where = await _where(viewer, wanted)
    counted = f"(select count(*) from (select 1{_TABLES} where {where.sql} limit {COUNT_CAP + 1}) n)"
    sql, args = _page(f"{_COLUMNS}, {counted} as total", where, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key, limit=limit, total=total)


async def iter_visits(
    viewer: Viewer, wanted: VisitFilter, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every visit of the list in its order, in batches; for files."""
    where = await _where(viewer, wanted)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_COLUMNS, where, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def list_own_visits(viewer: Viewer, cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[Row]:
    """Return one page of who came to the viewer's dealer and his accounts, the newest first.

    Of visits by the manufacturer's people the dealer reads day, person, rank and outcome, not their note.
    """
    seen = visible_visits(viewer, "v", "a", OWN)
    where = seen & Condition("v.cancelled_at is null")
    sql, args = _page(_COLUMNS, where, cursor, limit)
    rows = await fetch(sql, *args)
    for row in rows:
        if row["owner"] == "manufacturer":
            row["note"] = row["whole"] = ""
    return page_of(rows, cursor, _key, limit=limit)


_ACCOUNT_NAMES = frozenset(
    ("account_id", "account_code", "account_name", "account_kind", "dealer_id", "region_path")
)


def _account(row: Row) -> VisitAccount:
    return VisitAccount(
        row["account_id"], row["account_code"], row["account_name"], row["account_kind"], row["dealer_id"],
        row["region_path"],
    )  # fmt: skip


def _page(columns: str, where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    place = ALWAYS
    if cursor.key:
        place = Condition(
            f"(v.visited_on, v.id) {after} ({{}}, {{}})", (as_date(str(cursor.key[0])), cursor.key[1])
        )
    both = where & place
    return (
        f"{columns}{_TABLES} where {both.sql} order by v.visited_on {order}, v.id {order} limit {limit + 1}",
        both.args,
    )


def _key(row: Row) -> Key:
    return str(row["visited_on"]), row["id"]


async def _where(viewer: Viewer, wanted: VisitFilter) -> Condition:
    limits = [visible_visits(viewer, "v", "a", READ), _shown(wanted.shown)]
    for column, value in (("v.outcome", wanted.outcome), ("v.rank", wanted.rank)):
        if value:
            limits.append(Condition(f"{column} = {{}}", (value,)))
    if wanted.account:
        limits.append(family(viewer, int(wanted.account), "v.account"))
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.mine:
        limits.append(Condition("v.visitor_user_id = {}", (viewer.user_id,)))
    if month := _month(wanted.month):
        limits.append(Condition("v.visited_on between {} and {}", (month.first_on, month.last_on)))
    if wanted.q:
        found = [await narrowed(kind, wanted.q, "a.id") for kind in _KINDS]
        either = " or ".join(f"({sql})" for sql, _ in found)
        limits.append(Condition(f"({either})", tuple(value for _, args in found for value in args)))
    return all_of(*limits)


def _shown(name: str) -> Condition:
    if name == "all":
        return ALWAYS
    return Condition("v.cancelled_at is not null" if name == "cancelled" else "v.cancelled_at is null")


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except ValueError:
        return None
