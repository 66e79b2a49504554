"""The list of dealers with the figures kept for it, page by page and for files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.credit.model import ContractState, HoldState
from portal.credit.policies import READ
from portal.db import as_date, fetch, fetch_one
from portal.network.scope import ALWAYS, NEVER, Condition, all_of, in_regions, in_scope
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.search.model import RecordKind
from portal.search.queries import narrowed

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from portal.access import Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
# Name of the order → expression, key in the row, whether it falls.
SORTS: dict[str, tuple[str, str, bool]] = {
    "overdue": ("coalesce(s.overdue_minor, 0)", "overdue_minor", True),
    "balance": ("coalesce(s.balance_minor, 0)", "balance_minor", True),
    "oldest": ("coalesce(s.late_4_minor, 0)", "late_4_minor", True),
    "name": ("a.name", "name", False),
}
SHOWN = ("overdue", "over_limit", "near_limit", "held", "release_requested", "in_credit")
_LIMIT = (
    "(select t.limit_minor from credit_terms t where t.account = a.id and t.from_on <= s.as_of_on"
    " order by t.from_on desc, t.id desc limit 1)"
)
_HOLD = (
    "(select case when h.requested_by_user_id is null then 'held' else 'release_requested' end"
    " from credit_hold h where h.account = a.id and h.released_at is null)"
)


@dataclass(frozen=True, slots=True)
class CreditFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of a name, its first consonants, or a code.
        region: Path of a region; its subtree is included.
        shown: One of ``SHOWN``.
        contract: A ``ContractState``.
        tier: Id of a service tier.
        sort: A key of ``SORTS``.
    """

    q: str = ""
    region: str = ""
    shown: str = ""
    contract: str = ""
    tier: str = ""
    sort: str = "overdue"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> CreditFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        if known["sort"] not in SORTS:
            known["sort"] = "overdue"
        if known["shown"] not in SHOWN:
            known["shown"] = ""
        if known["contract"] not in list(ContractState):
            known["contract"] = ""
        return cls(**{name: value for name, value in known.items() if value})

    @property
    def key_type(self) -> type:
        """Return the type of the first part of a cursor of this order."""
        return int if SORTS[self.sort][2] else str


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current the kept figures are.

    Attributes:
        as_of: Oldest day any of them is true for; None when nothing was ever computed.
        computed_at: When the oldest of them was computed.
        is_behind: Whether sales or payments were imported since.
    """

    as_of: dt.date | None
    computed_at: dt.datetime | None
    is_behind: bool


_COLUMNS = (
    "select a.id, a.code, a.name, r.name as region, r.name_en as region_en, s.as_of_on,"
    " coalesce(s.balance_minor, 0) as balance_minor, coalesce(s.not_due_minor, 0) as not_due_minor,"
    " coalesce(s.late_1_minor, 0) as late_1_minor, coalesce(s.late_2_minor, 0) as late_2_minor,"
    " coalesce(s.late_3_minor, 0) as late_3_minor, coalesce(s.late_4_minor, 0) as late_4_minor,"
    " coalesce(s.overdue_minor, 0) as overdue_minor, s.overdue_bp, s.dso_tenths, s.oldest_due_on,"
    " coalesce(s.order_minor, 0) as order_minor, s.in_time_bp, coalesce(s.service_tier, '') as service_tier,"
    f" coalesce(s.contract, 'none') as contract, {_LIMIT} as limit_minor, {_HOLD} as hold"
)
_TABLES = (
    " from account a left join region r on r.id = a.region left join credit_standing s on s.account = a.id"
)


async def list_standings(
    viewer: Viewer, wanted: CreditFilter, cursor: Cursor, warning_percent: int, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of dealers the viewer may read the credit of, with the capped count of all."""
    where = await _where(viewer, wanted, warning_percent)
    counted = f"(select count(*) from (select 1{_TABLES} where {where.sql} limit {COUNT_CAP + 1}) n)"
    sql, args = _page(f"{_COLUMNS}, {counted} as total", where, wanted, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key(wanted), limit=limit, total=total)


async def iter_standings(
    viewer: Viewer, wanted: CreditFilter, warning_percent: int, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every dealer of the list in its order, in batches; for files."""
    where = await _where(viewer, wanted, warning_percent)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_COLUMNS, where, wanted, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key(wanted), batch):
        yield rows


async def sum_standings(viewer: Viewer, wanted: CreditFilter, warning_percent: int) -> Row:
    """Return the sums over the whole list: dealers, balance, buckets, overdue."""
    where = await _where(viewer, wanted, warning_percent)
    names = ("balance", "not_due", "late_1", "late_2", "late_3", "late_4", "overdue")
    sums = ", ".join(f"coalesce(sum(s.{name}_minor), 0) as {name}_minor" for name in names)
    row = await fetch_one(f"select count(*) as dealers, {sums}{_TABLES} where {where.sql}", *where.args)
    return row or {}


async def freshness() -> Freshness:
    """Return how current the kept figures are."""
    kept = await fetch_one("select min(as_of_on) as day, min(computed_at) as at from credit_standing") or {}
    changed = await fetch_one(
        "select 1 as yes from import_batch where kind in ('orders', 'payments')"
        " and (applied_at > (select min(computed_at) from credit_standing)"
        " or undone_at > (select min(computed_at) from credit_standing)) limit 1"
    )
    at = kept.get("at")
    if isinstance(at, str):
        at = dt.datetime.fromisoformat(at)
    return Freshness(as_date(kept.get("day")), at, changed is not None)


def _page(
    columns: str, where: Condition, wanted: CreditFilter, cursor: Cursor, limit: int
) -> tuple[str, tuple[Any, ...]]:
    """Find the page's dealers first, so that limits and holds are looked up for them alone."""
    column, _, falls = SORTS[wanted.sort]
    order, after = ("desc", "<") if cursor.backwards != falls else ("asc", ">")
    place = Condition(f"({column}, a.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both, sorting = where & place, f"order by {column} {order}, a.id {order}"
    ids = f"select a.id{_TABLES} where {both.sql} {sorting} limit {limit + 1}"
    return f"{columns}{_TABLES} where a.id in (select id from ({ids}) p) {sorting}", both.args


def _key(wanted: CreditFilter) -> Any:
    name = SORTS[wanted.sort][1]

    def key(row: Row) -> Key:
        return row[name], row["id"]

    return key


async def _where(viewer: Viewer, wanted: CreditFilter, warning_percent: int) -> Condition:
    limits = [Condition("a.kind = 'dealer' and a.merged_into is null"), in_scope(viewer, "a", policy=READ)]
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.contract:
        limits.append(Condition("coalesce(s.contract, 'none') = {}", (wanted.contract,)))
    if wanted.tier:
        limits.append(Condition("s.service_tier = {}", (wanted.tier,)))
    if wanted.shown:
        limits.append(_shown(wanted.shown, warning_percent))
    if wanted.q:
        limits.append(Condition(*await narrowed(RecordKind.DEALER, wanted.q, "a.id")))
    return all_of(*limits)


def _shown(name: str, warning_percent: int) -> Condition:
    if name in (HoldState.HELD, HoldState.RELEASE_REQUESTED):
        requested = "" if name == HoldState.HELD else " and h.requested_by_user_id is not null"
        return Condition(
            "exists (select 1 from credit_hold h where h.account = a.id"
            f" and h.released_at is null{requested})"
        )
    near = f"100 * s.balance_minor >= {int(warning_percent)} * {_LIMIT} and {_LIMIT} > 0"
    conditions = {
        "overdue": "s.overdue_minor > 0",
        "over_limit": f"s.balance_minor > {_LIMIT}",
        "near_limit": f"({near} and s.balance_minor <= {_LIMIT})",
        "in_credit": "s.balance_minor < 0",
    }
    return Condition(conditions[name]) if name in conditions else NEVER
