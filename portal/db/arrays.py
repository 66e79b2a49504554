"""Whole numbers of many rows as columns, without a Python object per value."""

from __future__ import annotations

import io
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from portal.db.engine import current_engine, engine_kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

Integers = NDArray[np.int64]
_HEADER_BYTES, _TRAILER_BYTES = 19, 2  # PostgreSQL, "Binary Format" of COPY: signature, flags, extension; -1


async def fetch_integers(expressions: Sequence[str], rest: str) -> list[Integers]:
    """Run a select in the open unit of work and return its columns as int64, in the order of the rows.

    Args:
        expressions: SQL of whole numbers that are never null; from code, never from input.
        rest: The statement from ``from`` on; from code, never from input.

    Raises:
        RuntimeError: No unit of work is open.
    """
    transaction = current_engine().current_transaction.get()
    if transaction is None or transaction.closed:
        raise RuntimeError("columns are fetched inside unit_of_work()")
    if engine_kind() == "postgres":
        return await _copied(transaction.connection, expressions, rest)
    sql = f"select {', '.join(expressions)} {rest}"
    columns: list[Integers] = await transaction.connection.call(
        _fetched, transaction.connection.raw, sql, len(expressions)
    )
    return columns


async def _copied(connection: object, expressions: Sequence[str], rest: str) -> list[Integers]:
    sink = io.BytesIO()

    async def keep(piece: bytes) -> None:
        sink.write(piece)

    big = ", ".join(f"({expression})::bigint" for expression in expressions)
    await connection.copy_from_query(  # type: ignore[attr-defined]  # asyncpg has no types
        f"select {big} {rest}",
        output=keep,
        format="binary",
    )
    row = np.dtype([("columns", ">i2"), ("cells", [("bytes", ">i4"), ("value", ">i8")], (len(expressions),))])
    body = sink.getbuffer()[_HEADER_BYTES : sink.tell() - _TRAILER_BYTES]
    values = np.frombuffer(body, dtype=row)["cells"]["value"]
    return [values[:, place].astype(np.int64) for place in range(len(expressions))]


def _fetched(raw: sqlite3.Connection, sql: str, width: int) -> list[Integers]:
    cursor = raw.cursor()
    cursor.row_factory = None
    try:
        # Row by row: a million tuples at once would leave the processor's cache.
        flat = np.fromiter(chain.from_iterable(cursor.execute(sql)), dtype=np.int64)
    finally:
        cursor.close()
    return [np.ascontiguousarray(flat[place::width]) for place in range(width)]
