"""States and words of development plans, visits and meetings. Pure."""

from __future__ import annotations

from enum import StrEnum


class PlanState(StrEnum):
    """Where a plan stands."""

    MAKING = "making"
    """The job that generates it is on its way."""
    DRAFT = "draft"
    OFFERED = "offered"
    """Proposed to a dealer for his staff; it is his to accept, change or decline."""
    APPROVED = "approved"
    FROZEN = "frozen"
    """The month has begun: lines, indicators and evidence stand."""
    DECLINED = "declined"
    REPLACED = "replaced"
    """A dealer's own plan took its place."""
    FAILED = "failed"


class PlanOwner(StrEnum):
    """Whose people a plan is for. Source: FEATURES A7 L4: no dictating whom a dealer serves."""

    MANUFACTURER = "manufacturer"
    DEALER = "dealer"


class Indicator(StrEnum):
    """What a line of a plan is measured by."""

    VISITS = "visits"
    OPENING = "opening"
    REPEAT = "repeat"
    DISPLAY = "display"


class Evidence(StrEnum):
    """What counts as proof of a line."""

    VISIT = "visit"
    PHOTO = "photo"
    PAID_ORDER = "paid_order"


class Outcome(StrEnum):
    """What a visit came to."""

    MET = "met"
    ABSENT = "absent"
    CLOSED = "closed"
    REFUSED = "refused"
    TRIAL = "trial"
    ORDER = "order"


class Rank(StrEnum):
    """Who came: dealers see that managers and head office come too (FEATURES S56)."""

    REPRESENTATIVE = "representative"
    MANAGER = "manager"
    HEAD_OFFICE = "head_office"
    DEALER_STAFF = "dealer_staff"
