"""Decision tables: columns of inputs and outputs, one rule per row, cells people can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rules.decisions.actions import ParamValue
from rules.decisions.cells import ANY
from rules.decisions.model import Rule
from rules.fields import Fields
from rules.terms import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.decisions.actions import ActionReader
    from rules.decisions.clauses import DecisionClauseReader
    from rules.decisions.model import Action
    from rules.documents import Path
    from rules.kpis import Text
    from rules.terms import Clause

TABLE_KEYS = frozenset({"inputs", "outputs", "rows"})
ROW_KEYS = frozenset({"id", "label", "priority", "when", "then"})


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row: texts of the input columns, values of the output columns, ``-`` for nothing."""

    when: tuple[str, ...]
    then: tuple[ParamValue, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table as it was written, cells in their one form.

    Attributes:
        inputs: Input of each condition column.
        outputs: Action of each output column.
        rows: Rows in the order of the rules they became.
        otherwise: Output cells of ``else``; None without one.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    otherwise: tuple[ParamValue, ...] | None = None


Column = TypeVar("Column")


class TableReader:
    """Reads the table of one decision.

    Args:
        book: The document's mapping, which has a ``table``.
        clauses: Reads conditions; knows the inputs.
        actions: Reads outputs.
    """

    def __init__(self, book: Fields, clauses: DecisionClauseReader, actions: ActionReader) -> None:
        self._part = book.part("table", TABLE_KEYS)
        self._clauses = clauses
        self._actions = actions
        self._columns = [
            clauses.column(name, ("table", "inputs", place))
            for place, name in enumerate(self._part.members("inputs"))
        ]
        self._outputs = [
            actions.column(name, ("table", "outputs", place))
            for place, name in enumerate(self._part.members("outputs"))
        ]
        for key, columns in (("inputs", self._columns), ("outputs", self._outputs)):
            known = [column.name for column in columns if column]
            if len(set(known)) < len(known):
                self._part.complain(key, "a column is given twice")

        self._rows: list[Row] = []
        self._otherwise: tuple[ParamValue, ...] | None = None

    @property
    def table(self) -> Table:
        """The table as far as it has been read."""
        return Table(
            tuple(column.name for column in self._columns if column),
            tuple(column.name for column in self._outputs if column),
            tuple(self._rows),
            self._otherwise,
        )

    def parts(self, most: int) -> list[Fields]:
        """Return typed access to every row."""
        return [
            Fields(self._part.document, content, ("table", "rows", place), ROW_KEYS)
            for place, content in enumerate(self._part.members("rows", most))
        ]

    def row(self, part: Fields, name: str, label: Text, priority: int) -> Rule:
        """Read one row into the rule it stands for."""
        cells = self._cells(part, "when", self._columns)
        read = [self._clauses.cell(column, cell, path) for column, cell, path in cells if column]
        clauses = tuple(clause for _, clause in read if clause)
        if cells and not clauses and all(text == ANY for text, _ in read):
            part.complain("when", "a row without a condition holds always; write 'else' instead")
        given, then = self._then(part)
        self._rows.append(Row(tuple(text for text, _ in read), given))
        return Rule(name, label, _joined(clauses), then, priority)

    def otherwise(self, part: Fields) -> tuple[Action, ...]:
        """Read the output cells of ``else``."""
        self._otherwise, then = self._then(part)
        return then

    def _then(self, part: Fields) -> tuple[tuple[ParamValue, ...], tuple[Action, ...]]:
        cells = self._cells(part, "then", self._outputs)
        given = [self._actions.cell(column, cell, path) for column, cell, path in cells if column]
        actions = tuple(action for action in given if action)
        if cells and all(cell == ANY for _, cell, _ in cells):
            part.complain("then", "a row gives at least one output")
        return tuple(next(iter(action.params.values())) if action else ANY for action in given), actions

    @staticmethod
    def _cells(part: Fields, key: str, columns: Sequence[Column]) -> list[tuple[Column, object, Path]]:
        cells = part.members(key)
        if cells and len(cells) != len(columns):
            part.complain(key, f"{len(cells)} cells for {len(columns)} columns")
            return []
        paths = ((*part.path, key, place) for place in range(len(cells)))
        return list(zip(columns, cells, paths, strict=False))


def _joined(clauses: tuple[Clause, ...]) -> Clause | None:
    if not clauses:
        return None
    return clauses[0] if len(clauses) == 1 else Group("all", clauses)
