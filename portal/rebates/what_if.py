"""What approved programmes would have paid in past months, for rehearsing criteria that decide grades.

A programme that ran in other years is moved by whole years of its own length, so that its quarters and year
ends fall on the same months. Amounts follow sales as they stand now.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from portal.db import fetch
from portal.evaluations.incentives import Incentive
from portal.network.scope import today
from portal.rebates.policies import READ
from portal.rebates.queries.basis import measure
from portal.rebates.queries.versions import list_approved, program_of, programs_of
from rules.money import BASIS_POINTS
from rules.months import Month, months_between
from rules.reading import GRADE_NAMES
from rules.rebate import BasisColumn, calculate_many

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from portal.access import Viewer
    from rules.rebate import Program

MONTHS_PER_YEAR = 12


class ApprovedPrograms:
    """Approved programmes of dealers without conditions, for ``portal.evaluations.incentives``."""

    async def list_incentives(self, viewer: Viewer) -> list[Incentive]:
        """Return the programmes, the one that begins last first."""
        if not viewer.allowed(READ):
            return []
        versions = [one for one in await list_approved(today(viewer)) if one.beneficiary == "dealer"]
        programs = await programs_of(version.id for version in versions)
        return [
            Incentive(str(version.id), program.label, program.version, is_by_grade(program))
            for version in versions
            if (program := programs[version.id]).conditions is None
        ]

    async def pay(
        self,
        incentive: Incentive,
        months: Sequence[tuple[Month, Sequence[str]]],
        grades: Sequence[str],
        factors_bp: Mapping[str, int],
    ) -> Mapping[Month, NDArray[np.int64]]:
        """Work out every settled month once per grade."""
        program = await program_of(int(incentive.key))
        if factors_bp:
            program = with_factors(program, factors_bp)
        rows = await fetch("select id, code from account where kind = 'dealer'")
        ids = {row["code"]: row["id"] for row in rows}
        found = {}
        for month, codes in months:
            moved = moved_to(program, month)
            if moved is not None and moved.period_of(month.last_on).last_on == month.last_on:
                found[month] = await _amounts(moved, month, [ids.get(code, 0) for code in codes], grades)
        return found


def is_by_grade(program: Program) -> bool:
    """Tell whether two grades can be paid differently; a grade without a multiplier is paid in full."""
    given = [one.multiplier for one in program.components if one.multiplier]
    return any(len({factors.get(grade, BASIS_POINTS) for grade in GRADE_NAMES}) > 1 for factors in given)


def with_factors(program: Program, factors_bp: Mapping[str, int]) -> Program:
    """Return a programme that multiplies every line by grade, in basis points."""
    components = tuple(replace(one, multiplier=dict(factors_bp)) for one in program.components)
    return replace(program, components=components)


def moved_to(program: Program, month: Month) -> Program | None:
    """Return a programme as it would have run in a month; None when it then pauses.

    It is moved by a multiple of twelve months no shorter than the programme.
    """
    first, length = Month.of(program.effective_from), len(program.months)
    step = -(-length // MONTHS_PER_YEAR) * MONTHS_PER_YEAR
    months = (
        len(months_between(first, month)) - 1 if month >= first else 1 - len(months_between(month, first))
    )
    start = first.shift(months // step * step)
    last = start.shift(length - 1)
    if month > last:
        return None
    return replace(program, effective_from=start.first_on, effective_until=last.last_on)


async def _amounts(
    program: Program, month: Month, account_ids: Sequence[int], grades: Sequence[str]
) -> NDArray[np.int64]:
    """Return what each account is paid for the period that ends with a month, under each grade and none."""
    values = await measure(program, month.last_on, account_ids)
    columns = {
        component.id: BasisColumn.of([values[account][component.id] for account in account_ids])
        for component in program.components
    }
    count = len(account_ids)
    paid = [calculate_many(program, columns, [grade] * count).total for grade in (*grades, None)]
    return np.array(paid, np.int64).reshape(len(paid), count).T
