"""A job in the hands of the worker that owns it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from portal.db import execute, unit_of_work
from portal.jobs.model import LEASE

if TYPE_CHECKING:
    from portal.db.sql import Row


class LeaseLostError(Exception):
    """Another worker owns the job now, or it was cancelled; whatever is open must be rolled back."""


class JobRun:
    """A job in the hands of the worker that owns it.

    Attributes:
        id: Row of the job.
        payload: Input.
        cursor: Where the last committed chunk ended; empty at the first attempt.
        done: Work finished so far.
        total: Work to do, 0 when unknown.
    """

    def __init__(self, row: Row, worker: str) -> None:
        self.id: int = row["id"]
        self.kind: str = row["kind"]
        self.payload: dict[str, Any] = json.loads(row["payload"])
        self.cursor: dict[str, Any] = json.loads(row["cursor"])
        self.done: int = row["done"]
        self.total: int = row["total"]
        self.created_by_user_id: int | None = row["created_by_user_id"]
        self.worker = worker

    async def advance(
        self, *, cursor: dict[str, Any] | None = None, done: int | None = None, total: int | None = None
    ) -> None:
        """Move cursor and progress in the open unit of work of a chunk; call it last in the chunk.

        Raises:
            LeaseLostError: The job is no longer this worker's; let it roll the chunk back.
        """
        self.cursor = self.cursor if cursor is None else cursor
        self.done = self.done if done is None else done
        self.total = self.total if total is None else total
        kept = await execute(
            "update job set cursor = {}, done = {}, total = {}, lease_until = {}"
            " where id = {} and worker = {} and state = 'running'",
            json.dumps(self.cursor), self.done, self.total, dt.datetime.now(dt.UTC) + LEASE,
            self.id, self.worker,
        )  # fmt: skip
        if not kept:
            raise LeaseLostError(self.id)

    async def report(self, done: int, total: int | None = None) -> None:
        """Show progress between chunks, in a unit of work of its own."""
        async with unit_of_work():
            await self.advance(done=done, total=total)
