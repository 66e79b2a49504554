"""The region tree from a file: few rows, parents before children whatever their order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from portal.db import execute, fetch, fetch_value
from portal.errors import Conflict, Invalid
from portal.sales.imports import records
from portal.sales.imports.records import Field, RecordSpec

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt

    from portal.sales.imports.batch import Batch

SPEC = RecordSpec(
    "region",
    ("c_code",),
    "region r",
    "left join region up on up.id = r.parent",
    "r.code = s.c_code",
    "r.id",
    (Field("s.c_name", "r.name"), Field("s.c_name_en", "r.name_en"), Field("s.c_parent", "up.code")),
)


async def classify(batch: Batch) -> None:
    """Mark rows and count; in the open unit of work."""
    await records.classify_records(batch, SPEC)


async def reclassify(batch: Batch) -> None:
    """Compare again with what is stored."""
    await records.reclassify_records(batch, SPEC)


async def apply_regions(batch: Batch, now: dt.datetime) -> None:  # noqa: ARG001  every kind's step has it
    """Write new and changed regions and the path of everything below them.

    Raises:
        Invalid: A parent is unknown, or regions are each other's parents.
    """
    rows = await fetch(
        f"select s.c_code as code, s.c_name as name, s.c_name_en as name_en, s.c_parent as parent,"
        f" m.target as id from {batch.stage.rows} s left join {batch.stage.marks} m on m.row_no = s.row_no"
        " where m.state is null or m.state = 2 order by s.row_no"
    )
    known = {row["code"]: row["id"] for row in await fetch("select id, code from region")}
    waiting = {row["code"]: row for row in rows}
    while waiting:
        ready = [row for row in waiting.values() if not row["parent"] or row["parent"] not in waiting]
        if not ready:
            raise Invalid.of(
                "parent", "These regions are each other's parents: %(codes)s.", codes=_some(waiting)
            )
        for row in ready:
            known[row["code"]] = await _write(batch, row, known)
            del waiting[row["code"]]
    await rebuild_paths()


def _some(waiting: dict[str, Any]) -> str:
    return ", ".join(sorted(waiting)[:5])


async def _write(batch: Batch, row: dict[str, Any], known: dict[str, int]) -> int:
    parent = row["parent"]
    if parent and parent not in known:
        raise Invalid.of("parent", "The parent region %(code)s is unknown.", code=parent)
    parent_id = known[parent] if parent else None
    if row["id"] is None:
        made = await fetch_value(
            "insert into region (code, name, name_en, parent, path) values ({}, {}, {}, {}, {}) returning id",
            row["code"], row["name"], row["name_en"] or "", parent_id, f"new/{batch.id}/{row['code']}/",
        )  # fmt: skip
        await _journal(batch, made, None)
        return int(made)
    before = await fetch("select name, name_en, parent from region where id = {}", row["id"])
    await _journal(batch, row["id"], json.dumps(before[0], ensure_ascii=False))
    await execute(
        "update region set name = coalesce({}, name), name_en = coalesce({}, name_en),"
        " parent = coalesce({}, parent) where id = {}",
        row["name"], row["name_en"], parent_id, row["id"],
    )  # fmt: skip
    return int(row["id"])


async def _journal(batch: Batch, region_id: int, before: str | None) -> None:
    await execute(
        "insert into import_change (batch, entity, entity_id, before) values ({}, 'region', {}, {})",
        batch.id, region_id, before,
    )  # fmt: skip


async def rebuild_paths() -> None:
    """Write every region's materialised path from its parents, in the open unit of work.

    Raises:
        Invalid: Regions are each other's parents.
    """
    rows = {row["id"]: row for row in await fetch("select id, code, parent, path from region")}
    paths: dict[int, str] = {}
    for region_id in rows:
        codes: list[str] = []
        at = region_id
        while at is not None:
            if len(codes) > len(rows):
                raise Invalid.of(
                    "parent", "These regions are each other's parents: %(codes)s.", codes=rows[at]["code"]
                )
            codes.append(rows[at]["code"])
            at = rows[at]["parent"]
        paths[region_id] = f"/{'/'.join(reversed(codes))}/"
    wrong = {key: path for key, path in paths.items() if rows[key]["path"] != path}
    for key in wrong:
        await execute("update region set path = {} where id = {}", f"moving/{key}/", key)
    for key, path in wrong.items():
        await execute("update region set path = {} where id = {}", path, key)


async def undo_regions(batch: Batch) -> None:
    """Take new regions away and put changed ones back.

    Raises:
        Conflict: Accounts or other regions stand in a new region by now.
    """
    changes = await fetch(
        "select entity_id as id, before from import_change where batch = {} and entity = 'region'"
        " order by import_change.id desc",
        batch.id,
    )
    for change in changes:
        if change["before"] is not None:
            before = json.loads(change["before"])
            await execute(
                "update region set name = {}, name_en = {}, parent = {} where id = {}",
                before["name"], before["name_en"], before["parent"], change["id"],
            )  # fmt: skip
    for change in changes:
        if change["before"] is None:
            used = (
                "select 1 where exists (select 1 from account where region = {})"
                " or exists (select 1 from region where parent = {})"
            )
            if await fetch_value(used, change["id"], change["id"]) is not None:
                raise Conflict("Regions of this import are in use by now; it can no longer be undone.")
            await execute("delete from region where id = {}", change["id"])
    await rebuild_paths()
