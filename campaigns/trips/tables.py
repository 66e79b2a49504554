"""Tables of trips: the trip beside its occasion, itinerary, rooms, costs, and what each dealer was given.

Amounts are integer minor units; supply value and VAT stand apart. ``trip_booking``, ``trip_benefit`` and
``hospitality`` are append-only (``frozen.py``): a correction is a further row. What is personal
(``trip_person``) goes with its ``guest``. ``*_user_id`` columns carry no foreign key on purpose: people may
be erased.
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from campaigns.trips.frozen import APPEND_ONLY_BENEFITS
from portal.db import extras
from portal.db.metadata import Index
from portal.files.tables import StoredFile
from portal.network.tables import Account
from portal.occasions.tables import Guest, Occasion
from portal.rulebooks.tables import RulebookVersion


class Trip(Table, tablename="trip"):
    """What only a trip has beside its occasion.

    ``training`` is the occasion it follows. ``book`` decides who is invited by figures of
    ``looks_from_on`` to ``looks_until_on`` (both inclusive); it was published on ``published_on``,
    before the first of these days. ``is_plain_meeting``: nobody of a dealer is given anything.
    ``report_due_on`` stands once it was held.
    """

    id = Serial(primary_key=True)
    occasion = ForeignKey(Occasion, null=False, unique=True, on_delete=OnDelete.restrict)
    training = ForeignKey(Occasion, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    is_plain_meeting = Boolean(default=False)
    leader_user_id = BigInt(null=True, default=None, index=True)
    leader_phone = Varchar(length=40, default="")
    emergency = Varchar(length=400, default="")
    book: ForeignKey[Any] = ForeignKey(RulebookVersion, null=True, default=None, on_delete=OnDelete.restrict)
    published_on = Date(null=True, default=None)
    looks_from_on = Date(null=True, default=None)
    looks_until_on = Date(null=True, default=None)
    report_due_on = Date(null=True, default=None)
    report_at = Timestamptz(null=True, default=None)
    report_by_user_id = BigInt(null=True, default=None)
    report = Varchar(length=2000, default="")

    published_before = Check("published_on is null or published_on < looks_from_on")
    period_rises = Check("looks_from_on is null or looks_from_on <= looks_until_on")
    criteria_complete = Check(
        "(book is null) = (published_on is null) and (book is null) = (looks_from_on is null)"
        " and (book is null) = (looks_until_on is null)"
    )
    ix_due = Index(("report_due_on",))


class TripStop(Table, tablename="trip_stop"):
    """A line of the itinerary; ``ends_at`` is exclusive."""

    id = BigSerial(primary_key=True)
    trip = ForeignKey(Trip, null=False, on_delete=OnDelete.cascade)
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    title = Varchar(length=160)
    title_en = Varchar(length=160, default="")
    place = Varchar(length=200, default="")
    who = Varchar(length=120, default="")

    ends_after_start = Check("ends_at > starts_at")
    ix_trip = Index(("trip", "starts_at", "id"))


class TripRoom(Table, tablename="trip_room"):
    """A room with its beds."""

    id = BigSerial(primary_key=True)
    trip = ForeignKey(Trip, null=False, on_delete=OnDelete.cascade)
    name = Varchar(length=60)
    beds = SmallInt()

    unique_name = Unique(["trip", "name"])
    beds_sensible = Check("beds between 1 and 20")


class TripBed(Table, tablename="trip_bed"):
    """Who sleeps in which room; goes when the person or the room goes."""

    id = BigSerial(primary_key=True)
    trip = ForeignKey(Trip, null=False, index=True, on_delete=OnDelete.cascade)
    room = ForeignKey(TripRoom, null=False, index=True, on_delete=OnDelete.cascade)
    guest: ForeignKey[Any] = ForeignKey(Guest, null=False, unique=True, on_delete=OnDelete.cascade)


class TripRoomChange(Table, tablename="trip_room_change"):
    """How beds stood before a change, as JSON ``[[room, guest], …]``, so that it can be taken back."""

    id = BigSerial(primary_key=True)
    trip = ForeignKey(Trip, null=False, on_delete=OnDelete.cascade)
    before = Text()
    actor_user_id = BigInt()
    at = Timestamptz()
    undone_at = Timestamptz(null=True, default=None)

    ix_trip = Index(("trip", "undone_at", "id"))


class TripPerson(Table, tablename="trip_person"):
    """What a person chose to say for rooms and emergencies; both may be empty."""

    id = BigSerial(primary_key=True)
    guest: ForeignKey[Any] = ForeignKey(Guest, null=False, unique=True, on_delete=OnDelete.cascade)
    marker = Varchar(length=1, default="")
    emergency = Varchar(length=120, default="")

    marker_known = Check("marker in ('', 'f', 'm')")


class TripCost(Table, tablename="trip_cost"):
    """An amount that is planned or was spent; ``for_dealers`` is what dealers' people were given by it.

    ``booking_id`` is the first booking that counted it: from then on it stays, and a counter entry
    (``reverses``) takes it back.
    """

    id = BigSerial(primary_key=True)
    trip = ForeignKey(Trip, null=False, index=True, on_delete=OnDelete.restrict)
    kind = Varchar(length=8)
    category = Varchar(length=12)
    text = Varchar(length=200, default="")
    on_day = Date()
    supply_minor = BigInt()
    vat_minor = BigInt(default=0)
    for_dealers = Boolean(default=True)
    receipt = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    reverses: ForeignKey[Any] = ForeignKey(
        "self", null=True, default=None, unique=True, on_delete=OnDelete.restrict
    )
    booking_id = BigInt(null=True, default=None)
    created_by_user_id = BigInt()
    created_at = Timestamptz()

    kind_known = Check("kind in ('planned', 'spent')")
    category_known = Check(
        "category in ('transport', 'stay', 'meal', 'entry', 'insurance', 'gift', 'staff', 'other')"
    )
    amounts_sensible = Check(
        "(reverses is null and supply_minor >= 0 and vat_minor >= 0)"
        " or (reverses is not null and supply_minor <= 0 and vat_minor <= 0)"
    )


class TripBooking(Table, tablename="trip_booking"):
    """One booking of the benefit: what was spent for dealers, over how many heads of how many dealers."""

    id = BigSerial(primary_key=True)
    trip = ForeignKey(Trip, null=False, index=True, on_delete=OnDelete.restrict)
    number = SmallInt()
    total_minor = BigInt()
    heads = Integer()
    dealers = Integer()
    reason = Varchar(length=400, default="")
    actor_user_id = BigInt()
    at = Timestamptz()

    unique_number = Unique(["trip", "number"])
    sensible = Check("total_minor >= 0 and heads >= 0 and dealers >= 0 and number >= 1")


class TripBenefit(Table, tablename="trip_benefit"):
    """What a booking adds to what a dealer was given; corrections may be negative, their sum never is."""

    id = BigSerial(primary_key=True)
    booking = ForeignKey(TripBooking, null=False, on_delete=OnDelete.restrict)
    trip = ForeignKey(Trip, null=False, on_delete=OnDelete.restrict)
    dealer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    heads = SmallInt()
    amount_minor = BigInt()
    booked_on = Date()

    unique_dealer = Unique(["booking", "dealer"])
    ix_dealer = Index(("dealer", "booked_on"))
    ix_trip = Index(("trip", "dealer"))


class Hospitality(Table, tablename="hospitality"):
    """A meal, a round of golf or the like given to a dealer; a negative row takes the one it names back."""

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    dealer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=8)
    happened_on = Date()
    place = Varchar(length=200, default="")
    purpose = Varchar(length=400)
    heads = SmallInt()
    supply_minor = BigInt()
    vat_minor = BigInt(default=0)
    corrects: ForeignKey[Any] = ForeignKey(
        "self", null=True, default=None, unique=True, on_delete=OnDelete.restrict
    )
    reason = Varchar(length=400, default="")
    actor_user_id = BigInt()
    at = Timestamptz()

    kind_known = Check("kind in ('meal', 'golf', 'gift', 'other')")
    heads_sensible = Check("heads between 1 and 200")
    signs = Check(
        "(corrects is null and supply_minor >= 0 and vat_minor >= 0)"
        " or (corrects is not null and supply_minor <= 0 and vat_minor <= 0 and reason <> '')"
    )
    ix_dealer = Index(("dealer", "happened_on"))


extras.register(APPEND_ONLY_BENEFITS)
