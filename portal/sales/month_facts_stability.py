"""Stability of a dealer's sales in exact integers: docs/algorithms/facts.md has the formula in words."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

from rules.money import divide

if TYPE_CHECKING:
    from collections.abc import Sequence

# Parts of the definition, not settings: another figure would be another KPI.
MILLION = 1_000_000
WINDOW = 12
FEWEST_MONTHS = 6
SEASON_MONTHS = 24


@dataclass(frozen=True, slots=True)
class MonthSales:
    """What one month of the window holds.

    Attributes:
        net_minor: Net sales in minor units; 0 for a month without sales.
        has_order: Whether sales before returns are above 0.
    """

    net_minor: int
    has_order: bool


def season_factors(network_minor: Sequence[int]) -> tuple[int, ...] | None:
    """Return what each of the last 12 months is multiplied by to take the season out.

    Args:
        network_minor: Net sales of all dealers in 24 consecutive months, oldest first.

    Returns:
        Twelve factors in millionths, oldest first: the average month over the month's own two-year average.
        None when 24 months do not exist or a calendar month sold nothing.
    """
    if len(network_minor) != SEASON_MONTHS:
        return None
    pairs = [network_minor[place] + network_minor[place + WINDOW] for place in range(WINDOW)]
    if min(network_minor) <= 0:
        return None
    whole = sum(pairs)
    return tuple(divide(whole * MILLION, WINDOW * pair) for pair in pairs)


def stability_millionths(months: Sequence[MonthSales], factors: Sequence[int] | None) -> int | None:
    """Return (1 − coefficient of variation) × share of months with an order, in millionths.

    Args:
        months: The observed months, oldest first, at most 12, the evaluated month last.
        factors: From ``season_factors``; None leaves the season in.

    Returns:
        0 to 1,000,000, or None with fewer than six months or without sales above zero.
    """
    count = len(months)
    if count < FEWEST_MONTHS:
        return None
    weights = [1] * count if factors is None else factors[-count:]
    values = [month.net_minor * weight for month, weight in zip(months, weights, strict=True)]
    whole = sum(values)
    if whole <= 0:
        return None
    spread = count * sum(value * value for value in values) - whole * whole
    variation = isqrt(spread * MILLION * MILLION // (whole * whole))
    ordered = sum(month.has_order for month in months)
    return divide(max(0, MILLION - variation) * ordered, count)
