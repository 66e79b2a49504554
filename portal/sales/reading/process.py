"""Have a file read by a child process that may die instead of the portal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import portal
from portal.sales.reading.messages import FileRefused, Message
from portal.sales.reading.report import ReadReport
from portal.sales.reading.spec import DEFAULT_LIMITS, Layout, Limits, Request, TableSpec

if TYPE_CHECKING:
    from portal.sales.reading.column_map import ColumnMap

LOG_TAIL_BYTES = 4096

_TIME_SIGNALS = frozenset({signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL})


def read_file(
    path: Path,
    table_spec: TableSpec,
    column_map: ColumnMap | None,
    out_dir: Path,
    limits: Limits = DEFAULT_LIMITS,
    layout: Layout = Layout.ROWS,
) -> ReadReport:
    """Read a foreign file in a child process of its own.

    Blocks until the child is done, at most ``limits.wall_seconds`` and a second: call it from a
    worker thread or a job. ``out_dir`` is made if need be; the rows, problems and rejected rows
    in it belong to the report. When ``report.missing`` is not empty nothing was converted.

    Raises:
        FileRefused: The file is no table, breaks a limit, or killed its reader.
    """
    map_text = column_map.text if column_map else None
    out_dir.mkdir(parents=True, exist_ok=True)
    places = str(path.resolve()), str(out_dir.resolve())
    request = Request(*places, table_spec, limits, map_text, layout=layout)
    return ReadReport.from_plain(run_child(request)["report"])


def run_child(request: Request) -> dict[str, Any]:
    """Run one child to its end and return its answer.

    Raises:
        FileRefused: The child says so, or it died.
    """
    out_dir = Path(request.out_dir)
    request_path, result_path = out_dir / "request.json", out_dir / "result.json"
    result_path.unlink(missing_ok=True)
    request_path.write_text(json.dumps(request.plain()), encoding="utf-8")
    with (out_dir / "child.log").open("wb") as log:
        child = subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
            [sys.executable, "-m", "portal.sales.reading.child", str(request_path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(),
            cwd=out_dir,
            start_new_session=True,
        )
        try:
            code = child.wait(timeout=request.limits.wall_seconds)
        except BaseException as error:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise FileRefused.because("took_too_long", limit=request.limits.wall_seconds) from None
            raise
    if code or not result_path.exists():
        raise _died(code, request) from RuntimeError(_last_words(out_dir / "child.log"))
    answer: dict[str, Any] = json.loads(result_path.read_text(encoding="utf-8"))
    if "refused" in answer:
        raise FileRefused(Message(answer["refused"]["code"], answer["refused"]["params"]))
    return answer


def _environment() -> dict[str, str]:
    """Only what an interpreter needs: no secrets reach the process that reads foreign files."""
    root = str(Path(portal.__file__).resolve().parents[1])
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}


def _last_words(log: Path) -> str:
    """End of what the child wrote before it died, for our own logs; never shown to the sender."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - LOG_TAIL_BYTES))
        return stream.read(LOG_TAIL_BYTES).decode("utf-8", "replace")


def _died(code: int, request: Request) -> FileRefused:
    if -code in _TIME_SIGNALS:
        return FileRefused.because("took_too_long", limit=request.limits.cpu_seconds)
    reason = signal.Signals(-code).name if code < 0 else f"exit {code}"
    return FileRefused.because("reader_stopped", reason=reason)
