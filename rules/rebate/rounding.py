"""Rounding of many amounts, equal to ``rules.money.divide`` one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rules.money import RoundingMode


def divide_many(numerators: NDArray[Any], denominator: int, mode: RoundingMode, quantum: int) -> NDArray[Any]:
    """Divide and round once, to a multiple of the quantum.

    Args:
        numerators: Of type int64, or Python integers in an object array. For int64 the caller has proven that
            they, and twice the denominator times the quantum, fit.
        denominator: At least 1.
        mode: See ``divide``.
        quantum: At least 1.
    """
    divisor = denominator * quantum
    below = numerators // divisor
    if mode == "floor":
        return np.asarray(below * quantum)
    rest = numerators - below * divisor
    return np.asarray((below + _raises(mode, below, rest, divisor)) * quantum)


def _raises(mode: RoundingMode, below: NDArray[Any], rest: NDArray[Any], divisor: int) -> NDArray[Any]:
    """Return 1 where a quotient ``below + rest/divisor`` rounds to ``below + 1``, else 0."""
    if mode == "ceiling":
        up = rest != 0
    elif mode == "down":
        up = (rest != 0) & (below < 0)
    elif mode == "up":
        up = (rest != 0) & (below >= 0)
    else:
        tie = below % 2 == 1 if mode == "half_even" else below >= 0
        up = (2 * rest > divisor) | ((2 * rest == divisor) & tie)
    return np.asarray(up).astype(below.dtype)
