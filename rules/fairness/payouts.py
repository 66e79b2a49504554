"""What a decision pays, as numbers that can be compared: given, scaled, taken, and whether it pays at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from rules.fairness.material import numbers_of
from rules.money import BASIS_POINTS
from rules.verify.monotone import alone
from rules.verify.tables import ONE_RESULT, Table
from rules.verify.tally import DropSearch, Group

if TYPE_CHECKING:
    from rules.fairness.packs import Pack, Role
    from rules.kpis import Text
    from rules.verify.boxes import Budget
    from rules.verify.findings import Witness
    from rules.verify.tables import Row

ValueOf = Callable[["Row"], int | None]
Kind = Literal["paid", "scaled", "left", "gate"]
KINDS: Mapping[Kind, Text] = MappingProxyType(
    {
        "paid": {"ko": "지급", "en": "payout"},
        "scaled": {"ko": "배율(bp)", "en": "multiplier (bp)"},
        "left": {"ko": "감액 뒤 지급률(bp)", "en": "share left after reductions (bp)"},
        "gate": {"ko": "지급 대상", "en": "eligibility"},
    }
)
NEUTRAL: Mapping[Kind, int] = MappingProxyType(
    {"paid": 0, "scaled": BASIS_POINTS, "left": BASIS_POINTS, "gate": 1}
)
"""What each number is where a decision says nothing about it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number a decision makes of its rows; larger is better for the dealer, 0 is nothing.

    Attributes:
        table: The decision.
        kind: Which number; ``KINDS`` has its name for people.
        groups: Its values; their sum is the number.
    """

    table: Table
    kind: Kind
    groups: tuple[Group, ...]


def measures(table: Table, pack: Pack) -> list[Measure]:
    """Return what a table pays, how it multiplies, what it leaves, and whether it pays at all."""
    roles = {pack.role(action.name) for row in table.rows for action in row.rule.then}
    found = []
    if "pays" in roles:
        found.append(_measure(table, "paid", _paid(table, pack), 0))
    if "scales" in roles:
        found.append(_measure(table, "scaled", lambda row: _sum(row, pack, ("scales",)), BASIS_POINTS))
    if roles & {"reduces", "withholds"}:
        found.append(_measure(table, "left", lambda row: _left(row, pack), BASIS_POINTS))
    if "gates" in roles:
        found.append(_gate(table, pack))
    return found


def loss(measure: Measure, name: str, share_bp: int, budget: Budget) -> tuple[Witness, Witness] | None:
    """Return two subjects that differ in one input alone, of whom the second loses more than a share.

    Args:
        measure: The number that is lost.
        name: The input.
        share_bp: Share of the number in basis points, below 10,000; 0 asks for any loss.
        budget: Limits the work; TooLargeError beyond it.
    """
    space = measure.table.space
    part = space.fields[name]
    planes = [[group.at(part, atom) for group in measure.groups] for atom in range(len(part.domain.atoms))]
    for one, other in permutations(range(len(planes)), 2):
        if planes[one] == planes[other]:
            continue
        kept = [_scaled(group, BASIS_POINTS - share_bp) for group in planes[one]]
        rest = [_scaled(group, BASIS_POINTS) for group in planes[other]]
        drop = DropSearch(space, kept, rest, budget).run(space.full)
        if drop is not None:
            values = (part.domain.atoms[atom].lowest for atom in (one, other))
            before, after = (space.witness(drop.box, **{name: value}) for value in values)
            return before, after
    return None


def _scaled(group: Group, factor: int) -> Group:
    entries = ((box, None if value is None else value * factor) for box, value in group.entries)
    return Group(tuple(entries), None if group.default is None else group.default * factor)


def _measure(table: Table, kind: Kind, value_of: ValueOf, base: int) -> Measure:
    """Make one number of the rows; without a winner among rows their differences from the base add up."""
    values = [(row, value_of(row)) for row in table.rows]
    if table.ruleset.hit_policy in ONE_RESULT:
        entries = tuple((box, base if value is None else value) for row, value in values for box in row.boxes)
        return Measure(table, kind, (Group(entries, base),))
    added = [(row, value - base) for row, value in values if value is not None]
    return Measure(table, kind, (Group((), base), *(alone(table, row, value) for row, value in added)))


def _gate(table: Table, pack: Pack) -> Measure:
    """A gate that no row opens is open; where rows add up, one that shuts outweighs one that opens."""
    base = 0 if any(_sum(row, pack, ("gates",)) for row in table.rows) else 1
    shut = 0 if base or table.ruleset.hit_policy in ONE_RESULT else -1

    def value_of(row: Row) -> int | None:
        opened = _sum(row, pack, ("gates",))
        return shut if opened == 0 else opened

    return _measure(table, "gate", value_of, base)


def _paid(table: Table, pack: Pack) -> ValueOf:
    """Amounts and rates do not add up: where a table gives both, something or nothing is all that counts."""
    names = {
        action.name for row in table.rows for action in row.rule.then if pack.role(action.name) == "pays"
    }
    if len(names) == 1:
        return lambda row: _sum(row, pack, ("pays",))
    return lambda row: _sign(_sum(row, pack, ("pays",)))


def _sign(number: int | None) -> int | None:
    return None if number is None else (number > 0) - (number < 0)


def _left(row: Row, pack: Pack) -> int | None:
    taken = _sum(row, pack, ("reduces", "withholds"))
    return None if taken is None else BASIS_POINTS - taken


def _sum(row: Row, pack: Pack, roles: tuple[Role, ...]) -> int | None:
    """Return the sum of what a row gives in some roles; None when it gives nothing of the kind."""
    found = [numbers_of(action) for action in row.rule.then if pack.role(action.name) in roles]
    return sum(map(sum, found)) if found else None
