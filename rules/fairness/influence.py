"""Which inputs decide whether a row counts: found by changing one input and nothing else.

Words in conditions are not enough. An *else* row has none and yet depends on every row above it, and a
condition that always holds is there for show.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rules.verify.boxes import Budget
from rules.verify.tables import ONE_RESULT
from rules.verify.tally import Group, leaves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.verify.boxes import Field
    from rules.verify.tables import Table

Influences = Mapping[int, frozenset[str]]
"""Names of the inputs that decide whether a row counts, by the place of the row."""


def influences(table: Table, names: Iterable[str]) -> Influences:
    """Find which of some inputs decide whether a row counts, by place of the row in the table.

    Exact: an input is named if and only if two subjects that differ in it alone get different rows.

    Raises:
        TooLargeError: There are too many boxes to tell.
    """
    found: dict[int, set[str]] = defaultdict(set)
    groups = list(_marks(table))
    for name in names:
        part, budget = table.space.fields[name], Budget()
        for one, other in _neighbours(part):
            for group in groups:
                for place in _changed(table, group.at(part, one), group.at(part, other), budget):
                    found[place].add(name)
    return {place: frozenset(inputs) for place, inputs in found.items()}


def _neighbours(part: Field) -> Iterator[tuple[int, int]]:
    """Yield atoms that follow each other, the missing value after the last: no other change needs a look."""
    atoms = range(len(part.domain.atoms))
    yield from itertools.pairwise(atoms)


def _marks(table: Table) -> Iterator[Group]:
    """Yield groups whose value is the place of the row that counts, −1 for none."""
    rows = list(enumerate(table.rows))
    own = [(box, place) for place, row in rows for box in row.boxes if not row.otherwise]
    rest = next((place for place, row in rows if row.otherwise), -1)
    if table.ruleset.hit_policy in ONE_RESULT:
        yield Group(tuple(own), rest)
        return
    for place, row in rows:
        if not row.otherwise:
            yield Group(tuple((box, place) for box in row.boxes), -1)
    if rest >= 0:
        yield Group(tuple((box, -1) for box, _ in own), rest)


def _changed(table: Table, one: Group, other: Group, budget: Budget) -> Iterator[int]:
    if one == other:
        return
    space = table.space
    for part, before in leaves(space, one, space.full, budget):
        for _, after in leaves(space, other, part, budget):
            if before != after:
                yield from (place for place in (before, after) if place >= 0)
