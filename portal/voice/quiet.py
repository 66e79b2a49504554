"""Quiet dealers (조용한 대리점): what a signal is, and which slices offer one.

Signals are reasons to talk with a dealer. They enter no score and no money, and a dealer who chose not to
answer a survey is not quiet for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from portal.errors import Message

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from portal.network.scope import Condition
    from portal.settings import Settings

DUE_DAYS_MOST = 365


class SignalKind(StrEnum):
    """What fell quiet; earlier members weigh more."""

    APPROACH = "approach"
    ORDERS = "orders"
    VISITS = "visits"
    REPLIES = "replies"


WEIGHTS = {kind: len(SignalKind) - place for place, kind in enumerate(SignalKind)}


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to talk with a dealer, in words and figures."""

    kind: SignalKind
    says: Message


@dataclass(frozen=True, slots=True)
class QuietRules:
    """Thresholds of the installation.

    Attributes:
        months: Whole months looked at together, ending with the newest that has totals.
        drop_percent: Fall against the dealer's own habit from which it counts, inclusive.
        habit_years: How many years before make the habit; a year without orders does not count.
        reply_days: Days after which a missing reply counts.
        approach_days: Days a report without an end counts.
    """

    months: int
    drop_percent: int
    habit_years: int
    reply_days: int
    approach_days: int

    @classmethod
    def of(cls, settings: Settings) -> QuietRules:
        """Take the thresholds from the settings."""
        return cls(
            settings.quiet_months,
            settings.quiet_drop_percent,
            settings.quiet_habit_years,
            settings.voice_confirm_days,
            settings.voice_approach_valid_days,
        )


class QuietSource(Protocol):
    """A slice's signals."""

    async def __call__(
        self, seen: Condition, rules: QuietRules, today: dt.date
    ) -> Mapping[int, Sequence[Signal]]:
        """Return the signals of a day by dealer; ``seen`` limits the alias ``a`` of ``account``."""


_SOURCES: list[QuietSource] = []


def join(source: QuietSource) -> None:
    """Add a slice's signals to the list of quiet dealers; joining the same source again changes nothing."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def joined_sources() -> tuple[QuietSource, ...]:
    """Return the slices' signals in the order they were joined."""
    return tuple(_SOURCES)
