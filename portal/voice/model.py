"""What can be raised, how it moves until the dealer says it is settled, and when it is late."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.errors import Conflict

if TYPE_CHECKING:
    from portal.settings import Settings

TEXT_MAX, OFFER_MAX, REASON_MAX, COMPETITOR_MAX = 2000, 400, 400, 120


class VoiceKind(StrEnum):
    """What is raised."""

    CONCERN = "concern"
    """고민: something the dealer worries about."""
    COMPLAINT = "complaint"
    """불만: something that went wrong."""
    APPROACH = "approach"
    """Another supplier's approach to the dealer or his outlets."""


class VoiceState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"


class VoiceTopic(StrEnum):
    """What it is about."""

    DELIVERY = "delivery"
    QUALITY = "quality"
    BILLING = "billing"
    RETURNS = "returns"
    PRICE = "price"
    PRODUCTS = "products"
    SUPPORT = "support"
    STAFF = "staff"
    COMPETITION = "competition"
    OTHER = "other"


class Cause(StrEnum):
    """Why it happened, as whoever answers found out (root cause)."""

    UNKNOWN = ""
    ORDER_ENTRY = "order_entry"
    WAREHOUSE = "warehouse"
    TRANSPORT = "transport"
    PRODUCT = "product"
    TERMS = "terms"
    INFORMATION = "information"
    SYSTEM = "system"
    DEALER = "dealer"
    MARKET = "market"


class Evidence(StrEnum):
    """How an approach is known."""

    NONE = ""
    TOLD = "told"
    SEEN = "seen"
    PAPER = "paper"


class VoiceEventKind(StrEnum):
    """What happened to an item."""

    RAISED = "raised"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"
    NOTED = "noted"


UNANSWERED = (VoiceState.OPEN, VoiceState.REOPENED)
_MOVES = {
    VoiceEventKind.ANSWERED: (UNANSWERED, VoiceState.ANSWERED),
    VoiceEventKind.REOPENED: ((VoiceState.ANSWERED, VoiceState.CLOSED), VoiceState.REOPENED),
    VoiceEventKind.CLOSED: ((*UNANSWERED, VoiceState.ANSWERED), VoiceState.CLOSED),
}


def moved(state: VoiceState, event: VoiceEventKind) -> VoiceState:
    """Return the state after an event.

    Raises:
        Conflict: The item is not in a state that allows it.
    """
    before, after = _MOVES[event]
    if state not in before:
        raise Conflict
    return after


@dataclass(frozen=True, slots=True)
class VoiceRules:
    """Deadlines in calendar days, as the settings name them.

    Attributes:
        answer_days: Days to answer, by kind.
        confirm_days: Days after which an answer the dealer has not confirmed counts as waiting too long.
        approach_days: Days an approach is taken as current when its report names no end.
    """

    answer_days: dict[VoiceKind, int]
    confirm_days: int
    approach_days: int

    @classmethod
    def of(cls, settings: Settings) -> VoiceRules:
        """Take the deadlines from the settings."""
        days = {
            VoiceKind.CONCERN: settings.voice_concern_days,
            VoiceKind.COMPLAINT: settings.voice_complaint_days,
            VoiceKind.APPROACH: settings.voice_approach_days,
        }
        return cls(days, settings.voice_confirm_days, settings.voice_approach_valid_days)

    def due_on(self, kind: VoiceKind, from_on: dt.date) -> dt.date:
        """Return the last day for an answer, inclusive."""
        return from_on + dt.timedelta(days=self.answer_days[kind])


def is_late(state: VoiceState, due_on: dt.date, answered_on: dt.date | None, today: dt.date) -> bool:
    """Tell whether the deadline was missed: not answered after the due day, or answered too late."""
    reference = today if state in UNANSWERED or answered_on is None else answered_on
    return reference > due_on
