"""Products from a file; naming a stub resolves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import execute, fetch, fetch_value
from portal.errors import Conflict
from portal.network.indexing import index_products
from portal.sales.imports import records
from portal.sales.imports.records import Field, RecordSpec
from portal.sales.imports.statements import analyze, with_marks
from portal.sales.totals import recompute_categories
from portal.search.model import RecordKind
from portal.search.service import remove_entries

# ruff: noqa: S608  the pieces joined here come from the table below; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.sales.imports.batch import Batch

# column: (value over the staged row, value of a new product where the cell is blank, type in the journal)
_COLUMNS = {
    "name": ("s.c_name", "s.c_code", "text"),
    "category": ("s.c_category", "''", "text"),
    "vendor_code": ("s.c_vendor_code", "''", "text"),
    "vendor_name": ("s.c_vendor_name", "''", "text"),
    "is_own": ("(s.c_is_own = 1)", "true", "boolean"),
    "pack_units": ("s.c_pack_units", "null", "bigint"),
    "volume_ml": ("s.c_volume_ml", "null", "bigint"),
    "status": ("s.c_status", "'active'", "text"),
    "launched_on": ("s.c_launched_on", "null", "date"),
}
_JOURNALLED = {name: kind for name, (_, _, kind) in _COLUMNS.items()} | {
    "is_stub": "boolean",
    "updated_at": "timestamptz",
}
SPEC = RecordSpec(
    "product",
    ("c_code",),
    "product p",
    "",
    "p.code = s.c_code",
    "p.id",
    tuple(Field(value, f"p.{name}") for name, (value, _, _) in _COLUMNS.items()),
    "p.is_stub = true",
)


async def classify(batch: Batch) -> None:
    """Mark rows and count; in the open unit of work."""
    await records.classify_records(batch, SPEC)


async def reclassify(batch: Batch) -> None:
    """Compare again with what is stored."""
    await records.reclassify_records(batch, SPEC)


async def apply_products(batch: Batch, now: dt.datetime) -> None:
    """Write new and changed products, and the category totals that hang on them."""
    values = ", ".join(f"coalesce({value}, {blank})" for value, blank, _ in _COLUMNS.values())
    await execute(
        with_marks(
            f"insert into product (code, {', '.join(_COLUMNS)}, is_stub, updated_at)"
            f" select s.c_code, {values}, false, $timestamptz from {batch.stage.rows} s"
            f" where {records.new_rows(batch)}"
        ),
        now,
    )
    await analyze(batch.stage.marks, "product")
    await records.journal_new(batch, "product", "select id from product where updated_at = {}", now)
    await records.journal_changed(batch, SPEC, {name: f"p.{name}" for name in _JOURNALLED})
    moved = await _moved(batch)
    sets = ", ".join(
        f"{name} = coalesce({value}, product.{name})" for name, (value, _, _) in _COLUMNS.items()
    )
    await execute(
        f"update product set {sets}, is_stub = false, updated_at = {{}}"
        f" from (select m.target as id, s.* from {batch.stage.rows} s {records.changed_rows(batch)}) s"
        " where s.id = product.id",
        now,
    )
    await recompute_categories(moved)
    await index_products(await _ids(batch))


async def _moved(batch: Batch) -> list[int]:
    """Return products that go to another category: their lines' totals change with them."""
    rows = await fetch(
        f"select p.id from {batch.stage.rows} s {records.changed_rows(batch)}"
        " join product p on p.id = m.target"
        " where s.c_category is not null and s.c_category <> p.category"
    )
    return [row["id"] for row in rows]


async def _ids(batch: Batch) -> list[int]:
    rows = await fetch(
        "select entity_id from import_change where batch = {} and entity = 'product'", batch.id
    )
    return [row["entity_id"] for row in rows]


async def undo_products(batch: Batch) -> None:
    """Take new products away and put changed ones back.

    Raises:
        Conflict: A product was changed or sold since then.
    """
    await records.refuse_when_touched(batch, "product", "product")
    new = "select entity_id from import_change where batch = {} and entity = 'product' and before is null"
    sold = f"select 1 from document_line where product in ({new}) limit 1"
    if await fetch_value(sold, batch.id) is not None:
        raise Conflict("Products of this import are in use by now; it can no longer be undone.")
    ids = await _ids(batch)
    before = {row["id"]: row["category"] for row in await fetch("select id, category from product")}
    await records.restore(batch, "product", "product", "id", _JOURNALLED)
    await execute(f"delete from product where id in ({new})", batch.id)
    after = {row["id"]: row["category"] for row in await fetch("select id, category from product")}
    await recompute_categories([key for key in ids if key in after and after[key] != before[key]])
    await remove_entries(RecordKind.PRODUCT, [key for key in ids if key not in after])
    await index_products([key for key in ids if key in after])
