"""Write the lines of a confirmed batch, and take them back, with every total that depends on them.

Everything here happens in the caller's one unit of work: nothing is ever half imported.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import execute, fetch_value
from portal.errors import Conflict
from portal.sales import totals
from portal.sales.imports import line_sql as sql
from portal.sales.imports.closed_months import flag_closed_months
from portal.sales.imports.lines import going, text
from portal.sales.imports.model import Mode
from portal.sales.imports.own_codes import make_accounts
from portal.sales.imports.statements import analyze, analyze_many, hashing
from portal.sales.imports.stubs import make_account_stubs, make_product_stubs, remove_stubs
from portal.sales.model import Level
from portal.sales.suppliers import DEALER_LINKS, supplier_on

if TYPE_CHECKING:
    from collections.abc import Collection

    from portal.sales.imports.batch import Batch

_STUB_KINDS = {
    sql.BUYER + Level.SELL_IN: "dealer",
    sql.SELLER + Level.SELL_THROUGH: "dealer",
    sql.BUYER + Level.SELL_THROUGH: "terminal",
    sql.BUYER + Level.SELL_OUT: "terminal",
    sql.SELLER + Level.SELL_OUT: "terminal",
}


async def apply_lines(batch: Batch, now: dt.datetime) -> list[dt.date]:
    """Write documents and lines, maintain the totals, flag closed months; return the touched months."""
    await _make_stubs(batch, now)
    await totals.begin_touching()
    if batch.mode is Mode.REPLACE:
        await _take_away(batch)
    fresh = await totals.months_without_totals(batch.report.months)
    await _write(batch, fresh)
    alone = len(fresh) == len(batch.report.months) and not batch.report.reader["reused"]
    months = await totals.recompute(fresh, numbers_differ=alone)
    await totals.end_touching()
    await flag_closed_months(months)
    if batch.dealer_id is not None:
        await _own_feed(batch)
    return months


async def _own_feed(batch: Batch) -> None:
    """Make a dealer's sell-through his own once he enters it, unless the manufacturer's feed has it too."""
    becomes = (
        "account = {} and sell_through_owner = 'manufacturer' and not exists (select 1 from document d"
        " join import_batch b on b.id = d.batch and b.dealer is null where d.seller = {} and d.level = 2)"
    )
    noted = (
        "insert into import_change (batch, entity, entity_id) select {}, 'dealer_feed', account from dealer"
    )
    values = (batch.dealer_id, batch.dealer_id)
    await execute(f"{noted} where {becomes}".replace("{}", str(batch.id), 1), *values)
    await execute(f"update dealer set sell_through_owner = 'dealer' where {becomes}", *values)  # noqa: S608  from code


async def _make_stubs(batch: Batch, now: dt.datetime) -> None:
    if batch.report.counts.conflict or batch.report.counts.unknown:
        used = " or ".join(f"({condition})" for condition in sql.USED.values())
        await execute(text(batch, sql.FORGET_UNUSED, used=used))
    if batch.dealer_id is None:
        for field, kind in _STUB_KINDS.items():
            await make_account_stubs(batch.stage, field, kind, now=now)
        await make_product_stubs(batch.stage, sql.PRODUCT, now=now)
    else:
        await make_accounts(batch, now)
    await analyze(batch.stage.codes, batch.stage.marks)


async def _take_away(batch: Batch) -> None:
    goes, args = going(batch, "l")
    await execute(text(batch, sql.STASH_LINES, goes=goes), *args)
    await totals.touch_lines("replaced_line", "removed_by = {}", batch.id)
    goes, args = going(batch, "document_line")
    await execute(f"delete from document_line where {goes}", *args)  # noqa: S608  condition from code
    await execute(text(batch, sql.STASH_DOCUMENTS))
    await execute(
        "delete from document where id in (select document_id from replaced_document where removed_by = {})",
        batch.id,
    )


async def _write(batch: Batch, fresh: Collection[dt.date]) -> None:
    wanted = sql.UNMARKED
    if await fetch_value(text(batch, "select 1 from <marks> limit 1")) is None:
        wanted = "1 = 1"
    links = f"{batch.stage.rows}_links"
    await execute(f"create temp table {links} as {DEALER_LINKS}")
    await execute(f"create index {links}_buyer on {links} (buyer)")
    await analyze(links)
    dealer_on = supplier_on(links, "dealer", "b.id", "g.day")
    rows = batch.report.totals.lines
    first = await fetch_value(text(batch, sql.EARLIER_DOCUMENT)) is None
    alone = first and not batch.report.reader["reused"]
    async with hashing(rows):
        parts = {
            "wanted": wanted,
            "dealer_on": dealer_on,
            "buyers": ", s.c_buyer" if batch.report.reader["reused"] else "",
            "known": "" if alone else sql.KNOWN_DOCUMENTS,
        }
        written = await execute(text(batch, sql.INSERT_DOCUMENTS, **parts))
    await execute(f"drop table {links}")
    await analyze("document")
    await execute(text(batch, sql.ADOPT_STUBS))
    async with hashing(rows):
        buyers = sql.BY_NUMBER if alone else sql.BY_NUMBER_AND_BUYER
        await execute(text(batch, sql.INSERT_LINES, wanted=wanted, buyers=buyers))
    await analyze_many(rows, "document_line")
    if len(fresh) == len(batch.report.months):
        await totals.touch_months(fresh)
        return
    month = totals.month_of("c_day")
    await execute(text(batch, sql.TOUCH_BUYERS, wanted=wanted, month=month))
    await execute(text(batch, sql.TOUCH_PRODUCTS, wanted=wanted, month=month))
    await execute(text(batch, sql.TOUCH_SELLERS))
    if not first:
        pairs = await fetch_value(text(batch, sql.COUNT_PAIRS, wanted=wanted))
        if written < pairs:
            await execute(text(batch, sql.TOUCH_OTHER_SELLERS))


async def undo_lines(batch: Batch) -> list[dt.date]:
    """Take back what a batch wrote and bring back what it took away; return the touched months.

    Raises:
        Conflict: A later batch stands on this one; it must be undone first.
    """
    await _refuse_when_built_upon(batch)
    await totals.begin_touching()
    first, last = _span(batch)
    mine = "batch = {} and business_on >= {} and business_on < {}"
    await totals.touch_lines("document_line", mine, batch.id, first, last)
    await execute(
        "create temp table undone_document as"  # noqa: S608  condition from code
        f" select distinct document from document_line where {mine}",
        batch.id, first, last,
    )  # fmt: skip
    await execute(f"delete from document_line where {mine}", batch.id, first, last)  # noqa: S608  as above
    await execute(text(batch, sql.REMOVE_EMPTY_DOCUMENTS))
    await execute("drop table undone_document")
    await totals.touch_lines("replaced_line", "removed_by = {}", batch.id)
    await execute(text(batch, sql.RESTORE_DOCUMENTS))
    await execute(text(batch, sql.RESTORE_LINES))
    await execute("delete from replaced_line where removed_by = {}", batch.id)
    await execute("delete from replaced_document where removed_by = {}", batch.id)
    months = await totals.recompute()
    await totals.end_touching()
    await flag_closed_months(months)
    await execute(
        "update dealer set sell_through_owner = 'manufacturer' where account in"
        " (select entity_id from import_change where batch = {} and entity = 'dealer_feed')",
        batch.id,
    )
    await remove_stubs(batch.id)
    return months


def _span(batch: Batch) -> tuple[dt.date, dt.date]:
    months = sorted(batch.report.months) or ["1900-01"]
    first, last = (dt.date.fromisoformat(f"{month}-01") for month in (months[0], months[-1]))
    return first, totals.next_month(last)


async def _refuse_when_built_upon(batch: Batch) -> None:
    later = await fetch_value("select min(removed_by) from replaced_line where batch = {}", batch.id)
    if later is None:
        later = await fetch_value(text(batch, sql.CLASHING_BATCH))
    if later is not None:
        raise Conflict("Import %(later)s changed these lines afterwards. Undo it first.", later=later)
