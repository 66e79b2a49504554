"""Read one file from open to report. Runs inside the child process only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from portal.sales.reading.column_map import load_column_map
from portal.sales.reading.container import open_contents
from portal.sales.reading.delimited import DelimitedGrid
from portal.sales.reading.headers import find_header, in_multiples
from portal.sales.reading.messages import FileRefused
from portal.sales.reading.notices import add_notices
from portal.sales.reading.output import Output
from portal.sales.reading.plan import Plans
from portal.sales.reading.prepare import Preparation
from portal.sales.reading.report import ReadReport
from portal.sales.reading.spec import Kind
from portal.sales.reading.texts import mask_national_ids

if TYPE_CHECKING:
    from portal.sales.reading.column_map import ColumnMap
    from portal.sales.reading.container import Contents
    from portal.sales.reading.grid import Grid, Head
    from portal.sales.reading.headers import Header
    from portal.sales.reading.spec import Request

SAMPLE_ROWS = 20


def read(request: Request) -> ReadReport:
    """Read the file of a request and write its rows, problems and rejected rows beside each other.

    Raises:
        FileRefused: The file cannot be read at all.
    """
    column_map = load_column_map(request.map_text) if request.map_text else None
    contents = open_contents(Path(request.path), request.limits)
    grid = open_grid(contents, column_map, request)
    report = ReadReport(request.spec.kind, request.path, request.out_dir, map_text=request.map_text)
    header = find_header(grid.head, request.spec, column_map)
    _describe(report, contents, grid, header, request)
    plans = Plans(request.spec, column_map, header, epoch_1904=_epoch_1904(grid, column_map))
    _describe_columns(report, plans, header)
    _refuse_multiples(plans, header, grid.head)
    preparation = Preparation(column_map, header)
    with Output(report, plans, preparation, grid.head, request) as output:
        for chunk in grid.chunks(header.row, len(header.labels), header.physical):
            output.take(chunk)
    add_notices(report, plans, header)
    return report


def fetch(request: Request) -> None:
    """Write the rows that the request names, as they stand in the file, to ``fetched.jsonl``.

    Raises:
        FileRefused: The file cannot be read at all.
    """
    column_map = load_column_map(request.map_text) if request.map_text else None
    grid = open_grid(open_contents(Path(request.path), request.limits), column_map, request)
    header = find_header(grid.head, request.spec, column_map)
    wanted = frozenset(request.rows)
    with (Path(request.out_dir) / "fetched.jsonl").open("w", encoding="utf-8") as target:
        for chunk in grid.chunks(header.row, len(header.labels), header.physical):
            size = len(chunk.columns[0]) if chunk.columns else 0
            for row in sorted(wanted.intersection(range(chunk.first_row, chunk.first_row + size))):
                cells = [mask_national_ids(column[row - chunk.first_row]) for column in chunk.columns]
                target.write(json.dumps([row, cells], ensure_ascii=True) + "\n")


def open_grid(contents: Contents, column_map: ColumnMap | None, request: Request) -> Grid:
    """Open a file by what it turned out to be; libraries are loaded only when they are needed."""
    path = Path(request.path)
    if contents.format == "text":
        return DelimitedGrid(contents, column_map, request.limits)
    if contents.format == "parquet":
        from portal.sales.reading.parquet import ParquetGrid  # noqa: PLC0415  an optional extra

        return ParquetGrid(path, request.limits)
    from portal.sales.reading.workbook import WorkbookGrid  # noqa: PLC0415  text files do not need it

    def score(head: Head) -> int:
        return len(find_header(head, request.spec, column_map).columns)

    return WorkbookGrid(path, contents.format, column_map, request.limits, score)


def _epoch_1904(grid: Grid, column_map: ColumnMap | None) -> bool:
    return grid.head.epoch_1904 or (column_map is not None and column_map.epoch_1904)


def _describe(report: ReadReport, contents: Contents, grid: Grid, header: Header, request: Request) -> None:
    head = grid.head
    report.format, report.container = head.format, contents.container
    report.encoding, report.delimiter, report.sheet = head.encoding, head.delimiter, head.sheet
    report.header_row, report.headers = 0 if head.fixed_header else header.row, list(header.labels)
    report.columns = [(column.name, column.kind.value) for column in request.spec.columns]
    for code, params in head.notes:
        report.warn(code, **params)
    for place, column in header.ignored:
        used = header.labels[header.columns[column]] if column in header.columns else ""
        report.warn("warn_header_ignored", header=header.labels[place], column=column, used=used)
    if len(header.labels) > request.limits.columns:
        raise FileRefused.because("too_many_columns", count=len(header.labels), limit=request.limits.columns)
    first_rows = head.rows[header.row : header.row + SAMPLE_ROWS]
    report.raw_sample = [list(map(mask_national_ids, row[: len(header.labels)])) for row in first_rows]


def _describe_columns(report: ReadReport, plans: Plans, header: Header) -> None:
    used = plans.used_positions
    report.missing = plans.missing
    for place, label in enumerate(header.labels):
        if place in used:
            report.header_map[label or f"#{place}"] = used[place]
        elif label:
            if label in report.unmapped:
                report.warn("warn_duplicate_header", header=label)
            report.unmapped.append(label)


def _refuse_multiples(plans: Plans, header: Header, head: Head) -> None:
    """Refuse amounts whose header or a note above it (단위: 천원) speaks of thousands unless the map does."""
    notes = [cell for row in head.rows[: header.row] for cell in row if in_multiples(cell)]
    for plan in plans.plans:
        if plan.column.kind is Kind.AMOUNT and plan.rule.times is None and plan.column.summed:
            labels = [header.labels[position] for position in plan.positions]
            for label in [*filter(in_multiples, labels), *notes]:
                raise FileRefused.because("header_in_thousands", header=label)
