"""A long campaign of a state machine on its own event loop, without threads or waiting for the disk.

Durability is the business of tests/crash; here a commit need not reach the disk, and a statement on SQLite
need not go through a thread of its own.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from portal import db
from portal.db.engine import current_engine, make_engine, use
from portal.db.postgres_engine import SafePostgresEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.stateful import RuleBasedStateMachine

    from portal.db.sqlite_engine import PooledSQLiteEngine


class DirectLoop(asyncio.SelectorEventLoop):
    """An event loop that does at once what would go to a thread: nobody else waits for it."""

    def run_in_executor(self, executor: object, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # noqa: ARG002  asyncio's signature
        """Run it now and return what it gave."""
        future: asyncio.Future[Any] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  given to whoever waits for the result
            future.set_exception(error)
        return future


async def campaign(
    machine: type[RuleBasedStateMachine], url: str, examples: int, steps: int, *, derandomize: bool
) -> None:
    """Run examples of a machine whose attribute ``run`` waits for a coroutine; other work rests meanwhile."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=derandomize,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(_run, machine, url, chosen)


def _run(machine: type[RuleBasedStateMachine], url: str, chosen: settings) -> None:
    usual = current_engine()
    use(_fast_engine(url))
    try:
        with asyncio.Runner(loop_factory=DirectLoop) as runner:
            runner.run(_open())
            made = type(machine.__name__, (machine,), {"run": staticmethod(runner.run)})
            try:
                run_state_machine_as_test(made, settings=chosen)
            finally:
                runner.run(db.close_pool())
    finally:
        use(usual)


def _fast_engine(url: str) -> PooledSQLiteEngine | SafePostgresEngine:
    if url.startswith("sqlite"):
        return make_engine(url)
    return SafePostgresEngine(config={"dsn": url, "server_settings": {"synchronous_commit": "off"}})


async def _as_it_is(_: object) -> None:
    """Give a connection back without a round trip: nothing here leaves a setting or a lock behind."""


async def _open() -> None:
    engine = current_engine()
    if isinstance(engine, SafePostgresEngine):
        await engine.start_connection_pool(min_size=1, max_size=2, reset=_as_it_is)
    else:
        await engine.start_connection_pool()
        await engine.run_sql("PRAGMA synchronous=OFF", ())
