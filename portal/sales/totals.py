"""Keep the monthly totals equal to the lines, set-based, for exactly what a change touched.

Whoever adds or takes away lines writes the touched accounts and products, by month, into two tables and
calls ``recompute`` in the same unit of work. Goods only: deposits and empties are outside. The definitions
of every figure: docs/algorithms/totals.md.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import as_date, engine_kind, execute, fetch
from portal.sales.imports.statements import analyze, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOUCHED_ACCOUNTS = "touched_account"
TOUCHED_PRODUCTS = "touched_product"

_WORK_DOCUMENT = (
    "create temp table work_document as"
    " select level, buyer, seller, kind, number, count(*) as lines, sum(quantity) as quantity,"
    " sum(amount_minor) as net_minor from document_line"
    " where business_on >= {} and business_on < {} and line_kind = 1"
    " and (buyer in (select account from touched_account where month_on = {})"
    " or seller in (select account from touched_account where month_on = {}))"
    " group by level, buyer, seller, kind, number"
)
_WORK_PRODUCT = (
    "create temp table work_product as"
    " select level, buyer, seller, product, count(*) as lines, sum(quantity) as quantity,"
    " sum(amount_minor) as net_minor,"
    " sum(case when kind = 2 then amount_minor else 0 end) as returns_minor from document_line"
    " where business_on >= {} and business_on < {} and line_kind = 1"
    " group by level, buyer, seller, product"
)
_FORGET = (
    "delete from <table> where month_on = {} and <key> in (select <key> from <touched> where month_on = {})"
)
_FORGOTTEN = (
    ("account_month", "account", TOUCHED_ACCOUNTS),
    ("account_category_month", "account", TOUCHED_ACCOUNTS),
    ("product_month", "product", TOUCHED_PRODUCTS),
)
_ACCOUNTS = (
    "insert into account_month (account, month_on, level, side, lines, documents, net_minor, returns_minor,"
    " quantity, active)"
    " select <who>, {month}, level, <side>, sum(lines), count(distinct kind || ':' || number),"
    " sum(net_minor), sum(case when kind = 2 then net_minor else 0 end), sum(quantity),"
    " count(distinct buyer) from work_document"
    " where <who> in (select account from touched_account where month_on = {month})"
    " group by <who>, level"
)
_CATEGORIES = (
    "insert into account_category_month (account, month_on, level, side, category, net_minor, quantity)"
    " select w.<who>, {month}, w.level, <side>, p.category, sum(w.net_minor), sum(w.quantity)"
    " from work_product w join product p on p.id = w.product"
    " where w.<who> in (select account from touched_account where month_on = {month})"
    " group by w.<who>, w.level, p.category"
)
_PRODUCTS = (
    "insert into product_month (product, month_on, level, lines, net_minor, returns_minor, quantity, active)"
    " select product, {month}, level, sum(lines), sum(net_minor), sum(returns_minor), sum(quantity),"
    " count(distinct buyer) from work_product"
    " where product in (select product from touched_product where month_on = {month})"
    " group by product, level"
)


def month_of(column: str) -> str:
    """Return SQL for the first day of a date column's month; the column name comes from code."""
    if engine_kind() == "postgres":
        return f"date_trunc('month', {column})::date"
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


async def touched_months() -> list[dt.date]:
    """Return the months touched so far, ascending."""
    rows = await fetch(
        "select month_on from touched_account union select month_on from touched_product order by month_on"
    )
    return [month for row in rows if (month := as_date(row["month_on"])) is not None]


async def recompute(progress: Callable[[int, int], None] | None = None) -> list[dt.date]:
    """Recompute every touched total from the lines, in the open unit of work; return the months.

    Args:
        progress: Called after each month with months done and months in all.
    """
    months = await touched_months()
    await analyze(TOUCHED_ACCOUNTS, TOUCHED_PRODUCTS)
    for done, month in enumerate(months, start=1):
        await _recompute_month(month)
        if progress is not None:
            progress(done, len(months))
    return months


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
    for month in await touched_months():
        until = next_month(month)
        for who in ("buyer", "seller"):
            await execute(
                "insert into touched_account (account, month_on)"  # noqa: S608  marks only
                f" select distinct {who}, {_date_mark()} from document_line where business_on >= {{}}"
                f" and business_on < {{}} and {who} is not null and product in ({marks})",
                month, month, until, *products,
            )  # fmt: skip
    await recompute()
    await end_touching()


def _date_mark() -> str:
    return "{}::date" if engine_kind() == "postgres" else "{}"


async def _recompute_month(month: dt.date) -> None:
    until = next_month(month)
    day = _date_mark()
    for table, key, touched in _FORGOTTEN:
        await execute(statement(_FORGET, table=table, key=key, touched=touched), month, month)
    await execute(_WORK_DOCUMENT, month, until, month, month)
    await execute(_WORK_PRODUCT, month, until)
    for sql, times in ((_ACCOUNTS, 2), (_CATEGORIES, 2)):
        for who, side in (("buyer", "1"), ("seller", "2")):
            await execute(
                sql.replace("<who>", who).replace("<side>", side).replace("{month}", day), *[month] * times
            )
    await execute(_PRODUCTS.replace("{month}", day), month, month)
    await execute("drop table work_document")
    await execute("drop table work_product")
