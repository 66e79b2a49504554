"""Hostile and broken documents fail cleanly, and the next document prints."""

from __future__ import annotations

import asyncio
import base64
import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pymupdf
import pytest

from portal.web.printing.failures import PrintCrashed, PrintRefused, PrintTimeout, PrintUnavailable
from portal.web.printing.pool import MOST_TOGETHER, PrintLimits, PrintMetadata, PrintPool, Typeface
from portal.web.printing.process import PANGO_MISSING, ROOT, STYLESHEETS, RenderProcess
from portal.web.printing.protocol import Failed, receive_reply
from portal.web.printing.scorecard import STYLESHEET

if TYPE_CHECKING:
    from collections.abc import Iterator

ABOUT = PrintMetadata("시험", "한빛음료", "시험", "2026-11-01T00:00:00Z", "ko")
FINE = "<html lang=ko><title>t</title><p>가나다 0123"
RUNAWAY = "<div style='display:flex'>" * 24 + "x" + "</div>" * 24
SECRET = "CANARY-SECRET-1234"


def _print(pool: PrintPool, html: str) -> bytes:
    return pool.render_now(html, STYLESHEET, ABOUT).pdf


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server on loopback and the paths it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    server.server_close()


def _vectors(web: str, folder: Path) -> dict[str, str]:
    text, drawing = f"file://{folder}/canary.txt", f"file://{folder}/canary.svg"
    root = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    entity = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{text}">]>{root}<text y="8">&x;</text></svg>'
    nested = f'{root}<image href="{web}n" width="9" height="9"/></svg>'

    def data(svg: str) -> str:
        return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()

    return {
        "img http": f'<img src="{web}a">',
        "img file": f'<img src="{drawing}">',
        "img ftp": '<img src="ftp://127.0.0.1:1/x">',
        "img upper case": f'<img src="{web.replace("http", "HTTP")}A">',
        "link attachment": f'<link rel=attachment href="{text}">',
        "a attachment": f'<a rel=attachment href="{text}">x</a>',
        "link stylesheet": f'<link rel=stylesheet href="{web}s.css">',
        "style import": f'<style>@import "{web}b.css";</style>',
        "background": f'<div style="background:url({web}c);width:9px;height:9px"></div>',
        "font face": f"<style>@font-face{{font-family:q;src:url({web}d)}}p{{font-family:q}}</style><p>x",
        "font face file": f"<style>@font-face{{font-family:q;src:url({text})}}p{{font-family:q}}</style><p>x",
        "object": f'<object data="{drawing}"></object>',
        "embed": f'<embed src="{drawing}">',
        "svg image": f'<svg width=9 height=9><image href="{web}e" width=9 height=9 /></svg>',
        "svg use": f'<svg width=9 height=9><use href="{web}f#x"/></svg>',
        "svg style import": f"<svg width=9 height=9><style>@import url({web}j);</style></svg>",
        "base": f'<base href="file://{folder}/"><img src="canary.svg">',
        "list style": f"<ul><li style='list-style-image:url({web}g)'>x</ul>",
        "content": f"<style>p::before{{content:url({web}h)}}</style><p>x",
        "element content": f'<img src=x style="content:url({web}i)">',
        "border image": f"<p style='border:9px solid;border-image:url({web}k) 9'>x",
        "colour profile": f"<style>@color-profile --x {{src:url({web}l)}}p{{color:color(--x 0 0 0)}}</style>",
        "iframe": f'<iframe src="{web}m"></iframe>',
        "svg entity": f'<img src="{data(entity)}">',
        "svg in svg": f'<img src="{data(nested)}">',
    }


VECTOR_NAMES = sorted(_vectors("http://127.0.0.1/", Path("/tmp")))  # noqa: S108  only for the names


@pytest.mark.parametrize("vector", VECTOR_NAMES)
def test_no_address_is_fetched_and_no_file_read(pool, listener, tmp_path, vector):
    web, asked = listener
    (tmp_path / "canary.txt").write_text(SECRET, encoding="ascii")
    (tmp_path / "canary.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="20"><text y="15">{SECRET}</text></svg>',
        encoding="ascii",
    )
    asked.clear()
    try:
        pdf = _print(
            pool, f"<html lang=en><title>t</title><body>{_vectors(web, tmp_path)[vector]}</body></html>"
        )
    except PrintRefused:
        pdf = b""
    assert asked == []
    assert not _leaks(pdf)
    assert _print(pool, FINE).startswith(b"%PDF")


def _leaks(pdf: bytes) -> bool:
    if not pdf:
        return False
    document = pymupdf.open(stream=pdf)
    streams = (document.xref_stream(number) for number in range(1, document.xref_length()))
    text = "".join(page.get_text() for page in document)
    return SECRET in text or any(stream and SECRET.encode() in stream for stream in streams)


@pytest.mark.parametrize("name", ["../print/scorecard.css", "/etc/passwd", "", "unknown.css"])
def test_only_our_own_stylesheets_can_be_named(pool, name):
    with pytest.raises(PrintRefused, match="no print stylesheet"):
        pool.render_now(FINE, name, ABOUT)


def test_a_missing_character_is_named(pool):
    with pytest.raises(PrintRefused) as caught:
        _print(pool, "<html lang=ko><title>t</title><p>大淸商社")
    assert caught.value.message.params == {"character": "大", "code": "U+5927"}
    assert _print(pool, FINE).startswith(b"%PDF")


def test_too_much_or_nothing_is_refused_before_it_starts(pool):
    with pytest.raises(PrintRefused, match="nothing to print"):
        pool.render_now([], STYLESHEET, ABOUT)
    with pytest.raises(PrintRefused, match=f"limit {MOST_TOGETHER}"):
        pool.render_now([FINE] * (MOST_TOGETHER + 1), STYLESHEET, ABOUT)
    with pytest.raises(PrintRefused, match="too large"):
        _print(pool, "x" * 8_000_001)


def test_a_runaway_is_stopped_at_its_time_and_the_next_prints():
    with PrintPool(1, PrintLimits(seconds=2)) as small:
        _print(small, FINE)
        started = time.monotonic()
        with pytest.raises(PrintTimeout, match="2 seconds"):
            _print(small, RUNAWAY)
        assert time.monotonic() - started < 4
        small.limits = PrintLimits()
        assert _print(small, FINE).startswith(b"%PDF")


def test_a_crash_is_told_and_the_next_prints():
    with PrintPool(1) as small:
        small.engine()
        process = small._idle.get()
        small._idle.put(process)
        number = process.process_id
        assert number is not None
        threading.Timer(0.3, os.kill, (number, signal.SIGSEGV)).start()
        with pytest.raises(PrintCrashed, match="ended before"):
            _print(small, RUNAWAY)
        assert _print(small, FINE).startswith(b"%PDF")


def test_a_process_that_died_between_documents_is_replaced():
    with PrintPool(1) as small:
        first = _print(small, FINE)
        process = small._idle.get()
        small._idle.put(process)
        os.kill(process.process_id or 0, signal.SIGKILL)
        time.sleep(0.1)
        assert _print(small, FINE) == first


@pytest.mark.parametrize(
    ("bomb", "megabytes"),
    [("<table><tr><td colspan=1000000000>x" * 50, 1024), ("<p>" + "<b>가</b>" * 30_000, 220)],
    ids=["columns", "letters"],
)
def test_a_memory_bomb_ends_at_its_limit_and_the_next_prints(bomb, megabytes):
    # A slow machine must not reach the time limit first.
    with PrintPool(1, PrintLimits(seconds=180, memory_bytes=megabytes * 1024**2)) as small:
        with pytest.raises(PrintCrashed):
            _print(small, bomb)
        assert _print(small, FINE).startswith(b"%PDF")


def test_a_process_is_replaced_after_its_share_of_documents():
    with PrintPool(1, PrintLimits(documents=2)) as small:
        numbers = []
        for _ in range(3):
            _print(small, FINE)
            process = small._idle.get()
            small._idle.put(process)
            numbers.append(process.process_id)
    assert (numbers[0] == numbers[1], numbers[1] == numbers[2]) == (True, False)


def test_closing_leaves_no_process_behind():
    small = PrintPool(1)
    small.engine()
    process = small._idle.get()
    small._idle.put(process)
    number = process.process_id or 0
    small.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


async def test_the_event_loop_goes_on_while_a_document_prints(pool):
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    printed = await pool.render([FINE] * 20, STYLESHEET, ABOUT)
    ticking.cancel()
    assert printed.pages == 20
    assert ticks >= 5


def test_missing_fonts_say_what_to_run(tmp_path):
    with (
        PrintPool(1, fonts=Typeface(tmp_path)) as small,
        pytest.raises(PrintUnavailable, match=r"\./dev assets"),
    ):
        _print(small, FINE)


def test_missing_pango_is_reported_by_the_process():
    program = (
        "import sys, pathlib\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'weasyprint': raise OSError('cannot load library libgobject-2.0-0')\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from portal.web.printing import worker\n"
        f"worker.main(pathlib.Path({str(STYLESHEETS)!r}), 1024**3, frozenset())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    reply = receive_reply(process.stdout)
    process.communicate(timeout=20)
    assert isinstance(reply, Failed)
    assert (reply.kind, reply.params) == ("unavailable", {"reason": "cannot load library libgobject-2.0-0"})
    assert "apt-get install --no-install-recommends libpango-1.0-0" in PANGO_MISSING


def test_the_process_knows_no_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    process = RenderProcess(PrintLimits(), Typeface())
    process.start()
    environment = Path(f"/proc/{process.process_id}/environ").read_bytes()
    process.stop()
    assert SECRET.encode() not in environment


def test_a_pool_nobody_closed_leaves_nothing_behind(tmp_path):
    program = (
        "import os, sys\n"
        "from portal.web.printing.pool import PrintPool\n"
        "pool = PrintPool(1)\n"
        "pool.engine()\n"
        "if sys.argv[1] == 'abrupt': os._exit(0)\n"
    )
    for way in ("abrupt", "normal"):
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program, way],
            env=environment,
            capture_output=True,
            check=True,
        )
        end = time.monotonic() + 10
        while any(tmp_path.iterdir()) and time.monotonic() < end:
            time.sleep(0.05)
        assert (done.stderr, list(tmp_path.iterdir())) == (b"", [])
