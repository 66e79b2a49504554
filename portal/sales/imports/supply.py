"""Supply links that a file of accounts implies, each from a day on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import execute
from portal.sales.imports.records import json_object, json_value
from portal.sales.imports.statements import analyze, with_marks

# ruff: noqa: S608  the pieces joined here come from code; values are bound

if TYPE_CHECKING:
    from portal.sales.imports.batch import Batch

FIRST_DAY = dt.date(1900, 1, 1)
"""Start of the first link known of a buyer: it counts for the past too, until another is known."""

_GONE = {"supplier": "bigint", "buyer": "bigint", "from_on": "date", "is_primary": "boolean"}


async def link_suppliers(batch: Batch, wanted: list[str], now: dt.datetime) -> None:
    """Make the links a batch asks for, ending others from today; in the open unit of work.

    Args:
        batch: The batch.
        wanted: Queries of (buyer, supplier), from code.
        now: Moment of the import; its day in the business zone is today.
    """
    if not wanted:
        return
    today = now.astimezone(ZoneInfo(batch.report.reader["zone"])).date()
    await execute("create temp table wanted_link (buyer bigint not null, supplier bigint not null)")
    for query in wanted:
        await execute(
            f"insert into wanted_link (buyer, supplier) select distinct w.buyer, w.supplier from ({query}) w"
            " where w.buyer is not null and w.supplier is not null and w.buyer <> w.supplier"
            " and not exists (select 1 from supply_link l where l.buyer = w.buyer and l.supplier = w.supplier"
            " and l.to_on is null)"
        )
    await analyze("wanted_link")
    await _end_others(batch, today)
    await execute(
        with_marks(
            "insert into supply_link (supplier, buyer, from_on, is_primary, import_batch_id)"
            " select w.supplier, w.buyer,"
            " case when exists (select 1 from supply_link l where l.buyer = w.buyer)"
            f" then $date else $date end, true, {batch.id} from wanted_link w"
        ),
        today,
        FIRST_DAY,
    )
    await execute("drop table wanted_link")
    await analyze("supply_link")


async def _end_others(batch: Batch, today: dt.date) -> None:
    others = "to_on is null and is_primary = true and buyer in (select buyer from wanted_link)"
    await execute(
        "insert into import_change (batch, entity, entity_id, before)"
        f" select {batch.id}, case when from_on < {{}} then 'supply_link' else 'supply_link_gone' end, id,"
        f" {json_object({name: name for name in _GONE})} from supply_link where {others}",
        today,
    )
    await execute(f"delete from supply_link where {others} and from_on >= {{}}", today)
    await execute(f"update supply_link set to_on = {{}} where {others}", today)


async def unlink_suppliers(batch: Batch) -> None:
    """Take the batch's links away and bring back those it ended, in the open unit of work."""
    await execute("delete from supply_link where import_batch_id = {}", batch.id)
    await execute(
        "update supply_link set to_on = null where id in (select entity_id from import_change"
        " where batch = {} and entity = 'supply_link')",
        batch.id,
    )
    columns = ", ".join(_GONE)
    values = ", ".join(json_value("c.before", name, kind) for name, kind in _GONE.items())
    await execute(
        f"insert into supply_link (id, {columns}) select c.entity_id, {values} from import_change c"
        " where c.batch = {} and c.entity = 'supply_link_gone'",
        batch.id,
    )
