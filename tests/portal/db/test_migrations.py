"""Migrations make exactly the schema of the tables, go down again, and keep rows that are there."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import uuid

import asyncpg
import pytest
from alembic import command

from portal.db import migrate
from portal.db.schema import create_schema
from tests.conftest import new_database

_PG_SCHEMA = {
    "columns": "select table_name, column_name, data_type, character_maximum_length, is_nullable,"
    " column_default from information_schema.columns where table_schema = 'public'",
    "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
    " where connamespace = 'public'::regnamespace",
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'public'",
    "triggers": "select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "functions": "select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace",
}


@pytest.fixture(params=["sqlite", "postgres"])
def two_urls(request: pytest.FixtureRequest, tmp_path) -> tuple[str, str]:
    """Two empty databases of one engine: for the migrations, and for the tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'migrated.sqlite'}", f"sqlite:///{tmp_path / 'created.sqlite'}"
    server, mark = request.getfixturevalue("postgres_server"), uuid.uuid4().hex[:12]
    names = (f"migrated_{mark}", f"created_{mark}")
    return tuple(asyncio.run(new_database(server, name)) for name in names)  # type: ignore[return-value]


def sqlite_schema(url: str) -> dict[str, object]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    rows = connection.execute(
        "select name, sql from sqlite_master where name not like 'sqlite_%' and name not like 'alembic%'"
    ).fetchall()
    connection.close()
    return {name: _normal(sql) for name, sql in rows}


def _normal(sql: str | None) -> object:
    """Order of columns and constraints inside a table may differ; spelling may not."""
    text = re.sub(r"\s+", " ", (sql or "").replace('"', "")).strip()
    text = re.sub(r"DEFAULT \(([^()]*)\)", r"DEFAULT \1", text)
    inside = re.match(r"create table \w+ \((.*)\)$", text, re.IGNORECASE)
    if inside is None:
        return text
    text = inside[1]
    parts, depth, start = [], 0, 0
    for i, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return sorted([*parts, text[start:].strip()])


async def postgres_schema(url: str) -> dict[str, object]:
    connection = await asyncpg.connect(url)
    try:
        return {
            what: sorted(
                tuple(str(value) for value in row)
                for row in await connection.fetch(sql)
                if "alembic" not in str(row)
            )
            for what, sql in _PG_SCHEMA.items()
        }
    finally:
        await connection.close()


def schema_of(url: str) -> dict[str, object]:
    return sqlite_schema(url) if url.startswith("sqlite") else asyncio.run(postgres_schema(url))


def test_upgrade_makes_the_schema_of_the_tables(two_urls):
    migrated, created = two_urls
    migrate.upgrade(migrated)
    create_schema(created)
    assert schema_of(migrated) == schema_of(created)
    assert migrate.current(migrated) == migrate.head()
    command.check(migrate.config(migrated))


def test_downgrade_leaves_nothing_and_upgrade_works_again(two_urls):
    url, _ = two_urls
    migrate.upgrade(url)
    full = schema_of(url)
    migrate.downgrade(url, "base")
    assert not any(schema_of(url).values())
    migrate.upgrade(url)
    assert schema_of(url) == full
