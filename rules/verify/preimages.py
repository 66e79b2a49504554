"""Conditions on the score of a curve as conditions on the number it scores: exactly the same subjects."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.curves import score_at
from rules.decisions.matching import Interval, interval
from rules.terms import Condition, Group
from rules.vocabulary import shortest_decimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.terms import Clause, Curve, Input


def without_curves(clause: Clause, inputs: Mapping[str, Input]) -> Clause:
    """Replace every condition on a curve's score by conditions on its input."""
    if isinstance(clause, Group):
        return Group(clause.mode, tuple(without_curves(member, inputs) for member in clause.members))
    source = inputs[clause.name]
    if source.curve is None:
        return clause
    wanted = interval(clause.operator, clause.threshold, source.scale)
    base = inputs[source.curve.input]
    ranges = [_between(base, *pair) for pair in _values_scoring(source.curve, base, wanted)]
    return Group("any", tuple(ranges)) if ranges else _never(base)


def scaled(source: Input, edge: str) -> int:
    """Return a decimal text as a quantised number of an input."""
    return int(Decimal(edge).scaleb(source.scale))


def _values_scoring(curve: Curve, base: Input, wanted: Interval) -> Iterator[tuple[int, int]]:
    """Yield the ranges of values, both ends inclusive, whose score lies in an interval."""
    lowest, highest = scaled(base, base.lowest), scaled(base, base.highest)
    knots = [value for value, _ in curve.points if lowest < value < highest]
    for start, end in zip([lowest, *knots], [*knots, highest], strict=True):
        rising = score_at(curve, start) <= score_at(curve, end)
        sign = 1 if rising else -1
        scores = range(start, end + 1)
        low, high = (wanted.lowest, wanted.highest) if rising else (-wanted.highest, -wanted.lowest)
        first = bisect_left(scores, low, key=lambda value: sign * score_at(curve, value))
        last = bisect_right(scores, high, key=lambda value: sign * score_at(curve, value))
        if first < last:
            yield start + first, start + last - 1


def _between(base: Input, lowest: int, highest: int) -> Clause:
    edges = (("greater_than_or_equal_to", lowest), ("less_than_or_equal_to", highest))
    return Group("all", tuple(Condition(base.name, operator, _text(base, edge)) for operator, edge in edges))


def _never(base: Input) -> Clause:
    return Condition(base.name, "less_than", base.lowest)


def _text(base: Input, value: int) -> str:
    return shortest_decimal(f"{Decimal(value).scaleb(-base.scale):f}")
