"""The worst a result can become when one step changes and everything else stays: exact search over boxes.

A result is a sum of groups. Within a group the first entry that holds gives its value, none gives the
default. One group with every row is a decision table; one group per row is a sum of points; one group per
line is a score sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.verify.boxes import Budget, Field, Space

Entry = tuple[int, int | None]
"""A box and the value it gives; None when the result there is not comparable."""


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes tried in order.

    Attributes:
        entries: Boxes with their values; boxes of one rule stand together.
        default: Value where no box holds; None when there is no result to compare.
    """

    entries: tuple[Entry, ...]
    default: int | None = 0

    def at(self, part: Field, atom: int) -> Group:
        """Return the group as it is when a variable is at one of its atoms, no longer asking for it."""
        bit = 1 << part.shift + atom
        return Group(
            tuple((box | part.mask, value) for box, value in self.entries if box & bit), self.default
        )

    @property
    def values(self) -> list[int]:
        """Every value it may give that can be compared."""
        possible = [value for _, value in self.entries] + [self.default]
        return [value for value in possible if value is not None]


@dataclass(frozen=True, slots=True)
class Drop:
    """A fall of the result.

    Attributes:
        box: The subjects it happens to, the changing variable left open.
        before: Result before the step.
        after: Result after it, smaller.
    """

    box: int
    before: int
    after: int


class DropSearch:
    """Finds the largest fall from one set of groups to another over all subjects of a box.

    Args:
        space: What the boxes are made of.
        before: Groups before the step.
        after: The same number of groups after the step.
        budget: Limits the work.
    """

    def __init__(self, space: Space, before: Sequence[Group], after: Sequence[Group], budget: Budget) -> None:
        self._space = space
        self._budget = budget
        pairs = list(zip(before, after, strict=True))
        self._pairs = [pair for pair in pairs if pair[0] != pair[1]]
        self._same = [one for one, other in pairs if one == other]
        self._worst = [0]
        for one, other in reversed(self._pairs):
            fall = min(other.values, default=0) - max(one.values, default=0)
            self._worst.append(self._worst[-1] + min(fall, 0))
        self._worst.reverse()
        self._best: Drop | None = None

    def run(self, inside: int) -> Drop | None:
        """Return the largest fall within a box, None when there is none; TooLargeError at the limit."""
        if self._pairs:
            self._search(inside, 0, 0, 0)
        if self._best is None:
            return None
        return self._with_the_rest(self._best)

    def _search(self, box: int, place: int, before: int, after: int) -> None:
        if after - before + self._worst[place] >= (self._best.after - self._best.before if self._best else 0):
            return
        if place == len(self._pairs):
            self._best = Drop(box, before, after)
            return
        one, other = self._pairs[place]
        for mine, had in leaves(self._space, one, box, self._budget):
            for meeting, has in leaves(self._space, other, mine, self._budget):
                self._search(meeting, place + 1, before + had, after + has)

    def _with_the_rest(self, drop: Drop) -> Drop:
        """Add what the unchanged groups give to the subject that stands for the box."""
        cell = self._space.cell(drop.box)
        given = (leaves(self._space, group, cell, self._budget) for group in self._same)
        rest = sum(value for parts in given for _, value in parts)
        return Drop(drop.box, drop.before + rest, drop.after + rest)


def leaves(space: Space, group: Group, box: int, budget: Budget) -> Iterator[tuple[int, int]]:
    """Split a box into disjoint parts with one comparable value of a group each; other parts are left out."""
    open_parts = [(box, 0)]
    entries = group.entries
    while open_parts:
        part, place = open_parts.pop()
        start = place
        while place < len(entries) and not space.some(part & entries[place][0]):
            place += 1
        budget.spend(place - start + 1)
        value = group.default if place == len(entries) else entries[place][1]
        if place < len(entries):
            open_parts.extend((piece, place + 1) for piece in space.without(part, entries[place][0]))
            part &= entries[place][0]
        if value is not None:
            yield part, value
