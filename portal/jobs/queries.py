"""Reads of the job table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_one
from portal.jobs.model import JobState, JobView

if TYPE_CHECKING:
    from portal.db.sql import Row

_SELECT = (
    "select id, kind, state, payload, done, total, attempts, result, error, created_by_user_id, created_at,"
    " finished_at from job where "
)


async def find_job(job_id: int) -> JobView | None:
    """Return a job, or None."""
    row = await fetch_one(_SELECT + "id = {}", job_id)
    return None if row is None else _view(row)


async def find_job_by_key(idempotency_key: str) -> JobView | None:
    """Return the job enqueued under a key, or None."""
    row = await fetch_one(
        _SELECT + "idempotency_key = {}",
        idempotency_key,
    )
    return None if row is None else _view(row)


async def list_unfinished(kind: str | None = None) -> list[JobView]:
    """Return queued and running jobs in the order workers take them, of one kind or of all."""
    rows = await fetch(
        _SELECT + "state in ('queued', 'running') and (kind = {} or {} = '') order by priority, id",
        kind or "",
        kind or "",
    )
    return [_view(row) for row in rows]


async def count_by_state() -> dict[str, int]:
    """Return how many jobs stand in each state; states without jobs are left out."""
    rows = await fetch("select state, count(*) as jobs from job group by state")
    return {row["state"]: row["jobs"] for row in rows}


def _view(row: Row) -> JobView:
    plain: dict[str, Any] = {
        **row,
        "state": JobState(row["state"]),
        "payload": json.loads(row["payload"]),
        "result": json.loads(row["result"]),
    }
    return JobView(**plain)
