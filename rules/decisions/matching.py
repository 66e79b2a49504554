"""From one condition to an exact test on a quantised value.

A number condition of business-rules, with its tolerance of 0.000001, is exactly a closed interval of integers
on value × 10^scale as long as value and threshold have at most five decimals. Text and option conditions keep
business-rules' own operator and are asked once per distinct value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from business_rules.operators import NumericType, SelectType

from rules.decisions.types import OptionsType, TextType

if TYPE_CHECKING:
    from rules.decisions.model import Kind, Variable
    from rules.terms import Condition

UNBOUNDED = 1 << 62
WITHOUT_OPERAND = ("non_empty", "is_empty")
TOLERANCE = Fraction(NumericType.EPSILON)
ENUMERATED: dict[Kind, type[Any]] = {
    "string": TextType,
    "select": SelectType,
    "select_multiple": OptionsType,
}


@dataclass(frozen=True, slots=True)
class Interval:
    """Quantised numbers from ``lowest`` to ``highest``, both inclusive; ±2^62 where it has no end."""

    lowest: int
    highest: int

    def holds(self, value: int) -> bool:
        """Tell whether a quantised number lies inside."""
        return self.lowest <= value <= self.highest


@dataclass(frozen=True, slots=True)
class Truth:
    """The truth value a boolean condition asks for."""

    wanted: bool

    def holds(self, value: bool) -> bool:  # noqa: FBT001  the value is the subject's own, not a switch
        """Tell whether a truth value is the wanted one."""
        return value is self.wanted


@dataclass(frozen=True, slots=True)
class Choice:
    """A text or option condition: business-rules' own operator with its operand."""

    holds: Callable[[Any], bool]


Matcher = Interval | Truth | Choice


def matcher(condition: Condition, variable: Variable) -> Matcher:
    """Return the exact test of a checked condition on a present value of its variable."""
    if variable.kind == "numeric":
        return interval(condition.operator, condition.threshold, variable.scale)
    if variable.kind == "boolean":
        return Truth(condition.operator == "is_true")
    return Choice(_asking(ENUMERATED[variable.kind], condition.operator, condition.value))


def interval(operator: str, threshold: str, scale: int) -> Interval:
    """Return the integers on value × 10^scale for which business-rules finds the comparison true.

    Args:
        operator: A numeric operator of business-rules.
        threshold: Decimal text, at most five decimals.
        scale: Decimals of the value, 0 to 5.
    """
    edge, unit = Fraction(threshold), 10**scale
    lowest, highest = -UNBOUNDED, UNBOUNDED
    if operator == "greater_than":
        lowest = floor((edge + TOLERANCE) * unit) + 1
    if operator == "less_than":
        highest = ceil((edge - TOLERANCE) * unit) - 1
    if operator in ("greater_than_or_equal_to", "equal_to"):
        lowest = ceil((edge - TOLERANCE) * unit)
    if operator in ("less_than_or_equal_to", "equal_to"):
        highest = floor((edge + TOLERANCE) * unit)
    return Interval(lowest, highest)


def _asking(kind: type[Any], operator: str, operand: object) -> Callable[[Any], bool]:
    def holds(value: object) -> bool:
        test = getattr(kind(value), operator)
        return bool(test() if operator in WITHOUT_OPERAND else test(operand))

    return holds
