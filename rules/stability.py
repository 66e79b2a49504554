"""How even the months of a subject were: the stability KPI, computed in exact integers."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from rules.money import divide

if TYPE_CHECKING:
    from collections.abc import Sequence

MILLIONTHS = 1_000_000
FEWEST_MONTHS, MOST_MONTHS = 6, 12
_PRECISION = 10**12


def stability(nets_minor: Sequence[int], months_with_order: int) -> tuple[int, int, int]:
    """Return numerator, denominator and n of the stability of sales.

    Stability = (1 − CV) × share of months with an order, where CV is the population standard deviation of the
    monthly nets over their mean. A CV above 1 counts as 1: fewer months with orders must never look better.

    Args:
        nets_minor: Net sales of up to 12 months in a row, newest last, in minor units; a month without
            lines is 0, months before the first trade are left out.
        months_with_order: Months among them with an order.

    Returns:
        Millionths, 1,000,000 and the months observed; denominator 0, so missing, with fewer than 6 months
        or when the months add up to nothing.

    Raises:
        ValueError: More than 12 months, or more months with an order than months.

    Source:
        docs/algorithms/evaluation.md, Stability.
    """
    n = len(nets_minor)
    if n > MOST_MONTHS or not 0 <= months_with_order <= n:
        raise ValueError(f"{months_with_order} of {n} months with an order, at most {MOST_MONTHS} months")
    total = sum(nets_minor)
    if n < FEWEST_MONTHS or total <= 0:
        return 0, 0, n
    spread = n * sum(net * net for net in nets_minor) - total * total
    evenness = max(total * _PRECISION - isqrt(spread * _PRECISION**2), 0)
    return divide(evenness * months_with_order * MILLIONTHS, total * n * _PRECISION), MILLIONTHS, n
