"""What a season's survey says about demand; the application joins the slice that holds surveys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Demand:
    """The expected change of demand against the same season last year.

    Attributes:
        label: Product category or question, in the words of the survey.
        n: Answers.
        least: Answers needed to say anything.
        median_bp: Middle answer in basis points; None while there are too few to say.
        href: The published result.
    """

    label: str
    n: int
    least: int
    median_bp: int | None
    href: str


class DemandSource(Protocol):
    """Reads the published survey of a season."""

    async def __call__(self, season_id: int) -> Sequence[Demand]:
        """Return the figures of a season the viewer may see; empty while nothing is published."""
        ...


class _Joined:
    source: DemandSource | None = None


def join_demand(source: DemandSource) -> None:
    """Name who answers; called by the application at start."""
    _Joined.source = source


async def demand_of(season_id: int) -> Sequence[Demand]:
    """Return what the season's survey says, nothing when no slice holds surveys."""
    return () if _Joined.source is None else await _Joined.source(season_id)
