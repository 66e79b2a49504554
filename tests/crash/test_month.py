"""A monthly run whose worker is killed finishes with the very same results, nothing twice."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.audit.service import verify_chain
from portal.db import fetch, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict
from portal.evaluations.batch import CHUNK
from portal.evaluations.model import RunState, SubjectKind
from portal.evaluations.queries.runs import get_run
from portal.evaluations.replay import replay
from portal.evaluations.service.runs import start_run
from tests.crash.conftest import expire_leases, job_state
from tests.crash.jobs_process import ended_by, kill_after, start
from tests.portal.evaluations.conftest import MONTH, TODAY, new_dealer

if TYPE_CHECKING:
    from pathlib import Path

DEALERS = 2 * CHUNK + 100
SLOWEST_S = 60


@pytest.fixture
async def network(database: str) -> str:
    """Dealers for three chunks, each with 13 months of sales of its own."""
    async with unit_of_work():
        accounts = [await new_dealer(f"D-{place:04}", f"대리점 {place}", None) for place in range(DEALERS)]
        await insert_rows(
            "account_month",
            ("account", "month_on", "level", "side", "lines", "documents", "net_minor", "returns_minor",
             "quantity", "active"),
            [
                (account, MONTH.shift(-back).first_on, 2, 2, 5, 5, 900 + (account * 7 + back) % 300, 0, 5,
                 8 + (account + back) % 5)
                for account in accounts for back in range(13)
            ],
        )  # fmt: skip
    return database


async def _started() -> tuple[int, int]:
    run = await start_run(None, MONTH, SubjectKind.DEALER, TODAY)
    return run, int(await fetch_value("select job_id from evaluation_run where id = {}", run))


async def _forget(run: int) -> None:
    """Make room for the next run of the month."""
    async with unit_of_work():
        await db.execute("update evaluation_run set state = 'failed' where id = {}", run)


async def _finished(database: str, folder: Path, job: int) -> float:
    async def done() -> bool:
        return await job_state(job) not in ("queued", "running")

    return await ended_by(start(database, folder), done, SLOWEST_S)


async def _undisturbed(database: str, folder: Path) -> tuple[str, float]:
    """Return the hash of the results when nobody is killed, and the seconds that takes."""
    run, job = await _started()
    seconds = await _finished(database, folder, job)
    digest = (await get_run(run)).results_sha256
    await _forget(run)
    return digest, seconds


async def _killed(database: str, folder: Path, moments: list[float], expected: str) -> None:
    """Run the month with a kill at each moment, let the last worker finish, and look at everything."""
    run_id, job = await _started()
    for moment in moments:
        await kill_after(start(database, folder), moment)
        await expire_leases()
        cards = await fetch_value("select count(*) from scorecard where run = {}", run_id)
        assert cards in (0, CHUNK, 2 * CHUNK, DEALERS), moments
    await _finished(database, folder, job)
    run = await get_run(run_id)
    counted = await fetch(
        "select count(*) as cards, count(distinct subject_key) as subjects from scorecard where run = {}",
        run_id,
    )
    events = await fetch_value(
        "select count(*) from audit_event where action = 'evaluations.computed' and subject_key = {}",
        str(run_id),
    )
    found = (await job_state(job), run.state, run.results_sha256, counted[0], events)
    wanted = ("done", RunState.DRAFT, expected, {"cards": DEALERS, "subjects": DEALERS}, 1)
    assert found == wanted, moments
    await _forget(run_id)


async def _campaign(database: str, folder: Path, seed: int, kills: int) -> None:
    expected, seconds = await _undisturbed(database, folder)
    chance = random.Random(seed)  # noqa: S311  moments to kill at, the same in each campaign
    while kills > 0:
        moments = [chance.uniform(0, seconds) for _ in range(min(kills, chance.choice((1, 2, 3))))]
        await _killed(database, folder, moments, expected)
        kills -= len(moments)
    assert (await verify_chain()).is_whole


async def test_a_killed_run_ends_as_if_nothing_had_happened(network: str, tmp_path: Path) -> None:
    await _campaign(network, tmp_path, seed=1, kills=5)


@pytest.mark.nightly
async def test_a_hundred_kills(network: str, tmp_path: Path) -> None:
    await _campaign(network, tmp_path, seed=2, kills=100)


async def test_of_eight_starts_at_once_exactly_one_succeeds(network: str, tmp_path: Path) -> None:
    async def begin() -> int | None:
        try:
            return await start_run(None, MONTH, SubjectKind.DEALER, TODAY)
        except Conflict:
            return None

    found = await asyncio.gather(*(begin() for _ in range(8)))
    runs = [run for run in found if run is not None]
    assert (len(runs), found.count(None)) == (1, 7)
    stored = await fetch("select (select count(*) from evaluation_run) as runs, count(*) as jobs from job")
    assert stored == [{"runs": 1, "jobs": 1}]
    job = await fetch_value("select id from job")
    await _finished(network, tmp_path, job)
    assert (await replay(await get_run(runs[0]))).equal
