"""Keep the monthly totals equal to the lines, set-based, for exactly what a change touched.

Whoever adds or takes away lines writes the touched accounts and products, by month, into two tables and
calls ``recompute`` in the same unit of work. Goods only: deposits and empties are outside. The definitions
of every figure: docs/algorithms/totals.md.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import as_date, engine_kind, execute, fetch, fetch_value
from portal.sales.imports.statements import analyze, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

TOUCHED_ACCOUNTS = "touched_account"
TOUCHED_PRODUCTS = "touched_product"

# Places: $month the first day of a line's month, $span the days looked at, $mine and $theirs which
# accounts and products, <who> buyer or seller, <side> 1 or 2.
_WORK_DOCUMENT = (
    "create temp table work_document as"
    " select $month as month_on, level, buyer, seller, document, min(kind) as kind, min(number) as number,"
    " count(*) as lines, sum(quantity) as quantity, sum(amount_minor) as net_minor from document_line"
    " where $span and line_kind = 1 and ($buyer or $seller) group by 1, level, buyer, seller, document"
)
_WORK_CATEGORY = (
    "create temp table work_category as"
    " select l.buyer as buyer, l.seller as seller, $month as month_on, l.level as level,"
    " p.category as category, sum(l.quantity) as quantity, sum(l.amount_minor) as net_minor"
    " from document_line l join product p on p.id = l.product"
    " where $span and l.line_kind = 1 and ($buyer or $seller) group by 1, 2, 3, 4, 5"
)
_FORGET = "delete from <table> where (<key>, month_on) in (select <key>, month_on from <touched>)"
_FORGOTTEN = (
    ("account_month", "account", "touched_account"),
    ("account_category_month", "account", "touched_account"),
    ("product_month", "product", "touched_product"),
)
_ACCOUNTS = (
    "insert into account_month (account, month_on, level, side, lines, documents, net_minor, returns_minor,"
    " quantity, active)"
    " select <who>, month_on, level, <side>, sum(lines), count(distinct kind || ':' || number),"
    " sum(net_minor), sum(case when kind = 2 then net_minor else 0 end), sum(quantity),"
    " count(distinct buyer) from work_document where <who> is not null and $who"
    " group by <who>, month_on, level"
)
_CATEGORIES = (
    "insert into account_category_month (account, month_on, level, side, category, net_minor, quantity)"
    " select <who>, month_on, level, <side>, category, sum(net_minor), sum(quantity)"
    " from work_category where <who> is not null and $who group by <who>, month_on, level, category"
)
_PRODUCTS = (
    "insert into product_month (product, month_on, level, lines, net_minor, returns_minor, quantity, active)"
    " select product, $month, level, count(*), sum(amount_minor),"
    " sum(case when kind = 2 then amount_minor else 0 end), sum(quantity), count(distinct buyer)"
    " from document_line where $span and line_kind = 1 and $product group by product, 2, level"
)

_LONGEST_SPAN = 12
"""Months worked through at once, which bounds the temporary tables."""


def month_of(column: str) -> str:
    """Return SQL for the first day of a date column's month; the column name comes from code."""
    if engine_kind() == "postgres":
        return f"date_trunc('month', {column}::timestamp)::date"
    return f"substr({column}, 1, 8) || '01'"


def next_month(month_on: dt.date) -> dt.date:
    """Return the first day of the month after."""
    return dt.date(month_on.year + month_on.month // 12, month_on.month % 12 + 1, 1)


async def begin_touching() -> None:
    """Make the two empty tables of what is touched, for this unit of work."""
    await end_touching()
    await execute(f"create temp table {TOUCHED_ACCOUNTS} (account bigint not null, month_on date not null)")
    await execute(f"create temp table {TOUCHED_PRODUCTS} (product bigint not null, month_on date not null)")


async def touch_lines(table: str, where: str, *args: object) -> None:
    """Add the buyers, sellers and products of some lines to what is touched.

    Args:
        table: ``document_line`` or ``replaced_line``.
        where: Condition from code, with ``{}`` marks.
        args: Its values.
    """
    month = month_of("business_on")
    for target, column in (("account", "buyer"), ("account", "seller"), ("product", "product")):
        sql = statement(
            "insert into <touched> (<target>, month_on) select distinct <column>, $month from <table>"
            " where <column> is not null and $where",
            touched=f"touched_{target}", target=target, column=column, table=table,
        )  # fmt: skip
        await execute(sql.replace("$month", month).replace("$where", where), *args)


async def end_touching() -> None:
    """Drop the tables of what is touched."""
    await execute(f"drop table if exists {TOUCHED_ACCOUNTS}")
    await execute(f"drop table if exists {TOUCHED_PRODUCTS}")


async def months_without_totals(months: Iterable[str]) -> list[dt.date]:
    """Return those of the months (``2026-11``) that have no totals at all, as first days, ascending."""
    found = []
    for month in sorted(months):
        first = dt.date.fromisoformat(f"{month}-01")
        if await fetch_value("select 1 from account_month where month_on = {} limit 1", first) is None:
            found.append(first)
    return found


async def touch_months(months: Iterable[dt.date]) -> None:
    """Name months everything is to be recomputed in; only for months without totals so far."""
    for month in months:
        await execute("insert into touched_product (product, month_on) values (0, {})", month)


async def touched_months() -> list[dt.date]:
    """Return the months touched so far, ascending."""
    rows = await fetch(
        "select month_on from touched_account union select month_on from touched_product order by month_on"
    )
    return [month for row in rows if (month := as_date(row["month_on"])) is not None]


async def recompute(fresh: Collection[dt.date] = ()) -> list[dt.date]:
    """Recompute every touched total from the lines, in the open unit of work; return the months.

    Args:
        fresh: Months that had no totals before: everything in them is computed without looking up what was
            touched.
    """
    months = await touched_months()
    await analyze(TOUCHED_ACCOUNTS, TOUCHED_PRODUCTS)
    known = [month for month in months if month not in fresh]
    if known:
        for table, key, touched in _FORGOTTEN:
            await execute(statement(_FORGET, table=table, key=key, touched=touched))
    for span in _spans(months, fresh):
        await _recompute_span(*span)
    return months


def _spans(months: Sequence[dt.date], fresh: Collection[dt.date]) -> Iterator[tuple[dt.date, dt.date, bool]]:
    """Join neighbouring months of the same sort: first day, day after the last, whether they are fresh."""
    begin: dt.date | None = None
    length = 0
    for place, month in enumerate(months):
        begin, length = begin or month, length + 1
        following = months[place + 1] if place + 1 < len(months) else None
        same = following is not None and (following in fresh) == (month in fresh)
        if following != next_month(month) or not same or length == _LONGEST_SPAN:
            yield begin, next_month(month), month in fresh
            begin, length = None, 0


async def _recompute_span(first: dt.date, until: dt.date, whole: bool) -> None:  # noqa: FBT001  of _spans
    def filled(template: str, who: str = "buyer", side: str = "1", prefix: str = "") -> str:
        day = month_of(f"{prefix}business_on")
        parts = {
            "$span": f"{prefix}business_on >= {{}} and {prefix}business_on < {{}}",
            "$buyer": "1 = 1" if whole else _touched("account", f"{prefix}buyer", day),
            "$seller": "1 = 1" if whole else _touched("account", f"{prefix}seller", day),
            "$product": "1 = 1" if whole else _touched("product", "product", day),
            "$who": "1 = 1" if whole else _touched("account", who, "month_on"),
            "$month": day,
            "<who>": who,
            "<side>": side,
        }
        for place, part in parts.items():
            template = template.replace(place, part)
        return template

    await execute(filled(_WORK_DOCUMENT), first, until)
    await execute(filled(_WORK_CATEGORY, prefix="l."), first, until)
    for template in (_ACCOUNTS, _CATEGORIES):
        for who, side in (("buyer", "1"), ("seller", "2")):
            await execute(filled(template, who, side))
    await execute(filled(_PRODUCTS), first, until)
    await execute("drop table work_document")
    await execute("drop table work_category")


def _touched(kind: str, column: str, month: str) -> str:
    return f"({column}, {month}) in (select {kind}, month_on from touched_{kind})"  # noqa: S608  from code


async def recompute_categories(products: Sequence[int]) -> None:
    """Recompute the totals that products sold so far take part in, because they changed category.

    In the open unit of work; products without lines cost nothing.
    """
    marks = ", ".join("{}" for _ in products)
    sold = f"select product, month_on from product_month where product in ({marks})"  # noqa: S608  marks only
    if not products or not await fetch(sold, *products):
        return
    await begin_touching()
    await execute(f"insert into {TOUCHED_PRODUCTS} (product, month_on) {sold}", *products)
    for who in ("buyer", "seller"):
        await execute(
            "insert into touched_account (account, month_on)"  # noqa: S608  marks only
            f" select distinct {who}, {month_of('business_on')} from document_line"
            f" where {who} is not null and product in ({marks})",
            *products,
        )
    await recompute()
    await end_touching()
