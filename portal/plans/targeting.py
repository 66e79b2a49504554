"""The target list: how a share is known, the stages of development, and what too little data is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

REASON_MAX, COMPETITOR_MAX, SHARE_MOST = 400, 80, 10_000


class ShareSource(StrEnum):
    """How the competitors' share is known; refusing to say is an answer and never lowers anything."""

    UNKNOWN = ""
    OBSERVED = "observed"
    TOLD = "told"
    ESTIMATED = "estimated"
    DECLINED = "declined"


class Stage(StrEnum):
    """How far the development of a target has come. Source: FEATURES S57."""

    TARGET = "target"
    VISITED = "visited"
    TRIAL = "trial"
    OPENED = "opened"
    REPEAT = "repeat"


STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True)
class WhiteSpace:
    """An area and channel of the coverage map.

    Attributes:
        universe: Retail points that are not closed and open to the viewer's side.
        covered: Those among them that bought in the last twelve months.
        known: Targets among them whose competitors' share is known.
        held: Targets among them of which competitors hold half or more.
    """

    region: str
    region_en: str
    area: str
    channel: str
    universe: int
    covered: int
    known: int
    held: int

    @property
    def covered_bp(self) -> int:
        """Covered share in basis points, rounded down."""
        return self.covered * 10_000 // self.universe if self.universe else 0

    def says_enough(self, least: int) -> bool:
        """Tell whether enough shares are known to speak of competitors."""
        return self.known >= least
