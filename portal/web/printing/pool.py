"""A pool of printing processes for request handlers, background jobs and the command line."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import hashlib
import os
import queue
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from portal.web.printing.failures import PrintRefused
from portal.web.printing.process import PrintLimits, RenderProcess
from portal.web.printing.protocol import PrintJob, PrintMetadata
from portal.web.printing.typeface import Typeface

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from portal.settings import Settings

MOST_TOGETHER = 60  # documents in one PDF; more come as a ZIP
SHARE_OF_NEXT = 0.1  # of the seconds of one document, for each further one of a bundle

__all__ = [
    "MOST_TOGETHER",
    "PrintEngine",
    "PrintLimits",
    "PrintMetadata",
    "PrintPool",
    "PrintedDocument",
    "Typeface",
]


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """A finished PDF.

    Attributes:
        pdf: The file.
        pages: Number of pages in it.
        sha256: Hash of the file, in hexadecimal; equal for equal input.
    """

    pdf: bytes
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PrintEngine:
    """Hash of the fonts and versions of the libraries that turn HTML into pages."""

    fonts: str
    weasyprint: str
    pango: str
    harfbuzz: str


class PrintPool:
    """Prints in ``size`` processes, which start at the first document and are replaced when they fail.

    Use as a context manager, or call ``close``. Safe for use from several threads and event loops.
    """

    def __init__(
        self, size: int | None = None, limits: PrintLimits | None = None, fonts: Typeface | None = None
    ) -> None:
        self.size = size or max(1, os.cpu_count() or 1)
        self.limits = limits or PrintLimits()
        self.fonts = fonts or Typeface()
        self._closed = False
        self._idle: queue.LifoQueue[RenderProcess] = queue.LifoQueue()
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="printing")
        for _ in range(self.size):
            self._idle.put(RenderProcess(self.limits, self.fonts))
        atexit.register(self.close)

    async def render(
        self, html: str | Sequence[str], stylesheet: str, metadata: PrintMetadata
    ) -> PrintedDocument:
        """Print without blocking the event loop; the same as ``render_now`` otherwise."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.render_now, html, stylesheet, metadata)

    def render_now(
        self, html: str | Sequence[str], stylesheet: str, metadata: PrintMetadata
    ) -> PrintedDocument:
        """Print HTML, waiting for a free process.

        Args:
            html: One document, or several that are put into one PDF, each with its own page numbers.
            stylesheet: Name of a file in ``templates/print``.
            metadata: What the PDF says about itself.

        Raises:
            PrintTimeout: The time limit passed.
            PrintCrashed: The process ended or ran out of memory.
            PrintRefused: The document can never be printed as it is.
            PrintUnavailable: Pango or the fonts are missing on this machine.
        """
        pages = (html,) if isinstance(html, str) else tuple(html)
        self._check_size(pages)
        seconds = self.limits.seconds * (1 + SHARE_OF_NEXT * (len(pages) - 1))
        with self._process() as process:
            done = process.render(PrintJob(pages, stylesheet, metadata, int(seconds) + 1), seconds)
        return PrintedDocument(done.pdf, done.pages, hashlib.sha256(done.pdf).hexdigest())

    def engine(self) -> PrintEngine:
        """Tell what decides how pages look; starts a process if none has run yet.

        Raises:
            PrintUnavailable: Pango or the fonts are missing on this machine.
        """
        with self._process() as process:
            ready = process.versions or process.start()
        return PrintEngine(self.fonts.sha256(), ready.weasyprint, ready.pango, ready.harfbuzz)

    def close(self) -> None:
        """Stop every process; jobs under way are finished first. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self.close)
        self._threads.shutdown(wait=True)
        for _ in range(self.size):
            self._idle.get().stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_size(self, pages: tuple[str, ...]) -> None:
        if not pages:
            raise PrintRefused("There is nothing to print.")
        if len(pages) > MOST_TOGETHER:
            raise PrintRefused(
                "%(count)s documents are too many for one PDF (limit %(limit)s): take the ZIP file.",
                count=len(pages),
                limit=MOST_TOGETHER,
            )
        if sum(len(page) for page in pages) > self.limits.html_bytes:
            raise PrintRefused("The document is too large to print.")

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Build the pool an installation is set up for."""
        limits = PrintLimits(seconds=settings.print_wall_seconds, memory_bytes=settings.print_memory_bytes)
        return cls(settings.print_workers, limits)

    @contextlib.contextmanager
    def _process(self) -> Iterator[RenderProcess]:
        process = self._idle.get()
        try:
            yield process
        finally:
            self._idle.put(process)
