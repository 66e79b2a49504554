"""``portal run``: the web server and, beside it, the process that does the jobs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import threading
from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    Beside = tuple[SpawnProcess, Connection]

APPLICATION = "portal.app:create_app"
RESPAWN_SECONDS = 1.0
STOP_SECONDS = 10  # for the job in hand; it goes back to the queue after that

logger = logging.getLogger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1), help="Web processes; 1 on SQLite."
)
@click.option(
    "--jobs/--no-jobs", default=True, show_default=True, help="Do background jobs beside the server."
)
@click.option(
    "--access-log/--no-access-log", default=False, show_default=True, help="Log in the server's form too."
)
def run(host: str, port: int, workers: int, *, jobs: bool, access_log: bool) -> None:
    """Serve the portal until interrupted; a process that fails is replaced."""
    from granian import Granian  # noqa: PLC0415  keeps portal --help fast
    from granian.constants import Interfaces  # noqa: PLC0415  as above

    from portal.web.logging import configure_logging, log_config, wants_json  # noqa: PLC0415  as above

    settings = Settings()
    configure_logging(settings)
    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise click.ClickException("SQLite serves one web process: use --workers 1, or PostgreSQL")
    server = Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=workers,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        workers_kill_timeout=STOP_SECONDS,
        log_access=access_log,
        log_dictconfig=log_config(as_json=wants_json(settings)),
    )
    click.echo(f"serving on http://{host}:{port}", err=True)
    with jobs_beside(work) if jobs else contextlib.nullcontext():
        server.serve()


@contextlib.contextmanager
def jobs_beside(life: Callable[[Connection], None]) -> Iterator[None]:
    """Keep a process running beside this one until the end of the block, another when it dies.

    Args:
        life: What the process does; it returns when the connection it is given is closed.
    """
    # The first starts before there is a thread: the server forks its web processes from this one, and a fork
    # while a thread imports copies a lock that nobody ever opens again.
    ending, first = threading.Event(), _start(life)
    keeper = threading.Thread(target=_keep, args=(life, first, ending), name="jobs-keeper")
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _keep(life: Callable[[Connection], None], first: Beside, ending: threading.Event) -> None:
    process, lifeline = first
    while True:
        while process.is_alive() and not ending.wait(RESPAWN_SECONDS):
            pass
        is_over = ending.is_set()
        if not is_over:
            logger.error("the jobs process ended with %s; starting another", process.exitcode)
        lifeline.close()
        process.join(STOP_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        if is_over:
            return
        process, lifeline = _start(life)


def _start(life: Callable[[Connection], None]) -> Beside:
    """Start a process and return it with the connection whose end, also by our death, is its own."""
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    process = context.Process(target=life, args=(theirs,), name="portal-jobs")
    process.start()
    theirs.close()
    return process, ours


def work(lifeline: Connection) -> None:
    """Do jobs until the lifeline is closed: the whole life of a jobs process."""
    from portal.web.logging import configure_logging  # noqa: PLC0415  in the new process only

    for number in (signal.SIGINT, signal.SIGTERM):  # the parent decides when we stop, through the lifeline
        signal.signal(number, signal.SIG_IGN)
    settings = Settings()
    configure_logging(settings)
    logger.info("jobs process started", extra={"pid": os.getpid()})
    asyncio.run(_work(settings, lifeline))


async def _work(settings: Settings, lifeline: Connection) -> None:
    from portal import app, db  # noqa: PLC0415  in the new process only: imports every slice
    from portal.db import schema  # noqa: PLC0415  as above
    from portal.jobs.worker import run_worker  # noqa: PLC0415  as above

    schema.all_tables()
    app.join_slices(settings)
    db.bind(settings.database_url)
    await db.open_pool()
    await app.schedule_recurring(settings)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(lifeline.fileno(), stop.set)
    working = asyncio.create_task(run_worker(stop))
    try:
        await stop.wait()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(working, STOP_SECONDS - 2)
    finally:
        await db.close_pool()
