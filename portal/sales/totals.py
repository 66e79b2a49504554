"""Keep the monthly totals equal to the lines, set-based, for exactly what a change touched.

Whoever adds or takes away lines writes the touched accounts and products, by month, into two tables and
calls ``recompute`` in the same unit of work. Goods only: deposits and empties are outside. The definitions
of every figure: docs/algorithms/totals.md.
"""

# ruff: noqa: S608  the pieces joined here are constants of this module; values are bound

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portal.db import as_date, engine_kind, execute, fetch, fetch_integers, fetch_value, insert_rows
from portal.sales.imports.statements import analyze, statement
from portal.sales.total_figures import Integers, Lines, account_totals, category_totals, product_totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


LINES_AT_ONCE = 500_000
"""Lines held in memory at once where months are computed whole, about 60 bytes each."""

TOUCHED_ACCOUNTS = "touched_account"
TOUCHED_PRODUCTS = "touched_product"

_SPAN = "business_on >= $month and business_on < $until and line_kind = 1"
_TOUCHED_LINES = (
    "(buyer in (select account from touched_account where month_on = $month)"
    " or seller in (select account from touched_account where month_on = $month)"
    " or product in (select product from touched_product where month_on = $month))"
)
_COLUMNS = (
    "document", "level", "kind", "buyer", "coalesce(seller, 0)", "product", "quantity", "amount_minor",
)  # fmt: skip
_STORED = "select max(id) from document_line"
_LARGE_PART = 4
_SAME_NUMBER = (
    "from (select id as document, min(id) over (partition by kind, number) as first"
    " from document where id in (select document from document_line where business_on >= $month"
    " and business_on < $until)) d where document <> first order by document"
)
"""Documents that share kind and number with an earlier one: real numbers show two buyers (DATA.md)."""

_FORGET = (
    "delete from <table> where month_on = $month"
    " and <key> in (select <key> from <touched> where month_on = $month)"
)
_FORGOTTEN = (
    ("account_month", "account", TOUCHED_ACCOUNTS),
    ("account_category_month", "account", TOUCHED_ACCOUNTS),
    ("product_month", "product", TOUCHED_PRODUCTS),
)
_ACCOUNT_COLUMNS = (
    "account level side lines documents net_minor returns_minor quantity active month_on"
).split()
_CATEGORY_COLUMNS = "account level side category net_minor quantity month_on".split()
_PRODUCT_COLUMNS = "product level lines net_minor returns_minor quantity active month_on".split()


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


async def months_without_totals(rows: Mapping[str, int]) -> dict[dt.date, int]:
    """Return those of the months (``2026-11`` → rows) that have no totals at all, by first day, ascending."""
    found = {}
    for month, count in sorted(rows.items()):
        first = dt.date.fromisoformat(f"{month}-01")
        if await fetch_value("select 1 from account_month where month_on = {} limit 1", first) is None:
            found[first] = count
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


async def recompute(
    fresh: Mapping[dt.date, int] | None = None, *, numbers_differ: bool = False
) -> list[dt.date]:
    """Recompute every touched total from the lines, in the open unit of work; return the months.

    Args:
        fresh: Months that had no totals before, with about how many lines they have now: everything in them
            is computed, several months at once, without looking up what was touched.
        numbers_differ: No two documents with lines in these months have the same kind and number.

    Raises:
        OverflowError: The amounts of a month are too large to be added up in 64 bits.
    """
    fresh = fresh or {}
    months = await touched_months()
    await analyze(TOUCHED_ACCOUNTS, TOUCHED_PRODUCTS)
    categories = await _categories()
    same = await _same_numbers([] if numbers_differ else months)
    for span in _spans(months, fresh):
        whole = span[0] in fresh
        expected = sum(fresh.get(month, 0) for month in span)
        lines, numbers = await _lines(span, expected, categories, same, whole=whole)
        for month in span:
            own = lines if len(span) == 1 else lines.where(numbers == month.year * 12 + month.month)
            await _recompute_month(month, own, categories.names, whole=whole)
    return months


def _spans(months: Sequence[dt.date], fresh: Mapping[dt.date, int]) -> Iterator[list[dt.date]]:
    """Yield runs of neighbouring fresh months that fit into memory together, and every other month alone."""
    span: list[dt.date] = []
    lines = 0
    for month in months:
        follows = span and month in fresh and span[-1] in fresh and next_month(span[-1]) == month
        if span and not (follows and lines + fresh[month] <= LINES_AT_ONCE):
            yield span
            span, lines = [], 0
        span.append(month)
        lines += fresh.get(month, 0)
    if span:
        yield span


@dataclass(frozen=True, slots=True, eq=False)
class _Categories:
    """Every category by its place, and the place of each product's category by product id."""

    names: list[str]
    place_of: Integers


async def _categories() -> _Categories:
    products = await fetch("select id, category from product order by category")
    names = list(dict.fromkeys(row["category"] for row in products))
    places = {name: place for place, name in enumerate(names)}
    place_of = np.zeros(max((row["id"] for row in products), default=0) + 1, np.int64)
    for row in products:
        place_of[row["id"]] = places[row["category"]]
    return _Categories(names, place_of)


@dataclass(frozen=True, slots=True, eq=False)
class _SameNumbers:
    """Documents that share kind and number with an earlier one, ascending, and that earlier one."""

    document: Integers
    first: Integers

    def number_of(self, document: Integers) -> Integers:
        """Return each line's document, or the first document of the same kind and number."""
        if not len(self.document):
            return document
        place = np.minimum(np.searchsorted(self.document, document), len(self.document) - 1)
        return np.where(self.document[place] == document, self.first[place], document)


async def _same_numbers(months: Sequence[dt.date]) -> _SameNumbers:
    if not months:
        return _SameNumbers(np.zeros(0, np.int64), np.zeros(0, np.int64))
    rest = _SAME_NUMBER.replace("$month", _literal(months[0]))
    rest = rest.replace("$until", _literal(next_month(months[-1])))
    return _SameNumbers(*await fetch_integers(("document", "first"), rest))


async def _recompute_month(month: dt.date, lines: Lines, categories: list[str], *, whole: bool) -> None:
    if not whole:
        for table, key, touched in _FORGOTTEN:
            await execute(_of_month(statement(_FORGET, table=table, key=key, touched=touched), month))
    lines.require_sums_fit()
    accounts = None if whole else await _touched_ids("account", month)
    products = None if whole else await _touched_ids("product", month)
    for side, who in ((1, lines.buyer), (2, lines.seller)):
        own = lines.where((who > 0) if accounts is None else np.isin(who, accounts))
        rows = ((*row, month) for row in account_totals(own, side))
        await insert_rows("account_month", _ACCOUNT_COLUMNS, rows)
        rows = (
            (account, level, at, categories[place], net, quantity, month)
            for account, level, at, place, net, quantity in category_totals(own, side)
        )
        await insert_rows("account_category_month", _CATEGORY_COLUMNS, rows)
    own = lines if products is None else lines.where(np.isin(lines.product, products))
    await insert_rows("product_month", _PRODUCT_COLUMNS, ((*row, month) for row in product_totals(own)))


async def _lines(
    span: Sequence[dt.date], lines: int, categories: _Categories, same: _SameNumbers, *, whole: bool
) -> tuple[Lines, Integers]:
    """Read the lines of neighbouring months, about ``lines``, or those of one that touch something touched.

    Returns:
        The lines, and year × 12 + month of each.
    """
    where = _SPAN if whole else f"{_SPAN} and {_TOUCHED_LINES}"
    if engine_kind() == "sqlite" and lines * _LARGE_PART > (await fetch_value(_STORED) or 0):
        # A row at a time through the index on days costs SQLite more than reading the whole table.
        where = where.replace("business_on", "+business_on")
    where = where.replace("$month", _literal(span[0])).replace("$until", _literal(next_month(span[-1])))
    columns = await fetch_integers((*_COLUMNS, _month_number()), f"from document_line where {where}")
    document, level, kind, buyer, seller, product, quantity, amount, months = columns
    number, category = same.number_of(document), categories.place_of[product]
    return Lines(number, level, kind, buyer, seller, product, category, quantity, amount), months


def _month_number() -> str:
    if engine_kind() == "postgres":
        return "extract(year from business_on) * 12 + extract(month from business_on)"
    return "substr(business_on, 1, 4) * 12 + substr(business_on, 6, 2)"


async def _touched_ids(kind: str, month: dt.date) -> Integers:
    sql = statement("from touched_<kind> where month_on = $month", kind=kind)
    (ids,) = await fetch_integers([kind], _of_month(sql, month))
    return ids


def _of_month(template: str, month: dt.date) -> str:
    return template.replace("$month", _literal(month)).replace("$until", _literal(next_month(month)))


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
