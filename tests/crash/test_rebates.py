"""A settlement whose worker is killed ends with the same lines and bookings: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from portal.audit.service import verify_chain
from portal.db import execute, fetch, fetch_value, insert_rows, unit_of_work
from portal.rebates.batch import CHUNK
from portal.rebates.model import SettlementKind, SettlementState
from portal.rebates.queries.ledger import list_defects
from portal.rebates.queries.settlements import get_settlement
from portal.rebates.service.settlements import open_correction, open_settlement, post_settlement
from rules.months import Month
from tests.crash.conftest import expire_leases, job_state
from tests.crash.jobs_process import ended_by, kill_after, start
from tests.portal.rebates.test_settlements import BOOKED, TODAY
from tests.portal.rebates.world import World, make_world

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

KILLS = int(os.environ.get("REBATE_KILLS", "100"))
"""Kills of the nightly campaign, and the seed of its moments; with other seeds it runs in parts."""
SEED = int(os.environ.get("REBATE_SEED", "2"))
DEALERS = 2 * CHUNK + 50
SLOWEST_S = 60


@pytest.fixture
async def network(database: str) -> World:
    """Dealers for three chunks, each with sales of its own in December."""
    world = await make_world(DEALERS)
    async with unit_of_work():
        await insert_rows(
            "account_month",
            ("account", "month_on", "level", "side", "lines", "documents", "net_minor", "returns_minor",
             "quantity", "active"),
            [
                (account, Month.parse("2026-12").first_on, 1, 1, 1, 1, 5_000 + account * 37 % 30_000, 0, 0, 1)
                for account in world.dealers.values()
            ],
        )  # fmt: skip
    return world


async def _finished(database: str, folder: Path, settlement: int) -> float:
    async def done() -> bool:
        job = await fetch_value("select job_id from rebate_settlement where id = {}", settlement)
        return await job_state(job) not in ("queued", "running")

    return await ended_by(start(database, folder), done, SLOWEST_S)


async def _sales_change(by: int) -> None:
    async with unit_of_work():
        await execute("update account_month set net_minor = net_minor + {}", by)


async def _booked(settlement: int) -> dict[str, int]:
    rows = await fetch(
        "select count(*) as operations, count(distinct account) as accounts,"
        " (select coalesce(sum(case when l.kind = 'payable' then -p.amount_minor else 0 end), 0)"
        " from ledger_posting p join ledger_operation q on q.id = p.operation"
        " join ledger_account l on l.id = p.ledger_account where q.settlement = {}) as payable"
        " from ledger_operation where settlement = {}",
        settlement,
        settlement,
    )
    return rows[0]


async def _through(
    database: str, folder: Path, settlement: int, computing: list[float], posting: list[float]
) -> None:
    """Calculate and post a settlement, killed at the moments given, and look at everything."""
    for moment in computing:
        await kill_after(start(database, folder), moment)
        await expire_leases()
    await _finished(database, folder, settlement)
    lines = await fetch(
        "select count(*) as lines, count(distinct account) as accounts from rebate_settlement_line"
        " where settlement = {}",
        settlement,
    )
    assert lines == [{"lines": DEALERS, "accounts": DEALERS}], computing
    await post_settlement(None, settlement, BOOKED)
    for moment in posting:
        await kill_after(start(database, folder), moment)
        await expire_leases()
        assert await list_defects() == [], moment
    await _finished(database, folder, settlement)
    found = await get_settlement(settlement)
    expected = await fetch(
        "select count(*) as operations, count(*) as accounts, coalesce(sum(delta_minor), 0) as payable"
        " from rebate_settlement_line where settlement = {} and delta_minor <> 0",
        settlement,
    )
    assert (found.state, [await _booked(settlement)]) == (SettlementState.POSTED, expected), posting
    assert expected[0]["payable"] == found.delta_minor


async def _campaign(world: World, database: str, folder: Path, seed: int, kills: int) -> None:
    final = await open_settlement(None, world.version, SettlementKind.FINAL, Month.parse("2026-12"), TODAY)
    seconds = await _finished(database, folder, final)
    await _through(database, folder, final, [], [])
    chance = random.Random(seed)  # noqa: S311  moments to kill at, the same in each campaign
    period_on: dt.date = Month.parse("2026-10").first_on
    while kills > 0:
        count = min(kills, chance.choice((2, 3)))
        moments = [chance.uniform(0, seconds) for _ in range(count)]
        await _sales_change(chance.choice((-3_000, 1_000, 4_000)))
        correction = await open_correction(None, world.version, period_on, "late orders")
        cut = chance.randint(0, count)
        await _through(database, folder, correction, moments[:cut], moments[cut:])
        kills -= count
    settled = await fetch_value(
        "select coalesce(sum(-p.amount_minor), 0) from ledger_posting p"
        " join ledger_account l on l.id = p.ledger_account where l.kind = 'payable'"
    )
    last = await fetch_value(
        "select total_minor from rebate_settlement where state = 'posted' order by id desc limit 1"
    )
    assert (settled, await list_defects(), (await verify_chain()).is_whole) == (last, [], True)


async def test_a_killed_settlement_ends_as_if_nothing_had_happened(
    network: World, database: str, tmp_path: Path
) -> None:
    await _campaign(network, database, tmp_path, seed=1, kills=5)


@pytest.mark.nightly
async def test_a_hundred_kills(network: World, database: str, tmp_path: Path) -> None:
    await _campaign(network, database, tmp_path, SEED, KILLS)
