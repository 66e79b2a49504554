"""Words a rule may use, checked before anything runs.

business-rules resolves names with a bare ``getattr`` and guards with ``assert``: an unchecked rulebook can
reach private attributes, and under ``python -O`` an empty condition list is true. So every clause is read
through this whitelist, and nothing is imported or run when assertions are off. ``matches_regex`` is not
offered: a pattern can take seconds on thirty characters.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rules.terms import Clause, Condition, Group, Input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.documents import Document, Path

MAX_DEPTH = 8
MAX_CONDITIONS = 200
MAX_SCALE = 5
NEVER = "never"
RESERVED = frozenset({NEVER, "get_all_variables"})
NAME_FORM = "small letters, digits and single underscores"
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,5})?")

OPPOSITES: Mapping[str, tuple[str, ...]] = {
    "greater_than": ("less_than_or_equal_to",),
    "greater_than_or_equal_to": ("less_than",),
    "less_than": ("greater_than_or_equal_to",),
    "less_than_or_equal_to": ("greater_than",),
    "equal_to": ("less_than", "greater_than"),
}
OPERATORS = frozenset(OPPOSITES)
TYPES = ("numeric",)
CONDITION_KEYS = frozenset({"name", "operator", "value"})
CONDITION_FORM = "expected name, operator and value, or one of all, any, not"
THRESHOLD_FORM = "a threshold is a decimal number in quotation marks, at most 5 decimals"


def refuse_optimised_mode(*, assertions_on: bool = __debug__) -> None:
    """Stop when assertions are off, because business-rules relies on them.

    Raises:
        RuntimeError: Python runs with ``-O`` or ``PYTHONOPTIMIZE``.
    """
    if not assertions_on:
        raise RuntimeError("rules do not run under python -O: business-rules relies on assertions")


refuse_optimised_mode()


def is_name(text: object) -> bool:
    """Tell whether a text may name an input, line or band: small letters, digits, single underscores."""
    return isinstance(text, str) and bool(NAME.fullmatch(text)) and "__" not in text and text not in RESERVED


def shortest_decimal(text: str) -> str:
    """Return the one way to write a decimal text: no trailing zeros, no minus zero."""
    number = Decimal(text)
    return f"{number.normalize():f}" if number else "0"


class ClauseReader:
    """Reads condition trees of one rulebook, counts conditions and reports every problem.

    Args:
        document: Receives the problems.
        inputs: Inputs that conditions may name.
    """

    shapes: tuple[frozenset[str], ...] = (CONDITION_KEYS,)

    def __init__(self, document: Document, inputs: Mapping[str, Input]) -> None:
        self._document = document
        self._inputs = inputs
        self._count = 0

    def read(self, content: object, path: Path) -> Clause | None:
        """Return the clause in negation normal form, or None when something in it is wrong."""
        return self._clause(content, path, depth=1, negated=False)

    def _clause(self, content: object, path: Path, depth: int, *, negated: bool) -> Clause | None:
        keys = set(content) if isinstance(content, dict) else set()
        if depth > MAX_DEPTH:
            self._complain(path, f"conditions are nested deeper than {MAX_DEPTH} levels")
        elif not isinstance(content, dict):
            self._complain(path, "a condition is a mapping")
        elif keys == {"not"}:
            return self._clause(content["not"], (*path, "not"), depth + 1, negated=not negated)
        elif keys in ({"all"}, {"any"}):
            return self._group(content, path, depth, negated=negated)
        elif keys in self.shapes:
            return self._condition(content, path, negated=negated)
        else:
            self._complain(path, f"{CONDITION_FORM}; found {sorted(keys)}")
        return None

    def _group(self, content: Mapping[str, Any], path: Path, depth: int, *, negated: bool) -> Clause | None:
        ((mode, members),) = content.items()
        if not isinstance(members, list) or not members:
            self._complain((*path, mode), f"{mode!r} needs at least one condition")
            return None
        read = [
            self._clause(member, (*path, mode, place), depth + 1, negated=negated)
            for place, member in enumerate(members)
        ]
        clauses = tuple(member for member in read if member is not None)
        if len(clauses) < len(read):
            return None
        return Group("all" if (mode == "all") != negated else "any", clauses)

    def _condition(self, content: Mapping[str, Any], path: Path, *, negated: bool) -> Clause | None:
        name, operator, value = content["name"], content["operator"], content["value"]
        self._count += 1
        if self._count == MAX_CONDITIONS + 1:
            self._complain(path, f"more than {MAX_CONDITIONS} conditions")
        source = self._inputs.get(name) if isinstance(name, str) else None
        if source is None:
            self._complain((*path, "name"), f"unknown input {name!r}")
        words = OPPOSITES.get(operator) if isinstance(operator, str) else None
        if words is None:
            self._complain((*path, "operator"), f"unknown operator {operator!r}")
        threshold = self._threshold(source, value, (*path, "value"))
        if source is None or words is None or threshold is None:
            return None
        operators = words if negated else (str(operator),)
        conditions = tuple(Condition(source.name, word, threshold) for word in operators)
        return conditions[0] if len(conditions) == 1 else Group("any", conditions)

    def _threshold(self, source: Input | None, value: object, path: Path) -> str | None:
        if not isinstance(value, str) or not DECIMAL.fullmatch(value):
            self._complain(path, f"{THRESHOLD_FORM}: {value!r}")
            return None
        text = shortest_decimal(value)
        if source and not Decimal(source.lowest) <= Decimal(text) <= Decimal(source.highest):
            self._complain(path, f"{text} lies outside {source.lowest} to {source.highest}")
            return None
        return text

    def _complain(self, path: Path, message: str) -> None:
        self._document.complain(path, message)
