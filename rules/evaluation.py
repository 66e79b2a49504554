"""Evaluate subjects against a rulebook.

Pure: facts, rulebook and context in, outcome out. No clock, database or request is read, so equal inputs
give an equal outcome on every machine and in every year. docs/algorithms/evaluation.md says it in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.distance import Suggestion, distance
from rules.errors import FactError, RulebookError
from rules.explain import Explanation, explain
from rules.facts import FactTable
from rules.outcomes import NO_CONTEXT, Context, Outcome
from rules.reference import Reference
from rules.scoring import Verdict, assemble, combine, effective_weights, line_outcome, values_of
from rules.terms import conditions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.facts import FactTable, FactValue
    from rules.kpis import Locale
    from rules.rulebook import Rulebook
    from rules.terms import Band


class Outcomes:
    """Results of all subjects of a month.

    Args:
        rulebook: The version that decided.
        table: The facts it decided on.
        results: Outcome by subject, in the order of the fact table.
    """

    def __init__(self, rulebook: Rulebook, table: FactTable, results: Mapping[str, Outcome]) -> None:
        self.rulebook = rulebook
        self.table = table
        self.results = results

    def __getitem__(self, subject: str) -> Outcome:
        return self.results[subject]

    def __iter__(self) -> Iterator[tuple[str, Outcome]]:
        return iter(self.results.items())

    def __len__(self) -> int:
        return len(self.results)

    def explain(self, subject: str, locale: Locale) -> Explanation:
        """Say one subject's outcome in words; KeyError when it was not evaluated."""
        return explain(self[subject], self.rulebook, locale)

    def distance(self, subject: str) -> tuple[Suggestion, ...]:
        """List what would lift one subject's grade; KeyError when it was not evaluated."""
        return distance(self[subject], self.table.facts(subject), self.rulebook)


class Decision:
    """A sound rulebook made ready to run. The reference runs it; a faster engine keeps this interface.

    Args:
        rulebook: The version in force.

    Raises:
        RulebookError: The rulebook has problems.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._reference = Reference(rulebook)

    def evaluate(self, facts: Mapping[str, FactValue], context: Context = NO_CONTEXT) -> Outcome:
        """Score one subject; see the function ``evaluate``."""
        return self._reference.evaluate(facts, context)

    def evaluate_many(
        self, table: FactTable, context_by_subject: Mapping[str, Context] | None = None
    ) -> Outcomes:
        """Score every subject of a month; see the function ``evaluate_many``."""
        if table.kind != self.rulebook.subject:
            raise RulebookError(self.rulebook.name, [f"scores a {self.rulebook.subject}, not a {table.kind}"])
        contexts = context_by_subject or {}
        results = {}
        for subject in table.subjects:
            try:
                results[subject] = self.evaluate(table.facts(subject), contexts.get(subject, NO_CONTEXT))
            except FactError as error:
                raise FactError(f"subject {subject!r}: {error}") from error
        return Outcomes(self.rulebook, table, results)


def evaluate(rulebook: Rulebook, facts: Mapping[str, FactValue], context: Context = NO_CONTEXT) -> Outcome:
    """Score one subject in one month.

    Args:
        rulebook: Version in force during the month.
        facts: Measured facts by KPI code; a code that is not there is missing.
        context: Last grade and months below it.

    Returns:
        Points, grade and the outcome of every line, band and condition.

    Raises:
        RulebookError: The rulebook has problems.
        FactError: An input declared ``missing: error`` has no value.
    """
    return Decision(rulebook).evaluate(facts, context)


def evaluate_many(
    rulebook: Rulebook, table: FactTable, context_by_subject: Mapping[str, Context] | None = None
) -> Outcomes:
    """Score every subject of a fact table; subjects without a context have no earlier grade.

    Raises:
        RulebookError: The rulebook has problems or scores another kind of subject.
        FactError: An input declared ``missing: error`` has no value; the message names the subject.
    """
    return Decision(rulebook).evaluate_many(table, context_by_subject)


def expand(
    rulebook: Rulebook, facts: Mapping[str, FactValue], bits: bytes, context: Context = NO_CONTEXT
) -> Outcome:
    """Rebuild an outcome from stored facts and condition bits, without asking business-rules again.

    Raises:
        FactError: The number of bytes does not belong to this rulebook.
    """
    rulebook.require_sound()
    if len(bits) != (len(rulebook.conditions) + 7) // 8:
        raise FactError("the condition bits belong to another rulebook")
    values = values_of(rulebook, facts)
    flags = iter([bool(bits[place >> 3] >> (place & 7) & 1) for place in range(len(rulebook.conditions))])
    weights = effective_weights(rulebook, values)
    lines = tuple(
        line_outcome(
            line, weight, rulebook.points_quantum_milli, values, [_stored(band, flags) for band in line.bands]
        )
        for line, weight in zip(rulebook.lines, weights, strict=True)
    )
    return assemble(rulebook, values, lines, context)


def _stored(band: Band, flags: Iterator[bool]) -> Verdict:
    held = tuple(next(flags) for _ in conditions_of(band.when))
    return held, combine(band.when, iter(held))
