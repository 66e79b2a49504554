"""The only way to write: one transaction per use case.

Nesting is refused, because an inner block that fails silently would leave half of the outer one written;
use ``savepoint()`` where part of the work may fail. Start no task and gather nothing inside: the
connection belongs to one task.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg

from portal.db.engine import current_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

T = TypeVar("T")
_SERIALIZATION_TRIES = 5


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[None]:
    """Open a transaction; commit at the end, roll back on any error or cancellation.

    Raises:
        piccolo.engine.exceptions.TransactionError: A unit of work is already open in this task.
    """
    async with current_engine().transaction(allow_nested=False):
        yield


async def in_unit_of_work(work: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
    """Run a coroutine function in a unit of work, again when the database asks for it (SQLSTATE 40001)."""
    for attempt in range(1, _SERIALIZATION_TRIES + 1):
        try:
            async with unit_of_work():
                return await work(*args, **kwargs)
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            if attempt == _SERIALIZATION_TRIES:
                raise
            await asyncio.sleep(0.01 * 2**attempt)
    raise AssertionError("unreachable")


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """Undo only the enclosed statements when they fail; the error goes on to the caller."""
    transaction = current_engine().current_transaction.get()
    if transaction is None:
        raise RuntimeError("a savepoint needs an open unit_of_work()")
    point = await transaction.savepoint()
    try:
        yield
    except BaseException:
        await point.rollback_to()
        await point.release()
        raise
    await point.release()
