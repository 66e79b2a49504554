"""What a job is to those who ask about it, and the promises its states make."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LEASE = dt.timedelta(seconds=10)
"""How long a worker owns a job without renewing; after it another worker may go on from the cursor."""

HEARTBEAT_S = 3.0
LONGEST_WAIT_S = 600
ERROR_CHARACTERS = 4000


class JobState(StrEnum):
    """Where a job stands; done, failed and cancelled are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing will happen to the job any more."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as screens and callers see it.

    Attributes:
        done: Work finished, in the handler's own unit; never above ``total`` when that is known.
        total: Work to do, 0 when unknown.
        result: What the handler returned, empty before it is done.
        error: Last error as text for an operator, or None.
    """

    id: int
    kind: str
    state: JobState
    payload: dict[str, Any]
    done: int
    total: int
    attempts: int
    result: dict[str, Any]
    error: str | None
    created_by_user_id: int | None
    created_at: dt.datetime
    finished_at: dt.datetime | None

    @property
    def percent(self) -> int | None:
        """Progress from 0 to 100, rounded down; None while the total is unknown."""
        if self.state is JobState.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total > 0 else None


def retry_delay_s(attempts: int) -> int:
    """Seconds to wait before trying again after this many attempts: 2, 4, 8 … up to ten minutes."""
    return int(min(LONGEST_WAIT_S, 2 ** max(1, attempts)))
