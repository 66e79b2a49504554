"""Boxes: sets of subjects given by the atoms each variable may take, all variables of a box in one integer.

A field of bits per variable, one bit per atom, with a guard bit above it. Two boxes meet in the bitwise
*and* of their integers, and one addition tells whether a field of the result became empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.terms import Condition, conditions_of
from rules.verify.domains import Domain, domain_of
from rules.verify.findings import Witness, facts_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rules.decisions.model import FactInput, Variable
    from rules.terms import Clause

MOST_STEPS = 200_000
"""Work one check may do, in boxes looked at: well under a second."""


class TooLargeError(Exception):
    """A check needs more boxes than it may look at."""


class Budget:
    """Counts the work of one check.

    Args:
        steps: Boxes it may look at.
    """

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Count boxes; TooLargeError when there are more than allowed."""
        self.left -= steps
        if self.left < 0:
            raise TooLargeError


@dataclass(frozen=True, slots=True)
class Field:
    """Where the atoms of one variable stand in a box.

    Attributes:
        domain: The variable and its atoms.
        shift: Position of its first atom's bit.
        mask: The bits of all its atoms.
    """

    domain: Domain
    shift: int
    mask: int


class Space:
    """All subjects that variables allow, cut by the conditions of some clauses.

    Args:
        variables: Variables by name.
        clauses: Every clause that boxes will be made of.
    """

    def __init__(self, variables: Mapping[str, Variable], clauses: Iterable[Clause]) -> None:
        named: dict[str, dict[Condition, None]] = {name: {} for name in variables}
        for clause in clauses:
            for condition in conditions_of(clause):
                named[condition.name][condition] = None
        self.fields: dict[str, Field] = {}
        self.full = self.guards = self.present = shift = 0
        for name, variable in variables.items():
            domain = domain_of(variable, named[name])
            self.fields[name] = Field(domain, shift, domain.full << shift)
            self.full |= domain.full << shift
            self.present |= domain.present << shift
            shift += len(domain.atoms)
            self.guards |= 1 << shift
            shift += 1

    def some(self, box: int) -> bool:
        """Tell whether a box contains any subject: whether no field is empty."""
        return (box + self.full) & self.guards == self.guards

    def where(self, condition: Condition) -> int:
        """Return the box in which a condition holds; it may be empty."""
        part = self.fields[condition.name]
        return self.full & ~part.mask | part.domain.masks[condition] << part.shift

    def boxes(self, clause: Clause | None, budget: Budget) -> tuple[int, ...]:
        """Return non-empty boxes that together are exactly where a clause holds; None holds always."""
        if clause is None:
            return (self.full,)
        if isinstance(clause, Condition):
            return tuple(filter(self.some, (self.where(clause),)))
        parts = [self.boxes(member, budget) for member in clause.members]
        if clause.mode == "any":
            return self._together([box for part in parts for box in part], budget)
        found: tuple[int, ...] = (self.full,)
        for part in parts:
            budget.spend(len(found) * len(part))
            found = tuple(meeting for one in found for other in part if self.some(meeting := one & other))
        return self._together(list(found), budget)

    def _together(self, boxes: list[int], budget: Budget) -> tuple[int, ...]:
        """Join boxes that differ in one variable only."""
        for part in self.fields.values():
            if len(boxes) < 2:  # noqa: PLR2004  one box has nothing to be joined with
                break
            budget.spend(len(boxes))
            joined: dict[int, int] = {}
            for box in boxes:
                joined[box & ~part.mask] = joined.get(box & ~part.mask, 0) | box
            boxes = list(joined.values())
        return tuple(boxes)

    def without(self, box: int, other: int) -> Iterator[int]:
        """Yield disjoint boxes that together are a box less another one that it meets."""
        for part in self.fields.values():
            rest = box & part.mask & ~other
            if rest:
                yield box & ~part.mask | rest
                box &= ~part.mask | other

    def uncovered(self, box: int, cover: Sequence[int], budget: Budget) -> int | None:
        """Return a part of a box that no box of a cover meets; None when the cover is complete."""
        open_parts = [(box, 0)]
        while open_parts:
            part, place = open_parts.pop()
            start = place
            while place < len(cover) and not self.some(part & cover[place]):
                place += 1
            budget.spend(place - start + 1)
            if place == len(cover):
                return part
            open_parts.extend((piece, place + 1) for piece in self.without(part, cover[place]))
        return None

    def cell(self, box: int) -> int:
        """Return the first atom of every variable: what stands for a box, values before missing ones."""
        found = 0
        for part in self.fields.values():
            bits = box & part.mask
            found |= bits & -bits
        return found

    def facts(self, box: int, **chosen: FactInput) -> dict[str, FactInput]:
        """Return the subject that stands for a box, with its smallest numbers; ``chosen`` values stand."""
        cell = self.cell(box)
        found = {
            name: part.domain.atoms[(cell & part.mask).bit_length() - part.shift - 1].lowest
            for name, part in self.fields.items()
        }
        return found | chosen

    def around(self, facts: Mapping[str, FactInput]) -> int:
        """Return the box of all subjects that no condition tells apart from the given one."""
        return sum(part.domain.place(facts[name]) << part.shift for name, part in self.fields.items())

    def told(self, box: int) -> tuple[str, ...]:
        """Return the variables of which a box says more than that they have a value."""
        return tuple(
            name
            for name, part in self.fields.items()
            if box & part.mask & self.present != part.mask & self.present
        )

    def witness(self, box: int, **chosen: FactInput) -> Witness:
        """Return the subject that stands for a box; its words are what box and choice say about it."""
        facts = self.facts(box, **chosen)
        names = {*self.told(box), *chosen}
        told = [part.domain.variable for name, part in self.fields.items() if name in names]
        return Witness(facts, facts_text(told, facts))

    @property
    def sampled(self) -> tuple[str, ...]:
        """Variables of which only samples are tried, because they may be any text."""
        return tuple(name for name, part in self.fields.items() if not part.domain.complete)
