"""Plain SQL that both databases share: ``{}`` marks a value, ``{{`` and ``}}`` are literal braces.

Values are always bound, never formatted into the text. Aggregates lose their declared type on SQLite
(``max(date)`` is text there) and become Decimal on PostgreSQL; rows come back with Decimals made integers,
and ``as_date`` reads either form of a date.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from portal.db.engine import current_engine
from portal.db.sqlite_engine import PooledSQLiteEngine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = dict[str, Any]


@lru_cache(maxsize=2048)
def _numbered(template: str, *, postgres: bool) -> str:
    parts = template.replace("{{", "\x00").replace("}}", "\x01").split("{}")
    marks = (f"${i}" if postgres else "?" for i in range(1, len(parts)))
    text = parts[0] + "".join(mark + part for mark, part in zip(marks, parts[1:], strict=True))
    return text.replace("\x00", "{").replace("\x01", "}")


def _plain(rows: list[Row]) -> list[Row]:
    for row in rows:
        for key, value in row.items():
            if isinstance(value, Decimal) and value == value.to_integral_value():
                row[key] = int(value)
    return rows


async def fetch(sql: str, *args: Any) -> list[Row]:
    """Run a statement and return its rows as dicts, in order."""
    engine = current_engine()
    postgres = not isinstance(engine, PooledSQLiteEngine)
    rows = await engine.run_sql(_numbered(sql, postgres=postgres), args)
    return _plain(rows) if postgres else rows


async def fetch_one(sql: str, *args: Any) -> Row | None:
    """Run a statement and return its first row, or None."""
    rows = await fetch(sql, *args)
    return rows[0] if rows else None


async def fetch_value(sql: str, *args: Any) -> Any:
    """Run a statement and return the first column of its first row, or None."""
    row = await fetch_one(sql, *args)
    return next(iter(row.values())) if row else None


async def execute(sql: str, *args: Any) -> int:
    """Run a writing statement inside the open unit of work and return how many rows it touched.

    Raises:
        RuntimeError: No unit of work is open.
    """
    engine = current_engine()
    transaction = engine.current_transaction.get()
    if transaction is None or transaction.closed:
        raise RuntimeError("writes happen inside unit_of_work()")
    if isinstance(engine, PooledSQLiteEngine):
        connection = transaction.connection
        text = _numbered(sql, postgres=False)
        return await connection.call(lambda: connection.raw.execute(text, args).rowcount)  # type: ignore[no-any-return]
    status = await transaction.connection.execute(_numbered(sql, postgres=True), *args)
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


async def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows in one go inside the open unit of work: COPY on PostgreSQL, executemany on SQLite.

    Args:
        table: Table name, from code, never from input.
        columns: Column names in the order of each row's values.
        rows: The values; consumed once.

    Raises:
        RuntimeError: No unit of work is open.
    """
    engine = current_engine()
    transaction = engine.current_transaction.get()
    if transaction is None or transaction.closed:
        raise RuntimeError("writes happen inside unit_of_work()")
    if isinstance(engine, PooledSQLiteEngine):
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        statement = f"insert into {table} ({names}) values ({marks})"  # noqa: S608  names come from code
        await transaction.connection.executemany(statement, rows)
    else:
        await transaction.connection.copy_records_to_table(table, columns=list(columns), records=rows)


def as_date(value: dt.date | str | None) -> dt.date | None:
    """Read a date that passed through an aggregate: text on SQLite, a date on PostgreSQL."""
    if value is None or isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(value[:10])
