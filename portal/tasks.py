"""One thing that awaits a person; every slice offers its own, the home page shows them together (할 일)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.errors import Message


@dataclass(frozen=True, slots=True)
class TaskItem:
    """One thing to do.

    Attributes:
        kind: What it is, ``slice.verb``.
        message: In words.
        href: Where it is done.
        due_on: Day by which it should be done, or None.
        age_days: For how many days it has been waiting, at least 0.
    """

    kind: str
    message: Message
    href: str
    due_on: dt.date | None
    age_days: int


def age_days(since: dt.datetime | None, today: dt.date) -> int:
    """Return for how many days something has been waiting, 0 when unknown."""
    return 0 if since is None else max(0, (today - since.date()).days)
