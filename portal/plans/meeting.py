"""Weekly meetings: weeks, what is said in them, and how plan and actual are compared. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

TEXT_MAX, ATTENDEES_MAX, MINUTES_MAX = 1000, 800, 20_000
WEEK = dt.timedelta(days=7)


class MeetingState(StrEnum):
    """Where a meeting stands."""

    OPEN = "open"
    HELD = "held"
    CLOSED = "closed"


class ItemKind(StrEnum):
    """What a point of a meeting is."""

    GAP = "gap"
    PROBLEM = "problem"
    TOPIC = "topic"
    DECISION = "decision"
    CARRY = "carry"


class ItemState(StrEnum):
    """Where a point stands; what is carried lives on in the next week."""

    OPEN = "open"
    DONE = "done"
    CARRIED = "carried"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Line:
    """Plan against actual of a person or a dealer in one week.

    Attributes:
        planned: Stops of agreed plans.
        made: Those of them that a visit answers.
        visits: All visits, planned or not.
    """

    name: str
    planned: int
    made: int
    visits: int

    @property
    def missed(self) -> int:
        """Planned stops without a visit."""
        return self.planned - self.made


def monday_of(day: dt.date) -> dt.date:
    """Return the first day of a day's week."""
    return day - dt.timedelta(days=day.weekday())
