"""PostgreSQL engine for Piccolo whose transactions always give their connection back.

Stock transactions leak the pooled connection when COMMIT fails or BEGIN is cancelled: a pool of three was
dead after three failed commits (docs/adr/0003-own-engines.md).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from piccolo.engine.exceptions import TransactionError
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from contextvars import ContextVar

Row = dict[str, Any]


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Finish cleaning up even when the caller is cancelled meanwhile, then let the cancellation through."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except Exception:  # noqa: BLE001  re-raised by task.result() below
            break
    task.result()
    if cancelled is not None:
        raise cancelled


class SafeTransaction(PostgresTransaction):
    """A transaction that refuses nesting and never keeps or leaks a broken connection."""

    __slots__ = ("closed",)

    async def __aenter__(self) -> Self:
        """Take a connection, begin, and become the current transaction."""
        if self.engine.transaction_exists():
            raise TransactionError("a transaction is already open: use a savepoint")
        self.closed = False
        self.connection = await self.get_connection()
        try:
            self.transaction = self.connection.transaction()
            await self.begin()
        except BaseException:
            await _to_the_end(self._discard())
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: object, exception: object, traceback: object) -> bool:
        """Commit or roll back and give the connection back, whatever happens."""
        self.engine.current_transaction.reset(self.context)
        self.closed = True
        await _to_the_end(self._finish(failed=exception is not None))
        return False

    async def _finish(self, *, failed: bool) -> None:
        clean = False
        try:
            if failed and not self._rolled_back:
                await self.rollback()
            elif not failed and not self._committed and not self._rolled_back:
                await self.commit()
            clean = True
        finally:
            if clean:
                await self._give_back()
            else:
                await self._discard()

    async def _give_back(self) -> None:
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()

    async def _discard(self) -> None:
        self.connection.terminate()
        if self.engine.pool:
            await self.engine.pool.release(self.connection)


class SafePostgresEngine(PostgresEngine):
    """Piccolo's PostgreSQL engine with safe transactions and plain SQL access."""

    current_transaction: ContextVar[SafeTransaction | None]  # type: ignore[assignment]  # narrower than Piccolo's

    async def run_sql(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one statement: in the open transaction, else on a connection of the pool."""
        transaction = self.current_transaction.get()
        if transaction is not None and not transaction.closed:
            return [dict(row) for row in await transaction.connection.fetch(sql, *args)]
        if self.pool is None:
            raise RuntimeError("the connection pool is not open: call portal.db.open_pool() first")
        async with self.pool.acquire() as connection:
            return [dict(row) for row in await connection.fetch(sql, *args)]

    def transaction_exists(self) -> bool:
        """Tell whether the calling task is inside an open transaction."""
        transaction = self.current_transaction.get()
        return transaction is not None and not transaction.closed

    def transaction(self, allow_nested: bool = False) -> SafeTransaction:  # noqa: FBT001, FBT002  Piccolo's signature
        """Return a transaction on a pooled connection."""
        return SafeTransaction(engine=self, allow_nested=allow_nested)
