"""Checked commands of voice, as forms make them and services take them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.voice.model import Cause, Evidence, VoiceKind, VoiceTopic


@dataclass(frozen=True, slots=True)
class RaiseCommand:
    """Something to be raised.

    Attributes:
        client_key: Lower-case UUID made where it was typed; the same key again changes nothing.
        dealer_id: Whose it is.
        photo: JPEG bytes, already made smaller and freed of where it was taken, or None.
        competitor, offer, evidence: For an approach; empty otherwise.
        valid_until_on: Last day the competitor's offer stands (inclusive), or None when not known.
    """

    client_key: str
    kind: VoiceKind
    topic: VoiceTopic
    dealer_id: int
    text: str
    photo: bytes | None = None
    competitor: str = ""
    offer: str = ""
    evidence: Evidence = Evidence.NONE
    valid_until_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class AnswerCommand:
    """What the dealer is told, and why it happened."""

    text: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class AssignCommand:
    """Who answers, by when (inclusive)."""

    owner_user_id: int
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class StepCommand:
    """What will be done about a quiet dealer, by whom, by when (inclusive)."""

    step: str
    owner_user_id: int
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class SnoozeCommand:
    """Leave a quiet dealer off the list until a day (exclusive), and why."""

    until_on: dt.date
    reason: str
