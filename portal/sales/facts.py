"""The sales KPIs offered to the monthly evaluation, for any grouping of dealers.

A dealer is a group of one; a representative is the group of the dealers assigned to him. In a group each KPI
adds the numerators and denominators of those dealers whose own KPI is known, so a dealer without a figure
changes nothing. Formulas, in words: docs/algorithms/facts.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from portal.sales.model import Level
from portal.sales.month_facts import DealerSales, MonthSource, read_month
from portal.sales.month_facts_stability import MILLION, WINDOW, MonthSales, stability_millionths
from rules.facts import Measure
from rules.kpis import Kpi, catalogue

if TYPE_CHECKING:
    from rules.months import Month

Group = Sequence[int]
Part = tuple[int, int, int]
"""Numerator, denominator and n of one dealer."""

SALES_LEVEL = Kpi(
    code="sales_level",
    label={"ko": "매출 기준 (1 출고, 2 대리점 판매)", "en": "Sales measured at (1 sell-in, 2 sell-through)"},
    unit="",
    scale=0,
    factor=1,
    better="none",
    numerator={"ko": "가장 낮은 단계", "en": "Lowest level used"},
    denominator={"ko": "1", "en": "1"},
    n={"ko": "매출이 있는 대리점 수", "en": "Dealers with sales"},
    level="sell_through",
    source="Sell-through where it is shared and present, else sell-in, and said so",
)
_CODES = (
    "yoy_growth",
    "active_terminals_yoy",
    "stability",
    "return_rate",
    "sales_attainment",
    "collection_rate",
)


class SalesFacts:
    """Fact source of this slice."""

    def kpis(self) -> Mapping[str, Kpi]:
        """Return the KPIs offered, by code."""
        known = catalogue()
        return MappingProxyType({**{code: known[code] for code in _CODES}, SALES_LEVEL.code: SALES_LEVEL})

    async def measures(self, month: Month, groups: Sequence[Group]) -> Mapping[str, Measure]:
        """Measure every KPI of a month.

        Args:
            month: Month to measure.
            groups: Dealer account ids of each subject, in the order the columns shall have.
        """
        return measures_of(await read_month(month), groups)


def measures_of(source: MonthSource, groups: Sequence[Group]) -> Mapping[str, Measure]:
    """Turn what was read into columns, one entry per group."""
    return {
        "yoy_growth": _summed(groups, lambda dealer: _growth(source, dealer)),
        "active_terminals_yoy": _summed(groups, lambda dealer: _active(source, dealer)),
        "stability": _column([_stability(source, group) for group in groups]),
        "return_rate": _summed(groups, lambda dealer: _returns(source, dealer)),
        "sales_attainment": _summed(groups, lambda dealer: _attainment(source, dealer)),
        "collection_rate": _summed(groups, lambda dealer: _collection(source, dealer)),
        SALES_LEVEL.code: _column([_level(source, group) for group in groups]),
    }


def _summed(groups: Sequence[Group], part_of: Callable[[int], Part | None]) -> Measure:
    return _column([_total(part_of(dealer) for dealer in group) for group in groups])


def _total(parts: Iterable[Part | None]) -> Part | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    above, below, n = zip(*known, strict=True)
    return sum(above), sum(below), sum(n)


def _column(parts: Sequence[Part | None]) -> Measure:
    filled = [part or (0, 0, 0) for part in parts]
    return Measure(
        numerator=[part[0] for part in filled],
        denominator=[part[1] for part in filled],
        n=[part[2] for part in filled],
        missing=[part is None for part in parts],
    )


def _measured(source: MonthSource, dealer: int) -> DealerSales | None:
    """Return a dealer's sales when his level was measured in the month; a month not imported is unknown."""
    sales = source.sales.get(dealer)
    if sales is None or not source.levels[sales.level].is_measured:
        return None
    return sales


def _growth(source: MonthSource, dealer: int) -> Part | None:
    sales = _measured(source, dealer)
    if sales is None or sales.last_year_minor <= 0:
        return None
    gained = sales.net_minor - sales.last_year_minor
    return gained, sales.last_year_minor, sales.documents + sales.last_year_documents


def _active(source: MonthSource, dealer: int) -> Part | None:
    """Count buyers below the dealer; sell-in knows the dealer as its only buyer and so says nothing."""
    sales = _measured(source, dealer)
    if sales is None or sales.last_year_active <= 0 or sales.level is not Level.SELL_THROUGH:
        return None
    return sales.active, sales.last_year_active, sales.active + sales.last_year_active


def _returns(source: MonthSource, dealer: int) -> Part | None:
    sales = _measured(source, dealer)
    if sales is None or not source.levels[sales.level].returns_known:
        return None
    before_returns = sales.net_minor - sales.returns_minor
    return (-sales.returns_minor, before_returns, sales.documents) if before_returns > 0 else None


def _attainment(source: MonthSource, dealer: int) -> Part | None:
    sales, target = _measured(source, dealer), source.targets.get(dealer, 0)
    return (sales.net_minor, target, 1) if sales is not None and target > 0 else None


def _collection(source: MonthSource, dealer: int) -> Part | None:
    collected = source.collected.get(dealer)
    if collected is None or collected.due_minor <= 0:
        return None
    return collected.paid_minor, collected.due_minor, collected.documents


def _stability(source: MonthSource, group: Group) -> Part | None:
    """Measure the sum of the dealers' months; the season is that of the first dealer's level."""
    known = [sales for dealer in group if (sales := _measured(source, dealer)) is not None]
    if not known:
        return None
    months = list(_added(sales.months for sales in known))
    value = stability_millionths(months, source.levels[known[0].level].factors)
    return None if value is None else (value, MILLION, len(months))


def _added(windows: Iterable[tuple[MonthSales, ...]]) -> Iterator[MonthSales]:
    """Add windows of different lengths that all end in the same month."""
    aligned = [(None,) * (WINDOW - len(window)) + window for window in windows]
    for place in zip(*aligned, strict=True):
        present = [month for month in place if month is not None]
        if present:
            yield MonthSales(
                sum(month.net_minor for month in present), any(month.has_order for month in present)
            )


def _level(source: MonthSource, group: Group) -> Part | None:
    known = [sales.level for dealer in group if (sales := source.sales.get(dealer)) is not None]
    return (int(min(known)), 1, len(known)) if known else None
