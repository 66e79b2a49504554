"""``portal print plan``, ``routes`` and ``minutes``: one file, a ZIP file, again without work."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

from portal.db import fetch_value
from portal.plans.service.meetings import open_meeting
from tests.portal.cli.command import portal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.portal.plans.conftest import World

WEEK_ON = dt.date(2026, 10, 5)


async def test_a_plan_is_printed_to_a_file(world: World, plan: int, database: str, tmp_path: Path) -> None:
    out = tmp_path / "plan.pdf"
    ended = await portal(
        "print", "plan", "--plan", str(plan), "--out", str(out), database=database, folder=tmp_path
    )
    assert (ended.code, ended.err.splitlines()[-1]) == (0, f"1 printed to {out}")
    assert out.read_bytes()[:5] == b"%PDF-"
    assert not out.with_suffix(".csv").exists()


async def test_route_sheets_go_into_one_file_and_are_not_printed_twice(
    world: World, plan: int, database: str, tmp_path: Path
) -> None:
    out, days = (
        tmp_path / "routes.zip",
        await fetch_value("select count(*) from plan_day where plan = {}", plan),
    )
    call = ("print", "routes", "--plan", str(plan), "--zip", "--out", str(out))
    first = await portal(*call, database=database, folder=tmp_path)
    assert (first.code, f"0 of {days} were printed before" in first.err) == (0, True)
    content = out.read_bytes()
    with zipfile.ZipFile(out) as archive:
        assert len(archive.namelist()) == days
    again = await portal(*call, database=database, folder=tmp_path)
    assert (again.code, f"{days} of {days} were printed before" in again.err) == (0, True)
    assert out.read_bytes() == content


async def test_plans_of_a_month_and_what_is_wrong_with_the_call(
    world: World, plan: int, database: str, tmp_path: Path
) -> None:
    out = tmp_path / "plans"
    call = ("print", "plan", "--month", "2026-10", "--out", str(out))
    ended = await portal(*call, database=database, folder=tmp_path)
    assert (ended.code, len(list(out.glob("*.pdf")))) == (0, 1)
    none = await portal(
        "print", "plan", "--month", "2020-01", "--out", str(out), database=database, folder=tmp_path
    )
    assert (none.code, "There is nothing to print." in none.err) == (1, True)
    both = await portal("print", "plan", "--out", str(out), database=database, folder=tmp_path)
    assert (both.code, "name one of --plan and --month" in both.err) == (2, True)
    unknown = await portal(
        "print", "plan", "--plan", "999", "--out", str(tmp_path / "x.pdf"), database=database, folder=tmp_path
    )
    assert unknown.code == 1


async def test_minutes_of_a_week(world: World, database: str, tmp_path: Path) -> None:
    number = await open_meeting(world.people["manager"], 2, WEEK_ON)
    out = tmp_path / "minutes.pdf"
    call = ("print", "minutes", "--region", "CC", "--week", "2026-10-08", "--out", str(out))
    ended = await portal(*call, database=database, folder=tmp_path)
    assert (number > 0, ended.code, out.read_bytes()[:5]) == (True, 0, b"%PDF-")
    none = await portal(*call[:5], "2020-01-01", *call[6:], database=database, folder=tmp_path)
    assert (none.code, "There is no meeting of this region about that week." in none.err) == (1, True)
