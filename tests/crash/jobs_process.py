"""A jobs process to kill: the application's own worker, forked from a server that has imported it all."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["portal.app", "tests.crash.jobs_process"])


def start(url: str, folder: Path) -> ForkServerProcess:
    """Start a worker on the database; it works until it is killed."""
    process = _CONTEXT.Process(target=_life, args=(url, str(folder)), daemon=True)
    process.start()
    return process


async def kill_after(process: ForkServerProcess, seconds: float) -> None:
    """Let it work for a while, then end it without a word, as the kernel or a power cut does."""
    await asyncio.sleep(seconds)
    process.kill()
    await asyncio.to_thread(process.join)


async def ended_by(process: ForkServerProcess, done: object, seconds: float) -> float:
    """Wait until the coroutine function ``done`` says yes, kill the worker; return the seconds it took."""
    began = time.monotonic()
    try:
        while not await done():  # type: ignore[operator]
            if time.monotonic() - began > seconds or not process.is_alive():
                raise TimeoutError(f"not done after {seconds} s, worker alive: {process.is_alive()}")
            await asyncio.sleep(0.03)
        return time.monotonic() - began
    finally:
        await kill_after(process, 0)


def _life(url: str, folder: str) -> None:
    asyncio.run(_work(url, Path(folder)))


async def _work(url: str, folder: Path) -> None:
    from portal import app, db  # noqa: PLC0415  imported by the fork server already
    from portal.db import schema  # noqa: PLC0415  as above
    from portal.jobs.worker import run_worker  # noqa: PLC0415  as above
    from portal.settings import Settings  # noqa: PLC0415  as above

    schema.all_tables()
    app.join_slices(Settings(database_url=url, data_dir=folder))
    db.bind(url)
    await db.open_pool()
    await run_worker(asyncio.Event(), poll_s=0.05)
