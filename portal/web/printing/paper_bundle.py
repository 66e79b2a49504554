"""Many finished PDFs on their way into one ZIP file; what was printed before is taken over unread.

``bundles/<name>.zip`` keeps beside each PDF, as the comment of its entry, the hash of all that decided its
bytes. While a new one is made, ``bundles/<name>.parts`` holds new PDFs under that hash and the list of what
is done, so that a killed worker loses the open chunk only.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FOLDER = "bundles"
PIECE = 1024 * 1024
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier date, and the clock would change the bytes
_LIST = "done.jsonl"


class PaperBundle:
    """A ZIP file of papers on its way.

    Args:
        data_dir: Data folder of the installation.
        name: Name of the ZIP file without its ending.
    """

    def __init__(self, data_dir: Path, name: str) -> None:
        self.path = data_dir / FOLDER / f"{name}.zip"
        self._parts = data_dir / FOLDER / f"{name}.parts"

    def begin(self, done: int) -> int:
        """Make ready to go on after so many files and return how many of them are really there."""
        self._parts.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._earlier = self._read_earlier()
        listed = self._listed()[:done]
        lines = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in listed)
        (self._parts / _LIST).write_text(lines, encoding="utf-8")
        return len(listed)

    def has(self, key: str) -> bool:
        """Tell whether the PDF made from a key is in the earlier ZIP file, or among the new ones."""
        return key in self._earlier or (self._parts / f"{key}.pdf").is_file()

    def keep(self, key: str, pdf: bytes) -> None:
        """Keep a new PDF, whole or not at all, readable by this user only."""
        unfinished = self._parts / f"{key}.part"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pdf)
        unfinished.replace(self._parts / f"{key}.pdf")

    def note(self, entries: Sequence[tuple[str, str]]) -> None:
        """Append names and keys of what is done to the list."""
        with (self._parts / _LIST).open("a", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)
            file.flush()
            os.fsync(file.fileno())

    def pack(self) -> int:
        """Put everything listed into the ZIP file, remove the parts, and return how many files it has.

        PDFs are compressed inside already, so they are stored as they are.
        """
        unfinished, listed = self._parts / ".zip", self._listed()
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, key in listed:
                entry = zipfile.ZipInfo(name, _EARLIEST)
                entry.external_attr, entry.comment = 0o600 << 16, key.encode()
                archive.writestr(entry, self._pdf(key))
        unfinished.replace(self.path)
        shutil.rmtree(self._parts)
        return len(listed)

    def pieces(self) -> Iterator[bytes]:
        """Yield the ZIP file piece by piece, for sending."""
        with self.path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def _pdf(self, key: str) -> bytes:
        path = self._parts / f"{key}.pdf"
        if path.is_file():
            return path.read_bytes()
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(self._earlier[key])

    def _listed(self) -> list[tuple[str, str]]:
        """Read the list; a line that was not written whole ends it."""
        found: list[tuple[str, str]] = []
        with suppress(FileNotFoundError, ValueError):
            for line in (self._parts / _LIST).read_text(encoding="utf-8").splitlines():
                name, key = json.loads(line)
                found.append((name, key))
        return found

    def _read_earlier(self) -> dict[str, str]:
        """Return the names in the earlier ZIP file by key; nothing of one that is not whole."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                if archive.testzip() is not None:
                    return {}
                return {entry.comment.decode(): entry.filename for entry in archive.infolist()}
        except (FileNotFoundError, zipfile.BadZipFile, UnicodeDecodeError):
            return {}
