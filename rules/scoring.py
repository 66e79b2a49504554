"""From the verdicts on bands to lines, points and a grade: the part every engine shares.

The reference and any faster engine differ only in how a verdict on a condition is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rules.curves import SCORE_SCALE, score_at
from rules.errors import FactError
from rules.grading import decide_grade
from rules.money import apportion, divide
from rules.outcomes import BandOutcome, ConditionOutcome, Context, HeldReason, LineOutcome, Outcome
from rules.terms import MILLI, Condition, conditions_of

if TYPE_CHECKING:
    from rules.facts import FactValue
    from rules.rulebook import Rulebook
    from rules.terms import Band, Clause, Input, Line

Values = Mapping[str, int]
Verdict = tuple[tuple[bool, ...], bool]
"""Outcome of each condition in reading order, and of the whole clause."""


def combine(clause: Clause, held: Iterator[bool]) -> bool:
    """Combine condition outcomes, consumed in reading order, to the outcome of their clause."""
    if isinstance(clause, Condition):
        return next(held)
    parts = [combine(member, held) for member in clause.members]
    return all(parts) if clause.mode == "all" else any(parts)


def values_of(rulebook: Rulebook, facts: Mapping[str, FactValue], context: Context) -> Values:
    """Return the quantised values of the inputs that have one, by input name.

    Curves come last: they follow from the others, so every engine sees plain numbers only.

    Raises:
        FactError: An input declared ``missing: error`` has none.
    """
    values: dict[str, int] = {}
    for name, source in rulebook.inputs.items():
        value = _value(rulebook, source, facts, values, context)
        if value is not None:
            values[name] = value
        elif source.missing == "error":
            raise FactError(missing_message(name))
    return values


def missing_message(name: str) -> str:
    """Say that an input that must be there is not."""
    return f"the input {name!r} has no value"


def _value(
    rulebook: Rulebook, source: Input, facts: Mapping[str, FactValue], values: Values, context: Context
) -> int | None:
    if source.curve:
        value = values.get(source.curve.input)
        return None if value is None else score_at(source.curve, value)
    if source.brings:
        return brought(rulebook, source, context)
    fact = facts.get(source.kpi)
    return None if fact is None else fact.value_scaled


def brought(rulebook: Rulebook, source: Input, context: Context) -> int | None:
    """Return what a subject brings along, quantised; None when its last grade is none of the book's."""
    edges = {step.grade: step.from_milli for step in rulebook.grades}
    if context.previous_grade not in edges:
        return None
    if source.brings == "months_below":
        return int(context.months_below * 10**source.scale)
    return divide(edges[context.previous_grade] * 10**source.scale, MILLI)


def assemble(rulebook: Rulebook, values: Values, lines: tuple[LineOutcome, ...], context: Context) -> Outcome:
    """Add the lines up and decide the grade."""
    points = sum(line.points_milli for line in lines)
    held, names = held_reason(rulebook, values)
    earned, grade, below = decide_grade(rulebook, points, context, held=held is not None)
    flags = [condition.held for line in lines for band in line.bands for condition in band.conditions]
    return Outcome(points, grade, held, earned, below, lines, pack_bits(flags), context, names)


def effective_weights(rulebook: Rulebook, values: Values) -> tuple[int, ...]:
    """Re-spread the weights of missing lines over the present ones, in thousandths, sum unchanged."""
    quantum = rulebook.points_quantum_milli
    total = sum(line.weight_milli for line in rulebook.lines) // quantum
    present = [line.weight_milli if line.input in values else 0 for line in rulebook.lines]
    if not any(present):
        return tuple(present)
    return tuple(quantum * share for share in apportion(total, present))


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


def line_outcome(
    rulebook: Rulebook, line: Line, weight: int, values: Values, verdicts: Sequence[Verdict]
) -> LineOutcome:
    """Turn the verdicts on a line's bands, in book order, into its outcome.

    Args:
        rulebook: Version in force.
        line: Line of it.
        weight: Effective weight in thousandths.
        values: Quantised values by input; a missing one is not there.
        verdicts: One per band.
    """
    missing = line.input not in values
    given = None if missing else next((place for place, verdict in enumerate(verdicts) if verdict[1]), None)
    points = _points(rulebook, line, given, values)
    bands = tuple(
        _band(band, verdict, values, applied=place == given)
        for place, (band, verdict) in enumerate(zip(line.bands, verdicts, strict=True))
    )
    return LineOutcome(
        id=line.id,
        informative=line.informative,
        weight_milli=line.weight_milli,
        effective_weight_milli=weight,
        points_milli=share(points, weight, line.weight_milli, rulebook.points_quantum_milli),
        max_milli=weight,
        value=values.get(line.input),
        missing=missing,
        bands=bands,
    )


def _points(rulebook: Rulebook, line: Line, given: int | None, values: Values) -> int:
    """Return the points a line gives at its full weight, in thousandths."""
    if line.curve:
        return values.get(line.curve, 0) * int(10 ** (SCORE_SCALE - rulebook.inputs[line.curve].scale))
    return 0 if given is None else line.bands[given].points_milli


def share(points_milli: int, weight: int, line_weight: int, quantum: int) -> int:
    """Return points at an effective weight, rounded once; an informative line weighs and gives nothing."""
    return divide(points_milli * weight, line_weight, "half_away", quantum) if line_weight else 0


def _band(band: Band, verdict: Verdict, values: Values, *, applied: bool) -> BandOutcome:
    held, whole = verdict
    conditions = tuple(
        ConditionOutcome(condition, condition.name not in values, flag)
        for condition, flag in zip(conditions_of(band.when), held, strict=True)
    )
    return BandOutcome(band.id, band.points_milli, whole, applied, conditions)
