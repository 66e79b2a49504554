"""The printing process: reads jobs from standard input, writes PDFs to standard output.

Started by ``process.RenderProcess`` as ``python -m portal.web.printing.worker FOLDER BYTES
[FAMILY …]``. It holds no secrets and no database, may not open a network connection or start a
program, and ends when its input ends.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import resource
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.web.printing.protocol import Failed, Printed, PrintJob, Ready, receive_job, send

if TYPE_CHECKING:
    from collections.abc import Iterable

OWN_FOLDER = "bisugi-print-"  # process.RenderProcess makes folders of this name
FORBIDDEN_EVENTS = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "ctypes.dlopen",
)


class RefusedError(Exception):
    """The document can not be printed; carries the message for the person."""

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message)
        self.reply = Failed("refused", message, params)


class Renderer:
    """WeasyPrint with one font configuration and every print stylesheet parsed once.

    Raises:
        OSError: Pango is not installed.
    """

    def __init__(self, folder: Path, families: frozenset[str]) -> None:
        import weasyprint  # noqa: PLC0415  needs Pango, which may be missing
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  as above

        from portal.web.printing.fetcher import ClosedFetcher  # noqa: PLC0415  as above
        from portal.web.printing.pages import read_page  # noqa: PLC0415  as above

        self._read = read_page
        self._fetcher = ClosedFetcher()
        self._fonts = FontConfiguration()
        self._families = families
        self._sheets = {
            path.name: weasyprint.CSS(
                string=path.read_text(encoding="utf-8"), font_config=self._fonts, url_fetcher=self._fetcher
            )
            for path in sorted(folder.glob("*.css"))
        }

    def render(self, job: PrintJob) -> Printed:
        """Print a job.

        Raises:
            RefusedError: The stylesheet is unknown, or a character is in none of the fonts.
        """
        sheet = self._sheets.get(job.stylesheet)
        if sheet is None:
            raise RefusedError("There is no print stylesheet %(name)s.", name=job.stylesheet)
        documents = [
            self._read(page, self._fetcher).render(
                font_config=self._fonts, stylesheets=[sheet], pdf_variant="pdf/ua-1"
            )
            for page in job.pages
        ]
        whole = documents[0].copy([page for document in documents for page in document.pages])
        _describe(whole.metadata, job)
        pdf = whole.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=False)
        _check_fonts(whole.fonts.values(), self._families)
        return Printed(pdf, len(whole.pages))


def _describe(metadata: Any, job: PrintJob) -> None:
    about = job.metadata
    metadata.title, metadata.authors, metadata.description = about.title, [about.author], about.subject
    metadata.created = metadata.modified = about.created_at
    metadata.lang, metadata.generator = about.language, "Bisugi"


def _check_fonts(fonts: Iterable[Any], families: frozenset[str]) -> None:
    """Refuse paper with empty boxes, or set in a font that other machines lack."""
    for font in fonts:
        if font.family not in families:
            raise RefusedError("The font %(family)s is not one of the portal's own.", family=font.family)
        for code in font.missing:
            raise RefusedError(
                'The print fonts have no shape for the character "%(character)s" (%(code)s).',
                character=chr(code),
                code=f"U+{code:04X}",
            )


def _close_doors() -> None:
    """Refuse connections and programs whatever the code above allows; no core files."""

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN_EVENTS):
            raise PermissionError(f"{event} is not allowed while printing: {arguments!r:.80}")

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(refuse)


def _limit_processor_time(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(used.ru_utime + used.ru_stime) + 1 + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def _answer(renderer: Renderer, job: PrintJob) -> Printed | Failed:
    try:
        _limit_processor_time(job.cpu_seconds)
        return renderer.render(job)
    except RefusedError as error:
        return error.reply
    except MemoryError:
        return Failed("memory", "The document needs more memory than printing may use.")
    except BaseException as error:  # the next document must find a living process
        from portal.web.printing.fetcher import OutsideAddressError  # noqa: PLC0415  needs Pango

        if isinstance(error, OutsideAddressError):
            return Failed("refused", "The document refers to an outside address: %(url)s", {"url": error.url})
        logging.getLogger(__name__).exception("A document could not be printed")
        return Failed("fault", "The document could not be printed: %(reason)s", {"reason": repr(error)[:200]})


def _versions() -> Ready:
    import weasyprint  # noqa: PLC0415  needs Pango
    from weasyprint.text.ffi import pango  # noqa: PLC0415  as above

    number = pango.pango_version()
    pango_text = f"{number // 10_000}.{number // 100 % 100}.{number % 100}"
    return Ready(weasyprint.__version__, pango_text, _harfbuzz_version())


def _harfbuzz_version() -> str:
    for name in ("libharfbuzz.so.0", "libharfbuzz.0.dylib"):
        try:
            version = ctypes.CDLL(name).hb_version_string
        except OSError:
            continue
        version.restype = ctypes.c_char_p
        return str(version().decode())
    return "unknown"


def _remove_own_folder() -> None:
    """Remove the temporary folder we were started in; our parent may have died without doing so."""
    here = Path.cwd()
    if here.name.startswith(OWN_FOLDER):
        shutil.rmtree(here, ignore_errors=True)


def main(folder: Path, memory_bytes: int, families: frozenset[str]) -> None:
    """Print jobs until standard input ends."""
    jobs, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints by mistake must not end up between the messages
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    try:
        renderer = Renderer(folder, families)
        ready = _versions()
    except OSError as error:
        send(replies, Failed("unavailable", "Pango is missing", {"reason": str(error)[:200]}))
        return
    _close_doors()
    send(replies, ready)
    gc.collect()
    gc.freeze()
    gc.disable()
    while True:
        try:
            job = receive_job(jobs)
        except EOFError:
            _remove_own_folder()
            return
        reply = _answer(renderer, job)
        send(replies, reply)
        del job, reply
        gc.collect()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), frozenset(sys.argv[3:]))
