"""Staged rows: a table per batch that holds its good rows until they are applied or discarded.

The table repeats the reader's columns, with the source row number first. It is no part of the schema and not
worth recovering: on PostgreSQL it is unlogged. Beside it stand ``<stage>_code``, the distinct codes of the
file and the records they mean, and ``<stage>_mark``, every row that is not simply new.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import engine_kind, execute, fetch_value, unit_of_work
from portal.db.engine import current_engine
from portal.sales.imports.statements import statement, tune
from portal.sales.reading import Kind, Layout
from portal.sales.reading.handover import Blocks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from portal.sales.reading.handover import Block

CHUNK_BYTES = 4 * 1024 * 1024
_LOOK_AGAIN_S = 0.05
_TYPES = {
    Kind.DAY: "date",
    Kind.INSTANT: "date",
    Kind.QUANTITY: "bigint",
    Kind.AMOUNT: "bigint",
    Kind.BASIS_POINTS: "bigint",
    Kind.BOOLEAN: "bigint",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """Names of the tables of one batch."""

    batch_id: int

    @property
    def rows(self) -> str:
        """Table of the staged rows."""
        return f"stage_{self.batch_id}"

    @property
    def codes(self) -> str:
        """Table of distinct codes: field, code, id (null while unknown), stub (1 = made by this batch)."""
        return f"stage_{self.batch_id}_code"

    @property
    def marks(self) -> str:
        """Table of rows that are not simply new: row_no, state (``RowState``), target, first_row."""
        return f"stage_{self.batch_id}_mark"

    @property
    def names(self) -> dict[str, str]:
        """Names for ``statement``: rows, codes, marks."""
        return {"rows": self.rows, "codes": self.codes, "marks": self.marks}


@dataclass(frozen=True, slots=True)
class Computed:
    """A column the database derives from others while loading, such as a small code from a word."""

    name: str
    sql: str


async def create(stage: Stage, columns: Sequence[tuple[str, str]], computed: Sequence[Computed] = ()) -> None:
    """Make the tables of a batch in the open unit of work.

    Args:
        stage: Names.
        columns: (name, reader's kind) as in ``ReadReport.columns``.
        computed: Columns the database derives; their SQL comes from code.
    """
    await drop(stage)
    kept = "unlogged table" if engine_kind() == "postgres" else "table"
    parts = ["row_no bigint not null"]
    parts += [f"{_column(name)} {_TYPES.get(Kind(kind), 'text')}" for name, kind in columns]
    parts += [f"{one.name} smallint generated always as ({one.sql}) stored" for one in computed]
    await execute(f"create {kept} {stage.rows} ({', '.join(parts)})")
    await execute(
        f"create {kept} {stage.codes} (field smallint not null, code text not null, id bigint,"
        " stub smallint not null default 0, primary key (field, code))"
    )
    await execute(
        f"create {kept} {stage.marks} (row_no bigint primary key, state smallint not null,"
        " target bigint, first_row bigint)"
    )


def _column(name: str) -> str:
    return statement("c_<name>", name=name)


async def drop(stage: Stage) -> None:
    """Remove the tables of a batch, in the open unit of work; none is fine."""
    for table in (stage.rows, stage.codes, stage.marks):
        await execute(f"drop table if exists {table}")


async def exists(stage: Stage) -> bool:
    """Tell whether the staged rows are there: an unlogged table may be gone after a crash of the server."""
    if engine_kind() == "postgres":
        return await fetch_value("select to_regclass({})::text", stage.rows) is not None
    sql = "select 1 from sqlite_master where type = 'table' and name = {}"
    return await fetch_value(sql, stage.rows) is not None


async def load(stage: Stage, rows_path: Path, names: Sequence[str], reading: asyncio.Future[Any]) -> None:
    """Fill the stage with the reader's rows while it still writes them: COPY on PostgreSQL, else executemany.

    The reader must write in ``layout()``.

    On SQLite each chunk is a unit of work of its own, so that others can write meanwhile. When the reading
    fails, what was staged so far is worthless and the caller drops it.

    Args:
        stage: The tables, made.
        rows_path: Where the reader writes; need not exist yet.
        names: The reader's columns, in its order.
        reading: Done when the last row is written.
    """
    chunks = _chunks_while(rows_path, reading)
    if engine_kind() == "postgres":
        async with unit_of_work():
            await tune()
            source = (chunk.encode() async for chunk in chunks)
            columns = ["row_no", *map(_column, names)]
            await _connection().copy_to_table(stage.rows, source=source, columns=columns, format="text")
            await execute(f"analyze {stage.rows}")
        return
    blocks = Blocks()
    async for chunk in chunks:
        async with unit_of_work():
            for block in blocks.add(chunk):
                sql, cells = _insert(stage, block)
                await _connection().executemany(sql, zip(*cells, strict=True))


def layout() -> Layout:
    """Return the form of rows that the database is filled from fastest."""
    return Layout.ROWS if engine_kind() == "postgres" else Layout.COLUMNS


async def _chunks_while(path: Path, writing: asyncio.Future[Any]) -> AsyncIterator[str]:
    """Yield whole lines of a file that grows until ``writing`` is done, in pieces of some megabytes."""
    while not writing.done() and not await asyncio.to_thread(path.exists):
        await asyncio.wait([writing], timeout=_LOOK_AGAIN_S)
    if not await asyncio.to_thread(path.exists):
        return
    with await asyncio.to_thread(path.open, "rb") as file:
        rest = b""
        while True:
            finished = writing.done()
            piece = await asyncio.to_thread(file.read, CHUNK_BYTES - len(rest))
            rest += piece
            if len(rest) >= CHUNK_BYTES or (piece and finished):
                whole, _, rest = rest.rpartition(b"\n")
                if whole:
                    yield whole.decode() + "\n"
            elif finished:
                break
            else:
                await asyncio.wait([writing], timeout=_LOOK_AGAIN_S)
        if rest:
            yield rest.decode()


def _connection() -> Any:
    transaction = current_engine().current_transaction.get()
    if transaction is None:
        raise RuntimeError("loading needs an open unit_of_work()")
    return transaction.connection


def _insert(stage: Stage, block: Block) -> tuple[str, list[Sequence[int] | list[str]]]:
    """Return the statement for a block and the columns it binds; plain words stand in the statement.

    What COPY escaped is undone by the database, and only in columns that hold any; text becomes numbers by
    the columns' affinity.
    """
    names = ["row_no", *map(_column, block.columns), *map(_column, block.words)]
    marks = ["?", *(_mark(name, block) for name in block.columns)]
    marks += [f"'{word}'" for word in block.words.values()]
    sql = f"insert into {stage.rows} ({', '.join(names)}) values ({', '.join(marks)})"  # noqa: S608  from code
    return sql, [block.numbers, *block.columns.values()]


def _mark(name: str, block: Block) -> str:
    if name not in block.escaped:
        return "?"
    return "replace(nullif(?, '\\N'), '\\\\', '\\')"
