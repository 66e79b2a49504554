"""Reads foreign, hostile and dirty files into checked rows, in a child process that may die for it.

No database and no web: the import pipeline feeds the rows on. See docs/algorithms/import-reading.md.
"""

from __future__ import annotations

from portal.sales.reading.column_map import ColumnMap, ColumnRule, MapError, load_column_map
from portal.sales.reading.error_file import write_error_file
from portal.sales.reading.messages import MESSAGES, FileRefused, Message
from portal.sales.reading.process import read_file
from portal.sales.reading.report import ReadReport, iter_problems, iter_rows
from portal.sales.reading.spec import ColumnSpec, Kind, Layout, Limits, TableSpec

__all__ = [
    "MESSAGES",
    "ColumnMap",
    "ColumnRule",
    "ColumnSpec",
    "FileRefused",
    "Kind",
    "Layout",
    "Limits",
    "MapError",
    "Message",
    "ReadReport",
    "TableSpec",
    "iter_problems",
    "iter_rows",
    "load_column_map",
    "read_file",
    "write_error_file",
]
