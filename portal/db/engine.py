"""The one database engine of the process, chosen by URL and bound to every Piccolo table."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from piccolo.table import TABLE_REGISTRY

from portal.db.postgres_engine import SafePostgresEngine
from portal.db.sqlite_engine import PooledSQLiteEngine

Kind = Literal["sqlite", "postgres"]
SQLITE_PREFIX = "sqlite:///"


class _Bound:
    engine: PooledSQLiteEngine | SafePostgresEngine | None = None


def make_engine(url: str) -> PooledSQLiteEngine | SafePostgresEngine:
    """Build an engine from ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    Raises:
        ValueError: The URL names another kind of database.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        path = url.removeprefix(SQLITE_PREFIX)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return PooledSQLiteEngine(path=path)
    if scheme in ("postgres", "postgresql"):
        return SafePostgresEngine(config={"dsn": url})
    raise ValueError(f"DATABASE_URL: {scheme!r} is not known; use sqlite:///path or postgresql://…")


def bind(url: str) -> PooledSQLiteEngine | SafePostgresEngine:
    """Make the URL's engine the one of this process and give it to every table."""
    engine = make_engine(url)
    use(engine)
    return engine


def use(engine: PooledSQLiteEngine | SafePostgresEngine) -> None:
    """Make an engine the one of this process; for going back to an earlier one."""
    _Bound.engine = engine
    for table in TABLE_REGISTRY:
        table._meta.db = engine  # noqa: SLF001  Piccolo offers no public way to bind tables late


def current_engine() -> PooledSQLiteEngine | SafePostgresEngine:
    """Return the bound engine.

    Raises:
        RuntimeError: Nothing was bound yet.
    """
    if _Bound.engine is None:
        raise RuntimeError("no database is bound: call portal.db.bind(url) first")
    return _Bound.engine


def engine_kind() -> Kind:
    """Return ``sqlite`` or ``postgres``; branch on it only where the two have no common SQL."""
    return "sqlite" if isinstance(current_engine(), PooledSQLiteEngine) else "postgres"


async def open_pool(min_size: int = 1, max_size: int = 10) -> None:
    """Open the connections for the running event loop."""
    engine = current_engine()
    if isinstance(engine, PooledSQLiteEngine):
        await engine.start_connection_pool()
    else:
        await engine.start_connection_pool(min_size=min_size, max_size=max_size)


async def close_pool() -> None:
    """Close the running loop's connections."""
    engine = current_engine()
    if isinstance(engine, PooledSQLiteEngine) or engine.pool is not None:
        await engine.close_connection_pool()
