"""Dealers, outlets and terminals from a file: accounts, what their kind alone has, and who supplies whom."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import asyncpg

from portal.db import execute, fetch_value
from portal.errors import Conflict
from portal.network.indexing import KIND_OF, reindex_accounts_where
from portal.sales.imports import records
from portal.sales.imports.model import ImportKind
from portal.sales.imports.records import Field, RecordSpec
from portal.sales.imports.statements import analyze, hashing, statement, with_marks
from portal.sales.imports.stubs import make_account_stubs
from portal.sales.imports.supply import link_suppliers, unlink_suppliers
from portal.search.service import remove_selected

# ruff: noqa: S608  the pieces joined here come from the tables below; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.sales.imports.batch import Batch

KIND = {ImportKind.DEALERS: "dealer", ImportKind.OUTLETS: "outlet", ImportKind.TERMINALS: "terminal"}
DEALER_CODES, OUTLET_CODES = 31, 32
# staged column holding the dealer's and the outlet's code, per kind of import
_SUPPLIERS = {
    ImportKind.DEALERS: {},
    ImportKind.OUTLETS: {DEALER_CODES: "c_supplier"},
    ImportKind.TERMINALS: {DEALER_CODES: "c_dealer", OUTLET_CODES: "c_outlet"},
}
_DETAILS: dict[ImportKind, dict[str, tuple[str, str]]] = {
    ImportKind.DEALERS: {
        "business_number": ("replace(s.c_business_number, '-', '')", "text"),
        "opened_on": ("s.c_opened_on", "date"),
        "address": ("s.c_address", "text"),
        "phone": ("s.c_phone", "text"),
        "payment_terms_days": ("s.c_payment_terms_days", "bigint"),
    },
    ImportKind.OUTLETS: {
        "business_number": ("replace(s.c_business_number, '-', '')", "text"),
        "address": ("s.c_address", "text"),
        "phone": ("s.c_phone", "text"),
        "latitude_micro": ("s.c_latitude", "bigint"),
        "longitude_micro": ("s.c_longitude", "bigint"),
    },
    ImportKind.TERMINALS: {
        "channel": ("s.c_channel", "text"),
        "trade_type": ("s.c_trade_type", "text"),
        "address": ("s.c_address", "text"),
        "phone": ("s.c_phone", "text"),
        "latitude_micro": ("s.c_latitude", "bigint"),
        "longitude_micro": ("s.c_longitude", "bigint"),
    },
}
_NULLABLE = frozenset(
    {"business_number", "opened_on", "payment_terms_days", "latitude_micro", "longitude_micro"}
)
_ACCOUNT = {"name": "text", "region": "bigint", "area": "text", "state": "text", "dealer": "bigint",
            "is_stub": "boolean", "version": "bigint", "updated_at": "timestamptz"}  # fmt: skip
_REGION = "(select r.id from region r where r.code = s.c_region)"


def _code_id(field: int, column: str) -> str:
    return f"(select k.id from <codes> k where k.field = {field} and k.code = s.{column})"


def _dealer_of(batch: Batch) -> str:
    """Return SQL of the dealer a staged account belongs to: the one named, else the outlet's, else null."""
    suppliers = _SUPPLIERS[batch.kind]
    if DEALER_CODES not in suppliers:
        return "null"
    named = _code_id(DEALER_CODES, suppliers[DEALER_CODES])
    if OUTLET_CODES not in suppliers:
        return statement(named, codes=batch.stage.codes)
    outlet = _code_id(OUTLET_CODES, suppliers[OUTLET_CODES])
    both = f"coalesce({named}, (select o.dealer from account o where o.id = {outlet}))"
    return statement(both, codes=batch.stage.codes)


def spec_of(batch: Batch) -> RecordSpec:
    """Return how the batch's rows find and compare with stored accounts."""
    kind, suppliers = KIND[batch.kind], _SUPPLIERS[batch.kind]
    fields = [Field("s.c_name", "a.name"), Field(_REGION, "a.region"), Field("s.c_area", "a.area")]
    if batch.kind is ImportKind.TERMINALS:
        fields.append(Field("s.c_state", "a.state"))
    also = ["a.is_stub = true"]
    if suppliers:
        fields.append(Field(_dealer_of(batch), "a.dealer"))
    for field, column in suppliers.items():
        unknown = f"k.field = {field} and k.code = s.{column} and k.id is null"
        also.append(f"exists (select 1 from {batch.stage.codes} k where {unknown})")
    if OUTLET_CODES in suppliers:
        outlet = statement(_code_id(OUTLET_CODES, suppliers[OUTLET_CODES]), codes=batch.stage.codes)
        also.append(
            f"({outlet} is not null and not exists (select 1 from supply_link l where l.buyer = a.id"
            f" and l.to_on is null and l.supplier = {outlet}))"
        )
    fields += [Field(stage, f"t.{column}") for column, (stage, _) in _DETAILS[batch.kind].items()]
    return RecordSpec(
        "account", ("c_code",), "account a", f"left join {kind} t on t.account = a.id",
        f"a.kind = '{kind}' and a.code = s.c_code", "a.id", tuple(fields), " or ".join(also),
    )  # fmt: skip


async def classify(batch: Batch) -> None:
    """Resolve suppliers, mark rows and count; in the open unit of work."""
    for field, column in _SUPPLIERS[batch.kind].items():
        await execute(
            f"insert into {batch.stage.codes} (field, code) select distinct {field}, {column}"
            f" from {batch.stage.rows} where {column} is not null"
        )
    await _resolve(batch)
    await analyze(batch.stage.codes)
    await records.classify_records(batch, spec_of(batch))
    await _warn_unknown_regions(batch)


async def reclassify(batch: Batch) -> None:
    """Compare again with what is stored."""
    await execute(f"update {batch.stage.codes} set id = null")
    await _resolve(batch)
    await records.reclassify_records(batch, spec_of(batch))


async def _resolve(batch: Batch) -> None:
    for field, kind in ((DEALER_CODES, "dealer"), (OUTLET_CODES, "outlet")):
        await execute(
            f"update {batch.stage.codes} set id = (select coalesce(a.merged_into, a.id) from account a"
            f" where a.kind = '{kind}' and a.code = {batch.stage.codes}.code)"
            f" where field = {field} and id is null"
        )


async def _warn_unknown_regions(batch: Batch) -> None:
    unknown = await fetch_value(
        f"select count(distinct s.c_region) from {batch.stage.rows} s where s.c_region is not null"
        " and not exists (select 1 from region r where r.code = s.c_region)"
    )
    if unknown:
        batch.report.warn(
            "unknown_region",
            "%(count)s region codes are unknown; these records stay without a region."
            " Import the regions first.",
            count=unknown,
        )


async def apply_accounts(batch: Batch, now: dt.datetime) -> None:
    """Write new and changed accounts and their supply links; in the open unit of work."""
    await make_account_stubs(batch.stage, DEALER_CODES, "dealer", now=now)
    await make_account_stubs(batch.stage, OUTLET_CODES, "outlet", now=now)
    await analyze(batch.stage.codes, batch.stage.marks)
    await _adopt_outlets(batch)
    async with hashing(batch.report.counts.read):
        await _insert_new(batch, now)
    await _update_changed(batch, now)
    await link_suppliers(batch, _wanted_links(batch), now)
    condition = (
        f"a.id in (select entity_id from import_change where batch = {batch.id} and entity = 'account')"
    )
    await reindex_accounts_where(condition)


async def _adopt_outlets(batch: Batch) -> None:
    """Give outlets made by this batch the dealer their terminals name."""
    if batch.kind is not ImportKind.TERMINALS:
        return
    dealer = _code_id(DEALER_CODES, "c_dealer")
    sql = (
        f"update account set dealer = (select min({dealer}) from <rows> s"
        f" join <codes> o on o.field = {OUTLET_CODES} and o.code = s.c_outlet where o.id = account.id)"
        " where kind = 'outlet' and dealer is null"
        f" and id in (select id from <codes> where field = {OUTLET_CODES} and stub = 1)"
    )
    await execute(statement(sql, **batch.stage.names))


async def _insert_new(batch: Batch, now: dt.datetime) -> None:
    kind, dealer = KIND[batch.kind], _dealer_of(batch)
    state = "coalesce(s.c_state, 'existing')" if batch.kind is ImportKind.TERMINALS else "'existing'"
    region = f"coalesce({_REGION}, (select d.region from account d where d.id = {dealer}))"
    if dealer == "null":
        dealer, region = "cast(null as bigint)", _REGION
    await execute(
        with_marks(
            "insert into account (kind, code, name, region, area, state, dealer, owner, is_stub, version,"
            f" created_at, updated_at) select '{kind}', s.c_code, s.c_name, {region}, coalesce(s.c_area, ''),"
            f" {state}, {dealer}, 'manufacturer', false, 1, $timestamptz, $timestamptz"
            f" from {batch.stage.rows} s where {records.new_rows(batch)}"
        ),
        now,
        now,
    )
    if kind == "dealer":
        await execute("update account set dealer = id where kind = 'dealer' and dealer is null")
    await analyze("account")
    made = f"select id from account where kind = '{kind}' and is_stub = false and created_at = {{}}"
    await records.journal_new(batch, "account", made, now)
    details = _DETAILS[batch.kind]
    values = (
        value if name in _NULLABLE else f"coalesce({value}, '')" for name, (value, _) in details.items()
    )
    await execute(
        f"insert into {kind} (account, {', '.join(details)}) select a.id, {', '.join(values)}"
        f" from {batch.stage.rows} s join account a on a.kind = '{kind}' and a.code = s.c_code"
        f" where {records.new_rows(batch)}"
    )


async def _update_changed(batch: Batch, now: dt.datetime) -> None:
    if not batch.report.counts.changed:
        return
    kind, spec, details = KIND[batch.kind], spec_of(batch), _DETAILS[batch.kind]
    await execute(
        f"insert into {kind} (account) select m.target from {batch.stage.rows} s"
        f" {records.changed_rows(batch)}"
        f" where not exists (select 1 from {kind} t where t.account = m.target)"
    )
    before = {name: f"a.{name}" for name in _ACCOUNT} | {f"t_{name}": f"t.{name}" for name in details}
    await records.journal_changed(batch, spec, before)
    state = "s.c_state" if batch.kind is ImportKind.TERMINALS else "null"
    await _note_states(batch, state, now)
    changed = f"from (select m.target as id, s.* from {batch.stage.rows} s {records.changed_rows(batch)}) s"
    await execute(
        f"update account set name = coalesce(s.c_name, name), region = coalesce({_REGION}, region),"
        f" area = coalesce(s.c_area, area), state = coalesce({state}, state),"
        f" dealer = coalesce({_dealer_of(batch)}, dealer), is_stub = false, version = version + 1,"
        f" updated_at = {{}} {changed} where s.id = account.id",
        now,
    )
    sets = ", ".join(f"{name} = coalesce({value}, {name})" for name, (value, _) in details.items())
    await execute(f"update {kind} set {sets} {changed} where s.id = {kind}.account")


async def _note_states(batch: Batch, state: str, now: dt.datetime) -> None:
    """Write the dated row that every change of a life-cycle state needs."""
    if state == "null":
        return
    today = now.astimezone(ZoneInfo(batch.report.reader["zone"])).date()
    await execute(
        with_marks(
            "insert into account_state (account, state, from_on, reason, actor_user_id, at)"
            f" select a.id, s.c_state, $date, $text, $bigint, $timestamptz from {batch.stage.rows} s"
            f" {records.changed_rows(batch)} join account a on a.id = m.target"
            " where s.c_state is not null and s.c_state <> a.state"
        ),
        today, f"import {batch.id}", batch.actor_user_id, now,
    )  # fmt: skip


def _wanted_links(batch: Batch) -> list[str]:
    """Return queries of (buyer, supplier) that should hold from now on."""
    kind, suppliers = KIND[batch.kind], _SUPPLIERS[batch.kind]
    if not suppliers:
        return []
    rows = (
        f"from {batch.stage.rows} s join account a on a.kind = '{kind}' and a.code = s.c_code"
        f" where not exists (select 1 from {batch.stage.marks} m"
        " where m.row_no = s.row_no and m.state in (4, 5))"
    )
    dealer = _code_id(DEALER_CODES, suppliers[DEALER_CODES])
    if OUTLET_CODES not in suppliers:
        found = [f"select a.id as buyer, {dealer} as supplier {rows}"]
    else:
        outlet = _code_id(OUTLET_CODES, suppliers[OUTLET_CODES])
        found = [
            f"select a.id as buyer, coalesce({outlet}, {dealer}) as supplier {rows}",
            f"select {outlet} as buyer, min({dealer}) as supplier {rows} group by 1",
        ]
    return [statement(sql, codes=batch.stage.codes) for sql in found]


async def undo_accounts(batch: Batch) -> None:
    """Take new accounts away and put changed ones back.

    Raises:
        Conflict: A record was changed or is in use since then.
    """
    await records.refuse_when_touched(batch, "account", "account")
    await unlink_suppliers(batch)
    kind, details = KIND[batch.kind], _DETAILS[batch.kind]
    await execute(
        f"delete from account_state where reason = {{}} and account in ({_MINE})",
        f"import {batch.id}",
        batch.id,
    )
    for name, (_, sql_type) in details.items():
        await records.restore_column(batch, "account", kind, "account", name, f"t_{name}", sql_type)
    await records.restore(batch, "account", "account", "id", _ACCOUNT)
    made = f"{_MINE} and before is null"
    await remove_selected(
        KIND_OF.values(), made.replace("select entity_id", "select entity_id as id"), batch.id
    )
    traded = f"select 1 from document where buyer in ({made}) or seller in ({made}) limit 1"
    if await fetch_value(traded, batch.id, batch.id) is not None:
        raise Conflict("Records of this import are in use by now; it can no longer be undone.")
    try:
        await execute(f"update account set dealer = null where id in ({made})", batch.id)
        for table, column in (
            ("terminal", "account"),
            ("outlet", "account"),
            ("dealer", "account"),
            ("account", "id"),
        ):
            await execute(f"delete from {table} where {column} in ({made})", batch.id)
    except (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError) as error:
        raise Conflict("Records of this import are in use by now; it can no longer be undone.") from error
    await reindex_accounts_where(f"a.id in ({_MINE})", batch.id)


_MINE = "select entity_id from import_change where batch = {} and entity = 'account'"
