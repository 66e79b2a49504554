"""The two numbers behind a class, in whole basis points, and how far each is from its cut-off.

Rounding goes the way that keeps every comparison with a whole cut-off exact, so the number shown is the
number that decides.
"""

from __future__ import annotations

from itertools import accumulate
from math import isqrt
from typing import TYPE_CHECKING

from rules.money import BASIS_POINTS
from rules.segments.model import UNDEFINED, AccountRules, Contribution

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BP = 10_000_000
"""Larger numbers are cut to this one: a thousandfold of mean or median is beyond every limit."""


def variation_bp(nets: Sequence[int]) -> int | None:
    """Return population standard deviation ÷ mean in basis points, rounded up; None for a sum up to 0."""
    count, whole = len(nets), sum(nets)
    if whole <= 0:
        return None
    squares = sum((count * net - whole) ** 2 for net in nets) * BASIS_POINTS**2
    least_square = -(-squares // (count * whole * whole))
    return min(isqrt(least_square - 1) + 1 if least_square else 0, MOST_BP)


def active_bp(nets: Sequence[int]) -> int:
    """Return months with a net above 0 ÷ months in basis points, rounded down."""
    return sum(net > 0 for net in nets) * BASIS_POINTS // len(nets)


def contribution_bps(nets: Sequence[int], rule: Contribution) -> list[int | None]:
    """Return the deciding number of each net of one group, in the order given.

    Args:
        nets: Nets of the accounts, ordered by key: of equal nets the earlier one comes first.
        rule: ``smallest_set``: share of the total before it, rounded down; ``above_median``: net as a
            share of the median, rounded up.

    Returns:
        None for a net of 0 or less.
    """
    if rule.rule == "above_median":
        twice = twice_the_median(nets)
        return [multiple_bp(net, twice) if net > 0 else None for net in nets]
    order = sorted((place for place, net in enumerate(nets) if net > 0), key=lambda place: -nets[place])
    totals = [0, *accumulate(nets[place] for place in order)]
    found: list[int | None] = [None] * len(nets)
    for place, before in zip(order, totals, strict=False):
        found[place] = before * BASIS_POINTS // totals[-1]
    return found


def twice_the_median(nets: Sequence[int]) -> int:
    """Return twice the median, which is whole; 0 for nobody."""
    ordered = sorted(nets)
    count = len(ordered)
    return ordered[(count - 1) // 2] + ordered[count // 2] if count else 0


def multiple_bp(net: int, twice: int) -> int:
    """Return a net above 0 as a share of the median, rounded up; the most for a median of 0 or less."""
    return min(-(-2 * net * BASIS_POINTS // twice), MOST_BP) if twice > 0 else MOST_BP


def contribution_margin(number: int | None, rule: Contribution) -> int:
    """Return how far inside the cut-off a number is, 0 being the last one inside."""
    if number is None:
        return UNDEFINED
    if rule.rule == "above_median":
        return number - BASIS_POINTS - 1
    return rule.share_bp - 1 - number


def stability_margin(number: int | None, limit_bp: int, rules: AccountRules) -> int:
    """Return how far inside the limit a number is, 0 being the limit itself."""
    if number is None:
        return UNDEFINED
    return limit_bp - number if rules.measure == "variation" else number - limit_bp
