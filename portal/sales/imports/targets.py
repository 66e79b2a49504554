"""Sales targets from a file, with the day the dealer agreed where the file knows it.

A changed amount without such a day is a new proposal: the dealer's consent to the old one ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import engine_kind, execute, fetch_value
from portal.sales.imports import records
from portal.sales.imports.records import Field, RecordSpec
from portal.sales.imports.statements import analyze, statement
from portal.sales.imports.stubs import make_account_stubs
from portal.sales.totals import month_of

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.sales.imports.batch import Batch

CODES = 41
_ACCOUNT = f"(select k.id from <codes> k where k.field = {CODES} and k.code = s.c_account)"
_JOURNALLED = {"amount_minor": "bigint", "accepted_at": "timestamptz", "batch": "bigint"}
COLLECT = f"insert into <codes> (field, code) select distinct {CODES}, c_account from <rows> s"
RESOLVE = (
    "update <codes> set id = (select coalesce(a.merged_into, a.id) from account a where a.code = <codes>.code"
    " and a.kind in ('dealer', 'outlet', 'terminal')"
    " order by case a.kind when 'dealer' then 1 when 'outlet' then 2 else 3 end limit 1) where id is null"
)


def _spec(batch: Batch) -> RecordSpec:
    account = statement(_ACCOUNT, codes=batch.stage.codes)
    return RecordSpec(
        "target", ("c_account", "c_month"), "target t", "",
        f"t.account = {account} and t.month_on = {month_of('s.c_month')}", "t.id",
        (Field("s.c_amount", "t.amount_minor"), Field(f"coalesce(s.c_agreed, {_stored()})", _stored())),
    )  # fmt: skip


def _stored() -> str:
    """Return SQL for the day of the stored consent."""
    if engine_kind() == "postgres":
        return "(t.accepted_at at time zone 'UTC')::date"
    return "substr(t.accepted_at, 1, 10)"


def _instant(day: str) -> str:
    """Return SQL for the instant kept for a day of consent, midnight UTC."""
    if engine_kind() == "postgres":
        return f"({day}::timestamp at time zone 'UTC')"
    return f"({day} || ' 00:00:00+00:00')"


async def classify(batch: Batch) -> None:
    """Resolve accounts, mark rows and count; in the open unit of work."""
    await execute(f"update {batch.stage.rows} set c_month = {month_of('c_month')}")
    await execute(statement(COLLECT, **batch.stage.names))
    await execute(statement(RESOLVE, **batch.stage.names))
    await records.classify_records(batch, _spec(batch))
    batch.report.totals.net_minor = await fetch_value(
        f"select coalesce(sum(c_amount), 0) from {batch.stage.rows}"
    )


async def reclassify(batch: Batch) -> None:
    """Compare again with what is stored."""
    await execute(statement(RESOLVE, **batch.stage.names))
    total = batch.report.totals.net_minor
    await records.reclassify_records(batch, _spec(batch))
    batch.report.totals.net_minor = total


async def apply_targets(batch: Batch, now: dt.datetime) -> None:
    """Write new and changed targets; unknown accounts become dealer stubs."""
    await make_account_stubs(batch.stage, CODES, "dealer", now=now)
    await analyze(batch.stage.codes)
    account = statement(_ACCOUNT, codes=batch.stage.codes)
    await records.journal_changed(batch, _spec(batch), {name: f"t.{name}" for name in _JOURNALLED})
    await execute(
        f"update target set accepted_at = case when s.c_agreed is not null then {_instant('s.c_agreed')}"
        " when amount_minor = s.c_amount then accepted_at end,"
        f" amount_minor = s.c_amount, batch = {batch.id}"
        f" from (select m.target as id, s.c_amount, s.c_agreed from {batch.stage.rows} s"
        f" {records.changed_rows(batch)}) s"
        " where s.id = target.id"
    )
    await execute(
        f"insert into target (account, month_on, amount_minor, accepted_at, batch)"
        f" select {account}, s.c_month, s.c_amount, {_instant('s.c_agreed')}, {batch.id}"
        f" from {batch.stage.rows} s where {records.new_rows(batch)}"
    )
    made = (
        f"select id from target where batch = {batch.id} and id not in"
        f" (select entity_id from import_change where batch = {batch.id} and entity = 'target')"
    )
    await records.journal_new(batch, "target", made)


async def undo_targets(batch: Batch) -> None:
    """Take new targets away and put changed ones, consent included, back."""
    await records.restore(batch, "target", "target", "id", _JOURNALLED)
    await execute(
        "delete from target where id in (select entity_id from import_change where batch = {}"
        " and entity = 'target' and before is null)",
        batch.id,
    )
