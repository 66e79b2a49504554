"""Reads of runs: which one stands for a month, and the immutable inputs stored with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.evaluations.model import RunState, SubjectKind
from portal.evaluations.results import Contexts, Result, unpack_contexts
from portal.files.queries import get_file
from rules.facts import FactTable
from rules.months import Month
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as services and screens see it.

    Attributes:
        subjects: Number of scorecards when complete.
        snapshot_id: Stored facts, or None before they are measured.
        is_reference_only: First month of its rulebook: published as 참고용.
        close_requested_by: User who asked for the close, or None.
    """

    id: int
    month: Month
    kind: SubjectKind
    state: RunState
    as_of_at: dt.datetime
    rulebook_id: int
    rulebook_sha256: str
    rulebook_label: str
    is_reference_only: bool
    subjects: int
    snapshot_id: int | None
    snapshot_sha256: str
    contexts_id: int | None
    contexts_sha256: str
    results_sha256: str
    code_version: str
    job_id: int | None
    published_at: dt.datetime | None
    close_requested_by: int | None
    close_requested_for: int | None
    close_requested_at: dt.datetime | None
    closed_at: dt.datetime | None


_SELECT = (
    "select r.id, r.month_on, r.subject_kind, r.state, r.as_of_at, r.rulebook as rulebook_id,"
    " b.sha256 as rulebook_sha256, b.label as rulebook_label, r.is_reference_only, r.subjects,"
    " r.snapshot as snapshot_id, r.snapshot_sha256, r.contexts as contexts_id, r.contexts_sha256,"
    " r.results_sha256, r.code_version, r.job_id, r.published_at,"
    " r.close_requested_by_user_id as close_requested_by,"
    " r.close_requested_for_user_id as close_requested_for, r.close_requested_at, r.closed_at"
    " from evaluation_run r join rulebook_version b on b.id = r.rulebook"
)


def _view(row: Row) -> RunView:
    month_on = as_date(row.pop("month_on"))
    if month_on is None:
        raise ValueError("a run without a month")
    return RunView(
        **row
        | {
            "month": Month(month_on),
            "kind": SubjectKind(row.pop("subject_kind")),
            "state": RunState(row["state"]),
            "is_reference_only": bool(row["is_reference_only"]),
        }
    )


async def get_run(run_id: int) -> RunView:
    """Return a run.

    Raises:
        NotFound: There is none with this id.
    """
    row = await fetch_one(_SELECT + " where r.id = {}", run_id)
    if row is None:
        raise NotFound
    return _view(row)


async def find_run(month: Month, kind: SubjectKind) -> RunView | None:
    """Return the run that stands for a month: the newest one that did not fail, or None."""
    row = await fetch_one(
        _SELECT + " where r.month_on = {} and r.subject_kind = {} and r.state <> 'failed'"
        " order by r.id desc limit 1",
        month.first_on,
        kind.value,
    )
    return None if row is None else _view(row)


async def require_run(month: Month, kind: SubjectKind) -> RunView:
    """Return the run that stands for a month.

    Raises:
        NotFound: The month was not evaluated.
    """
    run = await find_run(month, kind)
    if run is None:
        raise NotFound("%(month)s has not been evaluated.", month=str(month))
    return run


async def list_runs(kind: SubjectKind, *, limit: int = 24) -> list[RunView]:
    """Return the runs that stand for the latest months, newest month first."""
    rows = await fetch(
        _SELECT + " where r.subject_kind = {} and r.state <> 'failed' and r.id = (select max(n.id)"  # noqa: S608  from code
        " from evaluation_run n where n.month_on = r.month_on and n.subject_kind = r.subject_kind"
        " and n.state <> 'failed') order by r.month_on desc limit {}",
        kind.value,
        limit,
    )
    return [_view(row) for row in rows]


async def load_rulebook(rulebook_id: int) -> Rulebook:
    """Read a stored rulebook version back.

    Raises:
        NotFound: There is none with this id.
    """
    row = await fetch_one("select content from rulebook_version where id = {}", rulebook_id)
    if row is None:
        raise NotFound
    return Rulebook.load(row["content"])


async def load_snapshot(run: RunView) -> FactTable:
    """Read the facts a run was computed from.

    Raises:
        NotFound: They are not measured yet.
        rules.errors.SnapshotError: The bytes are damaged.
        portal.files.queries.DamagedFileError: The bytes are not those that were stored.
    """
    file = await get_file(run.snapshot_id) if run.snapshot_id is not None else None
    if file is None:
        raise NotFound
    return FactTable.from_bytes(file.content)


async def load_contexts(run: RunView) -> Contexts:
    """Read what the subjects of a run brought along; errors as for ``load_snapshot``."""
    file = await get_file(run.contexts_id) if run.contexts_id is not None else None
    if file is None:
        raise NotFound
    return unpack_contexts(file.content)


async def list_results(run_id: int) -> list[Result]:
    """Return the stored results of a run in subject order: what the results hash is taken over."""
    rows = await fetch(
        "select subject_key as subject, points_milli, grade, held_reason as held, previous_grade,"
        " months_below_before, months_below, condition_bits as bits, grade_fell"
        " from scorecard where run = {}",
        run_id,
    )
    results = [Result(**row | {"bits": bytes(row["bits"])}) for row in rows]
    # Code points decide, as in the snapshot; a database's collation may differ.
    return sorted(results, key=lambda result: result.subject)
