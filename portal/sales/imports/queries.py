"""Batches and stubs as screens show them, limited to what the viewer may see.

The manufacturer's people see the manufacturer's imports; a dealer's owner sees his own dealer's. What is not
visible is not there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import living
from portal.paging import COUNT_CAP, PAGE_SIZE, Page, page_of
from portal.sales.imports.batch import Batch, get_batch
from portal.sales.imports.line_sql import PRODUCT
from portal.sales.imports.own_codes import BUYERS

# ruff: noqa: S608  conditions come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.paging import Cursor

Condition = tuple[str, tuple[Any, ...]]
UNEXPLAINED_SHOWN, CHOICES_SHOWN = 50, 500


@dataclass(frozen=True, slots=True)
class Shown:
    """A batch with what only the screen needs.

    Attributes:
        error: Why it was refused: ``text`` and ``params`` of a sentence, empty when it was not.
        job: Its unfinished or last job: id, state, done, total, error.
        actor: Name of who imported, or None for the command line.
    """

    batch: Batch
    error: dict[str, Any]
    job: dict[str, Any] | None
    actor: str | None
    source: str | None


def seen_by(viewer: Viewer, alias: str = "b") -> Condition:
    """Return the condition that the viewer may see a batch, and its values."""
    if not viewer.is_dealer_side:
        return f"{alias}.dealer is null", ()
    dealers = viewer.scope.dealer_ids
    if not dealers:
        return "1 = 0", ()
    return f"{alias}.dealer in ({', '.join('{}' for _ in dealers)})", dealers


async def list_batches(viewer: Viewer, kind: str, state: str, cursor: Cursor) -> Page[dict[str, Any]]:
    """Return one page of imports, newest first.

    Args:
        viewer: Who asks.
        kind: Only this kind of import, or "" for all.
        state: Only in this state, or "" for all.
        cursor: Where the page starts; its key is the batch's id.
    """
    where, args = seen_by(viewer)
    for column, value in (("kind", kind), ("state", state)):
        if value:
            where, args = f"{where} and b.{column} = {{}}", (*args, value)
    counted = await fetch(
        f"select count(*) as rows from (select 1 from import_batch b where {where} limit {COUNT_CAP + 1}) c",
        *args,
    )
    beyond = ">" if cursor.backwards else "<"
    if cursor.key:
        where, args = f"{where} and b.id {beyond} {{}}", (*args, cursor.key[0])
    rows = await fetch(
        "select b.id, b.kind, b.mode, b.state, b.file_name, b.rows_read, b.rows_new, b.rows_changed,"
        " b.rows_same, b.rows_conflict, b.rows_rejected, b.rows_removed, b.stubs, b.period_from, b.period_to,"
        " b.created_at, b.applied_at, b.undone_at, u.name as actor from import_batch b"
        f" left join login_user u on u.id = b.actor_user_id where {where}"
        f" order by b.id {'asc' if cursor.backwards else 'desc'} limit {PAGE_SIZE + 1}",
        *args,
    )
    return page_of(rows, cursor, lambda row: (row["id"],), total=counted[0]["rows"])


async def find_shown(viewer: Viewer, batch_id: int) -> Shown:
    """Return a batch the viewer may see.

    Raises:
        NotFound: It does not exist, or not for this viewer.
    """
    where, args = seen_by(viewer)
    row = await fetch_one(
        "select b.error, b.job_id, u.name as actor, s.code as source from import_batch b"
        " left join login_user u on u.id = b.actor_user_id left join import_source s on s.id = b.source"
        f" where b.id = {{}} and {where}",
        batch_id,
        *args,
    )
    if row is None:
        raise NotFound
    job = await fetch_one(
        "select id, kind, state, done, total, error from job where id = {}", row["job_id"] or 0
    )
    error = json.loads(row["error"]) if row["error"] else {}
    return Shown(await get_batch(batch_id), error, job, row["actor"], row["source"])


async def list_stubs(cursor: Cursor) -> Page[dict[str, Any]]:
    """Return codes that files named and no master has: accounts and products, by kind and code."""
    beyond, way = ("<", "desc") if cursor.backwards else (">", "asc")
    where = f" where (x.kind, x.code) {beyond} ({{}}, {{}})" if cursor.key else ""
    rows = await fetch(
        "select * from (select a.kind as kind, a.code as code, a.id as id, d.name as dealer from account a"
        " left join account d on d.id = a.dealer where a.is_stub = true and a.merged_into is null"
        " union all select 'product', p.code, p.id, null from product p where p.is_stub = true) x"
        f"{where} order by x.kind {way}, x.code {way} limit {PAGE_SIZE + 1}",
        *cursor.key[:2],
    )
    counted = await fetch(
        "select (select count(*) from account where is_stub = true and merged_into is null)"
        " + (select count(*) from product where is_stub = true) as rows"
    )
    return page_of(rows, cursor, lambda row: (row["kind"], row["code"]), total=counted[0]["rows"])


async def list_unexplained(batch: Batch, limit: int = UNEXPLAINED_SHOWN) -> list[dict[str, Any]]:
    """Return codes of a dealer's staged file that he has to explain, those of most rows first.

    Returns:
        Rows with ``field`` (buyer or product), ``code``, ``lines`` and ``amount_minor``.
    """
    parts = [
        f"select '{field}' as field, c.code, count(*) as lines, sum(s.c_amount) as amount_minor"
        f" from {batch.stage.codes} c join {batch.stage.rows} s on s.{column} = c.code"
        f" where c.field = {number} and c.id is null and c.stub = 0 group by c.code"
        for field, column, number in (("buyer", "c_buyer", BUYERS), ("product", "c_product", PRODUCT))
    ]
    return await fetch(f"{' union all '.join(parts)} order by lines desc, code limit {limit}")


async def count_unexplained(batch: Batch) -> int:
    """Count the codes of a dealer's staged file that he has to explain."""
    rows = await fetch(
        f"select count(*) as n from {batch.stage.codes} where field in ({BUYERS}, {PRODUCT})"
        " and id is null and stub = 0"
    )
    return int(rows[0]["n"])


async def list_own_choices(viewer: Viewer, dealer_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return what a dealer may choose from, by name: ``buyer`` his accounts, ``product`` the catalogue."""
    stands = living(viewer, "a")
    accounts = await fetch(
        "select a.code, a.name from account a"
        f" where a.dealer = {{}} and a.kind in ('terminal', 'outlet') and {stands.sql}"
        f" order by a.name, a.id limit {CHOICES_SHOWN}",
        *(dealer_id, *stands.args),
    )
    products = await fetch(
        f"select code, name from product where is_stub = false order by name, id limit {CHOICES_SHOWN}"
    )
    return {"buyer": accounts, "product": products}


async def list_explained(viewer: Viewer, cursor: Cursor) -> Page[dict[str, Any]]:
    """Return one page of what the viewer's dealer said his codes mean, by field and code."""
    dealers = viewer.scope.dealer_ids if viewer.is_dealer_side else ()
    marks = ", ".join("{}" for _ in dealers) or "null"
    beyond, way = ("<", "desc") if cursor.backwards else (">", "asc")
    place = f" and (c.field, c.code) {beyond} ({{}}, {{}})" if cursor.key else ""
    rows = await fetch(
        "select c.field, c.code, c.decided_at, coalesce(u.name, '') as decided_by, a.kind,"
        " a.id as account_id, coalesce(a.name, p.name, '') as name, coalesce(a.code, p.code, '') as known_as"
        " from dealer_code c"
        " left join account a on a.id = c.account left join product p on p.id = c.product"
        " left join login_user u on u.id = c.decided_by_user_id"
        f" where c.dealer in ({marks}){place} order by c.field {way}, c.code {way} limit {PAGE_SIZE + 1}",
        *(*dealers, *cursor.key[:2]),
    )
    return page_of(rows, cursor, lambda row: (row["field"], row["code"]))
