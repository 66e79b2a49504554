"""Every night what was earned is booked, once, and a programme that waits keeps no other from it."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys

import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Invalid
from portal.rebates.model import AppealOutcome, SettlementKind
from portal.rebates.queries.appeals import AppealMonth, monthly_appeals
from portal.rebates.queries.ledger import Balance, balance_of
from portal.rebates.queries.settlements import lines_of
from portal.rebates.service.accruals import accrue_all, accrue_month, accrue_today
from portal.rebates.service.appeals import answer_appeal, raise_appeal
from portal.rebates.service.settlements import open_settlement
from portal.settings import Settings
from rules.months import Month
from tests.portal.rebates.test_acceptance import install
from tests.portal.rebates.test_settlements import TODAY, settle
from tests.portal.rebates.world import EXAMPLE, World, sell, work

DAY = dt.date(2026, 10, 20)


async def test_every_night_only_what_changed_is_booked(world: World) -> None:
    dealer = world.dealers["D-1"]
    await sell(dealer, "2026-10", 6_000)
    for sold, expected in ((6_000, 120), (6_000, 120), (7_000, 140)):
        await sell(dealer, "2026-10", sold)
        found = await accrue_all(None, DAY)
        assert (len(found.settlements), found.skipped) == (1, ())
        await work(found.settlements[0])
        assert await balance_of(dealer) == Balance(0, expected, 0)
    assert await fetch_value("select count(*) from ledger_operation") == 2
    assert (await accrue_all(None, dt.date(2026, 9, 30))).settlements == ()


async def test_one_that_waits_keeps_no_other(world: World) -> None:
    other = await install(world, EXAMPLE.replace("program: example", "program: other"), by_contract=True)
    partial = await open_settlement(None, other, SettlementKind.PARTIAL, Month.parse("2026-10"), TODAY)
    await work(partial)
    found = await accrue_month(None, Month.parse("2026-12"), dt.date(2026, 12, 2))
    assert [name for name, _ in found.skipped] == ["other 2026.4"]
    await work(found.settlements[0])
    through = await fetch_value(
        "select through_on from rebate_settlement where id = {}", found.settlements[0]
    )
    assert str(through) == "2026-12-01"
    with pytest.raises(Invalid):
        await accrue_month(None, Month.parse("2026-12"), dt.date(2026, 12, 1))


async def test_the_chore_takes_yesterday(world: World, database: str) -> None:
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    runs = world.version > 0 and dt.date(2026, 10, 1) <= yesterday <= dt.date(2026, 12, 31)
    assert await accrue_today(Settings(database_url=database, business_zone="UTC")) == int(runs)


async def test_the_command_waits_for_the_end(world: World, database: str) -> None:
    if not database.startswith("sqlite"):
        pytest.skip("the command opens a pool of its own; one database says it")
    await sell(world.dealers["D-1"], "2026-10", 6_000)
    async with unit_of_work():
        await execute(
            "insert into role_grant (user_id, role, state, origin, requested_at)"
            " values ({}, 'finance', 'active', 'demo', {})",
            world.people["finance"].user_id,
            dt.datetime.now(dt.UTC),
        )
    code = "from portal.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, "rebates", "accrue", "2026-10", "--actor", "finance", "--json",
        "--database", database, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    assert len(json.loads(out)["settlements"]) == 1
    assert await balance_of(world.dealers["D-1"]) == Balance(0, 120, 0)
    refused = CliRunner().invoke(main, ["rebates", "accrue", "2026-13", "--actor", "finance"])
    assert refused.exit_code == 2


async def test_appeals_by_month(world: World) -> None:
    finance, figures = world.people["finance"], []
    for place, dealer in enumerate(("D-1", "D-2"), start=1):
        await sell(world.dealers[dealer], "2026-12", 20_000)
        figures.append(place)
    final = await settle(world, SettlementKind.FINAL, "2026-12")
    appeals = []
    for place in figures:
        (line,) = await lines_of(final, (world.dealers[f"D-{place}"],))
        owner = world.people[f"owner{place}"]
        appeals.append(await raise_appeal(owner, line.id, "틀림", TODAY, answer_days=7))
    await answer_appeal(finance, appeals[0], AppealOutcome.UPHELD, "반영함")
    at = dt.datetime(2027, 1, 31, 20, tzinfo=dt.UTC)
    async with unit_of_work():
        await execute("update rebate_appeal set raised_at = {}", at)
        answered = at + dt.timedelta(days=9)
        await execute("update rebate_appeal set answered_at = {} where id = {}", answered, appeals[0])
        await execute("update rebate_appeal set due_on = {}", dt.date(2027, 2, 8))
    february = Month.parse("2027-02")
    found = [
        await monthly_appeals(finance, february, today)
        for today in (dt.date(2027, 2, 8), dt.date(2027, 2, 9))
    ]
    assert found == [
        [AppealMonth(february, raised=2, upheld=1, dismissed=0, open=1, late=late, median_days=9)]
        for late in (1, 2)
    ]
    (own,) = await monthly_appeals(world.people["owner2"], february, TODAY)
    assert (own.raised, own.open, own.median_days) == (1, 1, None)
    assert await monthly_appeals(finance, Month.parse("2027-03"), TODAY) == []
