"""Bring a database to a revision, and say where it stands."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from portal.db.engine import SQLITE_PREFIX
from portal.db.schema import async_url

_SCRIPTS = Path(__file__).parent / "migrations"


def config(url: str) -> Config:
    """Return Alembic's configuration for a database URL; no file is read."""
    configuration = Config()
    configuration.set_main_option("script_location", str(_SCRIPTS))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["database_url"] = url
    return configuration


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to a revision, creating the SQLite file's folder when missing."""
    if url.startswith("sqlite"):
        Path(url.removeprefix(SQLITE_PREFIX)).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate down to a revision; ``base`` empties the schema."""
    command.downgrade(config(url), revision)


def head() -> str | None:
    """Return the newest revision this code knows."""
    return ScriptDirectory(str(_SCRIPTS)).get_current_head()


def current(url: str) -> str | None:
    """Return the revision the database stands at, None when it has no schema. Not for a running loop."""
    if url.startswith("sqlite"):
        if not Path(url.removeprefix(SQLITE_PREFIX)).exists():
            return None
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
        engine.dispose()
        return revision
    return asyncio.run(_current_postgres(url))


async def _current_postgres(url: str) -> str | None:
    engine = create_async_engine(async_url(url), poolclass=sa.pool.NullPool)
    async with engine.connect() as connection:
        revision = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
    await engine.dispose()
    return revision
