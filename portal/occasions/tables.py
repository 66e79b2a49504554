"""Tables of occasions: what happens when, who is invited and why, the queue for seats, people, the door.

Names, phones and diets of people stand in ``guest`` alone, so that erasing a person leaves the queue and its
counts as they were. ``*_user_id`` columns carry no foreign key on purpose: people may be erased.
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    ForeignKey,
    Integer,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db.metadata import Index
from portal.network.tables import Account, Region
from portal.seasons.tables import Season


class Occasion(Table, tablename="occasion"):
    """A training session or a trip as something people come to.

    ``ends_at`` and ``sign_up_until`` are exclusive. ``next_number`` numbers the queue; ``seats_taken`` counts
    the heads of confirmed sign-ups, and taking a seat is one conditional update of it.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=10)
    state = Varchar(length=10, default="draft")
    title = Varchar(length=160)
    title_en = Varchar(length=160, default="")
    place = Varchar(length=200, default="")
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    sign_up_until = Timestamptz()
    seats = Integer()
    seats_taken = Integer(default=0)
    next_number = Integer(default=1)
    seats_per_dealer = SmallInt(default=1)
    companions_max = SmallInt(default=0)
    companions_take_seats = Boolean(default=False)
    season = ForeignKey(Season, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    region = ForeignKey(Region, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    organiser_user_id = BigInt()
    created_by_user_id = BigInt()
    created_at = Timestamptz()
    opened_at = Timestamptz(null=True, default=None)
    held_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancel_reason = Varchar(length=400, default="")
    version = Integer(default=1)

    kind_known = Check("kind in ('training', 'trip')")
    state_known = Check("state in ('draft', 'open', 'closed', 'held', 'cancelled')")
    ends_after_start = Check("ends_at > starts_at")
    signed_up_before_end = Check("sign_up_until <= ends_at")
    seats_sensible = Check("seats >= 1 and seats_per_dealer >= 1 and companions_max >= 0")
    never_overbooked = Check("seats_taken between 0 and seats")
    ix_time = Index(("starts_at", "id"))
    ix_state = Index(("kind", "state", "starts_at"))


class OccasionInvitation(Table, tablename="occasion_invitation"):
    """Whether a dealer is invited, with how many seats and why: by a rule's outcome or by hand.

    Dealers whom the rule leaves out have a row too, with the reason. ``book_sha256`` is the decision book's
    fingerprint, empty for invitations by hand. ``reason_en`` is what the rule says in English, empty by hand.
    """

    id = BigSerial(primary_key=True)
    occasion = ForeignKey(Occasion, null=False, on_delete=OnDelete.cascade)
    dealer = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    is_invited = Boolean(default=True)
    seats = SmallInt(default=1)
    source = Varchar(length=4)
    book_sha256 = Varchar(length=64, default="")
    outcome = Varchar(length=60, default="")
    reason = Varchar(length=1000, default="")
    reason_en = Varchar(length=1000, default="")
    invited_by_user_id = BigInt()
    invited_at = Timestamptz()
    declined_at = Timestamptz(null=True, default=None)
    decline_reason = Varchar(length=400, default="")

    unique_dealer = Unique(["occasion", "dealer"])
    source_known = Check("source in ('rule', 'hand')")
    seats_sensible = Check("seats >= 0")


class Enrollment(Table, tablename="enrollment"):
    """One seat holder's place in the queue, with the heads he brings.

    ``number`` is the order of sign-up and never changes; a substitute takes the number of whom he replaces.
    ``heads`` counts against the seats. ``door_code`` is the random part of the QR code on his badge.
    """

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    occasion = ForeignKey(Occasion, null=False, on_delete=OnDelete.restrict)
    dealer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    user_id = BigInt(null=True, default=None)
    contact_id = BigInt(null=True, default=None)
    number = Integer()
    heads = SmallInt(default=1)
    state = Varchar(length=10)
    door_code = Varchar(length=32, unique=True)
    requested_at = Timestamptz()
    requested_by_user_id = BigInt()
    confirmed_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancelled_by_user_id = BigInt(null=True, default=None)
    cancel_reason = Varchar(length=400, default="")
    replaces: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    note = Varchar(length=400, default="")

    state_known = Check("state in ('confirmed', 'waiting', 'cancelled')")
    heads_sensible = Check("heads between 1 and 20")
    cancelled_with_time = Check("(state = 'cancelled') = (cancelled_at is not null)")
    confirmed_with_time = Check("state <> 'confirmed' or confirmed_at is not null")
    ix_queue = Index(("occasion", "state", "number"))
    ix_dealer = Index(("dealer", "state", "occasion"))
    ix_user = Index(("user_id", "state"))


class Guest(Table, tablename="guest"):
    """A person who comes: the seat holder himself (position 0) or a companion of his."""

    id = BigSerial(primary_key=True)
    enrollment = ForeignKey(Enrollment, null=False, on_delete=OnDelete.cascade)
    position = SmallInt(default=0)
    name = Varchar(length=80)
    name_en = Varchar(length=80, default="")
    phone = Varchar(length=40, default="")
    relation = Varchar(length=40, default="")
    diet = Varchar(length=200, default="")
    is_child = Boolean(default=False)

    unique_position = Unique(["enrollment", "position"])


class DoorRecord(Table, tablename="door_record"):
    """Somebody came in or went out, as noted at the door, perhaps without a network.

    ``noted_at`` is the device's time, ``received_at`` the server's; ``client_key`` makes sending twice
    harmless.
    """

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    enrollment = ForeignKey(Enrollment, null=False, on_delete=OnDelete.restrict)
    guest_position = SmallInt(default=0)
    kind = Varchar(length=3)
    how = Varchar(length=4)
    noted_at = Timestamptz()
    received_at = Timestamptz()
    actor_user_id = BigInt()
    undone_at = Timestamptz(null=True, default=None)

    kind_known = Check("kind in ('in', 'out')")
    how_known = Check("how in ('qr', 'hand')")
    ix_enrollment = Index(("enrollment", "noted_at"))


class OccasionNotice(Table, tablename="occasion_notice"):
    """A mail about an occasion that was queued, so that nobody gets it twice."""

    id = BigSerial(primary_key=True)
    occasion = ForeignKey(Occasion, null=False, on_delete=OnDelete.cascade)
    user_id = BigInt()
    what = Varchar(length=24)
    at = Timestamptz()

    unique_notice = Unique(["occasion", "user_id", "what"])


class CalendarFeed(Table, tablename="calendar_feed"):
    """A person's secret calendar address; only the secret's hash is kept."""

    id = BigSerial(primary_key=True)
    user_id = BigInt(unique=True)
    secret_sha256 = Varchar(length=64, unique=True)
    created_at = Timestamptz()
    last_read_at = Timestamptz(null=True, default=None)
