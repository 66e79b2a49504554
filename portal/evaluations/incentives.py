"""What grades are worth: incentive programmes a rehearsal can be told to pay.

Incentives stand above evaluations, so this only says what a source must offer; the application joins it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rules.kpis import Text
from rules.reading import GRADE_NAMES
from rules.sheets.payments import Payments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer
    from rules.months import Month
    from rules.sheets.history import History
    from rules.sheets.scores import Integers

KEPT = 4
"""Programmes kept per process: with the amounts of 24 months and 10,000 dealers, 12 MB each."""
LOWEST_BP, HIGHEST_BP = 0, 100_000


@dataclass(frozen=True, slots=True)
class Incentive:
    """A programme that pays dealers.

    Attributes:
        key: Identity for URLs.
        label: Name, by locale.
        version: Version label.
        by_grade: Whether what it pays depends on the grade.
    """

    key: str
    label: Text
    version: str
    by_grade: bool


class IncentiveSource(Protocol):
    """Approved incentive programmes."""

    async def list_incentives(self, viewer: Viewer) -> Sequence[Incentive]:
        """Return the programmes the viewer may read whose amounts can be worked out."""

    async def pay(
        self,
        incentive: Incentive,
        months: Sequence[tuple[Month, Sequence[str]]],
        grades: Sequence[str],
        factors_bp: Mapping[str, int],
    ) -> Mapping[Month, Integers]:
        """Work out what a programme would have paid had it run in past months.

        Args:
            incentive: One that was listed.
            months: Months with the codes of their dealers.
            grades: Grades, one column each; one more column is for no grade.
            factors_bp: Instead of the programme's own multipliers, one by grade on every line; empty keeps
                its own.

        Returns:
            By month after which a period is settled, amounts in minor units per dealer and grade.
        """


class NoIncentives:
    """Stands in where nothing is joined: nothing is paid."""

    async def list_incentives(self, viewer: Viewer) -> Sequence[Incentive]:  # noqa: ARG002  as the protocol
        """Return none."""
        return ()

    async def pay(
        self,
        incentive: Incentive,  # noqa: ARG002  as the protocol
        months: Sequence[tuple[Month, Sequence[str]]],  # noqa: ARG002  as the protocol
        grades: Sequence[str],  # noqa: ARG002  as the protocol
        factors_bp: Mapping[str, int],  # noqa: ARG002  as the protocol
    ) -> Mapping[Month, Integers]:
        """Pay nothing."""
        return {}


_sources: list[IncentiveSource] = [NoIncentives()]
_kept: OrderedDict[tuple[object, ...], Payments] = OrderedDict()


def join(source: IncentiveSource) -> None:
    """Let a source say from now on what grades are worth."""
    _sources[:] = [source]


async def list_incentives(viewer: Viewer) -> Sequence[Incentive]:
    """Return the programmes a rehearsal of dealers can be told to pay."""
    return await _sources[0].list_incentives(viewer)


async def payments_of(
    incentive: Incentive,
    history: History,
    key: tuple[str, ...],
    factors_bp: Mapping[str, int],
    *,
    anew: bool = False,
) -> Payments:
    """Return what a programme pays over a history, from memory when it was worked out before.

    Args:
        incentive: One that was listed.
        history: The months.
        key: Identity of the history.
        factors_bp: Multipliers by grade instead of the programme's own; empty keeps its own.
        anew: Measure again: sales of past months may have changed since.
    """
    name = (key, incentive.key, tuple(sorted(factors_bp.items())))
    if anew or name not in _kept:
        months = [(table.month, table.subjects) for table in history.tables]
        paid = await _sources[0].pay(incentive, months, GRADE_NAMES, factors_bp)
        _kept[name] = Payments(tuple(GRADE_NAMES), paid)
    _kept.move_to_end(name)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[name]
