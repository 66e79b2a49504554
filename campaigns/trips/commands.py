"""Checked commands of trips, as forms make them and services take them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from campaigns.trips.model import CostCategory, CostKind, HospitalityKind
from portal.occasions.model import OccasionPlan


@dataclass(frozen=True, slots=True)
class TripCommand:
    """A trip as its planner wants it.

    Attributes:
        plan: Its occasion.
        training_id: Occasion of the training it follows, or None for a plain meeting.
        is_plain_meeting: Nobody of a dealer is given anything.
        leader_user_id: Who leads; may be named later, but before it opens.
        leader_phone: Under which participants reach the leader on the way.
        emergency: Hospital, insurer, police: whom to call, one a line.
    """

    plan: OccasionPlan
    training_id: int | None
    is_plain_meeting: bool = False
    leader_user_id: int | None = None
    leader_phone: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class StopCommand:
    """A line of the itinerary; the end is exclusive."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    title_en: str = ""
    place: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class CostCommand:
    """An amount; the receipt is a PDF, JPEG or PNG with its media type, or None."""

    kind: CostKind
    category: CostCategory
    text: str
    on_day: dt.date
    supply_minor: int
    vat_minor: int
    for_dealers: bool
    receipt: tuple[bytes, str] | None = None


@dataclass(frozen=True, slots=True)
class CriteriaCommand:
    """A published decision and the days it looks at, both inclusive."""

    sha256: str
    looks_from_on: dt.date
    looks_until_on: dt.date


@dataclass(frozen=True, slots=True)
class HospitalityCommand:
    """Something a dealer was invited to; ``client_key`` makes sending twice harmless."""

    client_key: str
    dealer_code: str
    kind: HospitalityKind
    happened_on: dt.date
    place: str
    purpose: str
    heads: int
    supply_minor: int
    vat_minor: int
