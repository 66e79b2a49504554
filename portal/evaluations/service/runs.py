"""Starting the evaluation of a month: at most one run per month and kind of subject stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject as AuditSubject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid
from portal.evaluations import policies
from portal.evaluations.batch import JOB
from portal.evaluations.results import code_version
from portal.evaluations.subjects import list_subjects
from portal.jobs.service import enqueue
from portal.rulebooks.queries.versions import book_for
from portal.rulebooks.service.versions import store_version

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.evaluations.model import SubjectKind
    from rules.months import Month
    from rules.rulebook import Rulebook

# Before other work: somebody is looking at the progress bar.
_PRIORITY = 10


async def start_run(viewer: Viewer | None, month: Month, kind: SubjectKind, today: dt.date) -> int:
    """Open a run as of now and enqueue its computation.

    Args:
        viewer: Who starts it; None is the portal itself (building demo data).
        month: Month to evaluate; it must be over.
        kind: Who is evaluated.
        today: Current day in the business zone.

    Returns:
        The run's id.

    Raises:
        Invalid: The month is not over, nobody is to be evaluated, or no rulebook is in force.
        Conflict: The month has been evaluated, or is being evaluated by somebody else.
    """
    if month.last_on >= today:
        raise Invalid.of("month", "%(month)s is not over yet.", month=str(month))
    book = await book_for(kind.value, month)
    if not await list_subjects(kind, month):
        raise Invalid.of("month", "There is nobody to evaluate in %(month)s.", month=str(month))
    async with unit_of_work():
        await _give_up_failed(month, kind)
        run_id = await _insert(viewer, month, kind, book)
        job_id = await enqueue(
            JOB,
            {"run": run_id},
            idempotency_key=f"{JOB}:{run_id}",
            priority=_PRIORITY,
            actor_user_id=viewer.user_id if viewer else None,
        )
        await execute("update evaluation_run set job_id = {} where id = {}", job_id, run_id)
        await record(
            viewer.signature(policies.EVALUATE) if viewer else None,
            "evaluations.evaluate",
            AuditSubject.of("evaluation_run", run_id),
            {"month": (None, str(month)), "subject": (None, kind.value), "rulebook": (None, book.sha256)},
        )
    return run_id


async def _give_up_failed(month: Month, kind: SubjectKind) -> None:
    """Make room when the standing run can never be finished because its job was given up."""
    await execute(
        "update evaluation_run set state = 'failed' where month_on = {} and subject_kind = {}"
        " and state = 'computing'"
        " and job_id in (select id from job where state in ('failed', 'cancelled', 'done'))",
        month.first_on,
        kind.value,
    )


async def _insert(viewer: Viewer | None, month: Month, kind: SubjectKind, book: Rulebook) -> int:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    run_id = await fetch_value(
        "insert into evaluation_run (month_on, subject_kind, kind, state, as_of_at, rulebook,"
        " is_reference_only, code_version, created_by_user_id, created_at)"
        " values ({}, {}, 'original', 'computing', {}, {}, {}, {}, {}, {})"
        " on conflict do nothing returning id",
        month.first_on,
        kind.value,
        now,
        await store_version(book),
        book.first_month == month,
        code_version(),
        viewer.user_id if viewer else None,
        now,
    )
    if run_id is None:
        raise Conflict("%(month)s is being evaluated or has been evaluated already.", month=str(month))
    return int(run_id)
