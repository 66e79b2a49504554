"""The KPIs of visits and development offered to the monthly evaluation, for any grouping of dealers.

Each KPI is measured per dealer by one set-based statement; a group adds the numerators and denominators of
its dealers whose own KPI is known. Nothing frozen, nothing logged, nothing shared: missing, never zero.
Formulas in words: docs/algorithms/field-facts.md.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from portal.plans.month_facts import FieldMonth, read_field_month
from rules.facts import Measure
from rules.kpis import Kpi, catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.months import Month

CODES = (
    "plan_completion",
    "opening_completion",
    "visit_coverage",
    "route_adherence",
    "strike_rate",
    "new_retained_outlets",
    "numeric_distribution",
    "weighted_distribution",
    "competitor_conversion",
)


class FieldFacts:
    """Fact source of this slice.

    Args:
        least_known: Retail points of known category sales that weighted distribution needs at least.
    """

    def __init__(self, least_known: int = 1) -> None:
        self._least_known = least_known

    def kpis(self) -> Mapping[str, Kpi]:
        """Return the KPIs offered, by code."""
        known = catalogue()
        return MappingProxyType({code: known[code] for code in CODES})

    async def measures(self, month: Month, groups: Sequence[Sequence[int]]) -> Mapping[str, Measure]:
        """Measure every KPI of a month.

        Args:
            month: Month to measure.
            groups: Dealer account ids of each subject, in the order the columns shall have.
        """
        return measures_of(await read_field_month(month, self._least_known), groups)


def measures_of(source: FieldMonth, groups: Sequence[Sequence[int]]) -> Mapping[str, Measure]:
    """Turn what was read into columns, one entry per group."""
    return {code: _column(source, code, groups) for code in CODES}


def _column(source: FieldMonth, code: str, groups: Sequence[Sequence[int]]) -> Measure:
    parts = source.parts.get(code, {})
    rows: list[tuple[int, int, int] | None] = []
    for group in groups:
        known = [parts[dealer] for dealer in group if dealer in parts]
        rows.append(_added(code, known) if known else None)
    filled = [row or (0, 0, 0) for row in rows]
    return Measure(
        numerator=[row[0] for row in filled],
        denominator=[row[1] for row in filled],
        n=[row[2] for row in filled],
        missing=[row is None for row in rows],
    )


def _added(code: str, known: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    above, below, n = (sum(part[at] for part in known) for at in range(3))
    return above, 1 if code == "new_retained_outlets" else below, n
