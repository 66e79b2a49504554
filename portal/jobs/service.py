"""Ask for background work, take the request back, and say which function does it.

A job exists exactly when the change that asks for it is committed, because ``enqueue`` writes in the
caller's unit of work. How it is then done, once, by whichever worker lives: ``worker.py``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable
from typing import Any

from portal.db import execute, fetch_value
from portal.db.engine import current_engine
from portal.jobs.run import JobRun

Handler = Callable[[JobRun], Awaitable[dict[str, Any] | None]]
_HANDLERS: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Name the function that does jobs of a kind; the application joins slices and jobs this way.

    Raises:
        ValueError: The kind is taken by another function.
    """
    if _HANDLERS.setdefault(kind, handler) is not handler:
        raise ValueError(f"jobs of kind {kind!r} have a handler already")


def registered_kinds() -> frozenset[str]:
    """Return the kinds this process can do."""
    return frozenset(_HANDLERS)


def handler_of(kind: str) -> Handler:
    """Return the function that does jobs of a kind.

    Raises:
        LookupError: This process knows none.
    """
    if kind not in _HANDLERS:
        raise LookupError(f"nothing here does jobs of kind {kind!r}")
    return _HANDLERS[kind]


async def enqueue(  # noqa: PLR0913  each is a column of the job
    kind: str,
    payload: dict[str, Any],
    *,
    idempotency_key: str | None = None,
    total: int = 0,
    priority: int = 100,
    run_at: dt.datetime | None = None,
    actor_user_id: int | None = None,
    max_attempts: int = 5,
) -> int:
    """Ask for work to be done once, in the caller's unit of work.

    Args:
        kind: What is to be done; see ``register``.
        payload: Input, as JSON.
        idempotency_key: A job under the same key is returned instead of making a second one.
        total: Amount of work when known, for progress.
        priority: Lower goes first.
        run_at: Not before this instant; now when None.
        actor_user_id: Who asked.
        max_attempts: How often an unexpected error is retried, the first attempt included.

    Returns:
        The job's id, of the existing job when the key is known.

    Raises:
        RuntimeError: No unit of work is open.
    """
    if not current_engine().transaction_exists():
        raise RuntimeError("a job is enqueued in the unit of work of the change that needs it")
    now = dt.datetime.now(dt.UTC)
    created = await fetch_value(
        "insert into job (kind, payload, state, idempotency_key, priority, run_at, attempts, max_attempts,"
        " done, total, cursor, result, created_by_user_id, created_at)"
        " values ({}, {}, 'queued', {}, {}, {}, 0, {}, 0, {}, '{{}}', '{{}}', {}, {})"
        " on conflict (idempotency_key) do nothing returning id",
        kind, json.dumps(payload), idempotency_key, priority, run_at or now, max_attempts, total,
        actor_user_id, now,
    )  # fmt: skip
    if created is None:
        created = await fetch_value("select id from job where idempotency_key = {}", idempotency_key)
    return int(created)


async def cancel(job_id: int) -> bool:
    """Stop a job that is not finished, in the caller's unit of work; tell whether there was one to stop.

    A running worker notices at its next heartbeat or commit and rolls its open chunk back.
    """
    stopped = await execute(
        "update job set state = 'cancelled', lease_until = null, finished_at = {}"
        " where id = {} and state in ('queued', 'running')",
        dt.datetime.now(dt.UTC),
        job_id,
    )
    return stopped > 0
