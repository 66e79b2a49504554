"""What was found in a file: counts, header map, warnings, and where the rows are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.sales.reading.messages import Message
from portal.sales.reading.spec import INTEGER_KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

NULL = "\\N"
Cell = str | int | None


@dataclass(slots=True)
class ReadReport:
    """Result of reading one file. Plain data: ``plain`` and ``from_plain`` go through JSON.

    Attributes:
        kind: Kind of import.
        source: Path of the file that was read.
        format: csv, tsv, xlsx, xls or parquet; ``container`` is "", gz or zip around it.
        encoding: Charset of a text file, else "".
        sheet: Sheet of a workbook, else "".
        header_row: 1-based row of the last header line; data follows.
        headers: Header text by column position, parts of several header rows joined by " / ".
        header_map: Source header → our columns that it fills.
        unmapped: Headers that no column wanted.
        missing: Required columns that were not found; when any, no row was converted.
        rows_read: Data rows, blank ones left out = good + rejected + skipped.
        rows_skipped: Totals, repeated headers and rows the map leaves out.
        problem_counts: Problem code → number, complete even where the list is capped.
        months: "2026-11" → good rows, by the first day column.
        totals: Column → sum over good rows, of the columns the spec marks as summed.
        sample: First good rows as column → text, for a preview.
        raw_sample: First data rows as they stand in the file, for choosing columns.
        columns: (name, kind) in the order of ``rows.tsv``.
        days: How many different days the good rows have.
        tally: Of order lines, what ``LineTally`` counted.
    """

    kind: str
    source: str
    out_dir: str
    format: str = ""
    container: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    headers: list[str] = field(default_factory=list)
    header_map: dict[str, list[str]] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    rows_read: int = 0
    rows_good: int = 0
    rows_rejected: int = 0
    rows_skipped: int = 0
    problem_counts: dict[str, int] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    sample: list[dict[str, str | None]] = field(default_factory=list)
    raw_sample: list[list[str]] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    map_text: str | None = None
    days: int = 0
    tally: dict[str, Any] | None = None

    @property
    def rows_path(self) -> Path:
        """Good rows: PostgreSQL COPY text, the source row number first, then ``columns``."""
        return Path(self.out_dir) / "rows.tsv"

    @property
    def problems_path(self) -> Path:
        """Problems, one JSON object a line."""
        return Path(self.out_dir) / "problems.jsonl"

    @property
    def rejected_path(self) -> Path:
        """Rejected rows as they stood in the file, one JSON array a line: [row, cells]."""
        return Path(self.out_dir) / "rejected.jsonl"

    def warn(self, code: str, **params: str | int) -> None:
        """Add a warning once."""
        plain = Message(code, params).plain()
        if plain not in self.warnings:
            self.warnings.append(plain)

    def plain(self) -> dict[str, Any]:
        """Form for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, data: dict[str, Any]) -> ReadReport:
        """Read the form that ``plain`` wrote."""
        return cls(**{**data, "columns": [(name, kind) for name, kind in data["columns"]]})


def iter_rows(report: ReadReport) -> Iterator[tuple[Cell, ...]]:
    """Yield the good rows for ``executemany``: source row number, then the columns in order.

    Integers for quantities, amounts, basis points and booleans, ISO text for days, None for
    blank. Lines are read as they are taken, so a chunk of any size costs only its own memory.
    """
    integers = [True, *(Kind(kind) in INTEGER_KINDS for _, kind in report.columns)]
    with report.rows_path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            cells = line[:-1].split("\t")
            yield tuple(
                int(cell) if integer and cell != NULL else from_copy(cell)
                for cell, integer in zip(cells, integers, strict=True)
            )


def iter_problems(report: ReadReport) -> Iterator[dict[str, Any]]:
    """Yield listed problems in row order: row, column, header, cell, value, code, message, params."""
    with report.problems_path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def from_copy(cell: str) -> str | None:
    r"""Undo COPY escaping of one cell: ``\N`` is None, a doubled backslash is one."""
    if "\\" not in cell:
        return cell
    return None if cell == NULL else cell.replace("\\\\", "\\")
