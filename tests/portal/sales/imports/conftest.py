"""What tests of imports share: files from rows, the pipeline with settings, checksums of every table."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from portal import db
from portal.sales.imports import pipeline
from portal.sales.imports.model import ImportKind, Mode
from portal.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from portal.sales.imports.batch import Batch

ORDERS = (
    "kind",
    "number",
    "line",
    "day",
    "seller",
    "buyer",
    "product",
    "line_kind",
    "quantity",
    "amount",
    "vat",
    "deposit",
)
# What an import must leave as it was when it is undone.
RECORDS = (
    "region", "account", "dealer", "outlet", "terminal", "supply_link", "person", "contact", "product",
    "document", "document_line", "payment", "target", "account_month", "account_category_month",
    "product_month", "replaced_document", "replaced_line", "import_change", "search_entry",
)  # fmt: skip
TOTALS = frozenset({"account_month", "account_category_month", "product_month"})


class Importer:
    """Writes rows to a file and imports it as the command line would."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder / "data")
        self._folder = folder
        self._number = 0

    def file(self, rows: Sequence[dict[str, Any]], columns: Sequence[str] = ()) -> Path:
        """Write a CSV file with a header of our own column names."""
        self._number += 1
        path = self._folder / f"file{self._number}.csv"
        names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, names)
            writer.writeheader()
            writer.writerows(rows)
        return path

    def new(self, kind: ImportKind, rows: Sequence[dict[str, Any]], **options: Any) -> pipeline.NewImport:
        """Describe an import of rows; columns go by their own names."""
        path = self.file(rows)
        names = dict.fromkeys(name for row in rows for name in row)
        text = json.dumps({"kind": kind.value, "columns": {name: name for name in names}})
        return pipeline.NewImport(kind, path, path.name, map_text=text, **options)

    async def run(self, kind: ImportKind, rows: Sequence[dict[str, Any]], **options: Any) -> Batch:
        """Import rows from beginning to end."""
        return await pipeline.import_file(self.new(kind, rows, **options), self.settings)

    async def orders(self, *rows: dict[str, Any], mode: Mode = Mode.ADD, **options: Any) -> Batch:
        """Import order lines; blanks are filled with a goods line of one piece."""
        filled = [
            {"kind": "order", "line": place, "day": "2026-10-05", "quantity": 1, "amount": 1000} | row
            for place, row in enumerate(rows, start=1)
        ]
        return await self.run(ImportKind.ORDERS, filled, mode=mode, **options)

    async def stage(self, kind: ImportKind, rows: Sequence[dict[str, Any]], **options: Any) -> Batch:
        """Stage rows without applying them."""
        new = self.new(kind, rows, **options)
        async with db.unit_of_work():
            batch_id = await pipeline.open_batch(new)
        return await pipeline.stage_file(batch_id, new.path, self.settings)


@pytest.fixture
def importer(database: str, tmp_path: Path) -> Importer:
    """Imports into the empty database."""
    return Importer(tmp_path)


async def checksums() -> dict[str, str]:
    """Return a digest of every record table's rows; the ids of totals do not count."""
    return {table: await _checksum(table) for table in RECORDS}


async def _checksum(table: str) -> str:
    rows = await db.fetch(f"select * from {table}")
    for row in rows:
        if table in TOTALS:
            del row["id"]
    texts = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def counts_of(batch: Batch) -> tuple[int, ...]:
    """Return new, changed, same, conflict, rejected, removed."""
    counts = batch.report.counts
    return (counts.new, counts.changed, counts.same, counts.conflict, counts.rejected, counts.removed)


async def lines() -> list[tuple[Any, ...]]:
    """Return stored lines as (number, line, buyer code, product code, quantity, amount)."""
    rows = await db.fetch(
        "select l.number, l.line_no, a.code as buyer, p.code as product, l.quantity, l.amount_minor"
        " from document_line l join account a on a.id = l.buyer join product p on p.id = l.product"
        " order by l.number, l.line_no"
    )
    return [tuple(row.values()) for row in rows]
