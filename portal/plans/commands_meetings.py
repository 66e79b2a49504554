"""Checked commands about weekly meetings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.plans.meeting import ItemKind


@dataclass(frozen=True, slots=True)
class ItemCommand:
    """A point of a meeting; a decision has an owner and a last day (inclusive)."""

    kind: ItemKind
    text: str
    owner_user_id: int | None = None
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class MinutesCommand:
    """What was said, by whom, on which day."""

    held_on: dt.date
    attendees: str
    minutes: str
