"""SQL whose table and column names are known only at run time.

``<name>`` in a statement is replaced by an identifier, which must look like one; values stay ``{}`` marks
and are bound by ``portal.db``.
"""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.db import engine_kind, execute

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_MANY_ROWS = 20_000
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*(?:, [a-z_][a-z0-9_]*)*")
_TYPED = re.compile(r"\$(text|date|timestamptz|boolean|bigint)\b")
_PLACE = re.compile(r"<([a-z_]+)>")


def statement(template: str, **names: str) -> str:
    """Fill identifiers, or comma-separated lists of them, into a statement.

    Args:
        template: SQL from code with ``<name>`` places.
        names: What to put there; lower-case identifiers only.

    Raises:
        ValueError: A name is no identifier, or a place has none.
    """
    return _filled(template, tuple(sorted(names.items())))


@lru_cache(maxsize=512)
def _filled(template: str, names: tuple[tuple[str, str], ...]) -> str:
    known = dict(names)
    for name, value in names:
        if not _IDENTIFIER.fullmatch(value):
            raise ValueError(f"{name}: {value!r} is no identifier")
    return _PLACE.sub(lambda found: _of(known, found[1]), template)


def _of(known: dict[str, str], name: str) -> str:
    if name not in known:
        raise ValueError(f"the statement needs a name for <{name}>")
    return known[name]


def with_marks(template: str) -> str:
    """Turn ``$type`` marks of values in a select list into ``{}``, with the type PostgreSQL must be told.

    Types are ``text``, ``date``, ``timestamptz``, ``boolean``, ``bigint``.
    """
    cast = "{}::\\1" if engine_kind() == "postgres" else "{}"
    return _TYPED.sub(cast, template)


async def tune() -> None:
    """Give the open unit of work the memory bulk statements need; PostgreSQL only, until its end."""
    if engine_kind() == "postgres":
        await execute("set local work_mem = '128MB'")
        await execute("set local jit = off")
        await execute("set local default_statistics_target = 10")


@asynccontextmanager
async def hashing(rows: int) -> AsyncIterator[None]:
    """Keep PostgreSQL from joining many rows one look-up at a time, which it prefers when it guesses too few.

    Args:
        rows: How many rows the statement works through; few are left to the planner.
    """
    if engine_kind() != "postgres" or rows < _MANY_ROWS:
        yield
        return
    await execute("set local enable_nestloop = off")
    yield
    await execute("set local enable_nestloop = on")


async def analyze_many(rows: int, *tables: str) -> None:
    """Tell the planner about tables that got many rows; a few change nothing it goes by.

    A table that PostgreSQL knows as nearly empty is read through look-ups, one for each of its rows.

    Args:
        rows: How many were written.
        tables: Names; from code.
    """
    if rows >= _MANY_ROWS:
        await analyze(*tables)


async def analyze(*tables: str) -> None:
    """Tell PostgreSQL's planner about rows written in the open unit of work; table names come from code."""
    if engine_kind() == "postgres":
        for table in tables:
            await execute(f"analyze {table}")
