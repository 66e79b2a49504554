"""Rules about one number as nested branches: a subject meets only the rules its own number leaves open.

The thresholds of a variable cut its numbers into cells. Inside a cell every condition on the variable is
settled, most rules fall away, and what is left are conditions on other variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import TYPE_CHECKING

from rules.decisions.matching import UNBOUNDED, Interval
from rules.terms import Clause, Condition, Group, conditions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rules.decisions.matching import Matcher
    from rules.decisions.model import Variable

MOST_CELLS = 32
BRANCH = 0.5
"""What a branch costs, as a part of what a rule costs."""
LEAST_GAIN = 0.5
SAMPLE = 100
"""Rules by which the gain of a variable is estimated."""
ROOM = 12
"""A rule may be repeated so often, on average, in the cells of its variable."""

Numbered = list[tuple[int, Clause]]


@dataclass(frozen=True, slots=True)
class Cell:
    """Numbers from ``lowest`` to ``highest``, both inclusive, or the missing number when there is none.

    Attributes:
        fired: Rules that hold everywhere in it, as bits.
        open: Rules that depend on other variables, with what is left of their clauses.
    """

    lowest: int
    highest: int
    fired: int
    open: Numbered


@dataclass(frozen=True, slots=True)
class Branching:
    """Rules grouped by one number.

    Attributes:
        name: The variable.
        cells: By rising numbers, without a gap.
        missing: What is left of the rules when the number is missing.
    """

    name: str
    cells: list[Cell]
    missing: Cell


def branchings(
    rules: Numbered, tests: Mapping[Condition, Matcher], variables: Mapping[str, Variable]
) -> tuple[list[Branching], Numbered]:
    """Group rules by the numbers that spare them most tests, and return those that stay on their own.

    Args:
        rules: Clauses with the place of their rule.
        tests: The exact test of each condition.
        variables: Tell how likely a cell is: values are taken to be spread evenly over their range.
    """
    found: list[Branching] = []
    numbers = {test.name for test, matcher in tests.items() if isinstance(matcher, Interval)}
    rest, untried = rules, sorted(numbers)
    while untried:
        gains = {name: _gain(variables[name], rest[:SAMPLE], tests) for name in untried}
        name = max(untried, key=gains.__getitem__)
        if gains[name] <= 0:
            break
        untried.remove(name)
        mine = [(place, clause) for place, clause in rest if name in _names(clause)]
        branching = _branching(name, mine, tests)
        if sum(len(cell.open) for cell in branching.cells) <= ROOM * len(mine):
            found.append(branching)
            rest = [(place, clause) for place, clause in rest if name not in _names(clause)]
    return found, rest


def _names(clause: Clause) -> set[str]:
    return {condition.name for condition in conditions_of(clause)}


def _gain(variable: Variable, rules: Numbered, tests: Mapping[Condition, Matcher]) -> float:
    """Return how many rules a subject is spared on average, less the branches taken to get there."""
    mine = [(place, clause) for place, clause in rules if variable.name in _names(clause)]
    cells = _branching(variable.name, mine, tests).cells
    open_rules = sum(_share(cell, variable, len(cells)) * len(cell.open) for cell in cells)
    return len(mine) - open_rules - BRANCH * log2(len(cells)) - LEAST_GAIN


def _share(cell: Cell, variable: Variable, cells: int) -> float:
    extent = variable.highest - variable.lowest + 1
    if extent == 1:
        return 1 / cells
    return max(0, min(cell.highest, variable.highest) - max(cell.lowest, variable.lowest) + 1) / extent


def _branching(name: str, rules: Numbered, tests: Mapping[Condition, Matcher]) -> Branching:
    edges = sorted(
        {
            edge
            for _, clause in rules
            for condition in conditions_of(clause)
            if condition.name == name and isinstance(test := tests[condition], Interval)
            for edge in (test.lowest, test.highest + 1)
            if -UNBOUNDED < edge < UNBOUNDED
        }
    )
    step = -(-len(edges) // (MOST_CELLS - 1))
    starts = [-UNBOUNDED, *edges[:: max(step, 1)], UNBOUNDED + 1]

    def settled_in(lowest: int, highest: int) -> Callable[[Condition], bool | None]:
        def settled(condition: Condition) -> bool | None:
            test = tests[condition]
            if condition.name != name or not isinstance(test, Interval):
                return None
            if test.lowest <= lowest and highest <= test.highest:
                return True
            return False if highest < test.lowest or test.highest < lowest else None

        return settled

    cells = [
        _cell(lowest, above - 1, rules, settled_in(lowest, above - 1)) for lowest, above in pairwise(starts)
    ]
    missing = _cell(0, -1, rules, lambda condition: False if condition.name == name else None)
    return Branching(name, cells, missing)


def _cell(lowest: int, highest: int, rules: Numbered, settled: Callable[[Condition], bool | None]) -> Cell:
    left = [(place, _settle(clause, settled)) for place, clause in rules]
    fired = sum(1 << place for place, clause in left if clause is True)
    return Cell(
        lowest, highest, fired, [(place, clause) for place, clause in left if not isinstance(clause, bool)]
    )


def _settle(clause: Clause, settled: Callable[[Condition], bool | None]) -> Clause | bool:
    if isinstance(clause, Condition):
        known = settled(clause)
        return clause if known is None else known
    deciding = clause.mode == "any"
    members = []
    for member in clause.members:
        left = _settle(member, settled)
        if left is deciding:
            return deciding
        if not isinstance(left, bool):
            members.append(left)
    if not members:
        return not deciding
    return members[0] if len(members) == 1 else Group(clause.mode, tuple(members))


def lines_of(branching: Branching, variable: str, write: Callable[[Clause], str]) -> Iterator[str]:
    """Yield the source that adds the fired rules of a branching to ``bits``.

    Args:
        branching: The rules.
        variable: Identifier of its number; NaN when it is missing.
        write: Gives the source of a clause.
    """
    yield from _between(branching.cells, branching.missing, variable, write)


def _between(
    cells: list[Cell], missing: Cell | None, variable: str, write: Callable[[Clause], str]
) -> Iterator[str]:
    if len(cells) > 1:
        middle = len(cells) // 2
        yield f"if {variable} >= {cells[middle].lowest}:"
        yield from _indented(_between(cells[middle:], None, variable, write))
        yield "else:"
        yield from _indented(_between(cells[:middle], missing, variable, write))
    elif missing is None or (missing.fired, missing.open) == (cells[0].fired, cells[0].open):
        yield from _inside(cells[0], write)
    else:
        yield f"if {variable} <= {cells[0].highest}:"
        yield from _indented(_inside(cells[0], write))
        yield "else:"
        yield from _indented(_inside(missing, write))


def _inside(cell: Cell, write: Callable[[Clause], str]) -> Iterator[str]:
    yield f"bits += {cell.fired:#x}" if cell.fired else "pass"
    for place, clause in cell.open:
        yield f"if {write(clause)}: bits += 1 << {place}"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f" {line}" for line in lines)
