"""From the verdicts on bands to lines, points and a grade: the part every engine shares.

The reference and any faster engine differ only in how a verdict on a condition is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rules.errors import FactError
from rules.grading import decide_grade
from rules.money import apportion, divide
from rules.outcomes import BandOutcome, ConditionOutcome, Context, HeldReason, LineOutcome, Outcome
from rules.terms import Condition, conditions_of

if TYPE_CHECKING:
    from rules.facts import FactValue
    from rules.rulebook import Rulebook
    from rules.terms import Band, Clause, Line

Values = Mapping[str, int]
Verdict = tuple[tuple[bool, ...], bool]
"""Outcome of each condition in reading order, and of the whole clause."""


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
    line: Line, weight: int, quantum: int, values: Values, verdicts: Sequence[Verdict]
) -> LineOutcome:
    """Turn the verdicts on a line's bands, in book order, into its outcome.

    Args:
        line: Line of the rulebook.
        weight: Effective weight in thousandths.
        quantum: Points are rounded to this, in thousandths.
        values: Quantised values by input; a missing one is not there.
        verdicts: One per band.
    """
    missing = line.input not in values
    given = None if missing else next((place for place, verdict in enumerate(verdicts) if verdict[1]), None)
    bands = tuple(
        _band(band, verdict, values, applied=place == given)
        for place, (band, verdict) in enumerate(zip(line.bands, verdicts, strict=True))
    )
    return LineOutcome(
        id=line.id,
        informative=line.informative,
        weight_milli=line.weight_milli,
        effective_weight_milli=weight,
        points_milli=0 if given is None else _share(line.bands[given].points_milli, weight, line, quantum),
        max_milli=weight,
        value=values.get(line.input),
        missing=missing,
        bands=bands,
    )


def _share(points_milli: int, weight: int, line: Line, quantum: int) -> int:
    return divide(points_milli * weight, line.weight_milli, "half_away", quantum)


def _band(band: Band, verdict: Verdict, values: Values, *, applied: bool) -> BandOutcome:
    held, whole = verdict
    conditions = tuple(
        ConditionOutcome(condition, condition.name not in values, flag)
        for condition, flag in zip(conditions_of(band.when), held, strict=True)
    )
    return BandOutcome(band.id, band.points_milli, whole, applied, conditions)
