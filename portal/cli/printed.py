"""Finished PDFs in a folder or a ZIP file, with what each was made from, so that a second print is short.

A folder keeps ``.printed.json`` beside the PDFs; a ZIP file keeps the same as comments of its entries, and
``<name>.parts`` beside it while printing is under way. What was printed before a kill is found again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INDEX = ".printed.json"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier date, and the clock would change the bytes


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a PDF was made from, and its own SHA-256; both hexadecimal."""

    key: str
    sha256: str


class PrintFolder:
    """PDFs in a folder; a file counts as printed while its content is what was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._entries = self._read()

    def has(self, name: str, key: str) -> bool:
        """Tell whether a file is there, made from the same input and untouched since."""
        entry, path = self._entries.get(name), self.path / name
        if entry is None or entry.key != key or not path.is_file():
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256

    def keep(self, name: str, key: str, pdf: bytes) -> None:
        """Write a file and then what it was made from, each whole or not at all."""
        write_whole(self.path / name, pdf)
        self._entries[name] = _Entry(key, hashlib.sha256(pdf).hexdigest())
        index = {known: [entry.key, entry.sha256] for known, entry in sorted(self._entries.items())}
        write_whole(self.path / INDEX, json.dumps(index, ensure_ascii=False, indent=0).encode())

    def key_of(self, name: str) -> str:
        """Return what a kept file was made from."""
        return self._entries[name].key

    def _read(self) -> dict[str, _Entry]:
        """Read the index; an unreadable one only means that everything is printed again."""
        try:
            index = json.loads((self.path / INDEX).read_bytes())
            return {str(name): _Entry(str(key), str(sha256)) for name, (key, sha256) in index.items()}
        except (FileNotFoundError, ValueError, TypeError, AttributeError):
            return {}


class PrintZip(PrintFolder):
    """PDFs on their way into a ZIP file, those of an earlier ZIP file under the same name included."""

    def __init__(self, target: Path) -> None:
        super().__init__(target.with_name(f"{target.name}.parts"))
        self._target = target
        self._earlier = self._read_earlier()

    def has(self, name: str, key: str) -> bool:
        """Tell whether a file is there, taking it out of the earlier ZIP file if need be."""
        if super().has(name, key):
            return True
        if self._earlier.get(name) != key:
            return False
        with zipfile.ZipFile(self._target) as archive:
            self.keep(name, key, archive.read(name))
        return True

    def pack(self, names: list[str]) -> None:
        """Put the named files into the ZIP file in this order and remove the parts.

        PDFs are compressed inside already, so they are stored as they are.
        """
        unfinished = self.path / ".zip"
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
            for name in names:
                entry = zipfile.ZipInfo(name, _EARLIEST)
                entry.external_attr, entry.comment = 0o644 << 16, self.key_of(name).encode()
                archive.writestr(entry, (self.path / name).read_bytes())
        unfinished.replace(self._target)
        shutil.rmtree(self.path)

    def _read_earlier(self) -> dict[str, str]:
        """Read names and inputs of the earlier ZIP file, if it is a whole one."""
        try:
            with zipfile.ZipFile(self._target) as archive:
                if archive.testzip() is not None:
                    return {}
                return {entry.filename: entry.comment.decode() for entry in archive.infolist()}
        except (FileNotFoundError, zipfile.BadZipFile, UnicodeDecodeError):
            return {}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that, whatever happens, it is the old one or the new one; make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
