"""What a programme would have paid over past months, beside the version before it: winners and losers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import fetch
from portal.rebates.queries.basis import measure
from portal.rebates.queries.office import scope_of
from portal.rebates.what_if import moved_to
from rules.months import Month, months_between
from rules.rebate import BasisColumn, Terms, TermsColumn, calculate_many

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from portal.access import Viewer
    from portal.rebates.queries.basis import Values
    from rules.rebate import Program

MONTHS = 24
Amounts = dict[int, int]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Impact:
    """What two versions would have paid; amounts in minor units, ``base`` is None without a version before.

    Attributes:
        months: Month, candidate, base.
        regions: Name, candidate, base, accounts; the largest difference first.
        accounts: Everybody with something in either, the largest difference first.
        winners: Accounts that would have got more.
        losers: Accounts that would have got less.
    """

    months: tuple[tuple[Month, int, int | None], ...]
    regions: tuple[Row, ...]
    accounts: tuple[Row, ...]
    candidate_minor: int
    base_minor: int | None
    winners: int
    losers: int


async def simulate(viewer: Viewer, candidate: Program, base: Program | None, today: dt.date) -> Impact:
    """Work out what two versions would have paid on the months before today, in the viewer's part.

    A version that runs in other years is moved by whole years, so that its periods fall on the same months.
    Everybody counts as taking part; figures follow sales as they stand now.

    Args:
        viewer: Who asks.
        candidate: A sound programme.
        base: The version before it, or None.
        today: Current day; the 24 months that are over by then are looked at.
    """
    last = Month.of(today).shift(-1)
    months = months_between(last.shift(1 - MONTHS), last)
    people = await _people(viewer, candidate.beneficiary)
    new = await _paid(candidate, months, people)
    old = await _paid(base, months, people) if base else None
    return _impact(months, people, new, old)


async def _people(viewer: Viewer, kind: str) -> dict[int, Row]:
    seen = scope_of(viewer)
    rows = await fetch(
        "select a.id, a.code, a.name, r.name as region, r.name_en as region_en from account a"  # noqa: S608  from code
        " left join region r on r.id = a.region where a.kind = {} and a.merged_into is null"
        f" and {seen.sql}",
        kind,
        *seen.args,
    )
    return {row["id"]: dict(row) for row in rows}


async def _paid(program: Program, months: Sequence[Month], people: Mapping[int, Row]) -> dict[Month, Amounts]:
    """Return what each month adds to what its period earned, by account."""
    totals: dict[Month, Amounts] = {}
    for month in months:
        moved = moved_to(program, month)
        if moved is not None:
            totals[month] = await _total(moved, month, people)
    return _steps(program, totals)


def _steps(program: Program, totals: Mapping[Month, Amounts]) -> dict[Month, Amounts]:
    """Turn cumulative amounts into what each month adds; a period begins at zero."""
    steps: dict[Month, Amounts] = {}
    for month, amounts in totals.items():
        moved = moved_to(program, month)
        begins = moved is None or moved.period_of(month.last_on).first_on == month.first_on
        before: Mapping[int, int] = {} if begins else totals.get(month.shift(-1), {})
        steps[month] = {number: minor - before.get(number, 0) for number, minor in amounts.items()}
    return steps


async def _total(program: Program, month: Month, people: Mapping[int, Row]) -> Amounts:
    values = await measure(program, month.last_on, people)
    grades = await _grades(program, month)
    return await asyncio.to_thread(_calculated, program, values, grades)


def _calculated(program: Program, values: Values, grades: Mapping[int, str]) -> Amounts:
    numbers = sorted(values)
    if not numbers:
        return {}
    columns = {
        part.id: BasisColumn.of([values[number][part.id] for number in numbers])
        for part in program.components
    }
    terms = TermsColumn.of([Terms()] * len(numbers)) if program.conditions else None
    many = calculate_many(program, columns, [grades.get(number) for number in numbers], terms)
    return dict(zip(numbers, (int(total) for total in many.total), strict=True))


async def _grades(program: Program, month: Month) -> dict[int, str]:
    """Return the last published grade of each dealer, where the programme asks for it."""
    if all(part.multiplier is None for part in program.components):
        return {}
    rows = await fetch(
        "select s.account_id, s.grade from scorecard s join evaluation_run r on r.id = s.run"
        " where r.subject_kind = 'dealer' and r.state in ('published', 'closed') and r.month_on <= {}"
        " and s.grade <> '' order by r.month_on, r.id",
        month.last_on,
    )
    return {row["account_id"]: row["grade"] for row in rows}


def _impact(
    months: Sequence[Month],
    people: Mapping[int, Row],
    new: Mapping[Month, Amounts],
    old: Mapping[Month, Amounts] | None,
) -> Impact:
    sums_new, sums_old = _by_account(new), _by_account(old or {})
    rows = [
        {
            **person,
            "candidate_minor": sums_new.get(number, 0),
            "base_minor": None if old is None else sums_old.get(number, 0),
            "difference_minor": sums_new.get(number, 0) - sums_old.get(number, 0),
        }
        for number, person in people.items()
        if sums_new.get(number) or sums_old.get(number)
    ]
    rows.sort(key=lambda row: (-abs(row["difference_minor"]), row["code"]))
    return Impact(
        tuple(
            (
                month,
                sum(new.get(month, {}).values()),
                None if old is None else sum(old.get(month, {}).values()),
            )
            for month in months
        ),
        _by_region(rows, with_base=old is not None),
        tuple(rows),
        sum(sums_new.values()),
        None if old is None else sum(sums_old.values()),
        sum(row["difference_minor"] > 0 for row in rows) if old is not None else 0,
        sum(row["difference_minor"] < 0 for row in rows) if old is not None else 0,
    )


def _by_account(paid: Mapping[Month, Amounts]) -> Amounts:
    sums: Amounts = {}
    for amounts in paid.values():
        for number, minor in amounts.items():
            sums[number] = sums.get(number, 0) + minor
    return sums


def _by_region(rows: Sequence[Row], *, with_base: bool) -> tuple[Row, ...]:
    regions: dict[str, Row] = {}
    for row in rows:
        blank = {"region": row["region"], "region_en": row["region_en"], "accounts": 0, "candidate_minor": 0}
        found = regions.setdefault(row["region"] or "", {**blank, "base_minor": 0 if with_base else None})
        found["accounts"] += 1
        found["candidate_minor"] += row["candidate_minor"]
        if with_base:
            found["base_minor"] += row["base_minor"]
    for found in regions.values():
        found["difference_minor"] = found["candidate_minor"] - (found["base_minor"] or 0)
    return tuple(sorted(regions.values(), key=lambda each: -abs(each["difference_minor"])))
