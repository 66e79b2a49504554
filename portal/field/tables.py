"""Tables of the field: phones, keys of records taken, late records, what was found and seen on site.

``*_user_id`` columns carry no foreign key on purpose: a person may be erased while what he did stays.
"""

from __future__ import annotations

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db.metadata import Index
from portal.files.tables import StoredFile
from portal.network.tables import Account
from portal.plans.tables import Visit


class FieldPhone(Table, tablename="field_phone"):
    """A browser profile of one person, and what it said last about itself.

    ``waiting`` counts the records it had not sent, ``stuck`` those of them that need the person;
    ``skew_seconds`` is by how much its clock was ahead.
    """

    id = BigSerial(primary_key=True)
    user_id = BigInt()
    phone_key = Varchar(length=36)
    label = Varchar(length=40, default="")
    waiting = Integer(default=0)
    stuck = Integer(default=0)
    waiting_since_at = Timestamptz(null=True, default=None)
    skew_seconds = BigInt(default=0)
    first_seen_at = Timestamptz()
    last_seen_at = Timestamptz()

    unique_phone = Unique(["user_id", "phone_key"])
    counts = Check("waiting >= 0 and stuck between 0 and waiting")
    ix_seen = Index(("last_seen_at", "id"))


class FieldItem(Table, tablename="field_item"):
    """The key of a record that was taken, with the hash of what it said and where it went."""

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    user_id = BigInt()
    kind = Varchar(length=20)
    content_sha256 = Varchar(length=64)
    phone = ForeignKey(FieldPhone, null=True, default=None, on_delete=OnDelete.set_null)
    state = Varchar(length=10, default="accepted")
    record = Varchar(length=20, default="")
    record_id = BigInt(null=True, default=None)
    photo = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    device_at = Timestamptz()
    received_at = Timestamptz()

    state_known = Check("state in ('accepted', 'late', 'refused')")
    accepted_is_there = Check("state <> 'accepted' or record_id is not null")
    ix_received = Index(("received_at",))
    ix_user = Index(("user_id", "received_at"))


class LateRecord(Table, tablename="late_record"):
    """A record that came for a closed month or long after it was made, until a person decides.

    ``payload`` is the fields as JSON; ``owner`` says whose record it will be.
    """

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    kind = Varchar(length=20)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    owner = Varchar(length=12)
    user_id = BigInt()
    reason = Varchar(length=14)
    month_on = Date()
    payload = Text()
    device_at = Timestamptz()
    made_at = Timestamptz()
    received_at = Timestamptz()
    state = Varchar(length=8, default="waiting")
    decided_by_user_id = BigInt(null=True, default=None)
    decided_for_user_id = BigInt(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    decision = Varchar(length=400, default="")

    owner_known = Check("owner in ('manufacturer', 'dealer')")
    reason_known = Check("reason in ('closed_month', 'long_ago')")
    state_known = Check("state in ('waiting', 'accepted', 'refused')")
    decided = Check("(state = 'waiting') = (decided_at is null)")
    refused_with_words = Check("state <> 'refused' or decision <> ''")
    ix_state = Index(("state", "received_at", "id"))


class AccountFind(Table, tablename="account_find"):
    """An outlet or retail point somebody met in the field and added: by whom, when, planned or not."""

    account = ForeignKey(Account, primary_key=True, null=False, on_delete=OnDelete.restrict)
    found_by_user_id = BigInt()
    found_at = Timestamptz()
    is_planned = Boolean(default=False)


class ShareObservation(Table, tablename="share_observation"):
    """What somebody said or saw of a competitor's share at an account, in basis points; null = declined.

    Source: FEATURES S109, L3: never asked for, and a refusal never counts against anybody.
    """

    id = BigSerial(primary_key=True)
    visit = ForeignKey(Visit, null=False, unique=True, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    competitor = Varchar(length=80, default="")
    share_bp = Integer(null=True, default=None)
    source = Varchar(length=10)
    observed_on = Date()
    by_user_id = BigInt()

    source_known = Check("source in ('observed', 'told', 'estimated', 'declined')")
    share_bounded = Check("share_bp is null or share_bp between 0 and 10000")
    declined_is_empty = Check("source <> 'declined' or share_bp is null")
    ix_account = Index(("account", "observed_on"))


class CensusRecord(Table, tablename="census_record"):
    """A look at an outlet or retail point, kept once by the phone's key: it is there, or it is gone.

    ``owner`` says whose record it is, as with visits: what a dealer's staff saw is the dealer's.
    """

    id = BigSerial(primary_key=True)
    client_key = Varchar(length=36, unique=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    owner = Varchar(length=12)
    finding = Varchar(length=6)
    seen_on = Date()
    by_user_id = BigInt()
    device_at = Timestamptz()
    created_at = Timestamptz()

    owner_known = Check("owner in ('manufacturer', 'dealer')")
    finding_known = Check("finding in ('there', 'gone')")
    ix_account = Index(("account", "seen_on"))
