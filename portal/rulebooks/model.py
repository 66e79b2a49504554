"""What a rulebook on its way into force can be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.lifecycle import State

LABEL_CHARACTERS = 80
REASON_CHARACTERS = 400
TEXT_CHARACTERS = 262_144
SESSION_CHARACTERS = 40
FAMILY_CHARACTERS = 60
KINDS = ("dealer", "representative")
FROZEN = frozenset({State.APPROVED, State.SCHEDULED, State.ACTIVE, State.RESTING, State.SUPERSEDED})
"""States in which the content never changes again."""


@dataclass(frozen=True, slots=True)
class Saved:
    """How a draft stands after it was saved.

    Attributes:
        version: Number of the save, to be sent with the next one.
        changed: Whether the text differs from what was stored before.
        saved_at: When it was last changed.
    """

    version: int
    changed: bool
    saved_at: dt.datetime
