"""A score sheet as a decision: one rule per band, or one per comparison, for the engines and the proofs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rules.decisions.model import Action, Rule, RuleSet, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.rulebook import Rulebook
    from rules.terms import Band, Input, Line


def lower(book: Rulebook) -> RuleSet:
    """Return the bands as rules in book order.

    A rule fires when the band's clause holds, whether or not an earlier band of its line held as well: which
    one gives the points is arithmetic. A band ``growth_2`` of 16 points awards ``{"line": "growth",
    "points_milli": 16000}``. Lines on a curve have no bands and no rules.
    """
    rules = tuple(_band_rule(line, band) for line, band in _bands(book))
    return RuleSet(variables(book), rules, hit_policy="rule_order")


def lower_conditions(book: Rulebook) -> RuleSet:
    """Return the comparisons as rules ``c0``, ``c1``, … in the order of the explanation bits."""
    rules = tuple(
        Rule(f"c{place}", {"ko": f"c{place}", "en": f"c{place}"}, condition, ())
        for place, condition in enumerate(book.conditions)
    )
    return RuleSet(variables(book), rules, hit_policy="rule_order")


def variables(book: Rulebook) -> dict[str, Variable]:
    """Return the inputs of a sheet, curves included, as typed variables."""
    return {name: _variable(source) for name, source in book.inputs.items()}


def _variable(source: Input) -> Variable:
    lowest, highest = (int(Decimal(edge).scaleb(source.scale)) for edge in (source.lowest, source.highest))
    return Variable(
        name=source.name,
        kind="numeric",
        label=source.label,
        unit=source.unit,
        scale=source.scale,
        lowest=lowest,
        highest=highest,
        missing=source.missing,
    )


def _bands(book: Rulebook) -> Iterator[tuple[Line, Band]]:
    for line in book.lines:
        for band in line.bands:
            yield line, band


def _band_rule(line: Line, band: Band) -> Rule:
    award = Action("award", {"line": line.id, "points_milli": band.points_milli})
    return Rule(band.id, line.label, band.when, (award,))
