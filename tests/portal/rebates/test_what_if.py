"""What approved programmes would have paid in past months, under every grade."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.rebates.service.versions import install_version
from portal.rebates.what_if import ApprovedPrograms, is_by_grade, moved_to, with_factors
from rules.months import Month, months_between
from rules.rebate import Program
from tests.portal.rebates.world import EXAMPLE, World, sell

MULTIPLIED = EXAMPLE.replace("program: example", "program: by_grade").replace(
    "    tiers:", "    multiplier: {S: 12000, A: 11000}\n    tiers:"
)
GRADES = ("S", "A", "B")


async def _install(world: World, text: str) -> int:
    return await install_version(
        text,
        dt.date(2026, 9, 1),
        world.people["author"].signature("rebates.author"),
        world.people["approver"].signature("rebates.approve"),
    )


async def test_programmes_are_listed_with_whether_grades_matter(world: World) -> None:
    number = await _install(world, MULTIPLIED)
    listed = await ApprovedPrograms().list_incentives(world.people["author"])
    assert {(one.key, one.label["en"], one.by_grade) for one in listed} == {
        (str(world.version), "Worked example", False),
        (str(number), "Worked example", True),
    }
    assert await ApprovedPrograms().list_incentives(world.people["owner1"]) == []


async def test_past_quarters_are_paid_under_every_grade(world: World) -> None:
    number = await _install(world, MULTIPLIED)
    for month in ("2025-10", "2025-11", "2025-12"):
        await sell(world.dealers["D-1"], month, 5000)
        await sell(world.dealers["D-2"], month, 1000)
    listed = await ApprovedPrograms().list_incentives(world.people["author"])
    incentive = next(one for one in listed if one.key == str(number))
    months = [
        (month, ("D-1", "D-2", "gone")) for month in months_between(*map(Month.parse, ("2025-08", "2026-02")))
    ]
    paid = await ApprovedPrograms().pay(incentive, months, GRADES, {})
    # 2 % of 15,000, times 1.2, 1.1 and 1; the second dealer stays below the first tier.
    assert {str(month): amounts.tolist() for month, amounts in paid.items()} == {
        "2025-12": [[360, 330, 300, 300], [0, 0, 0, 0], [0, 0, 0, 0]]
    }
    tried = await ApprovedPrograms().pay(incentive, months, GRADES, {"B": 5000})
    assert tried[Month.parse("2025-12")].tolist()[0] == [300, 300, 150, 300]


@pytest.mark.parametrize(
    ("month", "first"),
    [
        ("2026-10", "2026-10-01"),
        ("2026-12", "2026-10-01"),
        ("2025-11", "2025-10-01"),
        ("2028-10", "2028-10-01"),
        ("2026-09", None),
        ("2027-01", None),
    ],
)
def test_a_programme_moves_by_whole_years(month: str, first: str | None) -> None:
    moved = moved_to(Program.load(EXAMPLE), Month.parse(month))
    assert (moved and moved.effective_from.isoformat()) == first


def test_a_programme_longer_than_a_year_moves_by_its_length() -> None:
    long = Program.load(EXAMPLE.replace("2026-12-31", "2028-03-31"))
    moved = moved_to(long, Month.parse("2026-09"))
    assert moved is None
    moved = moved_to(long, Month.parse("2025-01"))
    assert moved is not None
    assert (moved.effective_from, moved.effective_until) == (dt.date(2024, 10, 1), dt.date(2026, 3, 31))


def test_one_multiplier_for_all_is_none() -> None:
    program = Program.load(EXAMPLE)
    assert not is_by_grade(program)
    assert not is_by_grade(with_factors(program, dict.fromkeys("SABCD", 9000)))
    assert is_by_grade(with_factors(program, {"S": 9000}))
