"""The check of a decision table by z3, a solver of any such question, as the comparator of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import z3

from rules.decisions.matching import UNBOUNDED, Interval, matcher
from rules.terms import Clause, Condition, conditions_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.decisions.model import RuleSet


def checker(table: RuleSet) -> Callable[[], tuple[set[str], bool]]:
    """Return a check that asks z3 which rows never get their turn, and whether somebody is in no row.

    Args:
        table: A table about numbers of which the first row that holds counts.
    """
    clauses = {rule.id: rule.when for rule in table.rules if rule.when is not None}

    def check() -> tuple[set[str], bool]:
        names = {found.name for clause in clauses.values() for found in conditions_of(clause)}
        numbers = {name: z3.Int(name) for name in names}
        solver = z3.Solver()
        for name, number in numbers.items():
            variable = table.variables[name]
            solver.add(variable.lowest <= number, number <= variable.highest)
        dead = set()
        for rule, clause in clauses.items():
            term = _term(table, clause, numbers)
            if solver.check(term) == z3.unsat:
                dead.add(rule)
            solver.add(z3.Not(term))
        return dead, solver.check() == z3.sat

    return check


def _term(table: RuleSet, clause: Clause, numbers: dict[str, Any]) -> Any:
    if not isinstance(clause, Condition):
        terms = [_term(table, member, numbers) for member in clause.members]
        return z3.And(terms) if clause.mode == "all" else z3.Or(terms)
    test, number = cast("Interval", matcher(clause, table.variables[clause.name])), numbers[clause.name]
    ends = [number >= test.lowest] if test.lowest > -UNBOUNDED else []
    return z3.And([*ends, *([number <= test.highest] if test.highest < UNBOUNDED else [])])
