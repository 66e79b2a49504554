"""``portal run``: the server and the process beside it survive kills and end together."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from click.testing import CliRunner

from portal.cli.run import jobs_beside, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

ROOT = Path(__file__).parents[3]
SMALL_APP = """
import os
from litestar import Litestar, get
from portal.web.guards import enforce_policy, policy
from portal.web.headers import HeadersLayer
from portal.web.health import health_router
from portal.web.logging import RequestLogLayer

@get("/pid", opt=policy("public"), sync_to_thread=False)
def pid() -> str:
    return str(os.getpid())

def create_app():
    app = Litestar([health_router(), pid], guards=[enforce_policy], logging_config=None)
    return HeadersLayer(RequestLogLayer(app))
"""
START = "import portal.cli.run as r\nr.APPLICATION = 'small_app:create_app'\nr.run()\n"


def _until(condition, seconds: float = 45):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError, FileNotFoundError, ValueError):
            if found := condition():
                return found
        time.sleep(0.05)
    pytest.fail("waited in vain")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, Path]]:
    (tmp_path / "small_app.py").write_text(SMALL_APP, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
        "LOG_FORMAT": "json",
    }
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", START, "--no-jobs", "--port", str(port)],
            env=environment,
            cwd=tmp_path,
            stderr=stream,
        )
    yield process, f"http://127.0.0.1:{port}", log
    process.terminate()  # a killed server would leave its web process behind
    process.wait(timeout=30)


def test_a_killed_web_process_is_replaced_and_the_server_ends_on_request(server):
    process, address, log = server
    first = _until(lambda: httpx.get(f"{address}/pid").text)
    os.kill(int(first), signal.SIGKILL)
    started = time.monotonic()
    second = _until(lambda: httpx.get(f"{address}/pid").text.replace(first, ""))
    assert time.monotonic() - started < 10
    assert second != first
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(second), 0)
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()[1:]]
    answered = [line for line in lines if line["event"] == "answered"]
    assert {line["path"] for line in answered} == {"/pid"}
    assert all(line["request_id"] for line in answered)


def test_sqlite_serves_one_web_process(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("portal.web.logging.configure_logging", lambda _: None)
    result = CliRunner().invoke(run, ["--workers", "2"])
    assert result.exit_code == 1
    assert "use --workers 1" in result.output


def beside(lifeline: Connection) -> None:
    """A process that writes down that it lives, and ends with its lifeline."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(os.environ["LIVES"]).write_text(str(os.getpid()), encoding="ascii")
    with contextlib.suppress(EOFError):
        lifeline.recv()


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_process_beside_is_replaced_and_ends_with_us(tmp_path, monkeypatch):
    lives = tmp_path / "lives"
    monkeypatch.setenv("LIVES", str(lives))
    with jobs_beside(beside):
        first = _until(lambda: int(lives.read_text(encoding="ascii")))
        os.kill(first, signal.SIGKILL)
        second = _until(lambda: int(lives.read_text(encoding="ascii").replace(str(first), "") or 0))
        assert _is_alive(second)
    assert not _is_alive(second)


def test_the_process_beside_ends_when_we_are_killed(tmp_path):
    lives = tmp_path / "lives"
    program = "import tests.portal.cli.test_run as t\nwith t.jobs_beside(t.beside):\n    input()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LIVES": str(lives)},
        stdin=subprocess.PIPE,
    )
    beside_it = _until(lambda: int(lives.read_text(encoding="ascii")))
    process.kill()
    process.communicate()
    _until(lambda: not _is_alive(beside_it))
