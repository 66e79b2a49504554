"""Keeping the search keys true: called in the transaction that changes the records."""

from __future__ import annotations

from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING

from portal.db import engine_kind, execute, fetch_value, insert_rows
from portal.search.model import KEY_STEP, RecordKind, keys_of
from portal.search.tables import GRAM_INDEX

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

    Entry = tuple[RecordKind, int, Sequence[str]]

_CHUNK = 5000
_COLUMNS = ("id", "folded", "initials", "grams")


async def write_entries(entries: Iterable[Entry], *, are_new: bool = False) -> None:
    """Write the keys of records, replacing what was there, in the caller's unit of work.

    Args:
        entries: Kind, record id and the texts to be found by; consumed once, in pieces.
        are_new: The records have no keys yet, so nothing needs to be looked for and removed.
    """
    remaining = iter(entries)
    while chunk := list(islice(remaining, _CHUNK)):
        if not are_new:
            await _remove([kind.key(record_id) for kind, record_id, _ in chunk])
        await _insert(chunk)


@asynccontextmanager
async def loading() -> AsyncIterator[None]:
    """Make a bulk load fast, in the caller's unit of work.

    On an empty PostgreSQL table the index is built after the load, many times faster than row by row; on a
    filled one the index's waiting list is worked off, so that the next searches need not read it.
    """
    if engine_kind() == "sqlite":
        yield
        return
    is_empty = await fetch_value("select 1 from search_entry limit 1") is None
    if is_empty:
        await execute("drop index search_fts_grams")
    yield
    if is_empty:
        await execute(GRAM_INDEX)
    else:
        await fetch_value("select gin_clean_pending_list('search_fts_grams')")


async def remove_entries(kind: RecordKind, record_ids: Iterable[int]) -> None:
    """Forget records, in the caller's unit of work; unknown ones are passed over."""
    await _remove([kind.key(record_id) for record_id in record_ids])


async def remove_selected(kinds: Iterable[RecordKind], ids_sql: str, *args: object) -> None:
    """Forget the records a query names, set-based, in the caller's unit of work.

    Args:
        kinds: Kinds under which the records may be kept.
        ids_sql: A SELECT of record ids; from code, never from input.
        args: Its values.
    """
    for kind in kinds:
        keys = f"select id * {KEY_STEP} + {int(kind)} from ({ids_sql}) chosen"  # noqa: S608  from code
        if engine_kind() == "sqlite":
            await execute(f"delete from search_fts where rowid in ({keys})", *args)  # noqa: S608  as above
        await execute(f"delete from search_entry where id in ({keys})", *args)  # noqa: S608  as above


async def _remove(keys: list[int]) -> None:
    for start in range(0, len(keys), _CHUNK):
        some = keys[start : start + _CHUNK]
        marks = ", ".join("{}" for _ in some)
        if engine_kind() == "sqlite":
            await execute(f"delete from search_fts where rowid in ({marks})", *some)  # noqa: S608  marks only
        await execute(f"delete from search_entry where id in ({marks})", *some)  # noqa: S608  marks only


async def _insert(chunk: list[Entry]) -> None:
    keys = ((kind, kind.key(record_id), keys_of(texts)) for kind, record_id, texts in chunk)
    rows = [(key, k.folded, k.initials, f"{k.grams} {kind.gram}") for kind, key, k in keys]
    if engine_kind() == "postgres":
        await insert_rows("search_entry", _COLUMNS, rows)
        return
    await insert_rows("search_entry", _COLUMNS, ((*row[:3], "") for row in rows))
    await insert_rows("search_fts", ("rowid", "grams"), _ordered((row[0], row[3]) for row in rows))


def _ordered(rows: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """FTS5 writes far fewer pages when rowids ascend."""
    return iter(sorted(rows))
