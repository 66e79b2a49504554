"""The unit of work writes all or nothing, refuses nesting and survives cancellation, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from piccolo.engine.exceptions import TransactionError

from portal.db import engine_kind, execute, fetch_value, insert_rows, savepoint, unit_of_work

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
COLUMNS = ("sha256", "media_type", "size_bytes", "content", "stored_at")


def row(name: str) -> tuple[object, ...]:
    return (name, "text/plain", 1, b"x", NOW)


async def count() -> int:
    return await fetch_value("select count(*) from stored_file")


async def test_commits_at_the_end(database):
    async with unit_of_work():
        await insert_rows("stored_file", COLUMNS, [row("a"), row("b")])
    assert await count() == 2


async def test_rolls_back_on_error(database):
    async def fail() -> None:
        async with unit_of_work():
            await insert_rows("stored_file", COLUMNS, [row("a")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await count() == 0


async def test_refuses_nesting_and_keeps_the_outer_work(database):
    async with unit_of_work():
        await insert_rows("stored_file", COLUMNS, [row("a")])
        with pytest.raises(TransactionError):
            async with unit_of_work():
                pass
    assert await count() == 1


async def test_savepoint_undoes_only_its_part(database):
    async with unit_of_work():
        await insert_rows("stored_file", COLUMNS, [row("a")])
        with pytest.raises(Exception, match=r"UNIQUE|unique"):
            async with savepoint():
                await execute(
                    "insert into stored_file (sha256, media_type, size_bytes, content, stored_at)"
                    " values ({}, {}, {}, {}, {})",
                    *row("a"),
                )
        await insert_rows("stored_file", COLUMNS, [row("b")])
    assert await count() == 2


async def test_writing_outside_a_unit_of_work_is_refused(database):
    with pytest.raises(RuntimeError, match="unit_of_work"):
        await execute("delete from stored_file")


async def test_failed_commits_do_not_use_up_the_pool(database):
    for _ in range(12):
        with pytest.raises(Exception, match=r"(?i)unique"):
            async with unit_of_work():
                await execute(
                    "insert into stored_file (sha256, media_type, size_bytes, content, stored_at)"
                    " values ({}, {}, {}, {}, {}), ({}, {}, {}, {}, {})",
                    *row("same"),
                    *row("same"),
                )
    assert await count() == 0


async def test_cancelled_work_leaves_no_rows_and_no_lock(database):
    async def write(number: int) -> None:
        async with unit_of_work():
            await insert_rows("stored_file", COLUMNS, [row(f"c{number}")])
            await asyncio.sleep(0.05)
            await insert_rows("stored_file", COLUMNS, [row(f"d{number}")])

    for number in range(30):
        task = asyncio.create_task(write(number))
        await asyncio.sleep(0.001 * (number % 12))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await count() == 0
    await asyncio.wait_for(write(99), 5)
    assert await count() == 2


async def test_concurrent_read_then_write_loses_nothing(database):
    async with unit_of_work():
        await insert_rows("stored_file", COLUMNS, [row("counter")])

    async def add_one() -> None:
        async with unit_of_work():
            lock = "" if engine_kind() == "sqlite" else " for update"
            size = await fetch_value(f"select size_bytes from stored_file where sha256 = 'counter'{lock}")
            await execute("update stored_file set size_bytes = {}", size + 1)

    await asyncio.gather(*(add_one() for _ in range(40)))
    assert await fetch_value("select size_bytes from stored_file") == 41


async def test_the_same_bulk_insert_again_and_again(database):
    """A cursor must never be finalised in another thread while its cached statement runs again."""
    for batch in range(60):
        async with unit_of_work():
            for part in range(3):
                names = (row(f"{batch}-{part}-{i}") for i in range(40))
                await insert_rows("stored_file", COLUMNS, names)
    assert await count() == 60 * 3 * 40
