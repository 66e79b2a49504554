"""The portal as a user starts it: the demo network built once, served by ``portal run`` on a free port."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PORTAL = Path(sys.executable).with_name("portal")
BUILD_SECONDS, START_SECONDS, STOP_SECONDS, COMMAND_SECONDS = 300, 120, 30, 120


@dataclass(frozen=True)
class Portal:
    """A portal that is being served.

    Attributes:
        address: Where, without a slash at the end.
        database: Its SQLite file.
    """

    address: str
    database: Path

    def run(self, *arguments: str) -> str:
        """Return what a ``portal`` command prints about the same database."""
        return subprocess.run(
            [PORTAL, *arguments],
            cwd=self.database.parent,
            env=environment_of(self.database.parent, self.database, 0),
            check=True,
            timeout=COMMAND_SECONDS,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def row(self, query: str) -> dict[str, Any]:
        """Return the first row of a question to the database."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            return dict(connection.execute(query).fetchone())


def built_demo(folder: Path) -> Path:
    """Return the demo network's SQLite file; the first process that asks builds it, the others wait."""
    target = folder / "demo-small.db"
    with (folder / "demo-small.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            subprocess.run(
                [PORTAL, "demo", "build", "--size", "small", "--database", f"sqlite:///{target}"],
                cwd=folder,
                env=environment_of(folder, target, 0),
                check=True,
                timeout=BUILD_SECONDS,
                stdout=subprocess.DEVNULL,
            )
    return target


@contextlib.contextmanager
def served(folder: Path, database: Path) -> Iterator[Portal]:
    """Serve a database file for the length of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [PORTAL, "run", "--port", str(port)],
            cwd=folder,
            env=environment_of(folder, database, port),
            stdout=stream,
            stderr=stream,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(server, address, log)
        yield Portal(address, database)
    finally:
        server.terminate()
        server.wait(STOP_SECONDS)


def environment_of(folder: Path, database: Path, port: int) -> dict[str, str]:
    """Return the environment of a portal on a database, served on a port."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    return kept | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DATA_DIR": str(folder),
        "DEMO": "true",
        "LOG_FORMAT": "json",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def wait_until_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Wait until a server answers that it is ready.

    Raises:
        RuntimeError: It ended, or took too long; the message has the end of its log.
    """
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/readyz", timeout=5).is_success:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the portal did not get ready:\n{log.read_text(encoding='utf-8')[-4000:]}")
