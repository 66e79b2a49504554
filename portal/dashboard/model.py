"""What awaits a person: the one list every role's home consists of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from portal.errors import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer


class Task(Protocol):
    """One thing to do, as slices offer it."""

    @property
    def message(self) -> Message:
        """What is to be done."""

    @property
    def href(self) -> str:
        """Where it is done."""

    @property
    def due_on(self) -> dt.date | None:
        """Day by which it should be done, in the business zone."""

    @property
    def age_days(self) -> int:
        """For how many days it has been waiting."""


class TaskSource(Protocol):
    """A slice's list of what awaits a viewer."""

    async def __call__(self, viewer: Viewer, today: dt.date) -> Sequence[Task]:
        """Return what awaits the viewer on a day, in any order."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as the page shows it.

    Attributes:
        message: What is to be done.
        href: Where.
        due_on: By when, or None.
        age_days: Waiting for so many days.
        is_late: Whether the day is over.
    """

    message: Message
    href: str
    due_on: dt.date | None
    age_days: int
    is_late: bool


def ordered(tasks: Sequence[Task], today: dt.date) -> list[TaskRow]:
    """Put the late ones first, then by due day, then the oldest."""
    rows = [
        TaskRow(
            task.message,
            task.href,
            task.due_on,
            task.age_days,
            task.due_on is not None and task.due_on < today,
        )
        for task in tasks
    ]
    return sorted(rows, key=lambda row: (not row.is_late, row.due_on or dt.date.max, -row.age_days, row.href))
