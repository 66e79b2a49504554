"""Evaluate subjects against a rulebook: the reference semantics, run through business-rules.

Pure: facts, rulebook and context in, outcome out. No clock, database or request is read, so equal inputs
give an equal outcome on every machine and in every year. docs/algorithms/evaluation.md says it in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.errors import FactError
from rules.facts import FactTable
from rules.grading import decide_grade
from rules.money import apportion, divide
from rules.outcomes import (
    BandOutcome,
    ConditionOutcome,
    Context,
    HeldReason,
    LineOutcome,
    Outcome,
)
from rules.rulebook import Rulebook
from rules.terms import Condition, conditions_of
from rules.variables import holds, variables_class

if TYPE_CHECKING:
    from rules.facts import FactValue
    from rules.terms import Band, Clause, Line

NO_CONTEXT = Context()
Values = Mapping[str, int]
Verdict = tuple[tuple[bool, ...], bool]


class Evaluator:
    """Evaluates many subjects against one sound rulebook.

    A band depends on the values of the inputs it names and on nothing else, so its verdict is kept
    per distinct values; the same call is never made twice and no verdict can change by it.

    Args:
        rulebook: The version in force.

    Raises:
        RulebookError: The rulebook has problems.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        rulebook.require_sound()
        self.rulebook = rulebook
        self._variables = variables_class(rulebook.inputs)
        self._names = {
            band.id: tuple(sorted({condition.name for condition in conditions_of(band.when)}))
            for line in rulebook.lines
            for band in line.bands
        }
        self._verdicts: dict[tuple[str, tuple[int | None, ...]], Verdict] = {}

    def evaluate(self, facts: Mapping[str, FactValue], context: Context = NO_CONTEXT) -> Outcome:
        """Score one subject; see ``evaluate``."""
        values = values_of(self.rulebook, facts)
        verdicts = {
            band.id: self._verdict(band, values) for line in self.rulebook.lines for band in line.bands
        }
        return assemble(self.rulebook, values, verdicts, context)

    def _verdict(self, band: Band, values: Values) -> Verdict:
        key = band.id, tuple(values.get(name) for name in self._names[band.id])
        if key not in self._verdicts:
            self._verdicts[key] = self._ask(band, values)
        return self._verdicts[key]

    def _ask(self, band: Band, values: Values) -> Verdict:
        numbers = {
            name: Decimal(values[name]).scaleb(-self.rulebook.inputs[name].scale)
            for name in self._names[band.id]
            if name in values
        }
        variables = self._variables(numbers)
        conditions = tuple(holds(condition, variables, numbers) for condition in conditions_of(band.when))
        return conditions, holds(band.when, variables, numbers)


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
    return Evaluator(rulebook).evaluate(facts, context)


@dataclass(frozen=True)
class Outcomes:
    """Results of all subjects of a month, in the order of the fact table."""

    rulebook: Rulebook
    table: FactTable
    results: Mapping[str, Outcome]

    def __getitem__(self, subject: str) -> Outcome:
        return self.results[subject]

    def __len__(self) -> int:
        return len(self.results)


def evaluate_many(
    rulebook: Rulebook, table: FactTable, context_by_subject: Mapping[str, Context] | None = None
) -> Outcomes:
    """Score every subject of a fact table; subjects without a context have no earlier grade.

    Raises:
        RulebookError: The rulebook has problems or scores another kind of subject.
        FactError: An input declared ``missing: error`` has no value; the message names the subject.
    """
    evaluator = Evaluator(rulebook)
    contexts = context_by_subject or {}
    results = {}
    for subject in table.subjects:
        try:
            results[subject] = evaluator.evaluate(table.facts(subject), contexts.get(subject, NO_CONTEXT))
        except FactError as error:
            raise FactError(f"subject {subject!r}: {error}") from error
    return Outcomes(rulebook, table, results)


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
    flags = iter([bool(bits[place >> 3] >> (place & 7) & 1) for place in range(len(rulebook.conditions))])
    verdicts = {}
    for line in rulebook.lines:
        for band in line.bands:
            held = tuple(next(flags) for _ in conditions_of(band.when))
            verdicts[band.id] = held, combine(band.when, iter(held))
    return assemble(rulebook, values_of(rulebook, facts), verdicts, context)


def combine(clause: Clause, held: Iterator[bool]) -> bool:
    """Combine condition outcomes, consumed in reading order, to the outcome of their clause."""
    if isinstance(clause, Condition):
        return next(held)
    parts = [combine(member, held) for member in clause.members]
    return all(parts) if clause.mode == "all" else any(parts)


def values_of(rulebook: Rulebook, facts: Mapping[str, FactValue]) -> Values:
    """Return the quantised values of the inputs that have one, by input name.

    Raises:
        FactError: An input declared ``missing: error`` has none.
    """
    values = {}
    for name, source in rulebook.inputs.items():
        fact = facts.get(source.kpi)
        if fact is not None and fact.value_scaled is not None:
            values[name] = fact.value_scaled
        elif source.missing == "error":
            raise FactError(f"the input {name!r} has no value")
    return values


def assemble(
    rulebook: Rulebook, values: Values, verdicts: Mapping[str, Verdict], context: Context
) -> Outcome:
    """Turn the verdicts on every band into lines, points and a grade."""
    weights = effective_weights(rulebook, values)
    lines = tuple(
        _line(line, weight, values, verdicts) for line, weight in zip(rulebook.lines, weights, strict=True)
    )
    points = sum(line.points_milli for line in lines)
    held, names = held_reason(rulebook, values)
    earned, grade, below = decide_grade(rulebook, points, context, held=held is not None)
    flags = [flag for line in rulebook.lines for band in line.bands for flag in verdicts[band.id][0]]
    return Outcome(points, grade, held, earned, below, lines, pack_bits(flags), context, names)


def effective_weights(rulebook: Rulebook, values: Values) -> tuple[int, ...]:
    """Re-spread the weights of missing lines over the present ones, in thousandths, sum unchanged."""
    total = sum(line.weight_milli for line in rulebook.lines)
    present = [line.weight_milli if line.input in values else 0 for line in rulebook.lines]
    return apportion(total, present) if any(present) else tuple(present)


def held_reason(rulebook: Rulebook, values: Values) -> tuple[HeldReason | None, tuple[str, ...]]:
    """Tell why a person has to decide, and which inputs cause it."""
    names = tuple(
        name for name, source in rulebook.inputs.items() if source.missing == "hold" and name not in values
    )
    if names:
        return "missing_input", names
    support = sum(line.weight_milli for line in rulebook.lines if line.input in values)
    if support < rulebook.minimum_support_milli:
        return "little_support", ()
    return None, ()


def pack_bits(flags: list[bool]) -> bytes:
    """Pack flags eight to a byte, the lowest bit first."""
    packed = bytearray((len(flags) + 7) // 8)
    for place, flag in enumerate(flags):
        packed[place >> 3] |= flag << (place & 7)
    return bytes(packed)


def _line(line: Line, weight: int, values: Values, verdicts: Mapping[str, Verdict]) -> LineOutcome:
    missing = line.input not in values
    applied = None if missing else next((band for band in line.bands if verdicts[band.id][1]), None)
    best = max((band.points_milli for band in line.bands), default=0)
    return LineOutcome(
        id=line.id,
        informative=line.informative,
        weight_milli=line.weight_milli,
        effective_weight_milli=weight,
        points_milli=_share(applied.points_milli, weight, line) if applied else 0,
        max_milli=_share(best, weight, line),
        value=values.get(line.input),
        missing=missing,
        bands=tuple(_band(band, verdicts[band.id], band is applied, values) for band in line.bands),
    )


def _share(points_milli: int, weight: int, line: Line) -> int:
    return divide(points_milli * weight, line.weight_milli) if line.weight_milli else 0


def _band(band: Band, verdict: Verdict, applied: bool, values: Values) -> BandOutcome:  # noqa: FBT001  set by position once
    held, whole = verdict
    conditions = tuple(
        ConditionOutcome(condition, condition.name not in values, flag)
        for condition, flag in zip(conditions_of(band.when), held, strict=True)
    )
    return BandOutcome(band.id, band.points_milli, whole, applied, conditions)
