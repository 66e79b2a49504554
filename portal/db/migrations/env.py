"""Alembic's environment: one revision file serves SQLite and PostgreSQL.

Foreign keys are off while a migration runs on SQLite, because batch mode drops and re-creates tables and an
enforced ON DELETE would take the children along; ``foreign_key_check`` follows. PostgreSQL gets short lock
and statement timeouts, so a migration that cannot get its lock fails instead of stopping the portal.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

from portal.db.metadata import Ty
from portal.db.schema import async_url, metadata
from portal.settings import Settings

LOCK_TIMEOUT_MS = 4_000
STATEMENT_TIMEOUT_MS = int(os.environ.get("MIGRATION_STATEMENT_TIMEOUT_MS", "600000"))


def database_url() -> str:
    """Return the URL given by the caller, else the one of the settings."""
    return context.config.attributes.get("database_url") or Settings().database_url


def render_item(kind: str, item: object, _: object) -> str | Literal[False]:
    """Write our own column types into revision files by their constructor."""
    return repr(item) if kind == "type" and isinstance(item, Ty) else False


def compare_type(
    environment: Any, inspected: Any, declared: Any, _inspected_type: Any, declared_type: Any
) -> bool | None:
    """Compare the declared type names; SQLAlchemy's own comparison knows nothing of ours."""
    if not isinstance(declared_type, Ty):
        return None
    bind, table = environment.bind, inspected.table.name
    if bind.dialect.name == "sqlite":
        rows = bind.exec_driver_sql(f"pragma table_info('{table}')").all()
        have = next(row[2] for row in rows if row[1] == inspected.name)
    else:
        have = bind.execute(
            sa.text(
                "select format_type(atttypid, atttypmod) from pg_attribute"
                " where attrelid = cast(:table as regclass) and attname = :name"
            ),
            {"table": table, "name": declared.name},
        ).scalar()
        have = have.replace("character varying", "varchar")
    want = declared_type.spell(bind.dialect.name)
    return str(have).replace(" ", "").lower() != want.replace(" ", "").lower()


def run(connection: sa.Connection) -> None:
    """Run the migrations on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_as_batch=True,
        compare_type=compare_type,
        compare_server_default=False,
        render_item=render_item,
        transaction_per_migration=True,
        transactional_ddl=True,
        autogenerate_plugins=["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
        include_name=lambda name, _kind, _parents: not (name or "").startswith("search_fts"),
    )
    with context.begin_transaction():
        context.run_migrations()


def run_sqlite(url: str) -> None:
    """Migrate a SQLite file with foreign keys off, then check that none was broken."""
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=OFF")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        run(connection)
    with engine.connect() as connection:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    engine.dispose()
    if broken:
        raise RuntimeError(f"the migration left {len(broken)} broken references; the first: {broken[0]}")


async def run_postgres(url: str) -> None:
    """Migrate a PostgreSQL database."""
    engine = create_async_engine(
        async_url(url),
        poolclass=sa.pool.NullPool,
        connect_args={
            "server_settings": {
                "lock_timeout": str(LOCK_TIMEOUT_MS),
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            }
        },
    )
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if database_url().startswith("sqlite"):
    run_sqlite(database_url())
else:
    asyncio.run(run_postgres(database_url()))
