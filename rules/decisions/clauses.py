"""Conditions on inputs of any type, read through the whitelist of operators."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.decisions.cells import NotACell, read_cell
from rules.decisions.operators import OPERATORS
from rules.fields import MAX_TEXT
from rules.terms import Condition, Group
from rules.vocabulary import (
    CONDITION_KEYS,
    DECIMAL,
    MAX_CONDITIONS,
    THRESHOLD_FORM,
    ClauseReader,
    shortest_decimal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.decisions.model import Variable
    from rules.decisions.operators import Operator
    from rules.documents import Document, Path
    from rules.terms import Clause, Operand

MAX_IN_BOOK = 100_000
MAX_OPERANDS = 100
RANGE_FORM = 'a range is written "100..120", "[100..120)" or ["100", "120"]'


class DecisionClauseReader(ClauseReader):
    """Reads the conditions of one decision; each rule may have 200, the decision 100,000.

    Args:
        document: Receives the problems.
        variables: Inputs that conditions may name.
    """

    shapes = (CONDITION_KEYS, CONDITION_KEYS - {"value"})

    def __init__(self, document: Document, variables: Mapping[str, Variable]) -> None:
        super().__init__(document, {})
        self._variables = variables
        self._in_book = 0

    def read(self, content: object, path: Path) -> Clause | None:
        """Return the clause of one rule in negation normal form; None when something in it is wrong."""
        self._count = 0
        return super().read(content, path)

    def column(self, name: object, path: Path) -> Variable | None:
        """Return the input of a table column."""
        variable = self._variables.get(name) if isinstance(name, str) else None
        if variable is None:
            self._complain(path, f"unknown input {name!r}")
        return variable

    def cell(self, variable: Variable, content: object, path: Path) -> tuple[str, Clause | None]:
        """Return a cell in its one form, and its clause; None for any value or when something is wrong."""
        try:
            cell = read_cell(variable, content)
        except NotACell as error:
            self._complain(path, f"{error}: {content!r}")
            return "", None
        return cell.text, self.read(cell.content, path) if cell.content else None

    def _condition(self, content: Mapping[str, Any], path: Path, *, negated: bool) -> Clause | None:
        name, word = content["name"], content["operator"]
        self._limit(path)
        variable = self._variables.get(name) if isinstance(name, str) else None
        if variable is None:
            self._complain((*path, "name"), f"unknown input {name!r}")
            if not any(word in offered for offered in OPERATORS.values() if isinstance(word, str)):
                self._complain((*path, "operator"), f"unknown operator {word!r}")
            return None
        operator = OPERATORS[variable.kind].get(word) if isinstance(word, str) else None
        if operator is None:
            self._complain((*path, "operator"), f"unknown operator {word!r} for a {variable.kind} input")
            return None
        if operator.operand == "none":
            return self._without_operand(variable, operator, content, path, negated=negated)
        if "value" not in content:
            self._complain(path, f"{operator.name!r} needs a value")
            return None
        return self._compared(variable, operator, content["value"], (*path, "value"), negated=negated)

    def _limit(self, path: Path) -> None:
        self._count += 1
        self._in_book += 1
        if self._count == MAX_CONDITIONS + 1:
            self._complain(path, f"more than {MAX_CONDITIONS} conditions in one rule")
        if self._in_book == MAX_IN_BOOK + 1:
            self._complain(path, f"more than {MAX_IN_BOOK} conditions")

    def _without_operand(
        self, variable: Variable, operator: Operator, content: Mapping[str, Any], path: Path, *, negated: bool
    ) -> Clause | None:
        value = content.get("value")
        if value is not True and value not in (None, ""):
            self._complain((*path, "value"), f"{operator.name!r} takes no value: {value!r}")
            return None
        return _turned(variable, operator, "", negated=negated)

    def _compared(
        self, variable: Variable, operator: Operator, value: object, path: Path, *, negated: bool
    ) -> Clause | None:
        if operator.operand == "range":
            return self._range(variable, value, path, negated=negated)
        if operator.operand == "number":
            number = self._number(variable, value, path)
            return None if number is None else _turned(variable, operator, number, negated=negated)
        if operator.operand == "options":
            return self._several(variable, operator, value, path, negated=negated)
        text = self._text(variable, value, path, closed=operator.name in ("equal_to", "does_not_equal"))
        return None if text is None else _turned(variable, operator, text, negated=negated)

    def _range(self, variable: Variable, value: object, path: Path, *, negated: bool) -> Clause | None:
        ends = isinstance(value, list) and all(isinstance(end, str) for end in value)
        try:
            content = read_cell(variable, "..".join(value) if ends else value).content  # type: ignore[arg-type]
        except NotACell:
            content = {}
        if set(content) != {"all"}:
            self._complain(path, f"{RANGE_FORM}: {value!r}")
            return None
        return self._clause(content, path, 1, negated=negated)

    def _number(self, variable: Variable, value: object, path: Path) -> str | None:
        if not isinstance(value, str) or not DECIMAL.fullmatch(value):
            self._complain(path, f"{THRESHOLD_FORM}: {value!r}")
            return None
        lowest, highest = (
            Decimal(edge).scaleb(-variable.scale) for edge in (variable.lowest, variable.highest)
        )
        if not lowest <= Decimal(value) <= highest:
            text = f"{shortest_decimal(value)} lies outside {shortest_decimal(f'{lowest:f}')}"
            self._complain(path, f"{text} to {shortest_decimal(f'{highest:f}')}")
            return None
        return shortest_decimal(value)

    def _text(self, variable: Variable, value: object, path: Path, *, closed: bool) -> str | None:
        if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.isprintable():
            self._complain(path, f"expected text of 1 to {MAX_TEXT} characters on one line: {value!r}")
            return None
        if variable.options and (closed or variable.kind != "string") and value not in variable.options:
            self._complain(path, f"{value!r} is none of {', '.join(variable.options)}")
            return None
        return value

    def _several(
        self, variable: Variable, operator: Operator, value: object, path: Path, *, negated: bool
    ) -> Clause | None:
        if not isinstance(value, list) or not 0 < len(value) <= MAX_OPERANDS:
            self._complain(path, f"expected a list of 1 to {MAX_OPERANDS} options: {value!r}")
            return None
        texts = [self._text(variable, text, (*path, place), closed=True) for place, text in enumerate(value)]
        options = tuple(dict.fromkeys(text for text in texts if text is not None))
        if len(options) < len(texts):
            if None not in texts:
                self._complain(path, "an option is given twice")
            return None
        if variable.kind == "select_multiple":
            return _turned(variable, operator, options, negated=negated)
        within = (operator.name == "in") != negated
        one = OPERATORS[variable.kind]["equal_to" if variable.kind == "string" else "contains"]
        clauses = tuple(_turned(variable, one, option, negated=not within) for option in options)
        return clauses[0] if len(clauses) == 1 else Group("any" if within else "all", clauses)


def _turned(variable: Variable, operator: Operator, value: Operand, *, negated: bool) -> Clause:
    """Return the condition, or the group that holds exactly when it does not."""
    words = operator.opposite if negated else (operator.name,)
    clauses = tuple(Condition(variable.name, word, value) for word in words)
    return clauses[0] if len(clauses) == 1 else Group("any", clauses)
