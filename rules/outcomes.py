"""What an evaluation says: points, grade, one entry per line, band and condition. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rules.terms import Condition

HeldReason = Literal["missing_input", "little_support"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a subject brings from earlier months.

    Attributes:
        previous_grade: Last published grade; None when there is none.
        months_below: Consecutive months just before this one whose points were below that grade's edge.
    """

    previous_grade: str | None = None
    months_below: int = 0


NO_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class ConditionOutcome:
    """One comparison: the condition, whether its number was missing, whether it held."""

    condition: Condition
    missing: bool
    held: bool


@dataclass(frozen=True, slots=True)
class BandOutcome:
    """One band: its full points in thousandths, whether its clause held, whether it gave the points."""

    id: str
    points_milli: int
    held: bool
    applied: bool
    conditions: tuple[ConditionOutcome, ...]


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One line of the score sheet.

    Attributes:
        id: Line of the rulebook.
        informative: Shown, never scored.
        weight_milli: Weight in the book, thousandths of a point.
        effective_weight_milli: Weight after missing lines' weights were re-spread; 0 when missing.
        points_milli: Points given, thousandths, rounded once, half away from zero.
        max_milli: Most points this line could give here.
        value: Quantised value × 10^scale; None when missing.
        missing: 해당 없음: the line's own input has no value.
        bands: Every band in book order, applied or not.
    """

    id: str
    informative: bool
    weight_milli: int
    effective_weight_milli: int
    points_milli: int
    max_milli: int
    value: int | None
    missing: bool
    bands: tuple[BandOutcome, ...]

    @property
    def reweighted(self) -> bool:
        """Whether the line carries weight of missing lines."""
        return self.effective_weight_milli > self.weight_milli


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of one subject in one month.

    Attributes:
        points_milli: Sum of the lines, thousandths of a point, 0 to 100,000.
        grade: Grade after keeping; None when held.
        held: Why a person has to decide, None when the rules decided.
        earned_grade: Grade of the points alone, None when held.
        months_below: What the next month's context must carry.
        lines: One entry per line in book order.
        bits: One bit per condition of the book, lowest bit of the first byte first.
        context: What the subject brought from earlier months.
        held_inputs: Inputs whose absence holds the subject.
    """

    points_milli: int
    grade: str | None
    held: HeldReason | None
    earned_grade: str | None
    months_below: int
    lines: tuple[LineOutcome, ...]
    bits: bytes
    context: Context
    held_inputs: tuple[str, ...] = field(default=())

    @property
    def kept(self) -> bool:
        """Whether an earlier grade was kept although the points earned a lower one."""
        return self.grade != self.earned_grade
