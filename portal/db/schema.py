"""All tables of the product in one place, and the creation of an empty schema for tests."""

from __future__ import annotations

import asyncio
from importlib import import_module

import sqlalchemy as sa
from piccolo.table import TABLE_REGISTRY, Table
from sqlalchemy.ext.asyncio import create_async_engine

from portal.db import extras
from portal.db.metadata import to_metadata

# Modules that declare tables, lower slices first. A new slice is added here and to the import contracts.
TABLE_MODULES: tuple[str, ...] = (
    "portal.audit.tables",
    "portal.identity.tables",
    "portal.files.tables",
    "portal.jobs.tables",
    "portal.mail.tables",
    "portal.search.tables",
    "portal.network.tables",
    "portal.network.duplicate_tables",
    "portal.sales.tables",
    "portal.seasons.tables",
    "portal.plans.tables",
    "portal.voice.tables",
    "portal.voice.promise_tables",
    "portal.voice.opinion_tables",
    "portal.voice.reverse_tables",
    "portal.portfolio.tables",
    "portal.credit.tables",
    "portal.rulebooks.tables",
    "portal.evaluations.tables",
    "portal.rebates.tables",
    "portal.rebates.ledger_tables",
    "portal.field.tables",
    "portal.occasions.tables",
    "training.courses.tables",
    "training.sessions.tables",
    "campaigns.surveys.tables",
    "campaigns.trips.tables",
)


def all_tables() -> list[type[Table]]:
    """Import every slice's tables and return them in declaration order."""
    for module in TABLE_MODULES:
        import_module(module)
    return [table for table in TABLE_REGISTRY if table.__module__ in TABLE_MODULES]


def metadata() -> sa.MetaData:
    """Return SQLAlchemy metadata of every table."""
    return to_metadata(all_tables())


def create_all(connection: sa.Connection) -> None:
    """Create every table, index, constraint and extra on an empty database."""
    metadata().create_all(connection)
    for statement in extras.statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def create_schema(url: str) -> None:
    """Create the whole schema at a database URL without migrations; for tests and throw-away databases."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            create_all(connection)
        engine.dispose()
    else:
        asyncio.run(_create_postgres(url))


async def _create_postgres(url: str) -> None:
    engine = create_async_engine(async_url(url), poolclass=sa.pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(create_all)
    await engine.dispose()


def async_url(url: str) -> str:
    """Spell a PostgreSQL URL the way SQLAlchemy's asyncpg dialect wants it."""
    rest = url.split("://", 1)[1]
    return f"postgresql+asyncpg://{rest}"
