"""Jobs: enqueued with the change, done once, resumed from the cursor, lost when the lease is lost."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.errors import Invalid
from portal.jobs import service, worker
from portal.jobs.model import JobState, retry_delay_s
from portal.jobs.queries import count_by_state, find_job, find_job_by_key, list_unfinished
from portal.jobs.run import JobRun, LeaseLostError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(service, "_HANDLERS", {})
    monkeypatch.setattr(worker, "HEARTBEAT_S", 0.02)
    return None


async def enqueue(kind: str = "count", key: str | None = None, **payload: object) -> int:
    async with db.unit_of_work():
        return await service.enqueue(kind, payload, idempotency_key=key)


async def make_due() -> None:
    async with db.unit_of_work():
        await db.execute("update job set run_at = created_at where state = 'queued'")


async def expire_lease(job_id: int) -> None:
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    async with db.unit_of_work():
        await db.execute("update job set lease_until = {} where id = {}", past, job_id)


async def state_of(job_id: int) -> JobState:
    job = await find_job(job_id)
    assert job is not None
    return job.state


async def test_a_job_is_done_once_and_keeps_its_result() -> None:
    seen = []

    async def handler(run: JobRun) -> dict[str, object]:
        seen.append(run.payload)
        return {"answer": 42}

    service.register("count", handler)
    job_id = await enqueue(size=3)
    assert [await worker.work_once("a"), await worker.work_once("a")] == [True, False]
    job = await find_job(job_id)
    assert job is not None
    assert (seen, job.state, job.result, job.percent) == ([{"size": 3}], JobState.DONE, {"answer": 42}, 100)


async def test_the_same_key_is_one_job() -> None:
    first, second = await enqueue(key="month 2026-10"), await enqueue(key="month 2026-10")
    found = await find_job_by_key("month 2026-10")
    assert (first, found.id if found else None, await count_by_state()) == (second, first, {"queued": 1})


async def test_a_job_exists_only_when_the_change_does() -> None:
    async def broken_change() -> None:
        async with db.unit_of_work():
            await service.enqueue("count", {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken_change()
    with pytest.raises(RuntimeError, match="unit of work"):
        await service.enqueue("count", {})
    assert await list_unfinished() == []


async def test_an_unexpected_error_is_retried_from_the_cursor_then_given_up() -> None:
    starts = []

    async def handler(run: JobRun) -> None:
        starts.append(run.cursor.get("at", 0))
        async with db.unit_of_work():
            await run.advance(cursor={"at": run.cursor.get("at", 0) + 1}, done=1, total=4)
        raise OSError("disk")

    service.register("count", handler)
    job_id = await enqueue()
    for _ in range(5):
        await make_due()
        await worker.work_once("a")
    job = await find_job(job_id)
    assert job is not None
    assert (starts, job.state, "disk" in (job.error or "")) == ([0, 1, 2, 3, 4], JobState.FAILED, True)


async def test_an_error_a_person_must_mend_is_not_retried() -> None:
    async def handler(run: JobRun) -> None:
        raise Invalid.of("file", "The file is empty.")

    service.register("count", handler)
    job_id = await enqueue()
    await worker.work_once("a")
    job = await find_job(job_id)
    assert job is not None
    assert (job.state, job.error, job.attempts) == (JobState.FAILED, "file: The file is empty.", 1)


async def do_nothing(run: JobRun) -> None:
    """A handler for tests that only claim."""


async def test_a_worker_leaves_kinds_it_cannot_do_to_others() -> None:
    service.register("count", do_nothing)
    job_id = await enqueue("foreign")
    assert (await worker.claim("mine"), await state_of(job_id)) == (None, JobState.QUEUED)


async def test_a_worker_that_lost_its_lease_cannot_commit() -> None:
    service.register("count", do_nothing)
    job_id = await enqueue()
    slow = await worker.claim("slow")
    assert slow is not None
    assert await worker.claim("other") is None
    await expire_lease(job_id)
    taken = await worker.claim("other")
    assert taken is not None
    await db.in_unit_of_work(service.enqueue, "other", {}, idempotency_key="kept")

    async def chunk(run: JobRun) -> None:
        async with db.unit_of_work():
            await service.enqueue("half", {})
            await run.advance(done=1)

    with pytest.raises(LeaseLostError):
        await chunk(slow)
    assert [job.kind for job in await list_unfinished()] == ["count", "other"]


async def test_the_heartbeat_keeps_the_lease_and_notices_cancelling() -> None:
    began, ended = asyncio.Event(), []

    async def handler(run: JobRun) -> None:
        began.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(run.id)

    service.register("count", handler)
    job_id = await enqueue()
    work = asyncio.create_task(worker.work_once("a"))
    await began.wait()
    await expire_lease(job_id)
    while (await db.fetch_one("select id from job where lease_until > {}", dt.datetime.now(dt.UTC))) is None:  # noqa: ASYNC110  polls the database
        await asyncio.sleep(0.01)
    async with db.unit_of_work():
        cancelled = await service.cancel(job_id)
    await asyncio.wait_for(work, 5)
    assert (cancelled, ended, await state_of(job_id)) == (True, [job_id], JobState.CANCELLED)
    async with db.unit_of_work():
        assert await service.cancel(job_id) is False


async def test_a_job_whose_worker_always_dies_is_given_up() -> None:
    service.register("count", do_nothing)
    job_id = await enqueue()
    for _ in range(5):
        assert await worker.claim("dies") is not None
        await expire_lease(job_id)
    assert (await worker.claim("dies"), await state_of(job_id)) == (None, JobState.FAILED)


async def test_two_workers_share_the_queue_and_stop_when_told() -> None:
    done: list[int] = []

    async def handler(run: JobRun) -> None:
        await run.report(1, 2)
        done.append(run.payload["number"])

    service.register("count", handler)
    for number in range(10):
        await enqueue(number=number)
    stop = asyncio.Event()
    workers = [asyncio.create_task(worker.run_worker(stop, poll_s=0.01)) for _ in range(2)]
    while await list_unfinished("count"):  # noqa: ASYNC110  polls the database
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.gather(*workers)
    assert sorted(done) == list(range(10))


async def test_a_stopped_worker_gives_the_job_back() -> None:
    began = asyncio.Event()

    async def handler(run: JobRun) -> None:
        began.set()
        await asyncio.sleep(60)

    service.register("count", handler)
    job_id = await enqueue()
    task = asyncio.create_task(worker.run_worker(asyncio.Event()))
    await began.wait()
    task.cancel()
    await asyncio.wait([task])
    job = await find_job(job_id)
    assert job is not None
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


def test_a_kind_has_one_handler() -> None:
    async def one(run: JobRun) -> None: ...
    async def two(run: JobRun) -> None: ...

    service.register("count", one)
    service.register("count", one)
    with pytest.raises(ValueError, match="handler already"):
        service.register("count", two)
    assert service.registered_kinds() == {"count"}


def test_retries_wait_longer_up_to_ten_minutes() -> None:
    assert [retry_delay_s(n) for n in (0, 1, 2, 3, 20)] == [2, 2, 4, 8, 600]
