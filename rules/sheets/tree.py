"""An outcome as a tree: line, band, comparison, the value that was met, whether it held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.decisions.explain import ExplainedClause
from rules.explain import ExplainedLine, explain
from rules.scoring import values_of
from rules.terms import Condition, conditions_of
from rules.words import JOINTS, clause_text, points_words, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.facts import FactValue
    from rules.kpis import Locale
    from rules.outcomes import BandOutcome, Outcome
    from rules.rulebook import Rulebook
    from rules.scoring import Values
    from rules.terms import Clause, Line


@dataclass(frozen=True, slots=True)
class BandNode:
    """One band of a line.

    Attributes:
        id: Band of the book.
        points: What it gives at the line's full weight.
        held: Whether its clause held.
        applied: Whether it gave the line its points.
        when: Its comparisons with what they met.
    """

    id: str
    points: str
    held: bool
    applied: bool
    when: ExplainedClause


@dataclass(frozen=True, slots=True)
class InputNode:
    """A number a line looks at.

    Attributes:
        name: Input of the book.
        kpi: Code in the KPI catalogue; empty when it is not measured.
        label: Name for people.
        value: Measured value with its unit.
        numerator: Integer above the line; None when it is not measured.
        denominator: Integer below the line; None when it is not measured.
        n: Number of observations; None when it is not measured.
    """

    name: str
    kpi: str
    label: str
    value: str
    numerator: int | None
    denominator: int | None
    n: int | None


@dataclass(frozen=True, slots=True)
class LineNode:
    """One line: the words of the score sheet, the numbers it looks at, and its bands in book order."""

    said: ExplainedLine
    inputs: tuple[InputNode, ...]
    bands: tuple[BandNode, ...]


def tree(
    outcome: Outcome, facts: Mapping[str, FactValue], book: Rulebook, locale: Locale
) -> tuple[LineNode, ...]:
    """Return an outcome as a tree, one entry per line in book order.

    Args:
        outcome: What the book decided on these facts.
        facts: The facts of that outcome, by KPI code.
        book: The version that decided.
        locale: ``ko`` or ``en``.
    """
    grower = _Tree(book, facts, values_of(book, facts, outcome.context), locale)
    said = explain(outcome, book, locale).lines
    return tuple(
        LineNode(
            words,
            grower.inputs(line),
            tuple(grower.band(line, place, band) for place, band in enumerate(result.bands)),
        )
        for words, line, result in zip(said, book.lines, outcome.lines, strict=True)
    )


class _Tree:
    """Grows the parts of one subject's tree."""

    def __init__(
        self, book: Rulebook, facts: Mapping[str, FactValue], values: Values, locale: Locale
    ) -> None:
        self.book, self.facts, self.values, self.locale = book, facts, values, locale

    def inputs(self, line: Line) -> tuple[InputNode, ...]:
        """Return the line's own input first, then the others its bands ask."""
        asked = (condition.name for band in line.bands for condition in conditions_of(band.when))
        return tuple(self._input(name) for name in dict.fromkeys((line.input, *asked)))

    def _input(self, name: str) -> InputNode:
        source = self.book.inputs[name]
        fact = self.facts.get(source.kpi)
        return InputNode(
            name,
            source.kpi,
            source.label[self.locale],
            value_text(source, self.values.get(name), self.locale),
            *((fact.numerator, fact.denominator, fact.n) if fact else (None, None, None)),
        )

    def band(self, line: Line, place: int, band: BandOutcome) -> BandNode:
        """Return a band with its comparisons."""
        flags = iter([condition.held for condition in band.conditions])
        clause = self._clause(line.bands[place].when, line, flags)
        points = points_words(band.points_milli, self.locale)
        return BandNode(band.id, points, band.held, band.applied, clause)

    def _clause(self, clause: Clause, line: Line, flags: Iterator[bool]) -> ExplainedClause:
        if isinstance(clause, Condition):
            text = clause_text(clause, self.book, line.input, self.locale)
            value = self.values.get(clause.name)
            shown = value_text(self.book.inputs[clause.name], value, self.locale)
            return ExplainedClause(text, shown, next(flags), missing=value is None)
        members = tuple(self._clause(member, line, flags) for member in clause.members)
        held = [member.held for member in members]
        text = JOINTS[clause.mode][self.locale].strip()
        return ExplainedClause(text, "", all(held) if clause.mode == "all" else any(held), members=members)
