"""Lists of dealers, outlets and terminals: one statement per page, the same time at any length.

Rows are plain dicts, because these are the most opened pages; a row is escaped where it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from portal.access import Role
from portal.db import fetch
from portal.network.indexing import KIND_OF
from portal.network.model import Kind, Owner, Purpose, State
from portal.network.scope import (
    ALWAYS,
    NEVER,
    Condition,
    all_of,
    in_regions,
    living,
    shares,
    visible_accounts,
)
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Page, UrlFilter, in_batches, page_of
from portal.search.queries import narrowed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from portal.access import Viewer
    from portal.paging import Key

Row = dict[str, Any]
EXPORT_BATCH = 2000
SORTS = {"name": ("a.name", "name"), "code": ("a.code", "code")}


@dataclass(frozen=True, slots=True)
class AccountFilter(UrlFilter):
    """What a list's URL says; empty text means no limit.

    Attributes:
        q: Text searched for.
        region: Path of a region; its children are included.
        area: Area (구역), as written.
        state: Life-cycle state.
        channel: Channel of terminals.
        owner: Whose records.
        dealer: Code of the dealer they belong to today.
        shared: ``yes`` or ``no``: whether the dealer shares what the list's kind calls for.
        sort: ``name`` or ``code``.
    """

    q: str = ""
    region: str = ""
    area: str = ""
    state: str = ""
    channel: str = ""
    owner: str = ""
    dealer: str = ""
    shared: str = ""
    sort: str = "name"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> AccountFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        if known["sort"] not in SORTS:
            known["sort"] = "name"
        return cls(**{name: value for name, value in known.items() if value})

    def without(self, name: str) -> AccountFilter:
        """Return the filter with one limit taken away."""
        return replace(self, **{name: getattr(AccountFilter(), name)})


_SHARED_BY_KIND = {
    Kind.DEALER: Purpose.SELL_THROUGH,
    Kind.OUTLET: Purpose.OUTLETS,
    Kind.TERMINAL: Purpose.TERMINALS,
    Kind.SUSPECT: Purpose.TERMINALS,
}
_COMMON = (
    "select a.id, a.code, a.name, a.state, a.area, a.owner, a.is_stub,"
    " r.name as region, r.name_en as region_en"
)
_DEALER = (
    f"{_COMMON}, d.business_number, d.phone, (select count(*) from sharing_grant g"  # noqa: S608  constants
    " where g.dealer = a.id and g.revoked_at is null) as purposes"
)
_OUTLET = f"{_COMMON}, o.phone, b.name as dealer, b.id as dealer_id"
_TERMINAL = f"{_COMMON}, t.channel, t.trade_type, t.phone, b.name as dealer, b.id as dealer_id"
_REGION = " left join region r on r.id = a.region"
_OF_DEALER = " left join account b on b.id = a.dealer"
_FROM = {
    Kind.DEALER: (_DEALER, f" from account a left join dealer d on d.account = a.id{_REGION}"),
    Kind.OUTLET: (_OUTLET, f" from account a left join outlet o on o.account = a.id{_REGION}{_OF_DEALER}"),
    Kind.TERMINAL: (
        _TERMINAL,
        f" from account a left join terminal t on t.account = a.id{_REGION}{_OF_DEALER}",
    ),
    Kind.SUSPECT: (_OUTLET, f" from account a left join outlet o on o.account = a.id{_REGION}{_OF_DEALER}"),
}


async def list_accounts(
    viewer: Viewer, kind: Kind, wanted: AccountFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of accounts of a kind that the viewer may see, with the capped count of all."""
    where = await _where(viewer, kind, wanted)
    counted = f"select count(*) from (select 1 from account a where {where.sql} limit {COUNT_CAP + 1}) n"  # noqa: S608  from code
    columns, tables = _FROM[kind]
    sql, args = _page(f"{columns}, ({counted}) as total{tables}", where, wanted, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key(wanted), limit=limit, total=total)


async def iter_accounts(
    viewer: Viewer, kind: Kind, wanted: AccountFilter, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every account of the list in its order, in batches; for exports."""
    where = await _where(viewer, kind, wanted)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page("".join(_FROM[kind]), where, wanted, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key(wanted), batch):
        yield rows


async def count_accounts(viewer: Viewer, kind: Kind, wanted: AccountFilter, *, cap: int) -> int:
    """Count the accounts of the list, up to a cap."""
    where = await _where(viewer, kind, wanted)
    sql = f"select count(*) as n from (select 1 from account a where {where.sql} limit {int(cap)}) c"  # noqa: S608  from code
    return int((await fetch(sql, *where.args))[0]["n"])


def _page(
    select: str, where: Condition, wanted: AccountFilter, cursor: Cursor, limit: int
) -> tuple[str, tuple[Any, ...]]:
    column, _ = SORTS[wanted.sort]
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = Condition(f"({column}, a.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    sql = f"{select} where {both.sql} order by {column} {order}, a.id {order} limit {limit + 1}"
    return sql, both.args


def _key(wanted: AccountFilter) -> Any:
    name = SORTS[wanted.sort][1]

    def key(row: Row) -> Key:
        return row[name], row["id"]

    return key


async def _where(viewer: Viewer, kind: Kind, wanted: AccountFilter) -> Condition:
    known = Condition(f"a.kind = '{kind.value}'") & living(viewer, "a")
    limits = _limits(viewer, kind, wanted)
    if wanted.q:
        limits.append(Condition(*await narrowed(KIND_OF[kind.value], wanted.q, "a.id")))
    return all_of(known, visible_accounts(viewer, "a"), *limits)


def _limits(viewer: Viewer, kind: Kind, wanted: AccountFilter) -> list[Condition]:
    limits: list[Condition] = []
    if wanted.region:
        limits.append(_in_region(viewer, wanted.region))
    if wanted.area:
        limits.append(Condition("a.area = {}", (wanted.area,)))
    if wanted.state:
        limits.append(_member("a.state", wanted.state, State))
    if wanted.owner:
        limits.append(_member("a.owner", wanted.owner, Owner))
    if wanted.channel and kind is Kind.TERMINAL:
        limits.append(
            Condition("a.id in (select account from terminal where channel = {})", (wanted.channel,))
        )
    if wanted.dealer:
        dealer = "a.dealer = (select id from account where kind = 'dealer' and code = {})"
        limits.append(Condition(dealer, (wanted.dealer,)))
    if wanted.shared in ("yes", "no"):
        negation = "" if wanted.shared == "yes" else "not "
        limits.append(Condition(f"{negation}{shares('a.dealer', _SHARED_BY_KIND[kind])}"))
    return limits


def _in_region(viewer: Viewer, path: str) -> Condition:
    """Limit to a region; one outside of a manager's own is empty without a look at the rows."""
    own = viewer.scope.region_paths
    is_apart = not any(path.startswith(prefix) or prefix.startswith(path) for prefix in own)
    if own and is_apart and viewer.roles == {Role.REGIONAL_MANAGER}:
        return NEVER
    return in_regions((path,), "a.region")


def _member(column: str, value: str, values: type[State | Owner]) -> Condition:
    return Condition(f"{column} = {{}}", (value,)) if value in list(values) else NEVER
