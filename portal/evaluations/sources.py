"""Where the numbers of an evaluation come from.

Evaluation stands below many packages whose numbers it needs, so it only says what a source must offer; each
package offers one in its ``facts.py`` and the application joins them here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from portal.sales.facts import SalesFacts
from rules.facts import FactTable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from portal.evaluations.model import Subject, SubjectKind
    from rules.facts import Measure
    from rules.kpis import Kpi
    from rules.months import Month


class FactSource(Protocol):
    """KPIs a package offers to the monthly evaluation."""

    def kpis(self) -> Mapping[str, Kpi]:
        """Return the KPIs offered, by code; no two sources offer the same one."""

    async def measures(self, month: Month, groups: Sequence[Sequence[int]]) -> Mapping[str, Measure]:
        """Measure a month.

        Args:
            month: Month to measure.
            groups: Dealer account ids of each subject; a subject's value is that of its dealers together.

        Returns:
            One column per KPI, entries in the order of the groups; what is unknown is missing, never zero.
        """


_SOURCES: list[FactSource] = [SalesFacts()]


def join(source: FactSource) -> None:
    """Add a package's KPIs to every evaluation from now on.

    Raises:
        ValueError: Another source offers one of its KPIs.
    """
    if taken := {code for known in _SOURCES for code in known.kpis()} & set(source.kpis()):
        raise ValueError(f"KPIs offered twice: {', '.join(sorted(taken))}")
    _SOURCES.append(source)


def offered_kpis() -> frozenset[str]:
    """Return the codes of the KPIs that somebody measures."""
    return frozenset(code for source in _SOURCES for code in source.kpis())


async def measure(
    kind: SubjectKind, month: Month, as_of: dt.datetime, subjects: Sequence[Subject]
) -> FactTable:
    """Measure every KPI of every subject and quantise each value once."""
    groups = [subject.dealers for subject in subjects]
    kpis: dict[str, Kpi] = {}
    columns: dict[str, Measure] = {}
    for source in _SOURCES:
        kpis |= source.kpis()
        columns |= await source.measures(month, groups)
    keys = [subject.key for subject in subjects]
    return FactTable.build(kind.value, month, as_of, keys, columns, kpis=kpis)
