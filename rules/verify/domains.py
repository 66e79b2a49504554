"""Everything a variable can be, cut into the few pieces that no condition tells apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from rules.decisions.matching import Interval, matcher
from rules.decisions.model import FactInput, Variable
from rules.terms import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rules.decisions.matching import Matcher

MOST_OPTIONS = 12
"""Options of one ``select_multiple`` whose combinations are all tried; 4,096 combinations."""


@dataclass(frozen=True, slots=True)
class Atom:
    """Values of one variable for which every condition gives one answer.

    Attributes:
        lowest: Its only value, or its smallest number × 10^scale, inclusive; None is missing.
        highest: Its largest number × 10^scale, inclusive; ``lowest`` for other kinds.
    """

    lowest: FactInput
    highest: FactInput


@dataclass(frozen=True, slots=True)
class Domain:
    """One variable as atoms.

    Attributes:
        variable: The variable.
        atoms: Numbers rising; the missing value, if rules may meet it, last.
        masks: Per condition, bit n set where it holds for atom n. Conditions on a missing value are false.
        places: Number of the atom by value; empty for numbers, which lie within theirs.
        complete: False when the variable is free text, of which only samples are tried.
    """

    variable: Variable
    atoms: tuple[Atom, ...]
    masks: Mapping[Condition, int]
    places: Mapping[FactInput, int] = field(default_factory=dict)
    complete: bool = True

    @property
    def full(self) -> int:
        """Every atom."""
        return (1 << len(self.atoms)) - 1

    @property
    def present(self) -> int:
        """Every atom with a value."""
        return self.full >> (self.atoms[-1].lowest is None)

    def place(self, value: FactInput) -> int:
        """Return the bit of the atom a declared value belongs to; 0 for any other value."""
        if value in self.places:
            return 1 << self.places[value]
        return sum(1 << number for number, atom in enumerate(self.atoms) if _within(value, atom))


def _within(value: FactInput, atom: Atom) -> bool:
    if isinstance(value, int) and isinstance(atom.lowest, int) and isinstance(atom.highest, int):
        return atom.lowest <= value <= atom.highest
    return value is atom.lowest


def domain_of(variable: Variable, conditions: Iterable[Condition]) -> Domain:
    """Cut a variable by the conditions that name it.

    Numbers are cut within the declared range. A variable with ``missing: no_match`` can also be missing; one
    with ``hold`` or ``error`` never reaches the rules without a value.
    """
    tests = {condition: matcher(condition, variable) for condition in conditions}
    missing = (Atom(None, None),) if variable.missing == "no_match" else ()
    if variable.kind == "numeric":
        intervals = {condition: test for condition, test in tests.items() if isinstance(test, Interval)}
        atoms, masks = _numbers(variable, intervals)
        return Domain(variable, (*atoms, *missing), masks)
    atoms, masks, places = _values(list(_possible(variable, list(tests))), tests)
    return Domain(variable, (*atoms, *missing), masks, places, _closed(variable))


def _numbers(
    variable: Variable, tests: Mapping[Condition, Interval]
) -> tuple[tuple[Atom, ...], Mapping[Condition, int]]:
    lowest, highest = variable.lowest, variable.highest
    cuts = {lowest}
    for test in tests.values():
        cuts |= {edge for edge in (test.lowest, test.highest + 1) if lowest < edge <= highest}
    starts = sorted(cuts)
    ends = [start - 1 for start in starts[1:]] + [highest]
    place = {start: number for number, start in enumerate(starts)} | {highest + 1: len(starts)}
    masks = {}
    for condition, test in tests.items():
        first = place.get(max(test.lowest, lowest), len(starts))
        last = place.get(min(test.highest, highest) + 1, 0)
        masks[condition] = ((1 << last) - 1) & -(1 << first)
    return tuple(Atom(*pair) for pair in zip(starts, ends, strict=True)), masks


def _values(
    values: Sequence[FactInput], tests: Mapping[Condition, Matcher]
) -> tuple[tuple[Atom, ...], Mapping[Condition, int], Mapping[FactInput, int]]:
    """Put values with the same answers together; the first of each stands for all of them."""
    found: dict[tuple[bool, ...], Atom] = {}
    kept: dict[FactInput, tuple[bool, ...]] = {}
    for value in values:
        answers = tuple(test.holds(value) for test in tests.values())  # type: ignore[arg-type]  # of its kind
        found.setdefault(answers, Atom(value, value))
        kept[value] = answers
    numbers = {answers: number for number, answers in enumerate(found)}
    masks: dict[Condition, int] = defaultdict(int)
    for answers, number in numbers.items():
        for condition, holds in zip(tests, answers, strict=True):
            masks[condition] |= holds << number
    return tuple(found.values()), masks, {value: numbers[answers] for value, answers in kept.items()}


def _closed(variable: Variable) -> bool:
    if variable.kind == "select_multiple":
        return 0 < len(variable.options) <= MOST_OPTIONS
    return variable.kind == "boolean" or bool(variable.options)


def _possible(variable: Variable, conditions: Sequence[Condition]) -> Iterator[FactInput]:
    if variable.kind == "boolean":
        yield from (False, True)
    elif variable.kind == "string":
        yield from variable.options or _sample_texts(conditions)
    elif variable.kind == "select":
        yield from ((option,) for option in variable.options or (*_operands(conditions), ""))
    else:
        yield from _combinations(variable.options or tuple(_operands(conditions)))


def _combinations(options: Sequence[str]) -> Iterator[FactInput]:
    """Yield the choices of options, nothing first; beyond the limit only small ones and all."""
    sizes = range(len(options) + 1)
    if len(options) > MOST_OPTIONS:
        sizes = range(3)
        yield tuple(options)
    for size in sizes:
        yield from combinations(options, size)


def _operands(conditions: Iterable[Condition]) -> list[str]:
    found: dict[str, None] = {}
    for condition in conditions:
        found |= dict.fromkeys(condition.value if isinstance(condition.value, tuple) else (condition.value,))
    return list(found)


def _sample_texts(conditions: Sequence[Condition]) -> Iterator[str]:
    """Yield texts likely to tell conditions apart: none, operands, in capitals, in pairs."""
    operands = _operands(conditions)
    yield ""
    yield "…"
    for operand in operands:
        yield from (operand, operand.upper(), f"{operand}…", f"…{operand}", f"…{operand}…")
    for one in operands:
        for other in operands:
            yield f"{one}{other}"
