"""A worker killed with SIGKILL in the middle of a month: the next one ends with the very same bytes."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import subprocess
import sys

import pytest

from portal.db import execute, fetch_value, unit_of_work
from portal.evaluations import sources
from portal.evaluations.model import RunState, SubjectKind
from portal.evaluations.queries.runs import get_run
from portal.evaluations.replay import replay
from portal.evaluations.service.runs import start_run
from portal.jobs.worker import work_once
from portal.sales.facts import SalesFacts
from tests.portal.evaluations.conftest import MONTH, TODAY, World, evaluate

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
# Does the job one subject at a time and kills itself inside the transaction of the given chunk.
VICTIM = """
import asyncio, os, signal, sys
from portal import db
from portal.db import schema
from portal.evaluations import batch
from portal.jobs.run import JobRun
from portal.jobs.service import register
from portal.jobs.worker import work_once

url, last = sys.argv[1], int(sys.argv[2])
commits, advance = 0, JobRun.advance

async def counted(self, **values):
    global commits
    commits += 1
    if commits == last:
        os.kill(os.getpid(), signal.SIGKILL)
    await advance(self, **values)

async def main():
    schema.all_tables()
    db.bind(url)
    await db.open_pool()
    JobRun.advance, batch.CHUNK = counted, 1
    register(batch.JOB, batch.run_job)
    await work_once("victim")

asyncio.run(main())
"""


async def expire_lease() -> None:
    async with unit_of_work():
        await execute("update job set lease_until = {} where state = 'running'", LONG_AGO)


@pytest.fixture
def sales_facts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure here what the killed processes measure, whatever applications this process made before."""
    monkeypatch.setattr(sources, "_SOURCES", [SalesFacts()])


@pytest.mark.usefixtures("sales_facts_alone")
async def test_killed_three_times_and_still_the_same(world: World, database: str) -> None:
    whole = await evaluate(world)
    async with unit_of_work():
        for table in ("scorecard", "evaluation_run", "job"):
            await execute(f"delete from {table}")
    run_id = await start_run(world.people["admin"], MONTH, SubjectKind.DEALER, TODAY)
    async with unit_of_work():
        # Same moment, so that the snapshots can be compared.
        await execute("update evaluation_run set as_of_at = {} where id = {}", whole.as_of_at, run_id)
    # In the snapshot's transaction, then in those of the second and third subject.
    for last, cards in ((1, 0), (3, 1), (2, 2)):
        command = [sys.executable, "-c", VICTIM, database, str(last)]
        done = await asyncio.to_thread(subprocess.run, command, check=False, timeout=90)
        assert done.returncode == -signal.SIGKILL
        assert await fetch_value("select count(*) from scorecard") == cards
        await expire_lease()
    assert await work_once("survivor")
    run = await get_run(run_id)
    assert (run.state, run.snapshot_sha256, run.results_sha256) == (
        RunState.DRAFT,
        whole.snapshot_sha256,
        whole.results_sha256,
    )
    assert (await replay(run)).equal
