"""Computing a run as a job: facts and snapshot in one transaction, then scorecards chunk by chunk.

The cursor moves in the transaction of the chunk it stands for, so a killed worker loses at most an open chunk
and the next one goes on to the very same results: everything it needs was frozen with the snapshot.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject as AuditSubject
from portal.audit.service import record
from portal.db import execute, fetch, insert_rows, unit_of_work
from portal.errors import Conflict
from portal.evaluations.model import RunState, SubjectKind
from portal.evaluations.queries import runs
from portal.evaluations.results import compute, digest, pack_contexts, results_of
from portal.evaluations.sources import measure
from portal.evaluations.subjects import find_contexts, list_subjects
from portal.files.service import store
from rules.errors import RulesError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.evaluations.queries.runs import RunView
    from portal.evaluations.results import Result
    from portal.jobs.run import JobRun
    from rules.facts import FactTable

JOB = "evaluations.run"
CHUNK = 500
COLUMNS = (
    "run",
    "subject_kind",
    "account_id",
    "user_id",
    "subject_key",
    "points_milli",
    "grade",
    "previous_grade",
    "grade_fell",
    "months_below_before",
    "months_below",
    "held_reason",
    "sales_minor",
    "sales_last_minor",
    "active",
    "active_last",
    "is_disputed",
    "condition_bits",
    "state",
    "version",
)


async def run_job(job: JobRun) -> dict[str, Any]:
    """Compute the run named in the payload, from wherever the cursor stands; return its hash.

    Raises:
        Conflict: The rules refuse the facts; the run has failed and the month can be started again.
    """
    run = await runs.get_run(int(job.payload["run"]))
    if run.state is not RunState.COMPUTING:
        return {"run": run.id, "results_sha256": run.results_sha256}
    try:
        if run.snapshot_id is None:
            await _freeze(job, run)
            run = await runs.get_run(run.id)
        await _evaluate(job, run)
        return {"run": run.id, "results_sha256": await _finish(run)}
    except RulesError as error:
        async with unit_of_work():
            await execute("update evaluation_run set state = 'failed' where id = {}", run.id)
        raise Conflict("The rules could not be applied: %(reason)s", reason=str(error)) from error


async def _freeze(job: JobRun, run: RunView) -> None:
    """Measure the month and keep facts and contexts as immutable files."""
    subjects = await list_subjects(run.kind, run.month)
    table = await measure(run.kind, run.month, run.as_of_at, subjects)
    contexts = pack_contexts(await find_contexts(run.kind, run.month))
    async with unit_of_work():
        snapshot_id = await store(table.to_bytes(), "application/vnd.bisugi.facts")
        contexts_id = await store(contexts, "application/json")
        await execute(
            "update evaluation_run set subjects = {}, snapshot = {}, contexts = {},"
            " snapshot_sha256 = (select sha256 from stored_file where id = {}),"
            " contexts_sha256 = (select sha256 from stored_file where id = {}) where id = {}",
            len(subjects),
            snapshot_id,
            contexts_id,
            snapshot_id,
            contexts_id,
            run.id,
        )
        await job.advance(cursor={"next": 0}, done=0, total=len(subjects))


async def _evaluate(job: JobRun, run: RunView) -> None:
    """Evaluate the month, have a sample decided again, and store from the cursor on, chunk by chunk."""
    table = await runs.load_snapshot(run)
    contexts = await runs.load_contexts(run)
    outcomes = compute(await runs.load_rulebook(run.rulebook_id), table, contexts)
    ids = await ids_of(run.kind, table.subjects)
    start = int(job.cursor.get("next", 0))
    while start < len(table.subjects):
        end = min(start + CHUNK, len(table.subjects))
        results = results_of(outcomes, start, end)
        async with unit_of_work():
            await insert_rows("scorecard", COLUMNS, card_rows(run, table, ids, results))
            await job.advance(cursor={"next": end}, done=end)
        start = end


async def ids_of(kind: SubjectKind, subjects: Sequence[str]) -> dict[str, int]:
    """Return account id or user id by subject key."""
    if kind is SubjectKind.REPRESENTATIVE:
        return {subject: int(subject.removeprefix("user-")) for subject in subjects}
    rows = await fetch("select code, id from account where kind = 'dealer'")
    return {row["code"]: row["id"] for row in rows}


def card_rows(
    run: RunView, table: FactTable, ids: dict[str, int], results: Sequence[Result]
) -> Iterator[tuple[Any, ...]]:
    """Yield the values of ``COLUMNS`` for each result, with the figures lists and sums need."""
    dealer = run.kind is SubjectKind.DEALER
    for result in results:
        facts = table.facts(result.subject)
        growth, terminals = facts.get("yoy_growth"), facts.get("active_terminals_yoy")
        known_growth = growth is not None and growth.value_scaled is not None
        known_terminals = terminals is not None and terminals.value_scaled is not None
        yield (
            run.id,
            run.kind.value,
            ids[result.subject] if dealer else None,
            None if dealer else ids[result.subject],
            result.subject,
            result.points_milli,
            result.grade,
            result.previous_grade,
            result.grade_fell,
            result.months_below_before,
            result.months_below,
            result.held,
            growth.numerator + growth.denominator if growth and known_growth else None,
            growth.denominator if growth and known_growth else None,
            terminals.numerator if terminals and known_terminals else None,
            terminals.denominator if terminals and known_terminals else None,
            False,
            result.bits,
            "open",
            1,
        )


async def _finish(run: RunView) -> str:
    """Hash what was stored, open the review, and leave a trace in the audit log."""
    results_sha256 = digest(await runs.list_results(run.id))
    async with unit_of_work():
        opened = await execute(
            "update evaluation_run set state = 'draft', results_sha256 = {} where id = {}"
            " and state = 'computing'",
            results_sha256,
            run.id,
        )
        if opened:
            await record(
                None,
                "evaluations.computed",
                AuditSubject.of("evaluation_run", run.id),
                {
                    "state": ("computing", "draft"),
                    "results_sha256": (None, results_sha256),
                    "snapshot_sha256": (None, run.snapshot_sha256),
                    "computed_at": (None, dt.datetime.now(dt.UTC)),
                },
            )
    return results_sha256
