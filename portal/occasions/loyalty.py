"""Loyalty before and after an occasion: who came against who did not, and nothing about causes.

Integer arithmetic. Shares and changes are basis points, half away from zero; a group is measured together,
its numerators and denominators added. No figure of it is offered to evaluations, incentives or limits.
Source: FEATURES S74; docs/algorithms/loyalty.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.money import BASIS_POINTS, divide
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Sequence

Ratio = tuple[int, int]
"""Numerator and denominator; the denominator is 1 or more."""


class Measure(StrEnum):
    """What is looked at, per dealer."""

    PURCHASES = "purchases"
    PLANS = "plans"


class Basis(StrEnum):
    """Whom those who came are compared with."""

    INVITED = "invited"
    """Dealers who were invited and of whom nobody came."""
    ALIKE = "alike"
    """Dealers who were not invited, of a class and region some participant has."""
    NOBODY = "nobody"
    """Neither has enough dealers."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Complete months on either side, without the months of the occasion itself; in rising order."""

    before: tuple[Month, ...]
    after: tuple[Month, ...]

    def years_known_from(self, oldest: Month) -> Spans:
        """Keep the months whose same month of the year before lies within what is on record."""
        return Spans(*(tuple(m for m in side if m.same_month_last_year >= oldest)
                       for side in (self.before, self.after)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A dealer's ratios before and after; None = unknown."""

    before: Ratio | None = None
    after: Ratio | None = None

    @property
    def before_bp(self) -> int | None:
        """The ratio before, in basis points."""
        return None if self.before is None else share_bp(self.before)

    @property
    def after_bp(self) -> int | None:
        """The ratio after, in basis points."""
        return None if self.after is None else share_bp(self.after)


@dataclass(frozen=True, slots=True)
class LoyaltyDealer:
    """A dealer who came, or one he is compared with; ``class_code`` is that of the month before, or empty."""

    dealer_id: int
    code: str
    name: str
    region_id: int | None
    region_name: str
    region_name_en: str
    class_code: str
    came: bool
    is_invited: bool
    figures: Mapping[Measure, Known] = field(default_factory=dict)

    def known(self, measure: Measure) -> Known:
        """Return the dealer's ratios of a measure."""
        return self.figures.get(measure, Known())


@dataclass(frozen=True, slots=True)
class Side:
    """A group measured together.

    Attributes:
        n: Dealers known on both sides.
        before_bp, after_bp, change_bp: None when fewer than the floor are known.
    """

    n: int
    before_bp: int | None = None
    after_bp: int | None = None
    change_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """A measure of both groups.

    Attributes:
        between_bp: Change of those who came less change of the others; None when either is too small.
        spans: Months that were looked at.
    """

    measure: Measure
    came: Side
    others: Side
    between_bp: int | None
    spans: Spans


def spans_around(first: Month, last: Month, months: int, newest: Month | None, running: Month) -> Spans:
    """Return the months to look at.

    Args:
        first: Month in which the occasion began.
        last: Month in which it ended.
        months: How many on each side at most.
        newest: Newest month with orders on record; later ones do not count. None = nothing is on record.
        running: The current month, which never counts.
    """
    after = (last.shift(number) for number in range(1, months + 1))
    return Spans(
        tuple(first.shift(-number) for number in range(months, 0, -1)),
        tuple(month for month in after if newest is not None and month < running and month <= newest),
    )


def choose(
    dealers: Sequence[LoyaltyDealer], least: int
) -> tuple[list[LoyaltyDealer], list[LoyaltyDealer], Basis]:
    """Return who came, whom to compare them with, and how these were found.

    Args:
        dealers: All dealers in question.
        least: Floor of a group; a smaller one is no comparison.
    """
    came = [one for one in dealers if one.came]
    stayed = [one for one in dealers if one.is_invited and not one.came]
    if not came:
        return [], [], Basis.NOBODY
    if len(stayed) >= least:
        return came, stayed, Basis.INVITED
    cells = {(one.class_code, one.region_id) for one in came if one.class_code and one.region_id}
    alike = [
        one
        for one in dealers
        if not one.came and not one.is_invited and (one.class_code, one.region_id) in cells
    ]
    return (came, alike, Basis.ALIKE) if len(alike) >= least else (came, [], Basis.NOBODY)


def effect(
    measure: Measure,
    came: Sequence[LoyaltyDealer],
    others: Sequence[LoyaltyDealer],
    spans: Spans,
    least: int,
) -> Effect:
    """Measure both groups before and after; a group under the floor says nothing."""
    first, second = _side(measure, came, least), _side(measure, others, least)
    between = (
        None if first.change_bp is None or second.change_bp is None else first.change_bp - second.change_bp
    )
    return Effect(measure, first, second, between, spans)


def share_bp(ratio: Ratio) -> int:
    """Return a ratio in basis points, half away from zero."""
    return divide(ratio[0] * BASIS_POINTS, ratio[1])


def growth(now_minor: int, then_minor: int) -> Ratio | None:
    """Return the change against the same months a year earlier; None when nothing was bought then."""
    return (now_minor - then_minor, then_minor) if then_minor > 0 else None


def _side(measure: Measure, group: Sequence[LoyaltyDealer], least: int) -> Side:
    pairs = [
        (known.before, known.after)
        for known in (one.known(measure) for one in group)
        if known.before is not None and known.after is not None
    ]
    if not pairs or len(pairs) < least:
        return Side(len(pairs))
    before, after = (
        share_bp((sum(r[0] for r in side), sum(r[1] for r in side))) for side in zip(*pairs, strict=True)
    )
    return Side(len(pairs), before, after, after - before)
