"""SQLite engine for Piccolo: one writer behind a lock, a few lazy readers, one thread hop per query.

The stock engine opens a connection and a thread per query and begins transactions DEFERRED, which loses
writes under load (docs/adr/0003-own-engines.md). Every connection here is persistent, every write begins
IMMEDIATE, and a connection whose COMMIT failed is replaced rather than trusted.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self, TypeVar

from piccolo.engine.exceptions import TransactionError
from piccolo.engine.sqlite import Atomic, SQLiteEngine, SQLiteTransaction, TransactionType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextvars import ContextVar

_READ = re.compile(r"\s*(select|explain|values)\b", re.IGNORECASE)
_WITH_READ = re.compile(r"\s*with\b(?!.*\b(insert|update|delete|replace)\b)", re.IGNORECASE | re.DOTALL)
_PRAGMAS = (
    "PRAGMA busy_timeout={timeout_ms}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=FILE",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=268435456",
)
READERS = 3
BUSY_TIMEOUT_MS = 15_000

Row = dict[str, Any]
T = TypeVar("T")


def _dict_rows(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


class SqliteConnection:
    """A sqlite3 connection with the awaitable methods that Piccolo's transactions call."""

    def __init__(self, engine: PooledSQLiteEngine, *, read_only: bool = False) -> None:
        self.raw = sqlite3.connect(**engine.connection_kwargs, check_same_thread=False)
        self.raw.row_factory = _dict_rows
        self._executor = engine.executor
        for pragma in _PRAGMAS:
            self.raw.execute(pragma.format(timeout_ms=engine.timeout_ms))
        if read_only:
            self.raw.execute("PRAGMA query_only=ON")

    def _run(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        cursor = self.raw.execute(sql, args)
        try:
            rows: list[Row] = cursor.fetchall()
        finally:
            cursor.close()
        return rows

    def _run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        # Closed here: a cursor collected in another thread resets a cached statement that may be in use.
        self.raw.executemany(sql, rows).close()

    async def call(self, function: Callable[..., T], *args: Any) -> T:
        """Run a blocking function on this connection in the engine's threads; cancellable.

        A cancelled call interrupts SQLite and waits for the thread, so the connection never goes back to
        the pool while something still works on it.
        """
        future = asyncio.get_running_loop().run_in_executor(self._executor, function, *args)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            self.raw.interrupt()
            await asyncio.wait([future])
            future.exception()
            raise

    async def execute(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one statement and return its rows as dicts."""
        return await self.call(self._run, sql, args)

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row in a single thread hop."""
        await self.call(self._run_many, sql, rows)

    async def close(self) -> None:
        """Close the file handle."""
        self.raw.close()


class PooledTransaction(SQLiteTransaction):
    """BEGIN IMMEDIATE on the shared writer, held under the engine's lock; refuses nesting."""

    __slots__ = ("_state", "closed")

    engine: PooledSQLiteEngine

    async def __aenter__(self) -> Self:
        """Take the writer, begin, and become the current transaction."""
        if self.engine.transaction_exists():
            raise TransactionError("a transaction is already open: use a savepoint")
        self.closed = False
        self._state = self.engine.loop_state()
        await self._state.lock.acquire()
        try:
            self.connection = self._state.writer
            await self.begin()
        except BaseException:
            self._finish()
            raise
        self.context = self.engine.current_transaction.set(self)  # type: ignore[assignment]
        return self

    async def __aexit__(self, exception_type: object, exception: object, traceback: object) -> bool:
        """Commit or roll back; whatever happens, leave a clean writer and release the lock."""
        try:
            if exception is None and not self._committed and not self._rolled_back:
                await self.commit()
        finally:
            self.closed = True
            self.engine.current_transaction.reset(self.context)  # type: ignore[arg-type]
            self._finish()
        return False

    def _finish(self) -> None:
        """Undo what is open on the writer, replace a writer that cannot be cleaned, release the lock."""
        raw = self._state.writer.raw
        try:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
        except sqlite3.Error:
            raw.close()
            self._state.writer = SqliteConnection(self.engine)
        finally:
            self._state.lock.release()


class LoopState:
    """The connections of one event loop: the writer with its lock, and the readers."""

    def __init__(self, engine: PooledSQLiteEngine) -> None:
        self.lock = asyncio.Lock()
        self.writer = SqliteConnection(engine)
        self.idle_readers: asyncio.LifoQueue[SqliteConnection] = asyncio.LifoQueue()
        self.readers_left = engine.readers

    async def take_reader(self, engine: PooledSQLiteEngine) -> SqliteConnection:
        """Return an idle reader, opening one while fewer than the engine's limit exist."""
        if self.idle_readers.empty() and self.readers_left:
            self.readers_left -= 1
            return SqliteConnection(engine, read_only=True)
        return await self.idle_readers.get()

    def close(self) -> None:
        """Close the writer and the idle readers."""
        self.writer.raw.close()
        while not self.idle_readers.empty():
            self.idle_readers.get_nowait().raw.close()


class PooledSQLiteEngine(SQLiteEngine):
    """Piccolo's SQLite engine over persistent connections.

    Args:
        path: Database file.
        readers: Most read-only connections per event loop.
        timeout_ms: How long a write waits for another process's lock, in milliseconds.
    """

    __slots__ = ("executor", "readers", "states", "timeout_ms")

    current_transaction: ContextVar[PooledTransaction | None]  # type: ignore[assignment]  # narrower than Piccolo's

    def __init__(
        self, path: str, readers: int = READERS, timeout_ms: int = BUSY_TIMEOUT_MS, **connection: Any
    ) -> None:
        self.readers, self.timeout_ms = readers, timeout_ms
        self.executor = ThreadPoolExecutor(readers + 1, thread_name_prefix="sqlite")
        self.states: dict[asyncio.AbstractEventLoop, LoopState] = {}
        connection.setdefault("cached_statements", 512)
        super().__init__(path=path, **connection)

    def loop_state(self) -> LoopState:
        """Return the running loop's connections, opening the writer at first use."""
        loop = asyncio.get_running_loop()
        state = self.states.get(loop)
        if state is None:
            for stale in [known for known in self.states if known.is_closed()]:
                self.states.pop(stale).close()
            state = self.states[loop] = LoopState(self)
        return state

    async def start_connection_pool(self, **_: Any) -> None:
        """Open the writer of the running loop."""
        self.loop_state()

    async def close_connection_pool(self) -> None:
        """Close every connection of the running loop."""
        if state := self.states.pop(asyncio.get_running_loop(), None):
            state.close()

    async def run_sql(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one statement: in the open transaction, else on a reader, else on the writer alone."""
        transaction = self.current_transaction.get()
        if transaction is not None and not transaction.closed:
            return await transaction.connection.execute(sql, args)  # type: ignore[no-any-return]
        state = self.loop_state()
        if _READ.match(sql) or _WITH_READ.match(sql):
            reader = await state.take_reader(self)
            try:
                return await reader.execute(sql, args)
            finally:
                state.idle_readers.put_nowait(reader)
        async with state.lock:
            return await state.writer.execute(sql, args)

    async def run_querystring(self, querystring: Any, in_pool: bool = True) -> list[Row]:  # noqa: ARG002, FBT001, FBT002  Piccolo's signature
        """Run a Piccolo query."""
        sql, args = querystring.compile_string(engine_type="sqlite")
        return await self.run_sql(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:  # noqa: ARG002, FBT001, FBT002  Piccolo's signature
        """Run a schema statement."""
        return await self.run_sql(ddl)

    def transaction_exists(self) -> bool:
        """Tell whether the calling task is inside an open transaction."""
        transaction = self.current_transaction.get()
        return transaction is not None and not transaction.closed

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = False,  # noqa: FBT001, FBT002  Piccolo's signature
    ) -> PooledTransaction:
        """Return a write transaction on the shared writer."""
        return PooledTransaction(engine=self, transaction_type=transaction_type, allow_nested=allow_nested)

    def atomic(self, transaction_type: TransactionType = TransactionType.immediate) -> Atomic:
        """Return Piccolo's batch of queries, begun IMMEDIATE."""
        return Atomic(engine=self, transaction_type=transaction_type)
