"""One printing process and the rules it lives under: seconds, memory, documents before it is replaced."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from xml.sax.saxutils import escape

import msgspec

from portal.web.printing.failures import PrintCrashed, PrintRefused, PrintTimeout, PrintUnavailable
from portal.web.printing.protocol import Failed, Printed, PrintJob, Ready, Reply, receive_reply, send
from portal.web.printing.worker import OWN_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.web.printing.failures import PrintFailure
    from portal.web.printing.typeface import Typeface

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
STYLESHEETS = ROOT / "portal" / "templates" / "print"
START_SECONDS = 60
KEPT_VARIABLES = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "SYSTEMROOT")
PANGO_MISSING = (
    "Printing needs Pango. On Debian or Ubuntu: "
    "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
FONTS_MISSING = "The print fonts are not built. Run: ./dev assets"


@dataclass(frozen=True, slots=True)
class PrintLimits:
    """What one document may cost.

    Attributes:
        seconds: Wall-clock and processor seconds for one page of HTML; a bundle gets its share more.
        memory_bytes: Address space of a printing process.
        documents: Documents a process prints before a fresh one takes over.
        html_bytes: Largest HTML accepted, over all parts of a bundle.
    """

    seconds: float = 30
    memory_bytes: int = 1024**3
    documents: int = 50
    html_bytes: int = 8_000_000


class RenderProcess:
    """A printing process that is started when needed and replaced when it is old, stuck or dead.

    Not safe for use from two threads at once; ``PrintPool`` gives each to one job at a time.
    """

    def __init__(self, limits: PrintLimits, fonts: Typeface) -> None:
        self._limits = limits
        self._fonts = fonts
        self._child: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._errors: BinaryIO | None = None
        self._printed = 0
        self.versions: Ready | None = None

    @property
    def process_id(self) -> int | None:
        """Id of the running process, or None while there is none."""
        return self._child.pid if self._child else None

    def start(self) -> Ready:
        """Make sure a process waits for work, and return the versions it prints with.

        Raises:
            PrintUnavailable: Fonts or Pango are missing.
            PrintCrashed: The process ended or hung while starting.
        """
        if self._child is not None and self._child.poll() is None and self._printed < self._limits.documents:
            return cast("Ready", self.versions)
        self.stop()
        if not self._fonts.is_built():
            raise PrintUnavailable(FONTS_MISSING)
        self._spawn()
        reply = self._talk(None, START_SECONDS)
        if isinstance(reply, Ready):
            self.versions = reply
            return reply
        self.stop()
        if isinstance(reply, Failed) and reply.kind == "unavailable":
            log.error("Pango could not be loaded: %s", reply.params.get("reason"))
            raise PrintUnavailable(PANGO_MISSING)
        raise PrintCrashed("The printing process did not start.")

    def render(self, job: PrintJob, seconds: float) -> Printed:
        """Print one job.

        Args:
            job: Pages and what the PDF says about itself.
            seconds: Wall-clock limit; the process is killed at its end.

        Raises:
            PrintTimeout: The limit passed.
            PrintCrashed: The process ended, or ran out of memory.
            PrintRefused: The document can not be printed.
            PrintUnavailable: Fonts or Pango are missing.
        """
        self.start()
        self._printed += 1
        reply = self._talk(job, seconds)
        if isinstance(reply, Printed):
            return reply
        raise self._failure(reply)

    def stop(self) -> None:
        """End the process and remove its temporary files; harmless when there is none."""
        if self._child is not None:
            self._child.kill()
            for stream in (self._child.stdin, self._child.stdout):
                with contextlib.suppress(OSError):
                    cast("BinaryIO", stream).close()
            self._child.wait()
        if self._errors is not None:
            self._errors.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._child = self._folder = self._errors = None
        self._printed = 0

    def _spawn(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=OWN_FOLDER))
        self._errors = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  closed in stop()
        settings = self._folder / "fonts.conf"
        settings.write_text(fontconfig_of(self._fonts.folders, self._folder), encoding="utf-8")
        command = [sys.executable, "-P", "-m", "portal.web.printing.worker", str(STYLESHEETS)]
        self._child = subprocess.Popen(  # noqa: S603  our own module, no text from outside
            [*command, str(self._limits.memory_bytes), *sorted(self._fonts.families)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(settings),
            cwd=self._folder,
            start_new_session=True,
        )

    def _talk(self, job: PrintJob | None, seconds: float) -> Reply:
        child = cast("subprocess.Popen[bytes]", self._child)
        with _killed_after(child, seconds) as expired:
            try:
                if job is not None:
                    send(cast("BinaryIO", child.stdin), job)
                return receive_reply(cast("BinaryIO", child.stdout))
            except (OSError, EOFError, msgspec.MsgspecError):
                child.kill()
                code = child.wait()
        if expired.is_set():
            return Failed(
                "timeout", "Printing took longer than %(seconds)s seconds.", {"seconds": int(seconds)}
            )
        log.error("The printing process ended with %s: %s", code, self._last_words())
        return Failed("crashed", "The printing process ended before the document was done.")

    def _failure(self, reply: Reply) -> PrintFailure:
        if not isinstance(reply, Failed):
            self.stop()
            return PrintCrashed("The printing process ended before the document was done.")
        if reply.kind == "refused":
            return PrintRefused(reply.message, **reply.params)
        self.stop()
        if reply.kind == "timeout":
            return PrintTimeout(reply.message, **reply.params)
        return PrintCrashed(reply.message, **reply.params)

    def _last_words(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-2000:].strip()


@contextlib.contextmanager
def _killed_after(child: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kill the process when the time is over; reading from it then ends."""
    expired = threading.Event()

    def kill() -> None:
        expired.set()
        child.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


def _environment(settings: Path) -> dict[str, str]:
    """Pass on nothing secret: only what finding programs and libraries needs."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {
        **kept,
        "FONTCONFIG_FILE": str(settings),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(ROOT),
    }


def fontconfig_of(folders: tuple[Path, ...], cache: Path) -> str:
    """Return settings with which only the fonts of some folders are seen; ``cache`` is written to."""
    places = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders)
    head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
    return f"{head}<fontconfig>{places}<cachedir>{escape(str(cache))}</cachedir></fontconfig>"
