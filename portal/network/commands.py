"""What people ask the network's services to do, already checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.network.model import ContactRole, Kind, State


@dataclass(frozen=True, slots=True)
class AccountCommand:
    """What an account shall be.

    Attributes:
        code: Code in the network; empty lets the portal choose one.
        region_id: Region, or None to take the dealer's.
        dealer_code: Dealer of an outlet or terminal; of no meaning for a dealer.
        business_number: Ten digits with a right check digit, or None.
        channel, trade_type: Of terminals only.
        latitude_micro, longitude_micro: Where it stands, in micro-degrees (WGS 84), both or neither; of
            outlets and terminals.
        payment_terms_days, opened_on: Of dealers only.
        state: Where a new account stands; of no meaning for a change.
    """

    kind: Kind
    name: str
    code: str = ""
    region_id: int | None = None
    area: str = ""
    dealer_code: str = ""
    business_number: str | None = None
    address: str = ""
    phone: str = ""
    channel: str = ""
    trade_type: str = ""
    latitude_micro: int | None = None
    longitude_micro: int | None = None
    opened_on: dt.date | None = None
    payment_terms_days: int | None = None
    state: State = State.EXISTING


@dataclass(frozen=True, slots=True)
class StateCommand:
    """A change of life-cycle state, with the reason for it."""

    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class SupplyCommand:
    """A supplier of an account from a day on, inclusive; source is recorded, observed or told."""

    supplier_kind: Kind
    supplier_code: str
    from_on: dt.date
    is_primary: bool
    source: str = "recorded"


@dataclass(frozen=True, slots=True)
class ContactCommand:
    """A person's role at an account and how to reach him at work; nothing else about him is kept."""

    name: str
    title: str
    role: ContactRole
    work_phone: str
    work_email: str


@dataclass(frozen=True, slots=True)
class RegionCommand:
    """A region of the tree; code and parent stay what they were first."""

    code: str
    name: str
    name_en: str
    parent_id: int | None
