"""What would change a decision: the nearest change of a single input that leads to a wanted outcome."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from rules.decisions.facts import checked
from rules.decisions.matching import UNBOUNDED, interval
from rules.decisions.model import FactInput
from rules.decisions.outcomes import DecisionOutcome, HitError
from rules.decisions.words import fact_text
from rules.terms import conditions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rules.decisions.book import DecisionBook
    from rules.decisions.model import Variable
    from rules.kpis import Locale


@dataclass(frozen=True, slots=True)
class Change:
    """One input that would lead to the wanted outcome if it alone changed.

    Attributes:
        input: Input of the book.
        before: Its quantised value; None when missing.
        after: Nearest quantised value with the wanted outcome.
        effort: Change as a share of the declared range of a number; 1 for everything else.
        outcome: What would be decided.
    """

    input: str
    before: FactInput
    after: FactInput
    effort: Fraction
    outcome: DecisionOutcome

    def words(self, book: DecisionBook, locale: Locale) -> str:
        """Say the change as ``label: before → after``."""
        variable = book.ruleset.variables[self.input]
        values = (fact_text(variable, value, locale) for value in (self.before, self.after))
        return f"{variable.label[locale]}: {' → '.join(values)}"


def distance(
    book: DecisionBook, facts: Mapping[str, FactInput], wanted: Callable[[DecisionOutcome], bool]
) -> tuple[Change, ...]:
    """List single changes that lead to a wanted outcome, least effort first, at most one per input.

    Numbers are tried on both sides of every threshold inside the declared range, other inputs at each of
    their options. Empty when the outcome is as wanted, or when no single change suffices.

    Args:
        book: A sound book.
        facts: Quantised values by input.
        wanted: Tells whether an outcome is the wanted one.

    Raises:
        FactError: A value has the wrong type, or a required one is missing.
        HitError: The hit policy forbids what fires now.
    """
    decision, values = book.compile(), checked(book.ruleset, facts)
    if wanted(decision.evaluate(values)):
        return ()
    found = []
    for name, variable in book.ruleset.variables.items():
        for effort, after in _trials(book, variable, values[name]):
            outcome = _tried(decision.evaluate, {**values, name: after})
            if outcome is not None and wanted(outcome):
                found.append(Change(name, values[name], after, effort, outcome))
                break
    return tuple(sorted(found, key=lambda change: (change.effort, change.input)))


def _tried(
    evaluate: Callable[[Mapping[str, FactInput]], DecisionOutcome], facts: Mapping[str, FactInput]
) -> DecisionOutcome | None:
    """Decide; a value with which the hit policy is broken leads nowhere."""
    try:
        return evaluate(facts)
    except HitError:
        return None


def _trials(book: DecisionBook, variable: Variable, now: FactInput) -> Iterator[tuple[Fraction, FactInput]]:
    """Yield effort and value of every trial of an input, nearest first."""
    if variable.kind == "numeric":
        start = now if isinstance(now, int) else None
        span = max(variable.highest - variable.lowest, 1)
        edges = {edge for edge in _edges(book, variable) if variable.lowest <= edge <= variable.highest}
        efforts = (
            (Fraction(1) if start is None else Fraction(abs(edge - start), span), edge) for edge in edges
        )
        yield from sorted(effort for effort in efforts if effort[1] != now)
    elif variable.kind == "boolean":
        yield from ((Fraction(1), value) for value in (True, False) if value is not now)
    else:
        alone = variable.kind == "string"
        values = (option if alone else (option,) for option in variable.options)
        yield from ((Fraction(1), value) for value in values if value != now)


def _edges(book: DecisionBook, variable: Variable) -> Iterator[int]:
    """Yield the numbers on both sides of every threshold of an input."""
    for rule in book.ruleset.rules:
        for condition in conditions_of(rule.when) if rule.when else ():
            if condition.name != variable.name:
                continue
            test = interval(condition.operator, condition.threshold, variable.scale)
            if test.lowest > -UNBOUNDED:
                yield from (test.lowest - 1, test.lowest)
            if test.highest < UNBOUNDED:
                yield from (test.highest, test.highest + 1)
