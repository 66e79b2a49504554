"""Keep the monthly totals equal to the lines, set-based, for exactly what a change touched.

Whoever adds or takes away lines writes the touched accounts and products, by month, into two tables and
calls ``recompute`` in the same unit of work. Goods only: deposits and empties are outside. The definitions
of every figure: docs/algorithms/totals.md.
"""

# ruff: noqa: S608  the pieces joined here are constants of this module; values are bound

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import as_date, engine_kind, execute, fetch, fetch_value
from portal.sales.imports.statements import analyze, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

TOUCHED_ACCOUNTS = "touched_account"
TOUCHED_PRODUCTS = "touched_product"

# Places: $month the month, $until the first day of the next, $buyer and others what is touched (or anything),
# $count how many categories there are, <who> buyer or seller, <side> 1 or 2. Lines are grouped by one integer
# wherever one can be made: both databases group by it several times faster than by several columns.
_SPAN = "business_on >= $month and business_on < $until and line_kind = 1"
_WORK_DOCUMENT = (
    "create temp table work_document as select min(level) as level, min(buyer) as buyer,"
    " min(seller) as seller, min(kind) as kind, min(number) as number, count(*) as lines,"
    " sum(quantity) as quantity, sum(amount_minor) as net_minor from document_line where "
    + _SPAN
    + " and ($buyer or $seller)"
    " group by document * 4 + level"
)
_NUMBER_CATEGORIES = (
    "create temp table category_number as select category, row_number() over (order by category) as place"
    " from (select distinct category from product) c"
)
_NUMBER_PRODUCTS = "create temp table product_category (product integer primary key, place bigint not null)"
_FILL_PRODUCTS = (
    "insert into product_category (product, place) select p.id, n.place from product p"
    " join category_number n on n.category = p.category"
)
_WORK_CATEGORY = (
    "create temp table work_category as select min(l.buyer) as buyer, min(l.level) as level,"
    " min(g.place) as place, min(l.seller) as seller, max(l.seller) as other_seller,"
    " count(l.seller) as with_seller, count(*) as lines, sum(l.quantity) as quantity,"
    " sum(l.amount_minor) as net_minor from document_line l join product_category g on g.product = l.product"
    " where " + _SPAN + " and ($buyer or $seller) group by (l.buyer * 4 + l.level) * $count + g.place$split"
)
_SEVERAL_SELLERS = (
    "select 1 from work_category where seller <> other_seller or with_seller not in (0, lines) limit 1"
)
_FORGET = (
    "delete from <table> where month_on = $month"
    " and <key> in (select <key> from <touched> where month_on = $month)"
)
_FORGOTTEN = (
    ("account_month", "account", TOUCHED_ACCOUNTS),
    ("account_category_month", "account", TOUCHED_ACCOUNTS),
    ("product_month", "product", TOUCHED_PRODUCTS),
)
_ACCOUNTS = (
    "insert into account_month (account, month_on, level, side, lines, documents, net_minor, returns_minor,"
    " quantity, active)"
    " select min(<who>), $month, min(level), <side>, sum(lines), count(distinct kind || ':' || number),"
    " sum(net_minor), sum(case when kind = 2 then net_minor else 0 end), sum(quantity),"
    " count(distinct buyer) from work_document where <who> is not null and $who group by <who> * 4 + level"
)
_CATEGORIES = (
    "insert into account_category_month (account, month_on, level, side, category, net_minor, quantity)"
    " select w.account, $month, w.level, <side>, n.category, w.net_minor, w.quantity"
    " from (select min(<who>) as account, min(level) as level, min(place) as place,"
    " sum(net_minor) as net_minor, sum(quantity) as quantity from work_category"
    " where <who> is not null and $who group by (<who> * 4 + level) * $count + place) w"
    " join category_number n on n.place = w.place"
)
_PRODUCTS = (
    "insert into product_month (product, month_on, level, lines, net_minor, returns_minor, quantity, active)"
    " select min(product), $month, min(level), count(*), sum(amount_minor),"
    " sum(case when kind = 2 then amount_minor else 0 end), sum(quantity), count(distinct buyer)"
    " from document_line where " + _SPAN + " and $product group by product * 4 + level"
)
_WORK_TABLES = ("work_document", "work_category")


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
    await _drop("category_number", "product_category", *_WORK_TABLES)
    for text in (_NUMBER_CATEGORIES, _NUMBER_PRODUCTS, _FILL_PRODUCTS):
        await execute(text)
    count = int(await fetch_value("select count(*) + 1 from category_number"))
    for month in months:
        await _recompute_month(month, count, whole=month in fresh)
    await _drop("category_number", "product_category")
    return months


async def _drop(*tables: str) -> None:
    for table in tables:
        await execute(f"drop table if exists {table}")


async def _recompute_month(month: dt.date, count: int, *, whole: bool) -> None:
    def filled(template: str, who: str = "buyer", side: str = "1", split: str = "") -> str:
        parts = {
            "$buyer": _touched("account", "buyer", whole=whole),
            "$seller": _touched("account", "seller", whole=whole),
            "$product": _touched("product", "product", whole=whole),
            "$who": _touched("account", who, whole=whole),
            "$month": _literal(month),
            "$until": _literal(next_month(month)),
            "$count": str(count),
            "$split": split,
            "<who>": who,
            "<side>": side,
        }
        for place, part in parts.items():
            template = template.replace(place, part)
        return template

    if not whole:
        for table, key, touched in _FORGOTTEN:
            await execute(filled(statement(_FORGET, table=table, key=key, touched=touched)))
    await execute(filled(_WORK_DOCUMENT))
    await execute(filled(_WORK_CATEGORY))
    if await fetch_value(_SEVERAL_SELLERS) is not None:
        await _drop("work_category")
        await execute(filled(_WORK_CATEGORY, split=", l.seller"))
    for who, side in (("buyer", "1"), ("seller", "2")):
        await execute(filled(_ACCOUNTS, who, side))
        await execute(filled(_CATEGORIES, who, side))
    await execute(filled(_PRODUCTS))
    await _drop(*_WORK_TABLES)


def _touched(kind: str, column: str, *, whole: bool) -> str:
    if whole:
        return "1 = 1"
    return f"{column} in (select {kind} from touched_{kind} where month_on = $month)"


def _literal(day: dt.date) -> str:
    """Return a day as SQL text; it comes from a date, so nothing can be smuggled in."""
    return f"date '{day.isoformat()}'" if engine_kind() == "postgres" else f"'{day.isoformat()}'"


async def recompute_categories(products: Sequence[int]) -> None:
    """Recompute the totals that products sold so far take part in, because they changed category.

    In the open unit of work; products without lines cost nothing.
    """
    marks = ", ".join("{}" for _ in products)
    sold = f"select product, month_on from product_month where product in ({marks})"
    if not products or not await fetch(sold, *products):
        return
    await begin_touching()
    await execute(f"insert into {TOUCHED_PRODUCTS} (product, month_on) {sold}", *products)
    for who in ("buyer", "seller"):
        await execute(
            "insert into touched_account (account, month_on)"
            f" select distinct {who}, {month_of('business_on')} from document_line"
            f" where {who} is not null and product in ({marks})",
            *products,
        )
    await recompute()
    await end_touching()
