"""A batch in hand: its settings, its staged tables, its report."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import execute, fetch_one, fetch_value
from portal.errors import Conflict, NotFound
from portal.sales.imports.model import BatchReport, BatchState, ImportKind, Mode
from portal.sales.imports.staging import Stage

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(slots=True)
class Batch:
    """One file's way through staging, preview, confirmation and, possibly, undo.

    Attributes:
        source_id: Row of ``import_source``.
        level: Level of lines that do not name one: 1 sell-in, 2 sell-through, 3 sell-out; None = inferred.
        dealer_id: The dealer whose own import this is, or None for the manufacturer's.
        tally: What the reader counted of order lines, while the file is being read; not kept.
    """

    id: int
    kind: ImportKind
    mode: Mode
    state: BatchState
    source_id: int | None
    level: int | None
    file_name: str
    file_sha256: str
    column_map: str
    actor_user_id: int | None
    dealer_id: int | None
    created_at: dt.datetime
    applied_at: dt.datetime | None
    report: BatchReport
    tally: dict[str, Any] | None = None

    @property
    def stage(self) -> Stage:
        """Names of the staged tables."""
        return Stage(self.id)

    @property
    def source(self) -> int:
        """Row of ``import_source``; every batch of lines or payments has one."""
        if self.source_id is None:
            raise ValueError("this kind of import has no source")
        return self.source_id


_SELECT = (
    "select id, kind, mode, state, source, level, file_name, file_sha256, column_map, actor_user_id, dealer,"
    " created_at, applied_at, report from import_batch where id = {}"
)


async def get_batch(batch_id: int) -> Batch:
    """Return a batch.

    Raises:
        NotFound: There is none with this id.
    """
    row = await fetch_one(_SELECT, batch_id)
    if row is None:
        raise NotFound
    return _batch(row)


def _batch(row: Row) -> Batch:
    return Batch(
        id=row["id"],
        kind=ImportKind(row["kind"]),
        mode=Mode(row["mode"]),
        state=BatchState(row["state"]),
        source_id=row["source"],
        level=row["level"],
        file_name=row["file_name"],
        file_sha256=row["file_sha256"],
        column_map=row["column_map"],
        actor_user_id=row["actor_user_id"],
        dealer_id=row["dealer"],
        created_at=row["created_at"],
        applied_at=row["applied_at"],
        report=BatchReport.from_plain(json.loads(row["report"])),
    )


async def move(batch_id: int, *allowed: BatchState, to: BatchState) -> None:
    """Change a batch's state in the open unit of work.

    Raises:
        Conflict: It is not in one of the allowed states: somebody else was faster.
    """
    marks = ", ".join("{}" for _ in allowed)
    moved = await execute(
        f"update import_batch set state = {{}} where id = {{}} and state in ({marks})",  # noqa: S608  marks only
        to.value, batch_id, *[state.value for state in allowed],
    )  # fmt: skip
    if not moved:
        raise Conflict("This import has moved on. Reload the page.")


async def save_report(batch: Batch) -> None:
    """Write counts, totals and warnings of a batch in the open unit of work."""
    counts = batch.report.counts
    months = sorted(batch.report.months)
    await execute(
        "update import_batch set report = {}, level = {}, rows_read = {}, rows_new = {}, rows_changed = {},"
        " rows_same = {}, rows_conflict = {}, rows_rejected = {}, rows_removed = {}, stubs = {},"
        " period_from = {}, period_to = {} where id = {}",
        json.dumps(batch.report.plain(), ensure_ascii=False), batch.level, counts.read, counts.new,
        counts.changed, counts.same, counts.conflict, counts.rejected, counts.removed, counts.stubs,
        _first_day(months[0]) if months else None, _first_day(months[-1]) if months else None, batch.id,
    )  # fmt: skip


def _first_day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")


async def find_source(code: str) -> int:
    """Return the id of a source system, made when it is new, in the open unit of work."""
    await execute("insert into import_source (code) values ({}) on conflict (code) do nothing", code)
    return int(await fetch_value("select id from import_source where code = {}", code))


async def last_change() -> str:
    """Return a mark that changes whenever a batch is applied or undone, to see whether a preview is stale."""
    row = await fetch_one("select max(applied_at) as applied, max(undone_at) as undone from import_batch")
    return "" if row is None else f"{row['applied']} {row['undone']}"
