"""What a rulebook is made of: inputs, scored lines, bands of conditions, grades. Values only, no logic."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rules.kpis import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

MissingRule = Literal["error", "no_match", "hold"]
SubjectKind = Literal["dealer", "representative"]
Operand = str | tuple[str, ...]
Brought = Literal["previous_grade", "months_below"]
MILLI = 1000


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of an input with a threshold.

    Attributes:
        name: Input of the rulebook.
        operator: An operator of business-rules for the input's type.
        value: A threshold as the shortest decimal text, for example ``-2.5``; a text; options; or empty
            when the operator takes none.
    """

    name: str
    operator: str
    value: Operand

    @property
    def threshold(self) -> str:
        """The value of a comparison with a number; TypeError when it is none."""
        if isinstance(self.value, tuple):
            raise TypeError(f"{self.operator} has options, not a threshold")
        return self.value


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which ``all`` or ``any`` must hold; never empty."""

    mode: Literal["all", "any"]
    members: tuple[Clause, ...]


Clause = Condition | Group


def conditions_of(clause: Clause) -> Iterator[Condition]:
    """Yield the comparisons of a clause in reading order: the order of the explanation bits."""
    if isinstance(clause, Condition):
        yield clause
    else:
        for member in clause.members:
            yield from conditions_of(member)


@dataclass(frozen=True, slots=True)
class Band:
    """Points of a line when its clause holds and no earlier band of the line held.

    Attributes:
        id: Unique within the book.
        points_milli: Thousandths of a point, 0 up to the line's weight.
        when: Clause without negation (negation is lowered when the book is read).
    """

    id: str
    points_milli: int
    when: Clause


@dataclass(frozen=True, slots=True)
class Curve:
    """A score in straight pieces over an input: level before its first point and after its last.

    Attributes:
        input: Input it scores: a measured one or one that subjects bring along.
        points: At least two pairs, values rising: value × 10^scale of the input, score × 10^scale of the
            curve; scores are 0 or more.
    """

    input: str
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A number that conditions may name: measured, brought along from earlier months, or a curve's score.

    Attributes:
        name: Name in conditions.
        kpi: Code in the KPI catalogue; empty when the number is not measured.
        label: Name for people.
        unit: Printed behind a value.
        scale: Decimals of the quantised value.
        lowest: Smallest plausible value, decimal text; thresholds lie inside, values may lie outside.
        highest: Largest plausible value.
        missing: ``no_match`` re-weights its line, ``hold`` leaves the grade to a person, ``error``
            stops the run.
        source: Where the number comes from, by locale.
        brings: What the subject brings along: the least points of its last grade (missing without one), or
            the months below that grade; None for other numbers.
        curve: How the number follows from another input; None for other numbers.
    """

    name: str
    kpi: str
    label: Text
    unit: str
    scale: int
    lowest: str
    highest: str
    missing: MissingRule
    source: Text
    brings: Brought | None = None
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the score sheet.

    Attributes:
        id: Unique within the book.
        label: Name for people.
        input: Input whose value is shown and whose absence re-weights the line.
        weight: Points the line can give, whole points; 0 when informative.
        informative: Shown, never scored.
        bands: Tried in order; the first that holds gives its points, none gives 0.
        reason: Why the line is scored like this, by locale.
        curve: Input whose score gives the points in place of bands; empty when bands do.
    """

    id: str
    label: Text
    input: str
    weight: int
    informative: bool
    bands: tuple[Band, ...]
    reason: Text
    curve: str = ""

    @property
    def weight_milli(self) -> int:
        """Weight in thousandths of a point."""
        return self.weight * MILLI


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the least total points, in thousandths and inclusive, that earn it."""

    grade: str
    from_milli: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """When a grade is kept although the points fell below its edge.

    Attributes:
        months: Consecutive months below the edge, this one included, after which the grade falls.
        margin_milli: A month this far below the edge, inclusive, lets it fall at once.
    """

    months: int
    margin_milli: int


@dataclass(frozen=True, slots=True)
class Change:
    """Changelog note of a version: kind of change, periods and areas it touches, and what people are told."""

    kind: str
    areas: tuple[str, ...]
    note: Text
    announced_on: dt.date
