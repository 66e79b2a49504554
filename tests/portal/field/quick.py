"""A long campaign in one thread: no commit waits for the disk, no statement changes threads.

That what is committed outlives the process is the business of tests/crash.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from portal import db
from portal.db.engine import current_engine, make_engine, use
from portal.db.postgres_engine import SafePostgresEngine
from tests.portal.rebates.campaign import DirectLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

T = TypeVar("T")


async def quickly(url: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on a loop and an engine of its own while everything else rests; return its result."""
    usual = current_engine()
    try:
        return await asyncio.to_thread(_run, url, work)
    finally:
        use(usual)


def _run(url: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    with asyncio.Runner(loop_factory=DirectLoop) as runner:
        return runner.run(_within(url, work))


async def _within(url: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    if url.startswith("sqlite"):
        engine = make_engine(url)
        use(engine)
        await engine.start_connection_pool()
        await engine.run_sql("PRAGMA synchronous=OFF", ())
    else:
        engine = SafePostgresEngine(config={"dsn": url, "server_settings": {"synchronous_commit": "off"}})
        use(engine)
        await engine.start_connection_pool(min_size=1, max_size=2, reset=_as_it_is)
    try:
        return await work()
    finally:
        await db.close_pool()


async def _as_it_is(_: object) -> None:
    """Give a connection back without a round trip: nothing here leaves a setting or a lock behind."""
