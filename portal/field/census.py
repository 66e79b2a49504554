"""When places were last seen: age bands and the limits of the list in the URL. Pure.

The rule in words: docs/algorithms/board.md. Source: FEATURES S44, "last seen" age of each outlet.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.paging import UrlFilter
from portal.plans.visiting import id_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.settings import Settings

KINDS = ("terminal", "outlet")
_TEXT_MOST = 120


class Band(StrEnum):
    """How long ago a place was last seen."""

    RECENT = "recent"
    AGEING = "ageing"
    OLD = "old"
    NEVER = "never"


class Sighting(StrEnum):
    """How a place was last seen."""

    VISIT = "visit"
    CENSUS = "census"
    ORDER = "order"


class Finding(StrEnum):
    """What a look at a place found."""

    THERE = "there"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Bands:
    """Ages in days at which a place stops being recent, and being merely ageing; both inclusive.

    Source: settings ``FIELD_SEEN_DAYS``; by default a plan's month and a quarter, a convention of ours.
    """

    recent_days: int
    ageing_days: int

    @classmethod
    def of(cls, settings: Settings) -> Bands:
        """Return the bands of the settings."""
        return cls(*settings.field_seen_days)

    def band_of(self, seen_on: dt.date | None, today: dt.date) -> Band:
        """Return the band of a place last seen on a day; None was never seen."""
        if seen_on is None:
            return Band.NEVER
        age = (today - seen_on).days
        if age <= self.recent_days:
            return Band.RECENT
        return Band.AGEING if age <= self.ageing_days else Band.OLD

    def span_of(self, band: Band, today: dt.date) -> tuple[dt.date, dt.date]:
        """Return the first and last day of sighting that fall into a band; ``date.min`` stands for never."""
        recent_from = today - dt.timedelta(days=self.recent_days)
        ageing_from = today - dt.timedelta(days=self.ageing_days)
        day = dt.timedelta(days=1)
        return {
            Band.RECENT: (recent_from, dt.date.max),
            Band.AGEING: (ageing_from, recent_from - day),
            Band.OLD: (dt.date.min + day, ageing_from - day),
            Band.NEVER: (dt.date.min, dt.date.min),
        }[band]


@dataclass(frozen=True, slots=True)
class CensusFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        region: Path of a region; its subtree is included.
        area: Area of the accounts, as written there.
        dealer: Id of a dealer.
        kind: One of ``KINDS``.
        band: A ``Band``.
    """

    region: str = ""
    area: str = ""
    dealer: str = ""
    kind: str = ""
    band: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> CensusFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:_TEXT_MOST].strip() for field in fields(cls)}
        for name, allowed in (("kind", KINDS), ("band", list(Band))):
            if known[name] not in allowed:
                known[name] = ""
        if id_in(known["dealer"]) is None:
            known["dealer"] = ""
        if not known["area"].isprintable():
            known["area"] = ""
        return cls(**known)


@dataclass(frozen=True, slots=True)
class CensusCount:
    """How many places there are in each band; they add up to ``n``."""

    recent: int
    ageing: int
    old: int
    never: int

    @property
    def n(self) -> int:
        """All places counted."""
        return self.recent + self.ageing + self.old + self.never

    @property
    def unseen(self) -> int:
        """Places not seen within the longer of the two ages."""
        return self.old + self.never

    @property
    def unseen_bp(self) -> int | None:
        """Share of those in basis points, rounded down; None without places."""
        return self.unseen * 10_000 // self.n if self.n else None
