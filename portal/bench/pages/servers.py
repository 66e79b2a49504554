"""One process per side under the same server, each on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 60
STOP_SECONDS = 5
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Site:
    """A side of the comparison.

    Attributes:
        name: What it is called in the answer.
        target: What granian serves.
        options: Further options of granian.
        environment: Variables of its process.
        cookie: Cookie header of somebody signed in.
    """

    name: str
    target: str
    options: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)
    cookie: str = field(repr=False)


@contextmanager
def served(site: Site, log: Path) -> Iterator[int]:
    """Run a site in one process and give its port; it is stopped at the end of the block.

    Raises:
        RuntimeError: It did not start; the message has the end of its log.
    """
    port = _free_port()
    command = [sys.executable, "-m", "granian", site.target, "--host", "127.0.0.1", "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603  our own command
            [*command, "--workers", "1", "--no-ws", "--no-access-log", *site.options],
            env={**os.environ, **site.environment},
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
        try:
            _wait(process, port, log)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")


def answer_of(module: str, environment: dict[str, str]) -> str:
    """Run a module as a program and return what it prints.

    Raises:
        RuntimeError: It failed; the message has the end of its errors.
    """
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", module],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stderr[-2000:]}")
    return done.stdout.strip()
