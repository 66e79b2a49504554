"""What an occasion is, how it moves from draft to held, and how one stands in its queue for seats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.errors import Conflict

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

TITLE_MAX, PLACE_MAX, NAME_MAX, NOTE_MAX, REASON_MAX = 160, 200, 80, 400, 1000


class OccasionKind(StrEnum):
    """Which package an occasion belongs to."""

    TRAINING = "training"
    TRIP = "trip"

    @property
    def has_own_criteria(self) -> bool:
        """Whether each occasion of the kind invites by criteria published for it alone (FEATURES S69)."""
        return self is OccasionKind.TRIP


class OccasionState(StrEnum):
    """Where it stands: dealers see it from ``open`` on."""

    DRAFT = "draft"
    OPEN = "open"
    """Invited dealers may sign up until the deadline."""
    CLOSED = "closed"
    """The list stands; only the planner changes it."""
    HELD = "held"
    CANCELLED = "cancelled"


class OccasionMove(StrEnum):
    """What a planner does to an occasion."""

    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"
    HOLD = "hold"
    CANCEL = "cancel"


_MOVES = {
    OccasionMove.OPEN: ((OccasionState.DRAFT,), OccasionState.OPEN),
    OccasionMove.CLOSE: ((OccasionState.OPEN,), OccasionState.CLOSED),
    OccasionMove.REOPEN: ((OccasionState.CLOSED,), OccasionState.OPEN),
    OccasionMove.HOLD: ((OccasionState.OPEN, OccasionState.CLOSED), OccasionState.HELD),
    OccasionMove.CANCEL: (
        (OccasionState.DRAFT, OccasionState.OPEN, OccasionState.CLOSED),
        OccasionState.CANCELLED,
    ),
}


def moved(state: OccasionState, move: OccasionMove) -> OccasionState:
    """Return the state after a move.

    Raises:
        Conflict: The occasion is not in a state that allows it.
    """
    before, after = _MOVES[move]
    if state not in before:
        raise Conflict
    return after


class SeatState(StrEnum):
    """How a sign-up stands."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class DoorKind(StrEnum):
    """What happened at the door."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class OccasionPlan:
    """Everything a planner decides about an occasion before it opens.

    Attributes:
        kind: Which package it belongs to.
        title: Korean name.
        title_en: English name; empty = the Korean one is shown.
        place: Where, as people read it.
        starts_at: First moment, with zone.
        ends_at: Last moment, exclusive, with zone.
        sign_up_until: Last moment for signing up, exclusive, with zone.
        seats: Heads that fit, at least 1; companions count when they take seats.
        seats_per_dealer: Seats a dealer is entitled to when his invitation names no other number.
        companions_max: Companions one seat holder may bring; 0 = none.
        companions_take_seats: Whether companions count against ``seats``.
        season_id: The season it serves, or None.
        region_id: The region it is for; None = all.
        organiser_user_id: Whom participants turn to.
    """

    kind: OccasionKind
    title: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    sign_up_until: dt.datetime
    seats: int
    organiser_user_id: int
    title_en: str = ""
    seats_per_dealer: int = 1
    companions_max: int = 0
    companions_take_seats: bool = False
    season_id: int | None = None
    region_id: int | None = None

    def days(self, zone: ZoneInfo) -> tuple[dt.date, ...]:
        """Return the business days it touches, in order."""
        first = self.starts_at.astimezone(zone).date()
        last = (self.ends_at - dt.timedelta(microseconds=1)).astimezone(zone).date()
        return tuple(first + dt.timedelta(days=n) for n in range((last - first).days + 1))
