"""What is within reach: the next tier with its money, and where a period will end at the pace so far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.money import BASIS_POINTS, divide
from rules.rebate.calculation import calculate, reached
from rules.rebate.model import BasisValue, NextTier

if TYPE_CHECKING:
    import datetime as dt

    from rules.rebate.model import Component, Period, Terms
    from rules.rebate.program import Program


def next_tier(
    program: Program,
    component: str,
    value: BasisValue,
    grade: str | None = None,
    terms: Terms | None = None,
) -> NextTier | None:
    """Return how far the next tier of a line is, and what the line alone then pays more.

    Where one unit more jumps over a tier, the one reached is given. For a mix the further sales are of the
    chosen goods, so the comparison grows with them. None on the last tier, and where the line pays nothing
    for another reason (missing, no comparison, a month without order).

    Raises:
        KeyError: No such component.
        FactError: See ``calculate``.
    """
    part = program.component(component).using(terms.table if terms else None)
    alone = replace(program, components=(part,), stacking="sum")
    now = calculate(alone, {component: value}, grade, terms)
    (line,) = now.lines
    if line.tier is None and "below_first_tier" not in line.notes:
        return None
    place = reached(part, value) + 1 if value.value >= 0 or part.by_share else 0
    if place >= len(part.tiers):
        return None
    distance = _distance(part, value, part.tiers[place].from_)
    if distance is None:
        return None
    grown = _grown(part, value, distance)
    gain = calculate(alone, {component: grown}, grade, terms).total_minor - now.total_minor
    return NextTier(part.tiers[reached(part, grown)], distance, gain)


def _distance(component: Component, value: BasisValue, edge: int) -> int | None:
    """Return the least further sales that reach an edge; None where no sales do (a mix of all or more)."""
    beyond = component.boundary == "exclusive"
    if not component.by_share:
        return edge - value.value + beyond
    whole = value.compare or 0
    if component.basis.measure == "growth":
        return _least(whole * (BASIS_POINTS + edge), BASIS_POINTS, beyond=beyond) - value.value
    rest = BASIS_POINTS - edge
    if rest < 0 or (rest == 0 and (beyond or value.value < whole)):
        return None
    return _least(whole * edge - value.value * BASIS_POINTS, rest, beyond=beyond)


def _least(numerator: int, denominator: int, *, beyond: bool) -> int:
    """Return the least whole number that is at least, or beyond, a quotient."""
    if beyond:
        return divide(numerator, denominator, "floor") + 1
    return divide(numerator, denominator, "ceiling")


def _grown(component: Component, value: BasisValue, sales: int) -> BasisValue:
    compare = value.compare
    if component.basis.measure == "mix" and compare is not None:
        compare += sales
    return replace(value, value=value.value + sales, compare=compare)


def project(value: int, on: dt.date, period: Period, weight_bp: int | None = None) -> int:
    """Return where a value will end at the pace so far, cut towards zero: an expectation, not a promise.

    Args:
        value: Measured from the period's first day through ``on``, inclusive.
        on: Last day measured; a day after the period counts as its last one.
        period: Days of the window.
        weight_bp: Share of the period's sales that the season gives to the days so far, in basis points above
            0; the share of the days themselves when left out.

    Raises:
        ValueError: The day lies before the period, or the weight is not above 0.
    """
    if on < period.first_on or (weight_bp is not None and weight_bp < 1):
        raise ValueError(f"cannot project from {on} with weight {weight_bp}")
    if on >= period.last_on:
        return value
    if weight_bp is not None:
        return divide(value * BASIS_POINTS, weight_bp, "down")
    whole = (period.last_on - period.first_on).days + 1
    return divide(value * whole, (on - period.first_on).days + 1, "down")
