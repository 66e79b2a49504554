"""A file's way: opened, read and staged, looked at, applied or discarded, undone.

Each step is a use case with its own units of work. The steps on screen and on the command line are the same;
on screen a job runs them.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from portal.access import Signature
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import engine_kind, execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid
from portal.sales.imports import kinds, staging
from portal.sales.imports.batch import Batch, find_source, get_batch, last_change, move, save_report
from portal.sales.imports.errors import write_conflicts
from portal.sales.imports.model import DEFAULT_SOURCE, REPLACEABLE, BatchState, ImportKind, Mode
from portal.sales.imports.profile import warn_about_period
from portal.sales.imports.statements import tune
from portal.sales.reading import FileRefused, Limits, load_column_map, read_file
from portal.sales.reading.known import table_spec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from portal.sales.reading import ReadReport, TableSpec
    from portal.settings import Settings

ROWS = "rows.tsv"
"""Name of the reader's output in a batch's folder, staged while it grows."""

UPLOAD = "upload"
"""Name of the received file in a batch's folder, kept until the batch is applied or given up."""

_LOCK = 0x62697375  # any constant: imports of one database are applied one after another


@dataclass(frozen=True, slots=True)
class NewImport:
    """What somebody asks for.

    Attributes:
        path: The file, where the portal can read it.
        file_name: Its name on the asker's disk.
        map_text: Column map as text, or "" to guess from the headers.
        source_code: Source system; part of every line's identity.
        level: 1 sell-in, 2 sell-through, 3 sell-out for lines that name none; None = inferred.
        dealer_id: The dealer whose own import this is.
    """

    kind: ImportKind
    path: Path
    file_name: str
    mode: Mode = Mode.ADD
    map_text: str = ""
    source_code: str = DEFAULT_SOURCE
    level: int | None = None
    dealer_id: int | None = None
    actor: Signature | None = field(default=None)


def folder_of(settings: Settings, batch_id: int) -> Path:
    """Return the folder that keeps a batch's error rows; made by the reader."""
    return settings.data_dir / "imports" / str(batch_id)


async def open_batch(new: NewImport) -> int:
    """Write the batch down and return its id, in the caller's unit of work.

    Raises:
        Invalid: The mode does not go with the kind.
    """
    if new.mode is Mode.REPLACE and new.kind not in REPLACEABLE:
        raise Invalid.of("mode", "Only orders and payments can replace what is there; choose add.")
    source = await find_source(new.source_code) if new.kind in REPLACEABLE else None
    return int(
        await fetch_value(
            "insert into import_batch (kind, source, mode, state, file_name, level, column_map, report,"
            " actor_user_id, dealer, created_at)"
            " values ({}, {}, {}, 'reading', {}, {}, {}, '{{}}', {}, {}, {}) returning id",
            new.kind.value, source, new.mode.value, new.file_name[:200], new.level, new.map_text,
            new.actor.user_id if new.actor else None, new.dealer_id, dt.datetime.now(dt.UTC),
        )
    )  # fmt: skip


async def stage_file(batch_id: int, path: Path, settings: Settings) -> Batch:
    """Read a file in a child process and stage its good rows, compared with what is stored.

    A file that cannot be read leaves the batch refused, with the reason in ``import_batch.error``.

    Raises:
        FileRefused: The file is no table, breaks a limit or killed its reader.
        Invalid: Required columns are missing.
    """
    batch = await get_batch(batch_id)
    steps = kinds.steps_of(batch.kind)
    spec = _spec(batch, settings)
    rows_path = folder_of(settings, batch_id) / ROWS
    await asyncio.to_thread(rows_path.unlink, missing_ok=True)
    async with unit_of_work():
        await staging.create(
            batch.stage, [(column.name, column.kind) for column in spec.columns], steps.computed
        )
    reading = asyncio.ensure_future(asyncio.to_thread(_read, batch, spec, path, settings))
    try:
        await staging.load(batch.stage, rows_path, [column.name for column in spec.columns], reading)
        report = await reading
        _keep_reading(batch, report, settings)
        _refuse_missing(report)
    except (FileRefused, Invalid) as error:
        await _refuse(batch, error)
        raise
    finally:
        await asyncio.wait([reading])
        await asyncio.to_thread(rows_path.unlink, missing_ok=True)
    batch.file_sha256 = await asyncio.to_thread(_sha256, path)
    await _classify(batch, settings)
    return batch


def _spec(batch: Batch, settings: Settings) -> TableSpec:
    return table_spec(
        batch.kind, scale=settings.currency_decimals, currency=settings.currency, zone=settings.business_zone
    )


def _read(batch: Batch, spec: TableSpec, path: Path, settings: Settings) -> ReadReport:
    limits = Limits(
        memory_bytes=settings.import_memory_bytes,
        cpu_seconds=settings.import_wall_seconds,
        wall_seconds=settings.import_wall_seconds,
        gz_bytes=settings.import_max_bytes,
    )
    column_map = load_column_map(batch.column_map) if batch.column_map else None
    return read_file(path, spec, column_map, folder_of(settings, batch.id), limits, staging.layout())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_missing(report: ReadReport) -> None:
    if report.missing:
        raise Invalid.of(
            "file",
            "These columns were not found: %(columns)s. Choose them in a column map.",
            columns=", ".join(report.missing),
        )


async def _refuse(batch: Batch, error: FileRefused | Invalid) -> None:
    """Keep why a file was refused as a sentence with its values, to be translated where it is shown."""
    if isinstance(error, FileRefused):
        reason = {"text": error.message.msgid, "params": dict(error.message.params)}
    else:
        said = error.problems[0].message
        reason = {"text": said.text, "params": dict(said.params)}
    async with unit_of_work():
        await staging.drop(batch.stage)
        await save_report(batch)
        await execute(
            "update import_batch set state = 'refused', error = {} where id = {} and state = 'reading'",
            json.dumps(reason, ensure_ascii=False),
            batch.id,
        )


def _sources(read: ReadReport) -> dict[str, str]:
    """Return our column → the header it is read from."""
    found: dict[str, str] = {}
    for header, columns in read.header_map.items():
        for column in [columns] if isinstance(columns, str) else columns:
            found[column] = header
    return found


def _keep_reading(batch: Batch, read: ReadReport, settings: Settings) -> None:
    """Take what the reader found into the batch's report."""
    batch.report.reader = {
        "format": read.format, "encoding": read.encoding, "sheet": read.sheet, "header_row": read.header_row,
        "headers": read.headers, "sources": _sources(read), "unmapped": read.unmapped,
        "zone": settings.business_zone,
        "missing": read.missing,
        "sample": read.raw_sample[:5],
        "skipped": read.rows_skipped, "problems": read.problem_counts, "warnings": read.warnings,
    }  # fmt: skip
    batch.report.months = read.months
    batch.report.reader["days"] = read.days
    batch.tally = read.tally
    batch.report.counts.read = read.rows_read
    batch.report.counts.rejected = read.rows_rejected


async def _classify(batch: Batch, settings: Settings) -> None:
    async with unit_of_work():
        await tune()
        await kinds.steps_of(batch.kind).classify(batch)
        await warn_about_period(batch, settings)
        batch.report.reader["compared_at"] = await last_change()
        await write_conflicts(batch, folder_of(settings, batch.id))
        await save_report(batch)
        await execute("update import_batch set file_sha256 = {} where id = {}", batch.file_sha256, batch.id)
        await move(batch.id, BatchState.READING, to=BatchState.STAGED)
    batch.state = BatchState.STAGED


async def apply_batch(
    batch_id: int,
    settings: Settings,
    actor: Signature | None = None,
    last: Callable[[], Awaitable[None]] | None = None,
) -> Batch:
    """Make the staged rows records, all of them or none, then drop the stage.

    Args:
        batch_id: A staged batch.
        settings: Where the batch's folder is.
        actor: Who confirmed it.
        last: Called as the last thing of the unit of work, for a job's progress.

    Raises:
        Conflict: The batch is not staged, or its staged rows were lost with the server.
    """
    async with unit_of_work():
        await _one_at_a_time()
        await move(batch_id, BatchState.STAGED, BatchState.APPLYING, to=BatchState.APPLIED)
        batch = await get_batch(batch_id)
        if not await staging.exists(batch.stage):
            raise Conflict("The rows of this import are gone. Import the file again.")
        steps = kinds.steps_of(batch.kind)
        if batch.report.reader.get("compared_at") != await last_change():
            await steps.reclassify(batch)
            await write_conflicts(batch, folder_of(settings, batch_id))
        now = dt.datetime.now(dt.UTC)
        if _has_work(batch):
            await steps.apply(batch, now)
        await save_report(batch)
        await execute("update import_batch set applied_at = {} where id = {}", now, batch_id)
        await record(actor, "import.applied", _subject(batch_id), note=_note(batch))
        if last is not None:
            await last()
    async with unit_of_work():
        await staging.drop(batch.stage)
    await asyncio.to_thread((folder_of(settings, batch_id) / UPLOAD).unlink, missing_ok=True)
    batch.applied_at, batch.state = now, BatchState.APPLIED
    return batch


async def _one_at_a_time() -> None:
    """Wait until no other import is being applied or undone; SQLite's single writer sees to it by itself."""
    if engine_kind() == "postgres":
        await execute(f"select pg_advisory_xact_lock({_LOCK})")
    await tune()


def _has_work(batch: Batch) -> bool:
    counts = batch.report.counts
    return bool(counts.new or counts.changed or counts.removed)


def _note(batch: Batch) -> str:
    counts = batch.report.counts
    return json.dumps(
        {"kind": batch.kind, "file": batch.file_name, "new": counts.new, "changed": counts.changed,
         "removed": counts.removed}, ensure_ascii=False,
    )  # fmt: skip


def _subject(batch_id: int) -> Subject:
    return Subject("import", str(batch_id))


async def discard_batch(batch_id: int, settings: Settings, actor: Signature | None = None) -> None:
    """Give a staged batch up: its rows go, its line in the list stays.

    Raises:
        Conflict: It is not staged any more.
    """
    async with unit_of_work():
        await move(
            batch_id, BatchState.STAGED, BatchState.READING, BatchState.REFUSED, to=BatchState.DISCARDED
        )
        batch = await get_batch(batch_id)
        await staging.drop(batch.stage)
        await record(actor, "import.discarded", _subject(batch_id))
    await asyncio.to_thread(shutil.rmtree, folder_of(settings, batch_id), ignore_errors=True)


async def undo_batch(
    batch_id: int,
    settings: Settings,  # noqa: ARG001  every change of a batch has it
    actor: Signature | None = None,
    last: Callable[[], Awaitable[None]] | None = None,
) -> Batch:
    """Take a whole batch back: records, lines and totals are again what they were before it.

    Raises:
        Conflict: It is not applied, or a later change stands on it.
    """
    async with unit_of_work():
        await _one_at_a_time()
        await move(batch_id, BatchState.APPLIED, to=BatchState.UNDONE)
        batch = await get_batch(batch_id)
        await kinds.steps_of(batch.kind).undo(batch)
        await execute("delete from import_change where batch = {}", batch_id)
        await execute(
            "update import_batch set undone_at = {} where id = {}", dt.datetime.now(dt.UTC), batch_id
        )
        await record(actor, "import.undone", _subject(batch_id), note=_note(batch))
        if last is not None:
            await last()
    return batch


async def import_file(new: NewImport, settings: Settings, *, dry_run: bool = False) -> Batch:
    """Import a file from beginning to end, as the command line does; conflicts and errors stay out.

    With ``dry_run`` nothing is kept but the batch's line, as discarded.
    """
    async with unit_of_work():
        batch_id = await open_batch(new)
    batch = await stage_file(batch_id, new.path, settings)
    if dry_run:
        await discard_batch(batch_id, settings, new.actor)
        return batch
    return await apply_batch(batch_id, settings, new.actor)
