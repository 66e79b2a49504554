"""Where everybody stands with a programme: earned to date, expected at this pace, worth of the next tier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from portal.db import execute, insert_rows, unit_of_work
from portal.files.queries import get_file
from portal.rebates.calculations import unpack_frozen
from rules.money import BASIS_POINTS
from rules.rebate import BasisValue, Period, Terms, calculate, next_tier, project

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from portal.rebates.queries.settlements import Settlement
    from rules.rebate import Component, NextTier, Program

CHUNK = 500
COLUMNS = (
    "version", "account", "component", "period_on", "as_of_on", "basis", "amount_minor", "projected_basis",
    "projected_minor", "next_from", "distance", "gain_minor", "reach_bp", "tier_table",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One component of one beneficiary; amounts in minor units.

    Attributes:
        basis: Measured to date; None when missing.
        amount_minor: Earned to date.
        projected_basis: Where the basis will end at this pace; None when missing.
        projected_minor: What that earns: an expectation, not a promise.
        next_from: Threshold of the next tier; None where there is none in reach.
        distance: Least further sales to it.
        gain_minor: What the line then pays more.
        reach_bp: The distance in basis points of the sales the tier needs.
        table: Tier table the conditions chose; empty for the line's own tiers.
    """

    component: str
    basis: int | None
    amount_minor: int
    projected_basis: int | None
    projected_minor: int
    next_from: int | None
    distance: int | None
    gain_minor: int | None
    reach_bp: int | None
    table: str = ""


def standings_of(
    program: Program,
    values: Mapping[str, BasisValue],
    grade: str,
    as_of: dt.date,
    terms: Terms | None = None,
) -> list[Standing]:
    """Return where one beneficiary stands with every component on a day; terms are neutral when left out."""
    terms = terms or Terms()
    now = calculate(program, values, grade or None, terms)
    expected = {
        component.id: _projected(program, component, values[component.id], as_of)
        for component in program.components
    }
    then = calculate(program, expected, grade or None, terms)
    return [
        _standing(
            component,
            values[component.id],
            expected[component.id],
            next_tier(program, component.id, values[component.id], grade or None, terms),
            amounts,
            terms.table if terms.table and terms.table in (component.tables or {}) else "",
        )
        for component, *amounts in zip(
            program.components,
            (line.amount_minor for line in now.lines),
            (line.amount_minor for line in then.lines),
            strict=True,
        )
    ]


def _projected(program: Program, component: Component, value: BasisValue, as_of: dt.date) -> BasisValue:
    """Carry a value on to the end of its window; a comparison of the same days goes on alike."""
    if value.missing:
        return value
    window = program.period_of(as_of)
    if component.basis.window == "program":
        window = Period(program.effective_from, program.effective_until)
    months = program.window_months(component)
    passed = value.months or 0
    return replace(
        value,
        value=project(value.value, as_of, window),
        compare=None if value.compare is None else project(value.compare, as_of, window),
        months_with_orders=value.months_with_orders + months - passed,
        months=months,
    )


def _standing(
    component: Component,
    value: BasisValue,
    expected: BasisValue,
    ahead: NextTier | None,
    amounts: list[int],
    table: str,
) -> Standing:
    reach = None
    if ahead is not None and ahead.distance > 0:
        needed = value.value + ahead.distance
        reach = ahead.distance * BASIS_POINTS // needed if needed > 0 else None
    return Standing(
        component.id,
        None if value.missing else value.value,
        amounts[0],
        None if value.missing else expected.value,
        amounts[1],
        ahead.tier.from_ if ahead else None,
        ahead.distance if ahead else None,
        ahead.gain_minor if ahead else None,
        reach,
        table,
    )


async def refresh_standings(settlement: Settlement, program: Program) -> None:
    """Replace the stored standings of a version by those of an accrual's figures, chunk by chunk."""
    stored = await get_file(settlement.inputs_id or 0)
    if stored is None:
        raise LookupError(f"the figures of settlement {settlement.id} are not stored")
    frozen = unpack_frozen(stored.content)
    accounts = sorted(frozen.values)
    for start in range(0, len(accounts), CHUNK):
        chunk = accounts[start : start + CHUNK]
        rows = [
            (settlement.version_id, account, one.component, settlement.period_on, settlement.through_on,
             one.basis, one.amount_minor, one.projected_basis, one.projected_minor, one.next_from,
             one.distance, one.gain_minor, one.reach_bp, one.table)
            for account in chunk
            for one in standings_of(
                program,
                frozen.values[account],
                frozen.grades.get(account, ""),
                settlement.through_on,
                frozen.terms.get(account),
            )
        ]  # fmt: skip
        async with unit_of_work():
            await execute(
                "delete from rebate_standing where version = {} and account >= {} and account <= {}",
                settlement.version_id,
                chunk[0],
                chunk[-1],
            )
            await insert_rows("rebate_standing", COLUMNS, rows)
