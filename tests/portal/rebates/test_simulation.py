"""A version tried on past months: in the background for many, conditions decided month by month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.jobs.worker import work_once
from portal.rebates import simulation_jobs
from portal.rebates.queries.versions import program_of
from portal.rebates.service.versions import install_version
from portal.rebates.simulation import Figures, impact_of, people_of, simulate
from rules.months import Month
from rules.rebate import Program
from tests.portal.rebates.office_site import Site, make_client
from tests.portal.rebates.test_acceptance import CONDITIONS, TABLES
from tests.portal.rebates.world import EXAMPLE, World, sell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TODAY = dt.date(2026, 12, 5)
GROWN = EXAMPLE.replace("calendar:", TABLES) + CONDITIONS.replace("MISSING", "no_match").replace(
    "{name: set_multiplier_bp, params: {multiplier_bp: 12000}}", "{name: use_tiers, params: {tiers: grown}}"
)


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


async def grant(world: World) -> None:
    """Let a worker find that finance may read."""
    async with unit_of_work():
        await execute(
            "insert into role_grant (user_id, role, state, origin, requested_at)"
            " values ({}, 'finance', 'active', 'demo', {})",
            world.people["finance"].user_id,
            dt.datetime.now(dt.UTC),
        )


async def jobs() -> list[str]:
    rows = await fetch("select state from job where kind = 'rebates.simulate' order by id")
    return [row["state"] for row in rows]


async def test_many_are_worked_out_in_the_background_once(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation_jobs, "AT_ONCE", -1)
    await grant(world)
    last = Month.of(dt.datetime.now(dt.UTC).date()).shift(-1)
    await sell(world.dealers["D-1"], str(last), 6_000)
    place = f"/rebates/programs/{world.version}/simulation"
    asked = await site.get("finance", f"{place}/result")
    assert "Work the figures out" in asked.text
    assert (await site.post("finance", f"{place}/export", format="csv")).status_code == 409
    for _ in range(2):
        begun = await site.client.post(place, headers={"x-viewer": "finance", "hx-request": "true"})
        assert "0 of 24 months worked out" in begun.text
    assert await jobs() == ["queued"]
    assert (await site.post("finance", place)).headers["location"] == place
    assert await work_once("test")
    done = await site.get("second", f"{place}/result")
    assert "Worked out" in done.text
    assert "D-1" in done.text
    file = await site.post("finance", f"{place}/export", format="csv")
    assert file.text.splitlines()[1].startswith("D-1,D-1,")
    manager = await site.get("manager", f"{place}/result")
    assert "Work the figures out" in manager.text
    assert (await site.post("finance", place)).status_code == 303
    assert await jobs() == ["done", "queued"]


async def test_who_may_read_no_more_gets_nothing(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation_jobs, "AT_ONCE", -1)
    place = f"/rebates/programs/{world.version}/simulation"
    await site.post("finance", place)
    assert await work_once("test")
    assert await jobs() == ["failed"]
    shown = await site.get("finance", f"{place}/result")
    assert "could not be worked out" in shown.text
    assert "You may not do this." in shown.text


async def test_conditions_are_decided_by_the_facts_of_each_month(world: World) -> None:
    steady, doubled = world.dealers["D-1"], world.dealers["D-2"]
    for dealer, before in ((steady, 19_000), (doubled, 10_000)):
        await sell(dealer, "2026-11", 20_000)
        await sell(dealer, "2025-11", before)
    people = await people_of(world.people["finance"], "dealer")
    figures = await simulate(people, Program.load(GROWN), Program.load(EXAMPLE), TODAY)
    by_month = {str(month): (new, old) for month, new, old in figures.months}
    assert by_month["2026-11"] == (800 + 1_800, 800 + 800)
    assert by_month["2026-10"] == (0, 0)
    impact = impact_of(figures, people)
    assert (impact.winners, impact.losers) == (1, 0)
    assert next(row["difference_minor"] for row in impact.accounts) == 1_000
    assert Figures.unpack(figures.pack()) == figures
    assert Figures.unpack(Figures((), {1: 2}, None).pack()) == Figures((), {1: 2}, None)


async def test_what_cannot_be_decided_is_told(site: Site, world: World) -> None:
    both = GROWN.replace('operator: less_than, value: "0"', 'operator: less_than, value: "900"').replace(
        "hit_policy: first", "hit_policy: unique"
    )
    version = await install_version(
        both.replace("program: example", "program: other"),
        dt.date(2026, 9, 1),
        world.people["author"].signature("rebates.author"),
        world.people["approver"].signature("rebates.approve"),
    )
    assert (await program_of(version)).conditions is not None
    last = Month.of(dt.datetime.now(dt.UTC).date()).shift(-1)
    await sell(world.dealers["D-1"], str(last), 20_000)
    await sell(world.dealers["D-1"], str(last.shift(-12)), 5_000)
    await grant(world)
    place = f"/rebates/programs/{version}/simulation"
    assert "Work the figures out" in (await site.get("finance", f"{place}/result")).text
    await site.post("finance", place)
    assert await work_once("test")
    assert f"cannot be decided for {last}" in (await site.get("finance", f"{place}/result")).text
    assert await fetch_value("select attempts from job where kind = 'rebates.simulate'") == 1
