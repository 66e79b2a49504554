"""Many subjects at once: one packed row of bits per condition, and rules as operations on those rows.

The rows of the conditions are the explanation that is stored: one bit per subject and condition. The
algorithm in words: docs/algorithms/bitmaps.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from rules.answers import Answers
from rules.bitmaps import Bitmaps
from rules.columns import NumberColumn, TruthColumn, width_of
from rules.decisions.matching import Choice, Interval, Truth, matcher
from rules.errors import FactError
from rules.kernels import Round, fill_coded, fill_numbers, fill_truths
from rules.terms import Clause, Condition, conditions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from rules.columns import Columns, Packed
    from rules.decisions.model import RuleSet

CHUNK = 1 << 17
"""Subjects per round: a column's part, its flags and its rows stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A clause on numbered conditions; members are numbers of conditions or formulas."""

    mode: str
    members: tuple[int | Formula, ...]


class Plan:
    """A rule set made ready to run over columns.

    Args:
        ruleset: Rules whose conditions have been checked against their variables.
        chunk: Subjects per round, a multiple of 64.

    Attributes:
        ruleset: The rules.
        conditions: Every different condition, in the order in which the rules first name them: the order of
            the explanation bits.
        formulas: Per rule its clause on numbered conditions; None for an ``else`` rule.
    """

    def __init__(self, ruleset: RuleSet, *, chunk: int = CHUNK) -> None:
        self.ruleset = ruleset
        clauses = [rule.when for rule in ruleset.rules]
        found = (condition for clause in clauses if clause for condition in conditions_of(clause))
        places = {condition: place for place, condition in enumerate(dict.fromkeys(found))}
        self.conditions = tuple(places)
        self.formulas = tuple(None if clause is None else _formula(clause, places) for clause in clauses)
        self._chunk = chunk
        self._tests = [matcher(condition, ruleset.variables[condition.name]) for condition in places]
        self._places: dict[str, list[int]] = {}
        for condition, place in places.items():
            self._places.setdefault(condition.name, []).append(place)
        self._answers = {
            name: Answers([cast("Choice", self._tests[place]) for place in mine])
            for name, mine in self._places.items()
            if isinstance(self._tests[mine[0]], Choice)
        }

    def run(self, columns: Columns) -> Bitmaps:
        """Decide every subject.

        Raises:
            FactError: An input declared ``missing: error`` has no value for some subject.
        """
        self._require_values(columns)
        width = width_of(columns.count)
        held = np.empty((len(self.conditions), width), np.uint8)
        fired = np.empty((len(self.formulas), width), np.uint8)
        tables = self._tables(columns)
        for subjects in self._rounds(columns.count):
            for name, mine in self._places.items():
                rows = [held[place, subjects.part] for place in mine]
                self._fill(columns, name, subjects, rows, tables)
            self._decide(held[:, subjects.part], fired[:, subjects.part], subjects)
        return Bitmaps(columns.count, fired, held)

    def row(self, columns: Columns, name: str, test: Interval) -> Packed:
        """Return the packed row of a condition on a number."""
        column, row = cast("NumberColumn", columns.by_name[name]), np.empty(width_of(columns.count), np.uint8)
        for subjects in self._rounds(columns.count):
            fill_numbers(column, [test], subjects, [row[subjects.part]])
        return row

    def _rounds(self, count: int) -> Iterator[Round]:
        for first in range(0, count, self._chunk):
            yield Round(first, min(count, first + self._chunk))

    def _require_values(self, columns: Columns) -> None:
        for name, variable in self.ruleset.variables.items():
            if variable.missing == "error" and columns.by_name[name].present is not None:
                raise FactError(f"the input {name!r} has no value")

    def _tables(self, columns: Columns) -> Mapping[str, NDArray[np.bool_]]:
        """Ask business-rules about the distinct values of every text and option column."""
        tables = {}
        for name, answers in self._answers.items():
            asked = [answers.ask(value) for value in columns.by_name[name].values]  # type: ignore[union-attr]  # kinds agree
            tables[name] = np.array(asked, bool).reshape(len(asked), len(self._places[name]))
        return tables

    def _fill(
        self,
        columns: Columns,
        name: str,
        subjects: Round,
        rows: Sequence[Packed],
        tables: Mapping[str, NDArray[np.bool_]],
    ) -> None:
        column, tests = columns.by_name[name], [self._tests[place] for place in self._places[name]]
        if isinstance(column, NumberColumn):
            fill_numbers(column, cast("list[Interval]", tests), subjects, rows)
        elif isinstance(column, TruthColumn):
            fill_truths(column, cast("list[Truth]", tests), subjects, rows)
        else:
            fill_coded(column, tables[name], subjects, rows)

    def _decide(self, held: NDArray[np.uint8], fired: NDArray[np.uint8], subjects: Round) -> None:
        for place, formula in enumerate(self.formulas):
            if formula is None:
                np.bitwise_or.reduce(fired[:place], axis=0, out=fired[place])
                np.bitwise_xor(fired[place], subjects.everyone, out=fired[place])
            else:
                combine(formula, held, fired[place])


def combine(formula: Formula | int, rows: Sequence[Packed] | NDArray[np.uint8], out: Packed) -> None:
    """Write the packed row of a formula over the rows of its conditions into ``out``."""
    found = _combined(formula, rows, out)
    if found is not out:
        out[:] = found


def _combined(
    formula: Formula | int, rows: Sequence[Packed] | NDArray[np.uint8], out: Packed | None
) -> Packed:
    if isinstance(formula, int):
        return cast("Packed", rows[formula])
    operation = np.bitwise_and if formula.mode == "all" else np.bitwise_or
    first, *others = formula.members
    found = _combined(first, rows, None)
    for member in others:
        out = found = operation(found, _combined(member, rows, None), out=out)
    return found


def _formula(clause: Clause, places: Mapping[Condition, int]) -> Formula | int:
    if isinstance(clause, Condition):
        return places[clause]
    return Formula(clause.mode, tuple(_formula(member, places) for member in clause.members))
