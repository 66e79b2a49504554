"""Find out by content what a file is, and unpack it within limits.

Names and extensions are never believed. Nothing is written to disk: a packed text file is
streamed again each time it is opened.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO

from portal.sales.reading.messages import FileRefused
from portal.sales.reading.spec import MIB

if TYPE_CHECKING:
    from pathlib import Path

    from portal.sales.reading.spec import Limits

HEAD_BYTES = 4096
RATIO_GRACE_BYTES = MIB
"""Output below this size is never judged by its ratio: a short file of zeros is no bomb."""

_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_SIGNATURES = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z", b"BZh": "bzip2", b"\xfd7zX": "xz", b"\x28\xb5\x2f\xfd": "zstd",
    b"{\\rtf": "RTF", b"SQLite format": "SQLite", b"\x7fELF": "ELF", b"MZ": "EXE",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file turned out to be.

    Attributes:
        format: text, xlsx, xls or parquet.
        container: "", gz or zip around a text file.
        open: Opens the unpacked bytes from the start; limits are enforced while reading.
    """

    format: str
    container: str
    open: Callable[[], BinaryIO]


def open_contents(path: Path, limits: Limits) -> Contents:
    """Sniff a file.

    Raises:
        FileRefused: It is no table, or an archive beyond the limits.
    """
    with path.open("rb") as source:
        head = source.read(HEAD_BYTES)
    if not head:
        raise FileRefused.because("empty_file")
    if head.startswith(b"\x1f\x8b"):
        return _gzip(path, limits)
    if head.startswith(b"PK\x03\x04"):
        return _zip(path, limits)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Contents("xls", "", lambda: path.open("rb"))
    if head.startswith(b"PAR1"):
        return Contents("parquet", "", lambda: path.open("rb"))
    _check_is_text(head)
    return Contents("text", "", lambda: path.open("rb"))


def check_zip(archive: zipfile.ZipFile, packed_bytes: int, limits: Limits) -> None:
    """Judge an archive by its directory, before anything is unpacked.

    Raises:
        FileRefused: Too many entries, too much, too dense, or encrypted.
    """
    entries = archive.infolist()
    if len(entries) > limits.zip_entries:
        raise FileRefused.because("archive_entries", count=len(entries), limit=limits.zip_entries)
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused.because("archive_encrypted")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unzipped_bytes:
        raise FileRefused.because("archive_size", limit=limits.unzipped_bytes // MIB)
    if unpacked > RATIO_GRACE_BYTES and unpacked > packed_bytes * limits.ratio:
        raise FileRefused.because("archive_ratio", limit=limits.ratio)


def _zip(path: Path, limits: Limits) -> Contents:
    try:
        with zipfile.ZipFile(path) as archive:
            check_zip(archive, path.stat().st_size, limits)
            names = set(archive.namelist())
            tables = [
                entry.filename
                for entry in archive.infolist()
                if not entry.is_dir() and not any(part in entry.filename for part in _IGNORED)
            ]
            if "xl/workbook.xml" in {name.lower() for name in names}:
                return Contents("xlsx", "", lambda: path.open("rb"))
            _refuse_other_documents(names)
            name = _only_table(tables)
            with archive.open(name) as entry:
                head = entry.read(HEAD_BYTES)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise FileRefused.because("archive_broken") from error
    _check_inner(head)
    return Contents("text", "zip", lambda: _open_entry(path, name, limits))


def _refuse_other_documents(names: set[str]) -> None:
    for name, found in (
        ("xl/workbook.bin", "XLSB"),
        ("content.xml", "OpenDocument"),
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "PowerPoint"),
    ):
        if name in names:
            raise FileRefused.because("not_a_table", found=found)


def _only_table(tables: list[str]) -> str:
    if not tables:
        raise FileRefused.because("archive_no_table")
    if len(tables) > 1:
        raise FileRefused.because("archive_many_tables", count=len(tables))
    return tables[0]


def _open_entry(path: Path, name: str, limits: Limits) -> BinaryIO:
    archive = zipfile.ZipFile(path)  # closed with the entry, which holds the only other reference
    return _limited(archive.open(name), path.stat().st_size, limits.unzipped_bytes, limits.ratio)


def _gzip(path: Path, limits: Limits) -> Contents:
    def opened() -> BinaryIO:
        return _limited(gzip.open(path, "rb"), path.stat().st_size, limits.gz_bytes, limits.ratio)

    with opened() as source:
        head = source.read(HEAD_BYTES)
    _check_inner(head)
    return Contents("text", "gz", opened)


def _check_inner(head: bytes) -> None:
    if not head:
        raise FileRefused.because("empty_file")
    if head.startswith((b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1")):
        raise FileRefused.because("archive_nested")
    _check_is_text(head)


def _check_is_text(head: bytes) -> None:
    for signature, found in _SIGNATURES.items():
        if head.startswith(signature):
            raise FileRefused.because("not_a_table", found=found)
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<style")):
        raise FileRefused.because("html_as_excel")
    if start.startswith(b"<?xml"):
        raise FileRefused.because("not_a_table", found="XML")
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused.because("not_a_table", found="NUL")


def _limited(source: IO[bytes] | gzip.GzipFile, packed: int, size: int, ratio: int) -> BinaryIO:
    return io.BufferedReader(_LimitedReader(source, packed, size, ratio), 256 * 1024)


class _LimitedReader(io.RawIOBase):
    """Unpacked bytes that stop with a refusal once they exceed a size or a ratio."""

    def __init__(self, source: object, packed: int, size: int, ratio: int) -> None:
        self._source = source
        self._ratio, self._size = ratio, size
        self._limit = min(size, max(packed * ratio, RATIO_GRACE_BYTES))
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            data: bytes = self._source.read(len(view))  # type: ignore[attr-defined]
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
            raise FileRefused.because("archive_broken") from error
        self._seen += len(data)
        if self._seen > self._limit:
            if self._limit == self._size:
                raise FileRefused.because("archive_size", limit=self._size // MIB)
            raise FileRefused.because("archive_ratio", limit=self._ratio)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._source.close()  # type: ignore[attr-defined]
        super().close()
