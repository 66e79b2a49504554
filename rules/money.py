"""Exact money: integer minor units, rates in integer basis points, one rounding per printed line.

Python integers have no size limit, so nothing here overflows; no float or Decimal is involved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Sequence

RoundingMode = Literal["half_away", "half_even", "down", "up", "floor", "ceiling"]
ROUNDING_MODES: tuple[RoundingMode, ...] = get_args(RoundingMode)
BASIS_POINTS = 10_000


def divide(numerator: int, denominator: int, mode: RoundingMode = "half_away", quantum: int = 1) -> int:
    """Divide and round once, to a multiple of the quantum.

    Args:
        numerator: Any integer, negative included.
        denominator: At least 1.
        mode: ``half_away`` and ``half_even`` go to the nearest multiple and differ on ties;
            ``down`` goes towards zero, ``up`` away from zero, ``floor`` and ``ceiling`` to −∞ and +∞.
        quantum: At least 1; 10 with mode ``down`` is the usual "cut below 10 won".

    Raises:
        ValueError: Denominator or quantum below 1, or an unknown mode.
    """
    if denominator < 1 or quantum < 1:
        raise ValueError(f"denominator and quantum must be at least 1: {denominator}, {quantum}")
    if mode not in ROUNDING_MODES:
        raise ValueError(f"unknown rounding mode {mode!r}")
    divisor = denominator * quantum
    below, rest = divmod(numerator, divisor)
    return (below + _raises(mode, below, rest, divisor)) * quantum


def _raises(mode: RoundingMode, below: int, rest: int, divisor: int) -> bool:
    """Tell whether a quotient ``below + rest/divisor`` rounds to ``below + 1``."""
    negative = below < 0
    if rest == 0 or mode == "floor":
        return False
    if mode in ("ceiling", "down", "up"):
        return mode == "ceiling" or negative == (mode == "down")
    if 2 * rest != divisor:
        return 2 * rest > divisor
    return below % 2 == 1 if mode == "half_even" else not negative


def round_to(amount_minor: int, quantum: int, mode: RoundingMode = "half_away") -> int:
    """Round an amount to a multiple of the quantum, both in minor units."""
    return divide(amount_minor, 1, mode, quantum)


def times_basis_points(
    amount_minor: int, rate_bp: int, mode: RoundingMode = "half_away", quantum: int = 1
) -> int:
    """Multiply an amount by a rate in basis points (10,000 = 100 %) and round once."""
    return divide(amount_minor * rate_bp, BASIS_POINTS, mode, quantum)


def apportion(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a total by weights so that the parts add up to it exactly.

    Largest remainder: each part is cut towards zero, then the units left over go one each to the
    largest remainders, earlier entries first on ties. A negative total is split like its positive
    twin, so a correction undoes a split exactly.

    Raises:
        ValueError: A negative weight, or a total other than 0 with no positive weight.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError(f"weights must not be negative: {list(weights)}")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError(f"cannot split {total} over no weight")
        return (0,) * len(weights)
    sign = -1 if total < 0 else 1
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    left = abs(total) - sum(quotient for quotient, _ in shares)
    order = sorted(range(len(shares)), key=lambda place: -shares[place][1])
    lucky = frozenset(order[:left])
    return tuple(sign * (quotient + (place in lucky)) for place, (quotient, _) in enumerate(shares))
