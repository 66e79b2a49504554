"""Rehearsing a decision of rules or a table on the published months: how many results would be others.

Only measures of the monthly evaluation have a history. Each subject's months stand alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rules.columns import Columns, unpack
from rules.decisions.hits import settle
from rules.decisions.outcomes import HitError
from rules.vector import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rules.decisions.book import DecisionBook
    from rules.facts import FactTable
    from rules.sheets.history import History

CONFLICT, HELD, NOTHING = "conflict", "held", "nothing"


def unmeasured(book: DecisionBook) -> list[str]:
    """Return the inputs of a sound decision that are no measures of the monthly evaluation."""
    return [name for name in book.ruleset.variables if name not in book.kpis]


def compare_decisions(candidate: DecisionBook, base: DecisionBook | None, history: History) -> dict[str, Any]:
    """Count the subject-months whose result differs between two versions.

    Args:
        candidate: A sound decision.
        base: The version before, or None: then months that get a result are counted.
        history: The published months.

    Returns:
        Plain data: ``no_history`` with the inputs that have none, or ``months``, ``first_month``,
        ``last_month``, ``cases``, ``changed`` and ``compared``.

    Raises:
        rules.errors.FactError: An input that must have a value has none.
    """
    missing = [name for book in (candidate, base) if book for name in unmeasured(book)]
    if missing:
        return {"no_history": sorted(set(missing)), "months": 0}
    tables = history.tables
    changed = sum(_differing(candidate, base, table) for table in tables)
    return {
        "months": len(tables),
        "first_month": str(tables[0].month) if tables else "",
        "last_month": str(tables[-1].month) if tables else "",
        "cases": history.cases,
        "changed": int(changed),
        "compared": base is not None,
    }


def _differing(candidate: DecisionBook, base: DecisionBook | None, table: FactTable) -> int:
    after = results_of(candidate, table)
    before = results_of(base, table) if base else [NOTHING] * len(after)
    return sum(was != now for was, now in zip(before, after, strict=True))


def results_of(book: DecisionBook, table: FactTable) -> list[object]:
    """Return what a decision gives each subject of a month, in the table's order; equal results are equal.

    A result is the values by name, or ``held``, ``conflict`` or ``nothing``.
    """
    given = {name: _measured(book, name, table) for name in book.ruleset.variables}
    count = len(table.subjects)
    if not given:
        return [NOTHING] * count
    fired = Plan(book.ruleset).run(Columns.of(book.ruleset, given)).fired
    flags = np.array([unpack(row, count) for row in fired], dtype=np.bool_).T
    held = np.zeros(count, np.bool_)
    for name, variable in book.ruleset.variables.items():
        if variable.missing == "hold":
            held |= np.array([value is None for value in given[name]], dtype=np.bool_)
    kept: dict[bytes, object] = {}
    return [HELD if held[place] else _settled(book, row, kept) for place, row in enumerate(flags)]


def _settled(book: DecisionBook, row: NDArray[np.bool_], kept: dict[bytes, object]) -> object:
    key = row.tobytes()
    if key not in kept:
        try:
            values: Mapping[str, object] = settle(book.ruleset, np.flatnonzero(row).tolist()).values
            kept[key] = tuple(sorted(values.items())) or NOTHING
        except HitError:
            kept[key] = CONFLICT
    return kept[key]


def _measured(book: DecisionBook, name: str, table: FactTable) -> list[int | None]:
    column = table.columns.get(book.kpis[name])
    if column is None:
        return [None] * len(table.subjects)
    pairs = zip(column.value.tolist(), column.missing.tolist(), strict=True)
    return [None if absent else value for value, absent in pairs]
