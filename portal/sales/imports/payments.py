"""Payments from a file. Like order lines: the same number with other content is a conflict, not applied.

A payment may name the invoice it is meant for; what that pays is credit's business.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.db import execute, fetch_one, fetch_value
from portal.errors import Conflict
from portal.sales.imports import records
from portal.sales.imports.model import Mode, RowState, Totals
from portal.sales.imports.records import Field, RecordSpec, json_object, json_value
from portal.sales.imports.statements import analyze, statement
from portal.sales.imports.stubs import make_account_stubs, remove_stubs
from portal.sales.imports.targets import CODES, COLLECT, RESOLVE
from portal.sales.totals import next_month

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.sales.imports.batch import Batch

_ACCOUNT = f"(select k.id from <codes> k where k.field = {CODES} and k.code = s.c_account)"
_COLUMNS = {"source": "bigint", "number": "text", "account": "bigint", "paid_on": "date",
            "amount_minor": "bigint", "batch": "bigint", "document_number": "text"}  # fmt: skip


def _spec(batch: Batch) -> RecordSpec:
    account = statement(_ACCOUNT, codes=batch.stage.codes)
    return RecordSpec(
        "payment", ("c_number",), "payment p", "",
        f"p.source = {batch.source} and p.number = s.c_number", "p.id",
        (Field(account, "p.account"), Field("s.c_day", "p.paid_on"), Field("s.c_amount", "p.amount_minor"),
         Field("s.c_document", "p.document_number")),
    )  # fmt: skip


def _going(batch: Batch) -> tuple[str, tuple[Any, ...]]:
    """Return the condition that a stored payment's month is replaced, and its values."""
    if batch.mode is not Mode.REPLACE or not batch.report.months:
        return "1 = 0", ()
    months = [dt.date.fromisoformat(f"{month}-01") for month in sorted(batch.report.months)]
    spans = " or ".join("(p.paid_on >= {} and p.paid_on < {})" for _ in months)
    args = tuple(day for month in months for day in (month, next_month(month)))
    return f"p.source = {batch.source} and ({spans})", args


async def classify(batch: Batch) -> None:
    """Resolve accounts, mark rows and count; in the open unit of work."""
    await execute(statement(COLLECT, **batch.stage.names))
    await execute(statement(RESOLVE, **batch.stage.names))
    await records.classify_records(batch, _spec(batch))
    await _tell_conflicts(batch)


async def reclassify(batch: Batch) -> None:
    """Compare again with what is stored."""
    await execute(statement(RESOLVE, **batch.stage.names))
    await execute(f"delete from {batch.stage.marks} where target is not null")
    await records.mark_known(batch, _spec(batch))
    await _tell_conflicts(batch)


async def _tell_conflicts(batch: Batch) -> None:
    """Turn changes into conflicts, except where the stored payment goes away with its month."""
    goes, args = _going(batch)
    marks = batch.stage.marks
    await execute(
        f"update {marks} set state = {RowState.CONFLICT.value} where state = {RowState.CHANGED.value}"
        f" and not exists (select 1 from payment p where p.id = {marks}.target and {goes})",
        *args,
    )
    await execute(
        f"update {marks} set state = {RowState.RENEWED.value} where state = {RowState.SAME.value}"
        f" and exists (select 1 from payment p where p.id = {marks}.target and {goes})",
        *args,
    )
    await records.count_records(batch)
    row = await fetch_one(
        f"select count(*) as lines, coalesce(sum(c_amount), 0) as net from {batch.stage.rows}"
    ) or {"lines": 0, "net": 0}
    batch.report.totals = Totals(lines=row["lines"], net_minor=row["net"])
    stored = await fetch_value(f"select count(*) from payment p where {goes}", *args)
    kept = await fetch_value(f"select count(*) from {marks} where state in (2, 6)")
    batch.report.counts.removed = stored - kept


async def apply_payments(batch: Batch, now: dt.datetime) -> None:
    """Write payments, taking the months of the file away first in replace mode; conflicts stay out."""
    await make_account_stubs(batch.stage, CODES, "dealer", now=now)
    await analyze(batch.stage.codes)
    goes, args = _going(batch)
    await execute(
        "insert into import_change (batch, entity, entity_id, before)"
        f" select {batch.id}, 'payment', p.id, {json_object({name: f'p.{name}' for name in _COLUMNS})}"
        f" from payment p where {goes}",
        *args,
    )
    await execute(f"delete from payment where id in (select p.id from payment p where {goes})", *args)
    account = statement(_ACCOUNT, codes=batch.stage.codes)
    await execute(
        "insert into payment (source, number, account, paid_on, amount_minor, batch, document_number)"
        f" select {batch.source}, s.c_number, {account}, s.c_day, s.c_amount, {batch.id},"
        " coalesce(s.c_document, '')"
        f" from {batch.stage.rows} s where not exists"
        f" (select 1 from {batch.stage.marks} m where m.row_no = s.row_no and m.state in (3, 4, 5))"
    )


async def undo_payments(batch: Batch) -> None:
    """Take the batch's payments away and bring back those it replaced.

    Raises:
        Conflict: A later batch replaced them or wrote the same numbers.
    """
    replaced = (
        "select 1 from import_change c where c.entity = 'payment' and c.batch <> {}"
        f" and {json_value('c.before', 'batch', 'bigint')} = {{}} limit 1"
    )
    await execute("delete from payment where batch = {}", batch.id)
    number = json_value("c.before", "number", "text")
    clashing = (
        f"select 1 from import_change c join payment p on p.source = {batch.source} and p.number = {number}"
        " where c.batch = {} and c.entity = 'payment' limit 1"
    )
    if (
        await fetch_value(replaced, batch.id, batch.id) is not None
        or await fetch_value(clashing, batch.id) is not None
    ):
        raise Conflict("A later import changed these payments. Undo it first.")
    # What was written down before payments could name a document does not say so.
    values = ", ".join(
        f"coalesce({json_value('c.before', name, kind)}, '')" if kind == "text"
        else json_value("c.before", name, kind)
        for name, kind in _COLUMNS.items()
    )  # fmt: skip
    await execute(
        f"insert into payment (id, {', '.join(_COLUMNS)}) select c.entity_id, {values} from import_change c"
        " where c.batch = {} and c.entity = 'payment'",
        batch.id,
    )
    await remove_stubs(batch.id)
