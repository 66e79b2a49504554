"""Order lines of a batch: classify the staged rows, apply them, take them back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.db import engine_kind, execute, fetch, fetch_one, fetch_value, insert_rows
from portal.sales.imports import line_sql as sql
from portal.sales.imports import own_codes
from portal.sales.imports.model import Mode, RowState, Totals
from portal.sales.imports.statements import analyze, statement
from portal.sales.model import Level
from portal.sales.reading.report import NULL
from portal.sales.reading.tally import LineTally
from portal.sales.totals import next_month

if TYPE_CHECKING:
    from portal.sales.imports.batch import Batch

COMPUTED = sql.COMPUTED
BUYER_KINDS = {
    Level.SELL_IN: ("dealer",),
    Level.SELL_THROUGH: ("terminal", "outlet"),
    Level.SELL_OUT: ("terminal", "outlet"),
}
SELLER_KINDS = {
    Level.SELL_IN: ("dealer",),
    Level.SELL_THROUGH: ("dealer", "outlet"),
    Level.SELL_OUT: ("terminal", "outlet"),
}
LEVEL_WORDS = {
    "sell_in": Level.SELL_IN,
    "sell_through": Level.SELL_THROUGH,
    "sell_out": Level.SELL_OUT,
}
NEVER = "1 = 0"


def text(batch: Batch, template: str, **parts: str) -> str:
    """Fill a statement: names of the stage, ids of the batch, and further ``$part`` places from code."""
    ids = {"batch": str(batch.id), "source": str(batch.source), "level": str(batch.level or 1)}
    for name, part in (*parts.items(), *ids.items()):
        template = template.replace(f"${name}", part)
    return statement(template, **batch.stage.names)


async def classify(batch: Batch) -> None:
    """Resolve codes, mark every row that is not simply new, fill the report; in the open unit of work."""
    tally = batch.tally or LineTally().plain()
    if engine_kind() == "sqlite":
        await execute(text(batch, sql.STAGE_INDEX))
    if tally["unnumbered"]:
        await execute(text(batch, sql.NUMBER_LINES))
    await _collect(batch, tally)
    await resolve(batch)
    if tally["unnumbered"] or tally["numbers"] is None or tally["numbers"]["repeated"]:
        batch.report.reader["repeated"] = True
    await _mark(batch)
    await _fill_totals(batch, tally)


async def _collect(batch: Batch, tally: dict[str, Any]) -> None:
    """Write the codes down by the role and level they are used in; infer a level where none stands."""
    if batch.level is None:
        without = [(sql.BUYER, code) for code in tally["codes"]["buyer"].get(NULL, ())]
        await insert_rows(batch.stage.codes, ("field", "code"), without)
        batch.level = await _inferred_level(batch)
        await execute(text(batch, "delete from <codes>"))
    found = {(sql.PRODUCT, code) for code in tally["products"]}
    levels = set()
    for base, role in ((sql.BUYER, "buyer"), (sql.SELLER, "seller")):
        for word, codes in tally["codes"][role].items():
            level = LEVEL_WORDS.get(word, batch.level)
            levels.add(int(level))
            found.update((base + level, code) for code in codes)
    batch.report.reader["levels"] = sorted(levels)
    await insert_rows(batch.stage.codes, ("field", "code"), sorted(found))
    await analyze(batch.stage.codes)


async def reclassify(batch: Batch) -> None:
    """Compare again with what is stored, because another batch was applied or undone meanwhile."""
    await execute(text(batch, "update <codes> set id = null"))
    await execute(text(batch, "delete from <marks>"))
    await resolve(batch)
    await _mark(batch)
    await count_rows(batch)


async def compare_again(batch: Batch) -> None:
    """Compare the rows of codes that a dealer just explained; the others keep what they are."""
    await execute(text(batch, "delete from <marks> where state = {}"), int(RowState.UNKNOWN))
    await resolve(batch)
    await _mark(batch)
    await count_rows(batch)


async def _mark(batch: Batch) -> None:
    if batch.dealer_id is not None:
        await execute(own_codes.filled(batch, own_codes.MARK_OWN))
    if batch.report.reader.get("repeated"):
        await execute(text(batch, sql.MARK_REPEATED))
    await mark_stored(batch)


async def resolve(batch: Batch) -> None:
    """Find the account or product each code means; unknown codes stay null until stubs are made.

    In a dealer's own file only what is his is looked at.
    """
    for base, kinds_of in ((sql.BUYER, BUYER_KINDS), (sql.SELLER, SELLER_KINDS)):
        for level, kinds in kinds_of.items():
            quoted = ", ".join(f"'{kind}'" for kind in kinds)
            parts = {"kinds": quoted, "first": f"'{kinds[0]}'", "of": str(base + level)}
            if batch.dealer_id is None:
                await execute(text(batch, sql.RESOLVE_ACCOUNTS, **parts))
            else:
                await execute(own_codes.filled(batch, own_codes.RESOLVE_OWN, **parts))
    if batch.dealer_id is None:
        await execute(text(batch, sql.RESOLVE_PRODUCTS))
    else:
        await own_codes.resolve_products(batch)


async def _inferred_level(batch: Batch) -> int:
    """Tell the level of a file that does not: sell-through when its buyers are terminals or outlets."""
    row = await fetch_one(text(batch, sql.COUNT_BUYER_KINDS))
    found = row or {"dealers": 0, "others": 0}
    return Level.SELL_THROUGH if (found["others"] or 0) > (found["dealers"] or 0) else Level.SELL_IN


async def mark_stored(batch: Batch) -> None:
    """Mark rows whose identity is stored already: same, changed, renewed or conflict."""
    if await fetch_value("select 1 from document_line where source = {} limit 1", batch.source) is None:
        return
    goes, args = going(batch, "l")
    marked = text(batch, sql.MARK_STORED, goes=goes)
    await execute(marked, *args, *args)


def going(batch: Batch, alias: str) -> tuple[str, tuple[Any, ...]]:
    """Return the condition that a stored line goes away because its month is replaced, and its values."""
    if batch.mode is not Mode.REPLACE or not batch.report.months:
        return NEVER, ()
    months = [dt.date.fromisoformat(f"{month}-01") for month in sorted(batch.report.months)]
    spans = " or ".join(f"({alias}.business_on >= {{}} and {alias}.business_on < {{}})" for _ in months)
    levels = f"{alias}.level in ({', '.join(str(int(level)) for level in batch.report.reader['levels'])})"
    args = tuple(day for month in months for day in (month, next_month(month)))
    return f"{alias}.source = {batch.source} and {levels} and ({spans})", args


async def _fill_totals(batch: Batch, tally: dict[str, Any]) -> None:
    found = tally["numbers"] or (await fetch(text(batch, sql.COUNT_DOCUMENTS)))[0]
    active = await fetch_value(text(batch, "select count(*) from <codes> where field between 1 and 3"))
    await count_rows(batch)
    sums = tally["sums"]
    batch.report.totals = Totals(
        lines=tally["lines"], documents=found["documents"], net_minor=sums["net"],
        returns_minor=sums["returns"], vat_minor=sums["vat"], deposit_minor=sums["deposit"],
        quantity=sums["quantity"], active=active,
    )  # fmt: skip
    batch.report.reader["reused"] = found["reused"] or 0
    if found["reused"]:
        reused = await fetch(text(batch, sql.REUSED_NUMBERS))
        batch.report.warn(
            "reused_number",
            "%(count)s document numbers show two buyers, such as %(number)s (%(one)s and %(other)s);"
            " every line is kept.",
            count=found["reused"],
            number=reused[0]["number"], one=reused[0]["one_buyer"], other=reused[0]["other_buyer"],
        )  # fmt: skip


async def count_rows(batch: Batch) -> None:
    """Count what became of the staged rows, into the batch's report."""
    counts = batch.report.counts
    rows = await fetch(text(batch, "select state, count(*) as rows from <marks> group by state"))
    by_state = {RowState(row["state"]): row["rows"] for row in rows}
    staged = await fetch_value(text(batch, "select count(*) from <rows>"))
    counts.changed = by_state.get(RowState.CHANGED, 0)
    counts.conflict = by_state.get(RowState.CONFLICT, 0)
    counts.same = sum(
        by_state.get(state, 0) for state in (RowState.SAME, RowState.REPEATED, RowState.RENEWED)
    )
    counts.unknown = by_state.get(RowState.UNKNOWN, 0)
    counts.new = staged - counts.changed - counts.conflict - counts.same - counts.unknown
    made = sql.COUNT_STUBS if batch.dealer_id is None else own_codes.COUNT_TO_BE_MADE
    counts.stubs = await fetch_value(text(batch, made))
    goes, args = going(batch, "l")
    stored = await fetch_value(f"select count(*) from document_line l where {goes}", *args)  # noqa: S608  from code
    counts.removed = stored - by_state.get(RowState.CHANGED, 0) - by_state.get(RowState.RENEWED, 0)
