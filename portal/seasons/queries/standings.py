"""Where every dealer of a season stands: natural sales, target, growth points, and who is to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.seasons.model import GrowthState, TargetState
from portal.seasons.queries.baselines import BaselineRow, list_chosen
from portal.seasons.queries.sales import DealerRow, list_dealers
from portal.seasons.queries.targets import GrowthRow, TargetRow, counted_minor, list_growth, list_versions
from rules.targets import GrowthPoint, Target, check_growth

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow
    from rules.targets import GrowthCheck


@dataclass(frozen=True, slots=True)
class Standing:
    """One dealer of a season.

    Attributes:
        baseline: Natural sales as chosen, or None.
        draft: What the manufacturer is still writing.
        open: What somebody is to answer.
        accepted: What counts.
        growth: All growth points.
        versions: Number of versions.
    """

    dealer: DealerRow
    baseline: BaselineRow | None
    draft: TargetRow | None
    open: TargetRow | None
    accepted: TargetRow | None
    growth: tuple[GrowthRow, ...]
    versions: int

    @property
    def shown(self) -> TargetRow | None:
        """The version a list shows: what awaits an answer, else what counts, else the draft."""
        return self.open or self.accepted or self.draft

    @property
    def state(self) -> TargetState | None:
        """State of the version shown, or None without any."""
        return self.shown.state if self.shown else None

    @property
    def growth_minor(self) -> int:
        """Sum of the growth points that count."""
        return counted_minor(self.growth)

    @property
    def gap_minor(self) -> int | None:
        """What growth points lack of the stretch of the version shown, or None without any."""
        return gap_of(self.shown, self.growth)

    @property
    def waiting_since(self) -> dt.datetime | None:
        """Since when the dealer has an offer he has not answered (미응답), or None."""
        if self.open is None or self.open.state is not TargetState.OFFERED:
            return None
        return self.open.offered_at


def gap_of(target: TargetRow | None, growth: Sequence[GrowthRow]) -> int | None:
    """Return what growth points lack of a version's stretch, below 0 when they exceed it."""
    return None if target is None else -growth_check(target, growth).difference_minor


def growth_check(target: TargetRow, growth: Sequence[GrowthRow], currency: str = "KRW") -> GrowthCheck:
    """Check the growth points that count against a version's stretch."""
    counted = [point for point in growth if point.state is GrowthState.COUNTED]
    points = [
        GrowthPoint(str(point.id), point.kind.value, point.size_minor, point.owner, point.result_minor)
        for point in counted
    ]
    return check_growth(Target(target.amount_minor, target.baseline_minor), points, currency)


async def list_standings(viewer: Viewer, season: SeasonRow, policy: str = "") -> tuple[Standing, ...]:
    """Return the dealers of a season in the viewer's part of the network, by name."""
    return await standings_of(season, await list_dealers(viewer, season, policy))


async def standings_of(season: SeasonRow, dealers: Sequence[DealerRow]) -> tuple[Standing, ...]:
    """Return where dealers stand; the caller has checked them."""
    accounts = [dealer.id for dealer in dealers]
    chosen = await list_chosen(season.id, accounts)
    versions: dict[int, list[TargetRow]] = {account: [] for account in accounts}
    for row in await list_versions(season.id, accounts):
        versions[row.account].append(row)
    growth: dict[int, list[GrowthRow]] = {account: [] for account in accounts}
    for point in await list_growth(season.id, accounts):
        growth[point.account].append(point)
    return tuple(
        _standing(dealer, chosen.get(dealer.id), versions[dealer.id], growth[dealer.id]) for dealer in dealers
    )


def _standing(
    dealer: DealerRow, baseline: BaselineRow | None, versions: list[TargetRow], growth: list[GrowthRow]
) -> Standing:
    def first(*states: TargetState) -> TargetRow | None:
        return next((row for row in versions if row.state in states), None)

    return Standing(
        dealer,
        baseline,
        first(TargetState.DRAFT),
        first(TargetState.OFFERED, TargetState.COUNTERED),
        first(TargetState.ACCEPTED),
        tuple(growth),
        len(versions),
    )
