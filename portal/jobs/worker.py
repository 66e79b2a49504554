"""Do jobs: claim one by a lease, renew the lease while it runs, write down how it ended.

A worker owns a job by a lease it renews; a chunk of work and the cursor behind it are committed together by
``JobRun.advance``, so a killed worker loses at most the open chunk and nothing is done twice. A worker that
lost its lease cannot commit. On SQLite a long unit of work keeps the heartbeat waiting, but also everybody
who could take the job over; its last statement, ``advance``, renews the lease.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import os
import socket
import traceback
from contextlib import suppress
from typing import Any

from portal.db import engine_kind, execute, fetch_one, unit_of_work
from portal.errors import PortalError
from portal.jobs.model import ERROR_CHARACTERS, HEARTBEAT_S, LEASE, retry_delay_s
from portal.jobs.run import JobRun, LeaseLostError
from portal.jobs.service import handler_of, registered_kinds

logger = logging.getLogger(__name__)

POLL_S = 0.5
_CLAIM = (
    "update job set state = 'running', worker = {}, lease_until = {}, attempts = attempts + 1"
    " where id = (select id from job where kind in (<kinds>) and ((state = 'queued' and run_at <= {})"
    " or (state = 'running' and lease_until < {})) order by priority, id limit 1<lock>)"
    " returning id, kind, payload, cursor, done, total, created_by_user_id, attempts, max_attempts"
)


async def claim(worker: str) -> JobRun | None:
    """Take the next job of a kind this process can do that is due or whose worker stopped renewing."""
    kinds = sorted(registered_kinds())
    if not kinds:
        return None
    sql = _CLAIM.replace("<lock>", " for update skip locked" if engine_kind() == "postgres" else "")
    sql = sql.replace("<kinds>", ", ".join("{}" for _ in kinds))
    now = _now()
    async with unit_of_work():
        row = await fetch_one(sql, worker, now + LEASE, *kinds, now, now)
        if row is None:
            return None
        if row["attempts"] > row["max_attempts"]:
            await _finish(row["id"], worker, "failed", error="every attempt ended without an answer")
            return None
    return JobRun(row, worker)


async def work_once(worker: str) -> bool:
    """Do one job to its end, error or loss; tell whether there was one."""
    run = await claim(worker)
    if run is None:
        return False
    task = asyncio.create_task(_run_with_heartbeat(run))
    try:
        result = await task
    except LeaseLostError:
        logger.warning("job %s (%s) went to another worker or was cancelled", run.id, run.kind)
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait([task])
        async with unit_of_work():
            await _release(run)
        raise
    except PortalError as error:
        async with unit_of_work():
            await _finish(run.id, worker, "failed", error=str(error))
    except Exception:
        logger.exception("job %s (%s) failed", run.id, run.kind)
        async with unit_of_work():
            await _retry(run, traceback.format_exc()[-ERROR_CHARACTERS:])
    else:
        async with unit_of_work():
            await _finish(run.id, worker, "done", result=result)
    return True


async def _run_with_heartbeat(run: JobRun) -> dict[str, Any]:
    work = asyncio.ensure_future(handler_of(run.kind)(run))
    beat = asyncio.create_task(_heartbeat(run))
    try:
        await asyncio.wait([work, beat], return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result() or {}
        beat.result()
        raise LeaseLostError(run.id)
    finally:
        for task in (beat, work):
            task.cancel()
        await asyncio.wait([beat, work])


async def _heartbeat(run: JobRun) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_S)
        async with unit_of_work():
            kept = await execute(
                "update job set lease_until = {} where id = {} and worker = {} and state = 'running'",
                _now() + LEASE,
                run.id,
                run.worker,
            )
        if not kept:
            raise LeaseLostError(run.id)


async def _finish(
    job_id: int, worker: str, state: str, *, result: dict[str, Any] | None = None, error: str | None = None
) -> None:
    await execute(
        "update job set state = {}, result = {}, error = {}, lease_until = null, finished_at = {}"
        " where id = {} and worker = {} and state = 'running'",
        state, json.dumps(result or {}), error, _now(), job_id, worker,
    )  # fmt: skip


async def _retry(run: JobRun, error: str) -> None:
    row = await fetch_one("select attempts, max_attempts from job where id = {}", run.id)
    if row is None or row["attempts"] >= row["max_attempts"]:
        await _finish(run.id, run.worker, "failed", error=error)
        return
    await execute(
        "update job set state = 'queued', error = {}, run_at = {}, lease_until = null"
        " where id = {} and worker = {} and state = 'running'",
        error,
        _now() + dt.timedelta(seconds=retry_delay_s(row["attempts"])),
        run.id,
        run.worker,
    )


async def _release(run: JobRun) -> None:
    """Give a job back at shutdown without counting the attempt."""
    await execute(
        "update job set state = 'queued', lease_until = null, attempts = attempts - 1"
        " where id = {} and worker = {} and state = 'running'",
        run.id,
        run.worker,
    )


def worker_name() -> str:
    """Return a name that tells this process from every other one."""
    return f"{socket.gethostname()}:{os.getpid()}:{os.urandom(3).hex()}"


async def run_worker(stop: asyncio.Event, *, poll_s: float = POLL_S, name: str | None = None) -> None:
    """Do jobs until told to stop; a job in hand when the task is cancelled goes back to the queue.

    Args:
        stop: Set it to end the loop after the job in hand.
        poll_s: Seconds between looks at an empty queue.
        name: Name of the worker; made up when None.
    """
    worker = name or worker_name()
    while not stop.is_set():
        try:
            worked = await work_once(worker)
        except Exception:
            logger.exception("the job queue cannot be read; trying again")
            worked = False
        if not worked:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), poll_s)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
