"""A settlement calculated again from its frozen figures: the proof that every line follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.files.queries import get_file
from portal.rebates.calculations import inputs_sha256, unpack_frozen
from portal.rebates.queries.settlements import get_settlement, lines_of, results_sha256
from portal.rebates.queries.versions import program_of
from rules.rebate import Terms, calculate

if TYPE_CHECKING:
    from fractions import Fraction

    from portal.rebates.queries.settlements import Line
    from rules.rebate import LineAmount, Program

Key = tuple[int, str]
Derived = tuple[int, str, int | None, "Fraction", int, tuple[str, ...], str]


async def replay(settlement_id: int) -> list[str]:
    """Return the lines that do not follow from the frozen figures, as ``code component``; empty proves it.

    Everything that the figures decide is compared: what was measured, tier, exact amount, rounded amount,
    notes and hash. What earlier settlements had posted is part of the lines, not of the figures; it is under
    the hash of the results.

    Raises:
        NotFound: There is no such settlement.
        LookupError: Its figures are not stored.
    """
    settlement = await get_settlement(settlement_id)
    stored = await get_file(settlement.inputs_id or 0)
    if stored is None:
        raise LookupError(f"the figures of settlement {settlement_id} are not stored")
    program, frozen = await program_of(settlement.version_id), unpack_frozen(stored.content)
    again: dict[Key, Derived] = {}
    for account, values in frozen.values.items():
        grade, terms = frozen.grades.get(account, ""), frozen.terms.get(account)
        digest = inputs_sha256(grade, values, terms)
        calculation = calculate(program, values, grade or None, terms or Terms())
        again |= {(account, line.component): _derived(program, line, digest) for line in calculation.lines}
    lines = await lines_of(settlement_id)
    found = [f"{line.code} {line.component}" for line in lines if again.pop(_key(line), None) != _kept(line)]
    found += [f"{account} {component}" for account, component in again]
    if await results_sha256(settlement_id) != settlement.results_sha256:
        found.append("results")
    return found


def _key(line: Line) -> Key:
    return line.account_id, line.component


def _derived(program: Program, line: LineAmount, digest: str) -> Derived:
    tiers = program.component(line.component).using(line.table).tiers
    tier = tiers.index(line.tier) if line.tier else None
    return line.basis.value, line.table or "", tier, line.exact, line.amount_minor, line.notes, digest


def _kept(line: Line) -> Derived:
    return (
        line.basis,
        line.tier_table,
        line.tier,
        line.exact,
        line.amount_minor,
        line.notes,
        line.inputs_sha256,
    )
