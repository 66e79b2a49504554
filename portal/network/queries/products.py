"""The product list; the rows belong to sales, everybody signed in may read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import fetch
from portal.network.scope import ALWAYS, Condition, all_of
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Page, UrlFilter, in_batches, page_of
from portal.search.model import RecordKind
from portal.search.queries import matching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from portal.paging import Key

Row = dict[str, Any]
EXPORT_BATCH = 2000
_COLUMNS = (
    "select p.id, p.code, p.name, p.category, p.vendor_name, p.is_own, p.pack_units, p.volume_ml, p.status,"
    " p.launched_on, p.is_stub"
)


@dataclass(frozen=True, slots=True)
class ProductFilter(UrlFilter):
    """What the list's URL says; empty text means no limit.

    Attributes:
        q: Text searched for.
        category: Category, as written.
        status: Status, as written.
        own: ``yes`` for the manufacturer's products, ``no`` for competitors'.
    """

    q: str = ""
    category: str = ""
    status: str = ""
    own: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ProductFilter:
        """Read the filter from a URL's parameters."""
        return cls(*(str(query.get(name, ""))[:200].strip() for name in ("q", "category", "status", "own")))


async def list_products(wanted: ProductFilter, cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[Row]:
    """Return one page of products by name, with the capped count of all."""
    where = _where(wanted)
    counted = f"select count(*) from (select 1 from product p where {where.sql} limit {COUNT_CAP + 1}) n"  # noqa: S608  from code
    sql, args = _page(f"{_COLUMNS}, ({counted}) as total from product p", where, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key, limit=limit, total=total)


async def iter_products(wanted: ProductFilter, *, batch: int = EXPORT_BATCH) -> AsyncIterator[list[Row]]:
    """Yield every product of the list in its order, in batches; for exports."""
    where = _where(wanted)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(f"{_COLUMNS} from product p", where, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def count_products(wanted: ProductFilter, *, cap: int) -> int:
    """Count the products of the list, up to a cap."""
    where = _where(wanted)
    sql = f"select count(*) as n from (select 1 from product p where {where.sql} limit {int(cap)}) c"  # noqa: S608  from code
    return int((await fetch(sql, *where.args))[0]["n"])


async def list_categories() -> tuple[str, ...]:
    """Return the categories in use, in order; for the filter."""
    rows = await fetch("select distinct category from product where category <> '' order by 1 limit 200")
    return tuple(row["category"] for row in rows)


def _page(select: str, where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = Condition(f"(p.name, p.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    return f"{select} where {both.sql} order by p.name {order}, p.id {order} limit {limit + 1}", both.args


def _key(row: Row) -> Key:
    return row["name"], row["id"]


def _where(wanted: ProductFilter) -> Condition:
    limits = [ALWAYS]
    if wanted.category:
        limits.append(Condition("p.category = {}", (wanted.category,)))
    if wanted.status:
        limits.append(Condition("p.status = {}", (wanted.status,)))
    if wanted.own in ("yes", "no"):
        limits.append(Condition("p.is_own" if wanted.own == "yes" else "not p.is_own"))
    if wanted.q:
        limits.append(Condition(*matching(RecordKind.PRODUCT, wanted.q, "p.id")))
    return all_of(*limits)
