"""A better number never lowers the result: proven, or shown to be false by two subjects.

Only neighbouring pieces of a number need to be compared: whatever falls over a long way falls over one of
its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.kpis import catalogue
from rules.reading import GRADE_NAMES
from rules.verify.boxes import Budget
from rules.verify.findings import Finding, Witness, filled
from rules.verify.tables import ONE_RESULT
from rules.verify.tally import Drop, DropSearch, Group
from rules.verify.texts import MESSAGES
from rules.words import number_text

if TYPE_CHECKING:
    from rules.decisions.model import Rule
    from rules.kpis import Better
    from rules.verify.boxes import Field, Space
    from rules.verify.tables import Row, Table

POINTS, GRADE = ("add_points", "points"), ("set_grade", "grade")
Directions = Mapping[str, "Better"]


def directions(names: Mapping[str, str], declared: Directions) -> dict[str, Better]:
    """Return which direction is better, per variable: as declared, else as the KPI catalogue says.

    Args:
        names: KPI code by variable name.
        declared: Direction by variable name; stands over the catalogue.
    """
    kpis = catalogue()
    found: dict[str, Better] = {}
    for name, code in names.items():
        better = declared.get(name) or (kpis[code].better if code in kpis else "none")
        if better != "none":
            found[name] = better
    return found


def falls(table: Table, better: Directions) -> Iterator[Finding]:
    """Find, for each number with a better direction, the steps at which points or grade fall.

    Grades are compared only if every one is S, A, B, C or D; points of ``rule_order`` and of lists are not
    added up by the decision and therefore not compared.
    """
    budget = Budget()
    for kind, groups in (("points_fall", point_groups(table)), ("grade_fall", grade_groups(table))):
        for name, direction in better.items():
            found = steepest(table.space, groups, name, direction, table.space.full, budget)
            if found is not None:
                yield _finding(kind, table, name, *found)


def steepest(
    space: Space, groups: Sequence[Group], name: str, direction: Better, inside: int, budget: Budget
) -> tuple[Drop, Witness, Witness] | None:
    """Return the largest fall at one step of a number for the better, with the facts on both sides of it."""
    part = space.fields[name]
    best: tuple[Drop, int] | None = None
    for atom in range(part.domain.present.bit_length() - 1):
        low, high = ([group.at(part, number) for group in groups] for number in (atom, atom + 1))
        pair = (low, high) if direction == "higher" else (high, low)
        drop = DropSearch(space, *pair, budget).run(inside | part.mask)
        if drop and (best is None or drop.after - drop.before < best[0].after - best[0].before):
            best = drop, atom
    if best is None:
        return None
    return best[0], *_sides(space, part, direction, *best)


def _sides(space: Space, part: Field, direction: Better, drop: Drop, atom: int) -> tuple[Witness, Witness]:
    name, atoms = part.domain.variable.name, part.domain.atoms
    low = space.witness(drop.box, **{name: atoms[atom].highest})
    high = space.witness(drop.box, **{name: atoms[atom + 1].lowest})
    return (low, high) if direction == "higher" else (high, low)


def _finding(kind: str, table: Table, name: str, drop: Drop, before: Witness, after: Witness) -> Finding:
    label = table.ruleset.variables[name].label
    graded = kind == "grade_fall"
    texts = [
        GRADE_NAMES[-number] if graded else number_text(Decimal(number), "")
        for number in (drop.before, drop.after)
    ]
    text = filled(MESSAGES[kind], input=label, before=texts[0], after=texts[1])
    changed = table.changed(before.facts, after.facts)
    return Finding("block", kind, changed, text, (before, after), (name,))


def point_groups(table: Table) -> list[Group]:
    """Return the points of a decision as groups; none when its hit policy makes no number of them."""
    return groups_of(table, _points, 0)


def grade_groups(table: Table) -> list[Group]:
    """Return the grade of a decision as one group of ranks, better ones larger; none without known grades."""
    grades = {str(value) for rule in table.ruleset.rules for value in _parameters(rule, GRADE)}
    if table.ruleset.hit_policy not in ONE_RESULT or not grades <= set(GRADE_NAMES):
        return []
    return groups_of(table, _rank, None)


def groups_of(table: Table, value_of: Callable[[Rule], int | None], default: int | None) -> list[Group]:
    """Return groups whose sum is the number a decision makes of one kind of action.

    Args:
        table: The decision as boxes.
        value_of: Value a rule gives; None when it gives none of that kind.
        default: Value where no row holds; None when there is nothing to compare then.

    Returns:
        Nothing when no rule gives such a value or the hit policy does not make one number of several.
    """
    values = {row.rule.id: value_of(row.rule) for row in table.rows}
    policy, aggregate = table.ruleset.hit_policy, table.ruleset.aggregate
    if not any(value is not None for value in values.values()):
        return []
    if policy in ONE_RESULT:
        entries = [(box, values[row.rule.id]) for row in table.rows for box in row.boxes]
        stand_in = default if default is None else 0
        return [Group(tuple((box, stand_in if value is None else value) for box, value in entries), default)]
    giving = [(row, value) for row in table.rows if (value := values[row.rule.id]) is not None]
    if policy == "collect" and aggregate == "sum":
        return [alone(table, row, value) for row, value in giving]
    if policy == "collect" and aggregate in ("max", "min") and not table.closed:
        giving.sort(key=lambda pair: pair[1], reverse=aggregate == "max")
        return [Group(tuple((box, value) for row, value in giving for box in row.boxes), None)]
    return []


def alone(table: Table, row: Row, value: int) -> Group:
    """Return what one row adds to a sum; an else row adds only where no other row holds."""
    if row.otherwise:
        return Group(
            tuple((box, 0) for other in table.rows if not other.otherwise for box in other.boxes), value
        )
    return Group(tuple((box, value) for box in row.boxes), 0)


def _points(rule: Rule) -> int | None:
    given = [value for value in _parameters(rule, POINTS) if isinstance(value, int)]
    return sum(given) if given else None


def _rank(rule: Rule) -> int | None:
    given = _parameters(rule, GRADE)
    return -GRADE_NAMES.index(str(given[-1])) if given else None


def _parameters(rule: Rule, wanted: tuple[str, str]) -> list[str | int | bool]:
    name, parameter = wanted
    return [action.params[parameter] for action in rule.then if action.name == name]
