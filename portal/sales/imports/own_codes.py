"""Codes in a dealer's own files: his accounts, what he said they mean, and those he wants made.

A dealer's codes are a world of their own. A code that another dealer's account has is answered exactly like
one that nobody has: nothing here looks beyond the dealer's own accounts. Rules: docs/algorithms/imports.md.
"""

# ruff: noqa: S608  the pieces joined here are constants and names from code; values are bound

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import execute, fetch
from portal.network.indexing import reindex_accounts_where
from portal.sales.imports import line_sql as sql
from portal.sales.imports.statements import analyze, statement, with_marks
from portal.sales.model import Level

if TYPE_CHECKING:
    import datetime as dt

    from portal.sales.imports.batch import Batch

TO_BE_MADE = 2
"""``stub`` of a code that the dealer wants made; 1 once it is made."""

BUYERS = sql.BUYER + Level.SELL_THROUGH
_STANDS = (
    "case when g.merged_into is null or coalesce(k.dealer, 0) <> coalesce(g.dealer, 0) then g.id"
    " else g.merged_into end"
)
_OWN = " left join account k on k.id = g.merged_into where g.kind in ($kinds) and g.dealer = $dealer"
RESOLVE_OWN = (
    "update <codes> set id = coalesce("
    f"(select {_STANDS} from dealer_code c join account g on g.id = c.account{_OWN}"
    " and c.dealer = $dealer and c.field = 'buyer' and c.code = <codes>.code),"
    f" (select {_STANDS} from account g{_OWN} and g.code = <codes>.code"
    " order by case g.kind when $first then 1 else 2 end limit 1)) where field = $of and id is null"
)
"""What the dealer said first, then his accounts' codes; merged over the border a record is what it was."""

RESOLVE_OWN_PRODUCTS = (
    "update <codes> set id = coalesce((select c.product from dealer_code c where c.dealer = $dealer"
    " and c.field = 'product' and c.code = <codes>.code),"
    " (select p.id from product p where p.code = <codes>.code and p.is_stub = false))"
    f" where field = {sql.PRODUCT} and id is null"
)
MARK_TO_BE_MADE = (
    f"update <codes> set stub = {TO_BE_MADE} where field = {BUYERS} and id is null and exists"
    " (select 1 from dealer_code c where c.dealer = $dealer and c.field = 'buyer' and c.account is null"
    " and c.code = <codes>.code)"
)
MARK_OWN = (
    "insert into <marks> (row_no, state) select s.row_no,"
    " case when " + sql.LEVEL + " <> 2 or (s.c_seller is not null and (k.id is null or k.id <> $dealer))"
    " then 4 else 7 end from <rows> s"
    " left join <codes> b on b.field = " + sql.LEVEL + " and b.code = s.c_buyer"
    " left join <codes> k on k.field = 10 + " + sql.LEVEL + " and k.code = s.c_seller"
    f" left join <codes> p on p.field = {sql.PRODUCT} and p.code = s.c_product"
    " where not exists (select 1 from <marks> m where m.row_no = s.row_no)"
    " and (" + sql.LEVEL + " <> 2 or (s.c_seller is not null and (k.id is null or k.id <> $dealer))"
    f" or p.id is null or (b.id is null and coalesce(b.stub, 0) <> {TO_BE_MADE}))"
)
"""Rows that are not the dealer's to bring (levels, sellers), and rows of codes he has to explain."""

_CODE = "substr('$dealer-' || c.code, 1, 60)"
_ASKED = f"c.field = {BUYERS} and c.stub = {TO_BE_MADE} and c.id is null"
_MADE = f"c.field = {BUYERS} and c.stub = 1"
_MAKE = (
    "insert into account (kind, code, name, region, area, state, dealer, owner, is_stub, version, created_at,"
    f" updated_at) select 'terminal', {_CODE}, substr(c.code, 1, 120), d.region, '', 'existing', d.id,"
    " 'dealer', true, 1, $timestamptz, $timestamptz from <codes> c join account d on d.id = $dealer"
    f" where {_ASKED} on conflict (kind, code) do nothing"
)
_FIND = (
    "update <codes> set stub = 1, id = (select a.id from account a where a.kind = 'terminal'"
    f" and a.dealer = $dealer and a.code = {_CODE.replace('c.code', '<codes>.code')})"
    f" where field = {BUYERS} and id is null and stub = {TO_BE_MADE}"
)
COUNT_TO_BE_MADE = f"select count(*) from <codes> where stub in (1, {TO_BE_MADE})"
_OWN_ROWS = (
    f"insert into terminal (account) select c.id from <codes> c where {_MADE}"
    " and not exists (select 1 from terminal t where t.account = c.id)"
)
_JOURNAL = (
    "insert into import_change (batch, entity, entity_id) select $batch, 'account', c.id from <codes> c"
    f" where {_MADE}"
)
_SAME = f"from <codes> c where {_MADE} and c.code = dealer_code.code"
_REMEMBER = (
    f"update dealer_code set account = (select c.id {_SAME}) where dealer = $dealer and field = 'buyer'"
    f" and account is null and exists (select 1 {_SAME})"
)


def filled(batch: Batch, template: str, **parts: str) -> str:
    """Fill a statement of a dealer's own batch: names of the stage and ``$`` places from code."""
    ids = {"dealer": str(batch.dealer_id), "batch": str(batch.id), "level": str(batch.level or 2)}
    for name, part in (*parts.items(), *ids.items()):
        template = template.replace(f"${name}", part)
    return statement(template, **batch.stage.names)


async def resolve_products(batch: Batch) -> None:
    """Find the products a dealer's codes mean, and note the buyers he wants made."""
    await execute(filled(batch, RESOLVE_OWN_PRODUCTS))
    await execute(filled(batch, f"update <codes> set stub = 0 where stub = {TO_BE_MADE}"))
    await execute(filled(batch, MARK_TO_BE_MADE))


async def make_accounts(batch: Batch, now: dt.datetime) -> None:
    """Make the retail points a dealer asked for; his own, and named by their code until he names them."""
    if not await fetch(filled(batch, f"select 1 from <codes> where stub = {TO_BE_MADE} limit 1")):
        return
    await execute(filled(batch, with_marks(_MAKE)), now, now)
    await analyze("account")
    for template in (_FIND, _OWN_ROWS, _JOURNAL, _REMEMBER):
        await execute(filled(batch, template))
    named = f"a.id in (select id from {batch.stage.codes} where stub = 1 and field = {{}})"
    await reindex_accounts_where(named, int(BUYERS))
