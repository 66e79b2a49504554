"""From sales lines to what a component measures: returns and credit notes subtract, deposits never count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rules.errors import FactError
from rules.months import Month, months_between
from rules.rebate.model import BasisValue, Level, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.rebate.model import Component
    from rules.rebate.program import Program

Kind = Literal["order", "return", "credit_note", "deposit", "empties"]
SUBTRACTS: frozenset[Kind] = frozenset({"return", "credit_note"})
NEVER: frozenset[Kind] = frozenset({"deposit", "empties"})


@dataclass(frozen=True, slots=True)
class SalesLine:
    """One line of a document of one account.

    Attributes:
        document: Number of the document.
        line: Number of the line in it.
        kind: What it is. Returns and credit notes subtract, whatever sign their numbers have.
        on: Business day.
        supply_minor: Supply value (공급가액).
        vat_minor: VAT on it.
        quantity: Units; 0 on a credit note without goods.
        category: Code of the category.
        product: Code of the product.
        vendor: Code of the vendor.
        level: Sales to the dealer or by the dealer.
    """

    document: str
    line: int
    kind: Kind
    on: dt.date
    supply_minor: int
    vat_minor: int
    quantity: int
    category: str = ""
    product: str = ""
    vendor: str = ""
    level: Level = "sell_in"


def measured(
    program: Program,
    component: Component,
    lines: Sequence[SalesLine],
    window: Period,
    months: int | None = None,
) -> BasisValue:
    """Measure one component of one account.

    Args:
        program: Says whether amounts include VAT.
        component: What is measured.
        lines: Lines of the account alone, those of the year before included for growth.
        window: Days that count.
        months: Months of the window that have passed; None for all.

    Raises:
        FactError: A line of a document is there twice.
    """
    twice = len(lines) - len({(line.document, line.line) for line in lines})
    if twice:
        raise FactError(f"{twice} lines are there twice; every sale counts once")
    basis = component.basis
    level = [line for line in lines if line.level == basis.level and line.kind not in NEVER]
    chosen = [line for line in level if basis.selects(line.category, line.product, line.vendor)]
    mine = _within(chosen, window)
    compare = None
    if basis.measure == "mix":
        compare = _sum(program, component, _within(level, window))
    elif basis.measure == "growth" and (before := _within(chosen, _year_before(window))):
        compare = _sum(program, component, before)
    orders = {Month.of(line.on) for line in mine if line.kind == "order"}
    return BasisValue(_sum(program, component, mine), compare, len(orders), months=months)


def _within(lines: Iterable[SalesLine], window: Period) -> list[SalesLine]:
    return [line for line in lines if window.first_on <= line.on <= window.last_on]


def _year_before(window: Period) -> Period:
    """Return the same months a year before, whole months again."""
    months = months_between(Month.of(window.first_on), Month.of(window.last_on))
    return Period(months[0].same_month_last_year.first_on, months[-1].same_month_last_year.last_on)


def _sum(program: Program, component: Component, lines: Iterable[SalesLine]) -> int:
    total = 0
    for line in lines:
        amount = line.supply_minor + (line.vat_minor if program.amounts == "vat_included" else 0)
        size = line.quantity if component.basis.measure == "quantity" else amount
        total += -abs(size) if line.kind in SUBTRACTS else size
    return total
