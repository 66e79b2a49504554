"""Evaluate subjects against a rulebook.

Pure: facts, rulebook and context in, outcome out. No clock, database or request is read, so equal inputs
give an equal outcome on every machine and in every year. docs/algorithms/evaluation.md says it in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from rules.compile import compile_one
from rules.decisions.matching import UNBOUNDED
from rules.distance import Suggestion, distance
from rules.errors import FactError, RulebookError
from rules.explain import Explanation, explain
from rules.outcomes import NO_CONTEXT, Context, Outcome
from rules.scoring import (
    Values,
    Verdict,
    assemble,
    combine,
    effective_weights,
    line_outcome,
    values_of,
)
from rules.sheets.columns import Standing
from rules.sheets.lowering import lower_conditions
from rules.sheets.recheck import SAMPLE, recheck
from rules.sheets.scores import SheetPlan
from rules.terms import conditions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules.decisions.model import FactInput
    from rules.facts import FactTable, FactValue
    from rules.kpis import Locale
    from rules.rulebook import Rulebook
    from rules.sheets.scores import Scores
    from rules.terms import Band


class Outcomes(Mapping[str, Outcome]):
    """Results of all subjects of a month: in columns, and in full for whom it is asked.

    Args:
        rulebook: The version that decided.
        table: The facts it decided on.
        contexts: What subjects brought along.
        scores: Results in columns, in the order of the fact table.
    """

    def __init__(
        self, rulebook: Rulebook, table: FactTable, contexts: Mapping[str, Context], scores: Scores
    ) -> None:
        self.rulebook = rulebook
        self.table = table
        self.contexts = contexts
        self.scores = scores

    def __getitem__(self, subject: str) -> Outcome:
        bits = self.scores.bits[self.table.row(subject)].tobytes()
        context = self.contexts.get(subject, NO_CONTEXT)
        return expand(self.rulebook, self.table.facts(subject), bits, context)

    def __iter__(self) -> Iterator[str]:
        return iter(self.table.subjects)

    def __len__(self) -> int:
        return len(self.table.subjects)

    def recheck(self, size: int = SAMPLE) -> int:
        """Have business-rules decide a sample again; EngineError when it decides otherwise."""
        return recheck(self.rulebook, self.table, self.contexts, self.scores, size)

    def explain(self, subject: str, locale: Locale) -> Explanation:
        """Say one subject's outcome in words; KeyError when it was not evaluated."""
        return explain(self[subject], self.rulebook, locale)

    def distance(self, subject: str) -> tuple[Suggestion, ...]:
        """List what would lift one subject's grade; KeyError when it was not evaluated."""
        return distance(self[subject], self.table.facts(subject), self.rulebook)


class Decision:
    """A sound rulebook made ready to run: generated source for one subject, columns for many.

    Both give the very outcomes of ``rules.reference``; tests compare them, and every month is sampled.

    Args:
        rulebook: The version in force.

    Raises:
        RulebookError: The rulebook has problems.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._plan = SheetPlan(rulebook)

    @cached_property
    def _ask(self) -> Callable[[Mapping[str, FactInput]], int]:
        return compile_one(lower_conditions(self.rulebook))

    def evaluate(self, facts: Mapping[str, FactValue], context: Context = NO_CONTEXT) -> Outcome:
        """Score one subject; see the function ``evaluate``."""
        values = values_of(self.rulebook, facts, context)
        # Thresholds lie far inside these bounds, so that cutting changes no comparison.
        cut = {name: max(-UNBOUNDED, min(UNBOUNDED, value)) for name, value in values.items()}
        bits = self._ask(cut).to_bytes(_width(self.rulebook), "little")
        return _rebuilt(self.rulebook, values, bits, context)

    def evaluate_many(
        self, table: FactTable, context_by_subject: Mapping[str, Context] | None = None
    ) -> Outcomes:
        """Score every subject of a month; see the function ``evaluate_many``."""
        if table.kind != self.rulebook.subject:
            raise RulebookError(self.rulebook.name, [f"scores a {self.rulebook.subject}, not a {table.kind}"])
        contexts = context_by_subject or {}
        standing = Standing.of(self.rulebook, table.subjects, contexts)
        return Outcomes(self.rulebook, table, contexts, self._plan.score(table, standing))


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
    if len(bits) != _width(rulebook):
        raise FactError("the condition bits belong to another rulebook")
    return _rebuilt(rulebook, values_of(rulebook, facts, context), bits, context)


def _width(rulebook: Rulebook) -> int:
    """Return how many bytes the condition bits of one subject take."""
    return (len(rulebook.conditions) + 7) // 8


def _rebuilt(rulebook: Rulebook, values: Values, bits: bytes, context: Context) -> Outcome:
    flags = iter([bool(bits[place >> 3] >> (place & 7) & 1) for place in range(len(rulebook.conditions))])
    weights = effective_weights(rulebook, values)
    lines = tuple(
        line_outcome(rulebook, line, weight, values, [_stored(band, flags) for band in line.bands])
        for line, weight in zip(rulebook.lines, weights, strict=True)
    )
    return assemble(rulebook, values, lines, context)


def _stored(band: Band, flags: Iterator[bool]) -> Verdict:
    held = tuple(next(flags) for _ in conditions_of(band.when))
    return held, combine(band.when, iter(held))
