"""A score sheet as boxes, and its exact total for any facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.curves import score_at
from rules.decisions.matching import matcher
from rules.decisions.model import Variable
from rules.money import divide
from rules.scoring import effective_weights
from rules.terms import MILLI, Condition, conditions_of
from rules.verify.boxes import Space
from rules.verify.preimages import scaled, without_curves
from rules.verify.tally import Group
from rules.vocabulary import shortest_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.decisions.model import FactInput
    from rules.rulebook import Rulebook
    from rules.terms import Clause, Input, Line
    from rules.verify.boxes import Budget


class Sheet:
    """A sound score sheet made ready for checks.

    Args:
        book: The score sheet.
        budget: Limits the work.

    Attributes:
        clauses: Clauses of each line's bands without curves.
        groups: Points of each line in thousandths, by full weight; of a curve only at its points.
        curved: Lines that take their points from a curve.
        all_present: The box in which every scored line has a value.
    """

    def __init__(self, book: Rulebook, budget: Budget) -> None:
        self.book = book
        measured = {name: source for name, source in book.inputs.items() if source.curve is None}
        self.variables = {name: _variable(source) for name, source in measured.items()}
        self.clauses: dict[str, tuple[Clause, ...]] = {
            line.id: tuple(without_curves(band.when, book.inputs) for band in line.bands)
            for line in book.lines
        }
        knots = {line.id: self.knots(line) for line in book.lines if line.curve}
        self.curved = frozenset(knots)
        every = [clause for clauses in self.clauses.values() for clause in clauses]
        every += [knot for pairs in knots.values() for knot, _ in pairs]
        self.space = Space(self.variables, every)
        self.all_present = self.space.full
        for line in book.lines:
            part = self.space.fields[line.input]
            self.all_present &= ~part.mask | self.space.present
        self.groups = {line.id: self._group(line, knots.get(line.id), budget) for line in book.lines}

    def knots(self, line: Line) -> list[tuple[Condition, int]]:
        """Return the points of a line's curve: a condition and the thousandths of a point it gives, each."""
        source = self.book.inputs[line.curve]
        if source.curve is None:
            raise TypeError(f"{line.curve} is no curve")
        scale = self.book.inputs[line.input].scale
        return [
            (
                Condition(line.input, "equal_to", shortest_decimal(f"{value}e-{scale}")),
                self.milli(line, score),
            )
            for value, score in source.curve.points
        ]

    def _group(self, line: Line, knots: list[tuple[Condition, int]] | None, budget: Budget) -> Group:
        if knots is not None:
            return Group(tuple((self.space.where(knot), points) for knot, points in knots), None)
        bands = zip(line.bands, self.clauses[line.id], strict=True)
        return Group(
            tuple(
                (box, band.points_milli) for band, clause in bands for box in self.space.boxes(clause, budget)
            )
        )

    def milli(self, line: Line, score: int) -> int:
        """Return a score of a line's curve as thousandths of a point."""
        return int(score * MILLI // 10 ** self.book.inputs[line.curve].scale)

    def variables_of(self, line: Line, clauses: Iterable[Clause]) -> dict[str, Variable]:
        """Return the variables some clauses of a line name; its own is present, or the line is left out."""
        names = {condition.name for clause in clauses for condition in conditions_of(clause)}
        own = _variable(self.book.inputs[line.input], missing="hold")
        return {name: own if name == line.input else self.variables[name] for name in names}

    def may_be_missing(self, line: Line) -> bool:
        """Tell whether a line can be left out and the grade still be decided by the rules."""
        others = sum(other.weight_milli for other in self.book.lines if other.input != line.input)
        return self.book.inputs[line.input].missing == "no_match" and others >= max(
            1, self.book.minimum_support_milli
        )

    def total(self, facts: Mapping[str, FactInput]) -> int:
        """Return the total points of a subject in thousandths, weights of missing lines re-spread."""
        values = {name: value for name, value in facts.items() if isinstance(value, int)}
        weights = zip(self.book.lines, effective_weights(self.book, values), strict=True)
        return sum(self._points(line, weight, values) for line, weight in weights if weight)

    def _points(self, line: Line, weight: int, values: Mapping[str, int]) -> int:
        curve = self.book.inputs[line.curve].curve if line.curve else None
        if curve is not None:
            points = self.milli(line, score_at(curve, values[line.input]))
        else:
            pairs = zip(line.bands, self.clauses[line.id], strict=True)
            held = (band.points_milli for band, clause in pairs if self.holds(clause, values))
            points = next(held, 0)
        return divide(points * weight, line.weight_milli, "half_away", self.book.points_quantum_milli)

    def holds(self, clause: Clause, values: Mapping[str, int]) -> bool:
        """Decide a clause without curves for quantised numbers; conditions on missing ones are false."""
        if not isinstance(clause, Condition):
            verdicts = (self.holds(member, values) for member in clause.members)
            return all(verdicts) if clause.mode == "all" else any(verdicts)
        test = matcher(clause, self.variables[clause.name])
        return clause.name in values and test.holds(values[clause.name])  # type: ignore[arg-type]  # a number


def _variable(source: Input, missing: str = "") -> Variable:
    return Variable(
        name=source.name,
        kind="numeric",
        label=source.label,
        unit=source.unit,
        scale=source.scale,
        lowest=scaled(source, source.lowest),
        highest=scaled(source, source.highest),
        missing="hold" if missing else source.missing,
    )
