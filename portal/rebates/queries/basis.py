"""What programmes are paid on, from monthly totals where they say enough and from the lines elsewhere.

Supply value only, unless the contract says that amounts include VAT; container deposits and empties never
count. A dealer's sell-through that he does not share is missing, which is not zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.network.scope import sell_through_open
from portal.sales.model import DocumentKind, Level, LineKind, Side
from portal.sales.totals import month_of
from rules.months import Month, months_between
from rules.rebate import BasisValue

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from rules.rebate import Component, Program

LEVELS = {"sell_in": Level.SELL_IN, "sell_through": Level.SELL_THROUGH}
Figures = dict[int, int]
Values = dict[int, dict[str, BasisValue]]


@dataclass(frozen=True, slots=True)
class Span:
    """Whole months, both inclusive."""

    first: Month
    last: Month

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        return self.first.first_on, self.last.last_on

    @property
    def a_year_before(self) -> Span:
        """The same months of the year before."""
        return Span(self.first.same_month_last_year, self.last.same_month_last_year)

    def complete_months(self, until: dt.date) -> int:
        """Count the months that are over by the end of a day."""
        return sum(month.last_on <= until for month in months_between(self.first, self.last))


@dataclass(frozen=True, slots=True)
class _Goods:
    """Which sales of which side of the network a measure adds up."""

    level: Level
    side: Side
    column: str
    with_vat: bool
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()

    @property
    def whole(self) -> _Goods:
        """The same sales of all goods."""
        return replace(self, categories=(), products=(), vendors=())


async def measure(program: Program, through_on: dt.date, account_ids: Iterable[int] | None = None) -> Values:
    """Measure every component for everybody who has figures, and for each dealer of a dealers' programme.

    Args:
        program: A sound programme.
        through_on: Day whose settlement period is measured; the whole of its month counts.
        account_ids: Only these beneficiaries; None is everybody.

    Returns:
        By account id, the values by component id.
    """
    columns: dict[str, _Column] = {}
    for component in program.components:
        columns[component.id] = await _column(program, component, through_on)
    chosen = set(account_ids) if account_ids is not None else await _everybody(program, columns.values())
    return {
        account_id: {name: column.value_of(account_id) for name, column in columns.items()}
        for account_id in sorted(chosen)
    }


@dataclass(frozen=True, slots=True)
class _Column:
    """What was measured for one component, by account; ``known`` is None where nobody is missing."""

    values: Figures
    compare: Figures | None
    orders: Figures
    known: set[int] | None
    months: int

    def value_of(self, account_id: int) -> BasisValue:
        return BasisValue(
            self.values.get(account_id, 0),
            None if self.compare is None else self.compare.get(account_id),
            self.orders.get(account_id, 0),
            missing=self.known is not None and account_id not in self.known,
            months=self.months,
        )


def window_of(program: Program, component: Component, through_on: dt.date) -> Span:
    """Return the months a component adds up for a day: its period's, or all since the programme began."""
    first = program.period_of(through_on).first_on
    if component.basis.window == "program":
        first = program.effective_from
    return Span(Month.of(first), Month.of(through_on))


async def _column(program: Program, component: Component, through_on: dt.date) -> _Column:
    basis, span = component.basis, window_of(program, component, through_on)
    seller = program.beneficiary == "dealer" and basis.level == "sell_through"
    goods = _Goods(
        LEVELS[basis.level],
        Side.SELLER if seller else Side.BUYER,
        "quantity" if basis.measure == "quantity" else "net_minor",
        program.amounts == "vat_included" and basis.measure != "quantity",
        basis.categories,
        basis.products,
        basis.vendors,
    )
    values = await _sums(goods, span)
    compare = None
    if basis.measure == "growth":
        compare = await _sums(goods, span.a_year_before)
    elif basis.measure == "mix":
        compare = await _sums(goods.whole, span)
    return _Column(
        values,
        compare,
        await _months_with_orders(goods, span) if component.every_month else {},
        await _open(values) if seller else None,
        span.complete_months(through_on),
    )


async def _everybody(program: Program, columns: Iterable[_Column]) -> set[int]:
    """Return accounts of the beneficiary's kind that have figures, and each dealer that trades."""
    rows = await fetch(
        "select id, state from account where kind = {} and merged_into is null", program.beneficiary
    )
    trading = {row["id"] for row in rows if row["state"] in ("existing", "dormant")}
    figures = {account_id for column in columns for account_id in column.values}
    everybody = {row["id"] for row in rows} & figures
    return everybody | trading if program.beneficiary == "dealer" else everybody


async def _sums(goods: _Goods, span: Span) -> Figures:
    if goods.products or goods.vendors or goods.with_vat:
        return await _from_lines(goods, span)
    table, extra = "account_month", ""
    if goods.categories:
        marks = ", ".join("{}" for _ in goods.categories)
        table, extra = "account_category_month", f" and category in ({marks})"
    rows = await fetch(
        f"select account, sum({goods.column}) as value from {table}"  # noqa: S608  names from code
        f" where level = {{}} and side = {{}} and month_on >= {{}} and month_on <= {{}}{extra}"
        " group by account",
        goods.level.value,
        goods.side.value,
        *span.days,
        *goods.categories,
    )
    return {row["account"]: row["value"] for row in rows}


async def _from_lines(goods: _Goods, span: Span) -> Figures:
    amount = "l.amount_minor + l.vat_minor" if goods.with_vat else "l.amount_minor"
    value = "l.quantity" if goods.column == "quantity" else amount
    account = "l.seller" if goods.side is Side.SELLER else "l.buyer"
    chosen = (("category", goods.categories), ("code", goods.products), ("vendor_code", goods.vendors))
    extra = "".join(
        f" and p.{column} in ({', '.join('{}' for _ in codes)})" for column, codes in chosen if codes
    )
    rows = await fetch(
        f"select {account} as account, sum({value}) as value from document_line l"  # noqa: S608  names from code
        " join product p on p.id = l.product where l.level = {} and l.line_kind = {}"
        f" and l.business_on >= {{}} and l.business_on <= {{}}{extra} and {account} is not null"
        f" group by {account}",
        goods.level.value,
        LineKind.GOODS.value,
        *span.days,
        *(code for _, codes in chosen for code in codes),
    )
    return {row["account"]: row["value"] for row in rows}


async def _months_with_orders(goods: _Goods, span: Span) -> Figures:
    """Count months with at least one document of kind order that has goods on it."""
    account = "d.seller" if goods.side is Side.SELLER else "d.buyer"
    rows = await fetch(
        f"select {account} as account, count(distinct {month_of('d.business_on')}) as months from document d"  # noqa: S608  names from code
        " where d.level = {} and d.kind = {} and d.business_on >= {} and d.business_on <= {}"
        " and exists (select 1 from document_line l where l.source = d.source and l.kind = d.kind"
        " and l.number = d.number and l.document = d.id and l.line_kind = {})"
        f" and {account} is not null group by {account}",
        goods.level.value,
        DocumentKind.ORDER.value,
        *span.days,
        LineKind.GOODS.value,
    )
    return {row["account"]: row["months"] for row in rows}


async def _open(values: Figures) -> set[int]:
    """Return dealers whose sell-through was reported and may be seen by the manufacturer."""
    rows = await fetch(
        f"select a.id from account a where a.kind = 'dealer' and {sell_through_open('a.id')}"  # noqa: S608  from code
    )
    return {row["id"] for row in rows} & values.keys()
