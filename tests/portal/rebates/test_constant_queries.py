"""Every list asks the database the same number of questions for five rows and for fifty."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.rebates.model import SettlementKind
from portal.rebates.service.adjustments import approve_adjustment, propose_adjustment
from portal.rebates.service.payouts import propose_payout
from portal.rebates.service.settlements import accrue, open_correction, open_settlement, post_settlement
from portal.rebates.work import register_jobs
from portal.settings import Settings
from rules.months import Month
from tests.portal.network.conftest import Statements, statements
from tests.portal.rebates import own_site
from tests.portal.rebates.office_site import Site, make_client
from tests.portal.rebates.world import NOW, World, make_world, new_dealer, sell_within, work

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["statements"]

OCTOBER = Month.parse("2026-10")
DAY = dt.date(2026, 11, 3)
FEW, MANY = 5, 50


async def counts(site: Site | own_site.Site, who: str, paths: list[str], sent: Statements) -> dict[str, int]:
    """Return how many statements each page sends."""
    found = {}
    sent.take()
    for path in paths:
        answer = await site.get(who, path)
        found[path] = sent.take()
        assert (path, answer.status_code) == (path, 200)
    return found


async def grow(world: World, rows: int) -> None:
    """Have that many dealers with a booked line, adjustments, payouts and appeals, and that many versions."""
    people = world.people
    first = len(world.dealers)
    async with unit_of_work():
        for place in range(first + 1, rows + 1):
            world.dealers[f"D-{place}"] = await new_dealer(f"D-{place}")
        for dealer in world.dealers.values():
            await sell_within(dealer, "2026-10", 6_000 + rows)
    await copy_version(world.version, rows, "draft", "submitted", "approved")
    if first == FEW:
        number = await open_correction(people["finance"], world.version, OCTOBER.first_on, "더 있다")
    else:
        number = await open_settlement(people["finance"], world.version, SettlementKind.PARTIAL, OCTOBER, DAY)
    await work(number)
    await post_settlement(people["finance"], number, OCTOBER)
    await work(number)
    await work(await accrue(None, world.version, DAY))
    for dealer in list(world.dealers.values())[first if first == FEW else 0 :]:
        await propose_adjustment(people["finance"], dealer, 10, OCTOBER, "맞춤")
        await propose_payout(people["finance"], (dealer,))
    await appeal_against_every_line(number)


async def copy_version(version: int, rows: int, *states: str) -> None:
    """Have that many versions of other programmes with the content of one, in each state."""
    columns = (
        "label, beneficiary, text, version, content, sha256, effective_from, effective_until, announced_on,"
        " author_user_id, created_at, edited_by_user_id, edited_at, submitted_by_user_id, submitted_at,"
        " approved_by_user_id, approved_at, reason, is_by_contract"
    )
    async with unit_of_work():
        for state in states:
            have = await fetch_value("select count(*) from rebate_version where state = {}", state)
            for place in range(have, rows):
                made = await fetch_value(
                    f"insert into rebate_version (program, state, {columns}) select {{}}, {{}}, {columns}"
                    " from rebate_version where id = {} returning id",
                    f"copy_{place}",
                    state,
                    version,
                )
                await execute(
                    "insert into rebate_editor (version, user_id, first_at) values ({}, 1, {})", made, NOW
                )


async def appeal_against_every_line(settlement: int) -> None:
    async with unit_of_work():
        await fetch_value(
            "insert into rebate_appeal (line, account, text, evidence_name, raised_by_user_id, raised_at,"
            " due_on, outcome, answer) select id, account, 'why', '', 1, {}, {}, 'open', ''"
            " from rebate_settlement_line where settlement = {} returning id",
            NOW,
            DAY,
            settlement,
        )


OFFICE = [
    "/rebates/programs",
    "/rebates/programs/{version}",
    "/rebates/programs/{version}/acceptances",
    "/rebates/settlements",
    "/rebates/settlements/{settlement}",
    "/rebates/settlements/{settlement}/rows",
    "/rebates/payouts",
    "/rebates/payouts/{payout}",
    "/rebates/ledger",
    "/rebates/ledger/movements",
    "/rebates/ledger/accounts/{account}",
    "/rebates/adjustments",
    "/rebates/appeals",
    "/rebates/watch",
    "/rebates/watch/rows",
]


@pytest.fixture
async def world(database: str) -> World:
    register_jobs(Settings(database_url=database))
    return await make_world(dealers=2)


async def test_pages_of_the_office(world: World, statements: Statements) -> None:
    found = []
    async with make_client(world.people) as client:
        for rows in (FEW, MANY):
            await grow(world, rows)
            named = {
                "version": world.version,
                "settlement": await fetch_value("select max(settlement) from rebate_settlement_line"),
                "payout": await fetch_value("select min(id) from rebate_payout"),
                "account": world.dealers["D-1"],
            }
            paths = [path.format(**named) for path in OFFICE]
            sent = await counts(Site(client), "finance", paths, statements)
            found.append(dict(zip(OFFICE, sent.values(), strict=True)))
    assert found[0] == found[1]


OWN = [
    "/my/rebates",
    "/my/rebates/movements",
    "/my/rebates/appeals",
    "/my/rebates/{version}",
    "/my/rebates/{version}/statement",
    "/my/rebates/lines/{line}/documents",
    "/my/rebates/lines/{line}/documents?month={year}-02",
]


async def test_pages_of_a_dealer(database: str, tmp_path: Path, statements: Statements) -> None:
    register_jobs(Settings(database_url=database))
    site = await own_site.build_site(tmp_path)
    async with site.client:
        line = await own_site.line_of(await own_site.settled(site), site.dealer)
        found = []
        for rows in (FEW, MANY):
            await live(site, line, rows)
            named = {"version": site.world.version, "line": line, "year": own_site.YEAR}
            paths = [path.format(**named) for path in OWN]
            sent = await counts(site, "owner1", paths, statements)
            found.append(dict(zip(OWN, sent.values(), strict=True)))
    assert found[0] == found[1]


async def live(site: own_site.Site, line: int, rows: int) -> None:
    """Have that many purchases, bookings, appeals and programmes."""
    people, month = site.world.people, Month.of(dt.date(own_site.YEAR, 3, 1))
    await copy_version(site.world.version, rows, "approved")
    done = await fetch_value("select count(*) from rebate_appeal")
    for place in range(done, rows):
        await own_site.order(site, f"M-{place}", f"{own_site.YEAR}-02-11", {"tea": 10})
        number = await propose_adjustment(people["finance"], site.dealer, 10, month, "맞춤")
        await approve_adjustment(people["second"], number)
    async with unit_of_work():
        await insert_rows(
            "rebate_appeal",
            ("line", "account", "text", "evidence_name", "raised_by_user_id", "raised_at", "due_on",
             "outcome", "answer", "answered_by_user_id", "answered_at"),
            [(line, site.dealer, "why", "", 1, NOW, DAY, "dismissed", "so", 1, NOW)] * (rows - done),
        )  # fmt: skip
