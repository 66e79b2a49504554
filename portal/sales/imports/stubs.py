"""Stand-ins for codes nobody has named yet, so that no line is lost (DATA.md, lesson 7).

A stub carries its code as its name until the master file names it, and is listed to be resolved.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import asyncpg

from portal.db import execute, fetch, fetch_value, savepoint
from portal.network.indexing import KIND_OF, index_products, reindex_accounts_where
from portal.sales.imports.statements import analyze, statement, with_marks
from portal.search.model import RecordKind
from portal.search.service import remove_entries

if TYPE_CHECKING:
    import datetime as dt

    from portal.sales.imports.staging import Stage

RECORD_KINDS = KIND_OF | {"product": RecordKind.PRODUCT}

_ACCOUNTS = (
    "insert into account (kind, code, name, area, state, dealer, owner, is_stub, version, created_at,"
    " updated_at) select $text, c.code, c.code, '', 'existing', $bigint, $text, true, 1, $timestamptz,"
    " $timestamptz from <codes> c where c.field = {} and c.id is null on conflict (kind, code) do nothing"
)
_FIND = (
    "update <codes> set stub = 1, id = (select a.id from account a where a.kind = {}"
    " and a.code = <codes>.code) where field = {} and id is null"
)
_OWN_ROWS = (
    "insert into <kind> (account) select c.id from <codes> c where c.field = {} and c.stub = 1"
    " and not exists (select 1 from <kind> t where t.account = c.id)"
)
_ITSELF = (
    "update account set dealer = id where kind = 'dealer' and dealer is null"
    " and id in (select id from <codes> where field = {} and stub = 1)"
)
_JOURNAL = (
    "insert into import_change (batch, entity, entity_id) select $bigint, $text, c.id from <codes> c"
    " where c.field = {} and c.stub = 1"
)
_PRODUCTS = (
    "insert into product (code, name, category, vendor_code, vendor_name, is_own, status, is_stub,"
    " updated_at) select c.code, c.code, '', '', '', true, 'active', true, $timestamptz"
    " from <codes> c where c.field = {} and c.id is null on conflict (code) do nothing"
)
_FIND_PRODUCTS = (
    "update <codes> set stub = 1, id = (select p.id from product p where p.code = <codes>.code)"
    " where field = {} and id is null"
)


async def make_account_stubs(stage: Stage, field: int, kind: str, *, now: dt.datetime) -> int:
    """Make an account, the manufacturer's, for every code of a field that has none; in the open unit of work.

    Args:
        stage: The batch's tables.
        field: Which codes, see ``line_sql``.
        kind: ``dealer``, ``outlet`` or ``terminal``.
        now: Moment written to the records.

    Returns:
        How many were made.
    """
    if not await _unknown(stage, field):
        return 0
    made = await _run(stage, _ACCOUNTS, kind, None, "manufacturer", now, now, field)
    if made:
        await analyze("account")
    await _run(stage, _FIND, kind, field)
    await _run(stage, _OWN_ROWS.replace("<kind>", kind), field)
    if kind == "dealer":
        await _run(stage, _ITSELF, field)
    await _run(stage, _JOURNAL, stage.batch_id, "account", field)
    named = f"a.id in (select id from {stage.codes} where stub = 1 and field = {{}})"  # noqa: S608  from code
    await reindex_accounts_where(named, field)
    return made


async def make_product_stubs(stage: Stage, field: int, *, now: dt.datetime) -> int:
    """Make a product for every code of a field that has none; return how many, in the open unit of work."""
    if not await _unknown(stage, field):
        return 0
    made = await _run(stage, _PRODUCTS, now, field)
    if made:
        await analyze("product")
    await _run(stage, _FIND_PRODUCTS, field)
    await _run(stage, _JOURNAL, stage.batch_id, "product", field)
    rows = await fetch(
        statement("select id from <codes> where stub = 1 and field = {}", codes=stage.codes), field
    )
    await index_products([row["id"] for row in rows])
    return made


async def _unknown(stage: Stage, field: int) -> bool:
    sql = statement("select 1 from <codes> where field = {} and id is null limit 1", codes=stage.codes)
    return await fetch_value(sql, field) is not None


async def _run(stage: Stage, template: str, *args: object) -> int:
    return await execute(statement(with_marks(template), codes=stage.codes), *args)


async def remove_stubs(batch_id: int) -> int:
    """Remove the stand-ins a batch made, where nobody named or used them meanwhile; return how many.

    A stand-in something else refers to stays, in the list of what is to be resolved.
    """
    accounts = await fetch(
        "select c.entity_id as id, a.kind as kind from import_change c join account a on a.id = c.entity_id"
        " where c.batch = {} and c.entity = 'account' and c.before is null and a.is_stub = true",
        batch_id,
    )
    products = await fetch(
        "select c.entity_id as id from import_change c join product p on p.id = c.entity_id"
        " where c.batch = {} and c.entity = 'product' and c.before is null and p.is_stub = true",
        batch_id,
    )
    used = await _used_products([row["id"] for row in products])
    removed = 0
    for table, ids in (
        ("terminal", [row["id"] for row in accounts if row["kind"] == "terminal"]),
        ("outlet", [row["id"] for row in accounts if row["kind"] == "outlet"]),
        ("dealer", [row["id"] for row in accounts if row["kind"] == "dealer"]),
        ("product", [row["id"] for row in products if row["id"] not in used]),
    ):
        for record_id in ids:
            removed += await _remove(table, record_id)
    return removed


async def _used_products(ids: list[int]) -> set[int]:
    """Return those of the products that still have lines, deposits included."""
    used = set()
    for product_id in ids:
        if (
            await fetch_value("select 1 from product_month where product = {} limit 1", product_id)
            is not None
        ):
            used.add(product_id)
    rest = [product_id for product_id in ids if product_id not in used]
    if rest:
        rows = await fetch("select distinct product from document_line where line_kind <> 1")
        used.update(row["product"] for row in rows)
    return used


async def _remove(table: str, record_id: int) -> int:
    try:
        async with savepoint():
            await remove_entries(RECORD_KINDS[table], [record_id])
            if table == "product":
                return await execute("delete from product where id = {}", record_id)
            used = "select 1 from account_month where account = {} limit 1"
            deposits = "select 1 from document where buyer = {} limit 1"
            for trace in (used, deposits):
                if await fetch_value(trace, record_id) is not None:
                    return 0
            await execute("update account set dealer = null where id = {}", record_id)
            await execute(statement("delete from <table> where account = {}", table=table), record_id)
            return await execute("delete from account where id = {}", record_id)
    except (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError):
        return 0
