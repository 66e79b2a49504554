"""The numbers a business may choose about seasons: what is held out, and what counts as off-season.

They are settings of the installation (``SEASON_*``), joined once when the application starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.settings import Settings


@dataclass(frozen=True, slots=True)
class SeasonRules:
    """See docs/operations.md for what each number does; docs/algorithms/baseline.md for where it came from.

    Attributes:
        hold_out_months: Months that methods of natural sales forecast without having seen them.
        ahead_months: Months forecast from each held-out origin.
        least_points: With fewer compared months nothing is said about errors and ranges.
        depth_bp: How far from the mean a month lies in an off-season or peak, basis points.
        least_years: Years of each calendar month that a suggestion needs.
        history_months: Months of history that are read.
    """

    hold_out_months: int = 6
    ahead_months: int = 3
    least_points: int = 20
    depth_bp: int = 500
    least_years: int = 2
    history_months: int = 48

    @classmethod
    def of(cls, settings: Settings) -> SeasonRules:
        """Return what an installation's settings say."""
        return cls(
            settings.season_hold_out_months,
            settings.season_ahead_months,
            settings.season_least_points,
            settings.season_depth_bp,
            settings.season_least_years,
            settings.season_history_months,
        )


class _Joined:
    rules = SeasonRules()


def join_rules(settings: Settings) -> None:
    """Take an installation's numbers from now on."""
    _Joined.rules = SeasonRules.of(settings)


def season_rules() -> SeasonRules:
    """Return the numbers in use; the defaults until an application has started."""
    return _Joined.rules
