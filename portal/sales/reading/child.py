"""The process that touches foreign files: ``python -m portal.sales.reading.child REQUEST.json``.

It limits itself before it opens anything, writes ``result.json`` beside the request, and may
be killed at any moment without harm to anybody else.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from portal.sales.reading.messages import FileRefused
from portal.sales.reading.spec import MIB, Request

OUTPUT_BYTES = 16 * 1024 * MIB
GC_THRESHOLD = 1_000_000
"""Rows are many short-lived lists without cycles; the default threshold costs a third of the time."""

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "urllib.",
)


def main(request_path: str) -> int:
    """Serve one request; the answer is a file, the exit code only says whether there is one."""
    started = time.monotonic()
    request = Request.from_plain(json.loads(Path(request_path).read_text(encoding="utf-8")))
    confine(request)
    answer: dict[str, Any]
    try:
        answer = {"report": _read(request, started)}
    except FileRefused as refusal:
        answer = {"refused": {"code": refusal.message.code, "params": refusal.message.params}}
    except MemoryError:
        answer = {"refused": {"code": "reader_stopped", "params": {"reason": "memory"}}}
    target = Path(request.out_dir) / "result.json"
    target.with_suffix(".part").write_text(json.dumps(answer), encoding="utf-8")
    target.with_suffix(".part").replace(target)
    return 0


def confine(request: Request) -> None:
    """Limit memory, processor and real time, forbid cores, sockets and further processes."""
    limits = request.limits
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.set_threshold(GC_THRESHOLD)
    signal.alarm(limits.wall_seconds + 1)
    os.umask(0o077)

    def guard(event: str, _arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"the reader may not use {event}")

    sys.addaudithook(guard)


def peak_bytes() -> int:
    """Most memory this process has held. getrusage would count its parent's before the exec."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _read(request: Request, started: float) -> dict[str, Any]:
    from portal.sales.reading.reader import fetch, read  # noqa: PLC0415  only after the limits stand

    if request.rows:
        fetch(request)
        return {}
    report = read(request)
    report.seconds = round(time.monotonic() - started, 3)
    report.peak_bytes = peak_bytes()
    report.cpu_seconds = round(time.process_time(), 3)
    return report.plain()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
