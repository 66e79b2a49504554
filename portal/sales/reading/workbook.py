"""XLSX and XLS workbooks through calamine, after the XML has been looked through.

Calamine aborts the whole process on some files; this module therefore runs in the child only.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

import python_calamine as calamine

from portal.sales.reading.cells import cell_text, column_letters
from portal.sales.reading.container import check_zip
from portal.sales.reading.grid import CHUNK_ROWS, HEAD_ROWS, Chunk, Head
from portal.sales.reading.headers import normalised
from portal.sales.reading.messages import FileRefused
from portal.sales.reading.sheet_xml import COLUMN_BASE, SheetScan, WorkbookScan, scan_sheet, scan_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from portal.sales.reading.column_map import ColumnMap
    from portal.sales.reading.spec import Limits


class WorkbookGrid:
    """Rows of the sheet that fits best, streamed from calamine."""

    head: Head

    def __init__(
        self,
        path: Path,
        kind: str,
        column_map: ColumnMap | None,
        limits: Limits,
        score: Callable[[Head], int],
    ) -> None:
        """Open the workbook and choose a sheet.

        Args:
            path: The workbook.
            kind: xlsx or xls.
            column_map: May name the sheet.
            limits: Bounds cells and bytes.
            score: Wanted columns that a head names; the first sheet with most of them is read.
        """
        self._path, self._kind, self._limits = path, kind, limits
        self._parts = self._scan_parts()
        try:
            self._book = calamine.CalamineWorkbook.from_path(str(path))
        except calamine.PasswordError as error:
            raise FileRefused.because("archive_encrypted") from error
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise FileRefused.because("sheet_broken", reason=str(error)[:120]) from error
        self._choose(column_map.sheet if column_map else None, score)

    def chunks(self, skip: int, width: int, physical: int) -> Iterator[Chunk]:
        """Yield all rows after the first ``skip``, vertically merged cells filled."""
        _ = physical
        rows = islice(self._sheet.iter_rows(), skip, None)
        first_row = skip + 1
        while block := list(islice(rows, CHUNK_ROWS)):
            yield self._chunk(block, first_row, width)
            first_row += len(block)

    def _chunk(self, block: Sequence[Sequence[object]], first_row: int, width: int) -> Chunk:
        typed: list[list[object]] = [[""] * len(block) for _ in range(self._left)]
        typed.extend(map(list, zip(*block, strict=True)))
        beyond = typed[width:]
        noted = next(
            (
                first_row + place
                for column in beyond
                for place, cell in enumerate(column)
                if str(cell).strip()
            ),
            0,
        )
        typed = typed[:width] + [[""] * len(block) for _ in range(width - len(typed))]
        self._fill_merged(typed, first_row - 1)
        texts = [list(map(cell_text, column)) for column in typed]
        self._show_zeros(texts, first_row - 1, len(block))
        return Chunk(first_row, texts, typed, noted=noted)

    def _fill_merged(self, columns: list[list[object]], top_row: int) -> None:
        """Give a vertically merged cell's value to every row it covers."""
        size = len(columns[0]) if columns else 0
        for merge in self._merges.get(top_row // CHUNK_ROWS, []) + self._merges.get(
            (top_row + size) // CHUNK_ROWS, []
        ):
            top, left, bottom = merge
            if left >= len(columns):
                continue
            if top_row <= top < top_row + size:
                self._merged_values[merge] = columns[left][top - top_row]
            value = self._merged_values.get(merge, "")
            for row in range(max(top, top_row), min(bottom + 1, top_row + size)):
                columns[left][row - top_row] = value

    def _show_zeros(self, texts: list[list[str]], top_row: int, size: int) -> None:
        """Write numbers with a format of zeros as they are shown: 123 under 00000 is 00123."""
        padded = self._scan.padded
        if not padded:
            return
        for column, cells in enumerate(texts):
            base = column * COLUMN_BASE + top_row
            for place in range(size):
                digits = padded.get(base + place)
                if digits and cells[place].isdigit():
                    cells[place] = cells[place].zfill(digits)

    def _scan_parts(self) -> WorkbookScan | None:
        if self._kind != "xlsx":
            return None
        try:
            with zipfile.ZipFile(self._path) as archive:
                check_zip(archive, self._path.stat().st_size, self._limits)
                return scan_workbook(archive, self._limits)
        except (zipfile.BadZipFile, EOFError) as error:
            raise FileRefused.because("archive_broken") from error

    def _choose(self, wanted: str | None, score: Callable[[Head], int]) -> None:
        notes: list[tuple[str, dict[str, str | int]]] = []
        names = []
        for sheet in self._book.sheets_metadata:
            if sheet.typ is not calamine.SheetTypeEnum.WorkSheet:
                continue
            if wanted is None and sheet.visible is not calamine.SheetVisibleEnum.Visible:
                notes.append(("warn_hidden_sheet", {"sheet": sheet.name}))
            elif wanted is None or normalised(sheet.name) == normalised(wanted):
                names.append(sheet.name)
        if not names and wanted:
            raise FileRefused.because("sheet_missing", sheet=wanted)
        best, best_score = None, -1
        for name in names:
            head = self._load(name)
            points = score(head) if head.rows else -1
            if points > best_score:
                best, best_score = name, points
        if best is None:
            raise FileRefused.because("sheet_none")
        self.head = self._load(best) if len(names) > 1 else self.head
        self.head.notes = notes + [("warn_other_sheet", {"sheet": name}) for name in names if name != best]

    def _load(self, name: str) -> Head:
        """Load one sheet once its XML has shown that it fits."""
        self._scan = self._scan_sheet(name)
        if self._scan.cells > self._limits.cells:
            cell = f"{column_letters(self._scan.last_column)}{self._scan.last_row + 1}"
            raise FileRefused.because("sheet_too_large", sheet=name, cell=cell, limit=self._limits.cells)
        try:
            self._sheet = self._book.get_sheet_by_name(name)
        except calamine.CalamineError as error:
            raise FileRefused.because("sheet_broken", reason=str(error)[:120]) from error
        self._left = self._sheet.start[1] if self._sheet.start else 0
        merges = [
            (top, left, low, right) for (top, left), (low, right) in self._sheet.merged_cell_ranges or []
        ]
        self._bucket(merges)
        rows = [
            [""] * self._left + list(map(cell_text, row))
            for row in islice(self._sheet.iter_rows(), HEAD_ROWS)
        ]
        self.head = Head(
            self._kind,
            rows,
            sheet=name,
            merges=merges,
            epoch_1904=self._parts is not None and self._parts.epoch_1904,
            uncached=frozenset(self._scan.formulas),
            errors=self._scan.errors,
        )
        return self.head

    def _bucket(self, merges: Sequence[tuple[int, int, int, int]]) -> None:
        self._merges: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._merged_values: dict[tuple[int, int, int], object] = {}
        for top, left, bottom, _right in merges:
            if bottom > top:
                for bucket in range(top // CHUNK_ROWS, bottom // CHUNK_ROWS + 1):
                    self._merges[bucket].append((top, left, bottom))

    def _scan_sheet(self, name: str) -> SheetScan:
        if self._parts is None:
            return SheetScan()
        entry = self._parts.entries.get(name)
        if not entry:
            raise FileRefused.because("sheet_broken", reason=name)
        with zipfile.ZipFile(self._path) as archive:
            return scan_sheet(archive, entry, self._parts.padded_styles, self._limits)
