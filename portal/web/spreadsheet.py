"""Lists as files: XLSX and CSV of exactly the rows given, in their order.

CSV is UTF-8 with a byte-order mark, so that Korean Excel opens it; both formats keep codes as text (leading
zeros stay) and never let a name become a formula. Rows come in batches, so that a file of any length needs
the memory of one batch.
"""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = AsyncIterator[Sequence[Mapping[str, Any]]]
XLSX_ROWS_MAX = 1_048_575
_PIECE = 256 * 1024
# What a spreadsheet may take for a formula (OWASP, CSV injection). Full-width forms are folded by some.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Format(StrEnum):
    """Kind of file."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """Media type of the file."""
        return _MEDIA_TYPES[self.value]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file.

    Attributes:
        key: Key in each row.
        label: Heading, already translated.
        width: Width in XLSX, in characters.
        show: Turns a value into what the file holds; None = as it is.
    """

    key: str
    label: str
    width: int = 16
    show: Callable[[Any], str | int | None] | None = None

    def cell(self, row: Mapping[str, Any]) -> str | int:
        """Return a row's cell: text, or an integer to be added up."""
        value = row.get(self.key)
        if self.show is not None:
            value = self.show(value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(int(value))
        if isinstance(value, int):
            return value
        return value.isoformat() if isinstance(value, dt.date) else str(value)


def escaped(cell: str | int) -> str | int:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


async def csv_stream(columns: Sequence[Column], batches: Rows) -> AsyncIterator[bytes]:
    """Yield a CSV file piece by piece."""
    yield b"\xef\xbb\xbf" + _csv([[escaped(column.label) for column in columns]])
    async for rows in batches:
        yield _csv([escaped(column.cell(row)) for column in columns] for row in rows)


def _csv(rows: Iterable[Sequence[str | int]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


async def xlsx_stream(columns: Sequence[Column], batches: Rows, sheet: str) -> AsyncIterator[bytes]:
    """Yield an XLSX file, written to a temporary file first.

    Args:
        columns: The columns, in order.
        batches: The rows; beyond ``XLSX_ROWS_MAX`` the format has no room and the rest is left out.
        sheet: Name of the sheet; cut to what the format allows.
    """
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "list.xlsx"
        await _write_xlsx(path, columns, batches, sheet)
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece


async def _write_xlsx(path: Path, columns: Sequence[Column], batches: Rows, sheet: str) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), {**options, "strings_to_numbers": False})
    page = book.add_worksheet(_sheet_name(sheet))
    page.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        page.set_column(number, number, column.width)
    page.write_row(0, 0, [column.label for column in columns], book.add_format({"bold": True}))
    written = 0
    async for rows in batches:
        fitting = rows[: XLSX_ROWS_MAX - written]
        await asyncio.to_thread(_write_rows, page, columns, fitting, written + 1)
        written += len(fitting)
    await asyncio.to_thread(book.close)


def _write_rows(page: Any, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], first: int) -> None:
    for number, row in enumerate(rows, first):
        for place, column in enumerate(columns):
            cell = column.cell(row)
            if isinstance(cell, int):
                page.write_number(number, place, cell)
            else:
                page.write_string(number, place, cell)


def _sheet_name(name: str) -> str:
    return "".join(character for character in name if character not in "[]:*?/\\'")[:31] or "Sheet1"


def file_stream(
    columns: Sequence[Column], batches: Rows, file_format: Format, sheet: str
) -> AsyncIterator[bytes]:
    """Yield a file of the format."""
    if file_format is Format.CSV:
        return csv_stream(columns, batches)
    return xlsx_stream(columns, batches, sheet)
