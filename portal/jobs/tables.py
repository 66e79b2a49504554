"""Table of background jobs."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from portal.db.metadata import Index


class Job(Table, tablename="job"):
    """Work to be done once: leased by a worker, with cursor and progress committed with each chunk.

    ``idempotency_key`` makes enqueueing twice one job; ``payload`` and ``cursor`` are JSON text.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=60)
    payload = Text(default="{}")
    state = Varchar(length=10, default="queued")
    idempotency_key = Varchar(length=120, null=True, default=None, unique=True)
    priority = SmallInt(default=100)
    run_at = Timestamptz()
    attempts = SmallInt(default=0)
    max_attempts = SmallInt(default=5)
    lease_until = Timestamptz(null=True, default=None)
    worker = Varchar(length=80, null=True, default=None)
    done = BigInt(default=0)
    total = BigInt(default=0)
    cursor = Text(default="{}")
    result = Text(default="{}")
    error = Text(null=True, default=None)
    created_by_user_id = BigInt(null=True, default=None)
    created_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)

    state_known = Check("state in ('queued', 'running', 'done', 'failed', 'cancelled')")
    ix_next = Index(("state", "priority", "id"))
