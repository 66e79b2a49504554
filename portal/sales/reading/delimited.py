"""Delimited text: its charset, its delimiter, its rows.

The charset is decided over the whole file before the first row is read, in the order
UTF-8 with mark, UTF-16 with mark, UTF-8, CP949: UTF-8 text sometimes decodes as CP949,
hardly ever the other way round.
"""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, TextIO

from portal.sales.reading.grid import CHUNK_ROWS, HEAD_ROWS, Chunk, Head, chunk_of
from portal.sales.reading.messages import FileRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portal.sales.reading.column_map import ColumnMap
    from portal.sales.reading.container import Contents
    from portal.sales.reading.spec import Limits

DELIMITERS = (",", "\t", ";", "|")
SNIFF_CHARACTERS = 64 * 1024
BLOCK = 1024 * 1024


class DelimitedGrid:
    """Rows of a delimited text file, streamed."""

    def __init__(self, contents: Contents, column_map: ColumnMap | None, limits: Limits) -> None:
        self._open = contents.open
        self._limits = limits
        csv.field_size_limit(limits.cell_characters)
        declared = column_map.encoding if column_map else None
        encoding = find_encoding(contents.open, declared)
        delimiter = column_map.delimiter if column_map else None
        if delimiter is None:
            with self._text(encoding) as text:
                delimiter = find_delimiter(text.read(SNIFF_CHARACTERS))
        kind = "tsv" if delimiter == "\t" else "csv"
        self.head = Head(kind, [], encoding=encoding, delimiter=delimiter)
        with self._text(encoding) as text:
            self.head.rows = self._take(self._reader(text), 1, HEAD_ROWS)

    def chunks(self, skip: int, width: int, physical: int) -> Iterator[Chunk]:
        """Yield all rows after the first ``skip``."""
        with self._text(self.head.encoding) as text:
            reader = self._reader(text)
            self._take(reader, 1, skip)
            first_row = skip + 1
            while block := self._take(reader, first_row, CHUNK_ROWS):
                yield chunk_of(block, first_row, width, physical)
                first_row += len(block)

    def _text(self, encoding: str) -> TextIO:
        return io.TextIOWrapper(self._open(), encoding=encoding, newline="")

    def _reader(self, text: TextIO) -> Iterator[list[str]]:
        return csv.reader(text, delimiter=self.head.delimiter, strict=True)

    def _take(self, reader: Iterator[list[str]], first_row: int, count: int) -> list[list[str]]:
        """Take the next rows, fewer at the end; a row that cannot be cut refuses the file."""
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, count))
        except csv.Error as error:
            row, limit = first_row + len(rows), self._limits.cell_characters
            if "field limit" in str(error):
                raise FileRefused.because("cell_too_long", row=row, limit=limit) from error
            raise FileRefused.because("bad_quotes", row=row) from error
        return rows


def find_encoding(opener: Callable[[], BinaryIO], declared: str | None = None) -> str:
    """Decide the charset of a whole text file.

    Args:
        opener: Opens the bytes from the start.
        declared: Charset named by the map; then only this one is tried.

    Raises:
        FileRefused: No charset of the ladder fits; the message names the line.
    """
    if declared is not None:
        line = _first_bad_line(opener, declared)
        if line:
            raise FileRefused.because("charset_declared_wrong", line=line, encoding=declared)
        return declared
    with opener() as source:
        mark = source.read(4)
    if mark.startswith((b"\xff\xfe", b"\xfe\xff")):
        ladder = ["utf-16"]
    else:
        ladder = ["utf-8-sig" if mark.startswith(codecs.BOM_UTF8) else "utf-8", "cp949"]
    lines = []
    for encoding in ladder:
        line = _first_bad_line(opener, encoding)
        if not line:
            return encoding
        lines.append(line)
    raise FileRefused.because("charset_unknown", line=max(lines))


def _first_bad_line(opener: Callable[[], BinaryIO], encoding: str) -> int:
    """1-based line at which decoding fails, 0 when all of it decodes."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        return 1
    lines = 1
    with opener() as source:
        while True:
            block = source.read(BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeError as error:
                start = error.start if isinstance(error, UnicodeDecodeError) else 0
                return lines + block[:start].count(b"\n")
            if not block:
                return 0
            lines += block.count(b"\n")


def find_delimiter(text: str) -> str:
    """Choose the delimiter that cuts the first lines into the most equal rows; a comma when none does."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row][
                :HEAD_ROWS
            ]
        except csv.Error:
            continue
        widths = [len(row) for row in rows]
        if not widths:
            continue
        width = max(set(widths), key=widths.count)
        score = widths.count(width) / len(widths) + min(width, 50) / 1000
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best
