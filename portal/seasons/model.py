"""What a season, its steps and a target's negotiation can be; pure values and state machines."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.money import BASIS_POINTS, divide
from rules.months import Month, months_between

if TYPE_CHECKING:
    from collections.abc import Iterable


class SeasonKind(StrEnum):
    """비수기 or 성수기 (FEATURES S42)."""

    OFF = "off"
    PEAK = "peak"


class SeasonState(StrEnum):
    """A draft is the planners' own; dealers see a season once it is open; a closed one is history."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Step(StrEnum):
    """The steps a season goes through, in this order."""

    SURVEY = "survey"
    TARGET = "target"
    PLAN = "plan"
    TRAINING = "training"
    TRIP = "trip"
    FORECAST = "forecast"
    READINESS = "readiness"


class Party(StrEnum):
    """Whose word it is."""

    MANUFACTURER = "manufacturer"
    DEALER = "dealer"

    @property
    def other(self) -> Party:
        """The one who is to answer."""
        return Party.DEALER if self is Party.MANUFACTURER else Party.MANUFACTURER


class TargetState(StrEnum):
    """State of one version; no state is reached by the passing of time, so silence accepts nothing."""

    DRAFT = "draft"
    OFFERED = "offered"
    COUNTERED = "countered"
    ACCEPTED = "accepted"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (TargetState.OFFERED, TargetState.COUNTERED)


class AnswerKind(StrEnum):
    """What was said or done about a version."""

    OFFER = "offer"
    ACCEPT = "accept"
    COUNTER = "counter"
    COMMENT = "comment"
    AGREE = "agree"
    WITHDRAW = "withdraw"


class GrowthKind(StrEnum):
    """Where growth comes from (FEATURES S54)."""

    OUTLET = "outlet"
    TERMINAL = "terminal"
    PRODUCT = "product"
    CHANNEL = "channel"


class GrowthState(StrEnum):
    """A dealer's proposal counts once the manufacturer took it in."""

    PROPOSED = "proposed"
    COUNTED = "counted"
    DROPPED = "dropped"


def season_months(from_on: dt.date, until_on: dt.date) -> tuple[Month, ...]:
    """Return the months a season touches; ``until_on`` is exclusive."""
    return months_between(Month.of(from_on), Month.of(until_on - dt.timedelta(days=1)))


@dataclass(frozen=True, slots=True)
class Span:
    """Where and when a season holds, for telling whether two get into each other's way.

    Attributes:
        region_path: Materialised path, or None for the whole network.
        category: Product category, or empty for all.
        from_on: First day.
        until_on: Day after the last.
    """

    region_path: str | None
    category: str
    from_on: dt.date
    until_on: dt.date

    def meets(self, other: Span) -> bool:
        """Tell whether the two share a day."""
        return self.from_on < other.until_on and other.from_on < self.until_on

    def same_place(self, other: Span) -> bool:
        """Tell whether the two are about exactly the same region and category."""
        return (self.region_path, self.category) == (other.region_path, other.category)

    def nested(self, other: Span) -> bool:
        """Tell whether one is a narrower case of the other: then the narrower one counts there."""
        one, two = self.region_path or "/", other.region_path or "/"
        in_line = one.startswith(two) or two.startswith(one)
        return in_line and (self.category == other.category or "" in (self.category, other.category))


@dataclass(frozen=True, slots=True)
class Need:
    """What the peak needs of the off-season, the sum that targets are derived from (FEATURES S49).

    Attributes:
        peak_goal_minor: Sales planned for the peak.
        early_share_bp: Share of them that must stand in dealers' stock before it begins, basis points.
        outlets_needed: Outlets and retail points the peak needs.
        outlets_active: Those that buy today.
        outlet_month_minor: What a new one buys a month.
        outlet_months: Months of the season a new one buys for, on average.
    """

    peak_goal_minor: int
    early_share_bp: int
    outlets_needed: int
    outlets_active: int
    outlet_month_minor: int
    outlet_months: int

    @property
    def stock_in_minor(self) -> int:
        """Sales of the peak that must be stocked in the off-season."""
        return divide(self.peak_goal_minor * self.early_share_bp, BASIS_POINTS)

    @property
    def outlets_missing(self) -> int:
        """Outlets still to be opened, at least 0."""
        return max(0, self.outlets_needed - self.outlets_active)

    @property
    def new_outlets_minor(self) -> int:
        """What the new outlets buy in the season."""
        return self.outlets_missing * self.outlet_month_minor * self.outlet_months

    @property
    def total_minor(self) -> int:
        """What the off-season has to bring beyond natural sales."""
        return self.stock_in_minor + self.new_outlets_minor


@dataclass(frozen=True, slots=True)
class Cell:
    """A product's month of a target."""

    product: int
    month: Month
    amount_minor: int
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one outlet or retail point carries of a product's month of a dealer's target."""

    buyer: int
    product: int
    month: Month
    amount_minor: int
    is_locked: bool = False


def digest_of(cells: Iterable[Cell]) -> str:
    """Return a short name of cells' content, to notice that somebody else changed them meanwhile."""
    text = ";".join(f"{c.product},{c.month},{c.amount_minor},{int(c.is_locked)}" for c in cells)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def by_month(cells: Iterable[Cell]) -> dict[Month, int]:
    """Add cells up by month."""
    sums: dict[Month, int] = {}
    for cell in cells:
        sums[cell.month] = sums.get(cell.month, 0) + cell.amount_minor
    return sums


def by_product(cells: Iterable[Cell]) -> dict[int, int]:
    """Add cells up by product."""
    sums: dict[int, int] = {}
    for cell in cells:
        sums[cell.product] = sums.get(cell.product, 0) + cell.amount_minor
    return sums


def days_waiting(since: dt.datetime | None, today: dt.date, zone: dt.tzinfo) -> int | None:
    """Return for how many days an offer has been without an answer, or None when none waits."""
    return None if since is None else max(0, (today - since.astimezone(zone).date()).days)
