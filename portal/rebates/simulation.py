"""What a programme would have paid over past months, beside the version before it: winners and losers.

Figures are worked out for the viewer's part of the network, month by month, and told for the people in it;
conditions are decided by the facts of each month. How the work is done in the background:
``simulation_jobs.py``.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portal.db import fetch
from portal.errors import Conflict
from portal.rebates.queries.basis import measure
from portal.rebates.queries.office import scope_of
from portal.rebates.terms import MonthFacts, decided_by, facts_of
from portal.rebates.what_if import moved_to
from rules.errors import RulesError
from rules.months import Month, months_between
from rules.rebate import BasisColumn, Program, Terms, TermsColumn, calculate_many
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from portal.access import Viewer
    from portal.rebates.queries.basis import Values

MONTHS = 24
_UNDECIDED = "The conditions cannot be decided for %(month)s: %(why)s"
Amounts = dict[int, int]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """What two versions would have paid, in minor units; ``base`` figures are None without a version before.

    Attributes:
        months: Month, candidate, base.
        candidate: By account; who would have got nothing is left out.
        base: The same.
    """

    months: tuple[tuple[Month, int, int | None], ...]
    candidate: Amounts
    base: Amounts | None

    def pack(self) -> bytes:
        """Return the figures as canonical JSON."""
        months = [[str(month), new, old] for month, new, old in self.months]
        parts = [None if part is None else sorted(part.items()) for part in (self.candidate, self.base)]
        return canonical_json([months, *parts]).encode()

    @classmethod
    def unpack(cls, content: bytes) -> Figures:
        """Read back what ``pack`` made."""
        months, new, old = json.loads(content)
        return cls(
            tuple((Month.parse(month), candidate, base) for month, candidate, base in months),
            dict(new),
            None if old is None else dict(old),
        )


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


async def people_of(viewer: Viewer, kind: str) -> dict[int, Row]:
    """Return the accounts of a kind the viewer may see, with their regions."""
    seen = scope_of(viewer)
    rows = await fetch(
        "select a.id, a.code, a.name, r.name as region, r.name_en as region_en from account a"  # noqa: S608  from code
        " left join region r on r.id = a.region where a.kind = {} and a.merged_into is null"
        f" and {seen.sql}",
        kind,
        *seen.args,
    )
    return {row["id"]: dict(row) for row in rows}


async def simulate(
    people: Collection[int],
    candidate: Program,
    base: Program | None,
    today: dt.date,
    report: Callable[[int, int], Awaitable[None]] | None = None,
) -> Figures:
    """Work out what two versions would have paid on the months before today.

    A version that runs in other years is moved by whole years, so that its periods fall on the same months.
    Everybody counts as having accepted; figures follow sales as they stand now.

    Args:
        people: Accounts, all of the candidate's kind.
        candidate: A sound programme.
        base: The version before it, or None.
        today: Current day; the 24 months that are over by then are looked at.
        report: Told after each month how many are done, and of how many.

    Raises:
        Conflict: Conditions cannot be decided for a month.
    """
    last = Month.of(today).shift(-1)
    months = months_between(last.shift(1 - MONTHS), last)
    new, old = _Way(candidate), _Way(base) if base else None
    for done, month in enumerate(months, start=1):
        facts = _Facts(month, people)
        for way in (new, old):
            if way is not None:
                await way.take(month, people, facts)
        if report is not None:
            await report(done, len(months))
    paid, before = new.steps(), old.steps() if old else None
    return Figures(
        tuple(
            (
                month,
                sum(paid.get(month, {}).values()),
                None if before is None else sum(before.get(month, {}).values()),
            )
            for month in months
        ),
        _by_account(paid),
        None if before is None else _by_account(before),
    )


class _Facts:
    """The facts of a month behind conditions, measured once and only when a programme asks for them."""

    def __init__(self, month: Month, people: Collection[int]) -> None:
        self._month, self._people = month, people
        self._measured: MonthFacts | None = None

    async def get(self) -> MonthFacts:
        if self._measured is None:
            self._measured = await facts_of(self._people, self._month, dt.datetime.now(dt.UTC))
        return self._measured


@dataclass
class _Way:
    """One programme going through the months."""

    program: Program
    totals: dict[Month, Amounts] = field(default_factory=dict)

    async def take(self, month: Month, people: Collection[int], facts: _Facts) -> None:
        """Work out what the period of a month has earned by its end; a month it pauses in earns nothing."""
        moved = moved_to(self.program, month)
        if moved is None:
            return
        values = await measure(moved, month.last_on, people)
        grades, terms = await _grades(moved, month), {}
        if moved.conditions is not None:
            measured = await facts.get()
            try:
                terms = await asyncio.to_thread(decided_by, moved.conditions, measured)
            except RulesError as error:
                raise Conflict(_UNDECIDED, month=str(month), why=str(error)) from error
        self.totals[month] = await asyncio.to_thread(_calculated, moved, values, grades, terms)

    def steps(self) -> dict[Month, Amounts]:
        """Return what each month added to what its period earned, by account."""
        return _steps(self.program, self.totals)


def _steps(program: Program, totals: Mapping[Month, Amounts]) -> dict[Month, Amounts]:
    """Turn cumulative amounts into what each month adds; a period begins at zero."""
    steps: dict[Month, Amounts] = {}
    for month, amounts in totals.items():
        moved = moved_to(program, month)
        begins = moved is None or moved.period_of(month.last_on).first_on == month.first_on
        before: Mapping[int, int] = {} if begins else totals.get(month.shift(-1), {})
        steps[month] = {number: minor - before.get(number, 0) for number, minor in amounts.items()}
    return steps


def _calculated(
    program: Program, values: Values, grades: Mapping[int, str], terms: Mapping[int, Terms]
) -> Amounts:
    numbers = sorted(values)
    if not numbers:
        return {}
    columns = {
        part.id: BasisColumn.of([values[number][part.id] for number in numbers])
        for part in program.components
    }
    neutral = Terms()
    decided = [terms.get(number, neutral) for number in numbers]
    many = calculate_many(
        program,
        columns,
        [grades.get(number) for number in numbers],
        TermsColumn.of(decided) if program.conditions else None,
    )
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


def impact_of(figures: Figures, people: Mapping[int, Row]) -> Impact:
    """Tell figures for people: who would get more or less, and where."""
    new, old = figures.candidate, figures.base
    before = old or {}
    rows = [
        {
            **person,
            "candidate_minor": new.get(number, 0),
            "base_minor": None if old is None else before.get(number, 0),
            "difference_minor": new.get(number, 0) - before.get(number, 0),
        }
        for number, person in people.items()
        if new.get(number) or before.get(number)
    ]
    rows.sort(key=lambda row: (-abs(row["difference_minor"]), row["code"]))
    return Impact(
        figures.months,
        _by_region(rows, with_base=old is not None),
        tuple(rows),
        sum(new.values()),
        None if old is None else sum(old.values()),
        sum(row["difference_minor"] > 0 for row in rows) if old is not None else 0,
        sum(row["difference_minor"] < 0 for row in rows) if old is not None else 0,
    )


def _by_account(paid: Mapping[Month, Amounts]) -> Amounts:
    sums: Amounts = {}
    for amounts in paid.values():
        for number, minor in amounts.items():
            sums[number] = sums.get(number, 0) + minor
    return {number: minor for number, minor in sums.items() if minor}


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
