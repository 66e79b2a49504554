"""Tables of the dealer network: regions, accounts of every kind, supply links, people, sharing.

``account`` is the one identity for dealers, outlets (second tier), terminals and suspects; the kind's own
table shares its key. ``*_user_id`` columns carry no foreign key on purpose: a person may be erased while
what he did stays.
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

from portal.db.metadata import Index


class Region(Table, tablename="region"):
    """A node of the region tree; ``path`` is ``/`` and the codes from the root on, each closed by ``/``."""

    id = Serial(primary_key=True)
    code = Varchar(length=20, unique=True)
    name = Varchar(length=80)
    name_en = Varchar(length=80, default="")
    parent: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    path = Varchar(length=200, unique=True)


class Account(Table, tablename="account"):
    """A party of the network, whatever its kind.

    ``dealer`` is the dealer the account belongs to today (itself for a dealer); ``owner`` says who made the
    record and therefore whose it is: ``manufacturer`` or ``dealer``.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=10)
    code = Varchar(length=60)
    name = Varchar(length=120)
    region = ForeignKey(Region, null=True, default=None, on_delete=OnDelete.restrict)
    area = Varchar(length=80, default="")
    state = Varchar(length=12, default="existing")
    dealer: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    owner = Varchar(length=12, default="manufacturer")
    merged_into: ForeignKey[Any] = ForeignKey("self", null=True, default=None, on_delete=OnDelete.restrict)
    is_stub = Boolean(default=False)
    version = Integer(default=1)
    created_at = Timestamptz()
    updated_at = Timestamptz()

    unique_code = Unique(["kind", "code"])
    kind_known = Check("kind in ('dealer', 'outlet', 'terminal', 'suspect')")
    state_known = Check("state in ('suspect', 'prospect', 'existing', 'dormant', 'closed')")
    owner_known = Check("owner in ('manufacturer', 'dealer')")
    name_bounded = Check("length(name) between 1 and 120")

    ix_kind_name = Index(("kind", "name", "id", "merged_into", "owner", "dealer"))
    ix_dealer_kind = Index(("dealer", "kind", "name", "id"))
    ix_region_kind = Index(("region", "kind", "name", "id"))
    ix_merged = Index(("merged_into",), where="merged_into is not null")


class Dealer(Table, tablename="dealer"):
    """What only a dealer (대리점) has. ``business_number`` is the 10-digit 사업자등록번호 without hyphens.

    ``sell_through_owner`` says whose feed the dealer's sell-through comes from: ``manufacturer`` when its own
    people import it, ``dealer`` once the dealer enters it, and then it is his to share.
    """

    account = ForeignKey(Account, primary_key=True, null=False, on_delete=OnDelete.restrict)
    business_number = Varchar(length=10, null=True, default=None)
    opened_on = Date(null=True, default=None)
    address = Varchar(length=200, default="")
    phone = Varchar(length=20, default="")
    payment_terms_days = SmallInt(null=True, default=None)
    sell_through_owner = Varchar(length=12, default="manufacturer")

    sell_through_owner_known = Check("sell_through_owner in ('manufacturer', 'dealer')")


class Outlet(Table, tablename="outlet"):
    """What only a second-tier outlet (2차점) has. Coordinates are micro-degrees, WGS 84."""

    account = ForeignKey(Account, primary_key=True, null=False, on_delete=OnDelete.restrict)
    business_number = Varchar(length=10, null=True, default=None)
    address = Varchar(length=200, default="")
    phone = Varchar(length=20, default="")
    latitude_micro = Integer(null=True, default=None)
    longitude_micro = Integer(null=True, default=None)


class Terminal(Table, tablename="terminal"):
    """What only a retail point of sale (소매점) has. Coordinates are micro-degrees, WGS 84."""

    account = ForeignKey(Account, primary_key=True, null=False, on_delete=OnDelete.restrict)
    channel = Varchar(length=20, default="")
    trade_type = Varchar(length=40, default="")
    address = Varchar(length=200, default="")
    phone = Varchar(length=20, default="")
    latitude_micro = Integer(null=True, default=None)
    longitude_micro = Integer(null=True, default=None)


class AccountState(Table, tablename="account_state"):
    """A dated change of an account's life-cycle state with its reason."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    state = Varchar(length=12)
    from_on = Date()
    reason = Varchar(length=400)
    actor_user_id = BigInt(null=True, default=None)
    at = Timestamptz()


class SupplyLink(Table, tablename="supply_link"):
    """Who supplies whom from ``from_on`` until before ``to_on`` (open when null); suppliers may overlap.

    ``source`` says how it is known: ``recorded`` in a system, ``observed`` at the place, or ``told``.
    """

    id = BigSerial(primary_key=True)
    supplier = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    buyer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    from_on = Date()
    to_on = Date(null=True, default=None)
    is_primary = Boolean(default=True)
    source = Varchar(length=10, default="recorded")
    import_batch_id = BigInt(null=True, default=None)

    unique_start = Unique(["supplier", "buyer", "from_on"])
    dates_ordered = Check("to_on is null or to_on > from_on")
    not_itself = Check("supplier <> buyer")
    source_known = Check("source in ('recorded', 'observed', 'told')")

    ix_buyer = Index(("buyer", "from_on"))
    ix_supplier = Index(("supplier", "from_on"))


class Person(Table, tablename="person"):
    """Personal data of a contact, apart from business data so that it can be erased (PIPA Art. 21)."""

    id = BigSerial(primary_key=True)
    name = Varchar(length=80)
    mobile = Varchar(length=20, default="")
    email = Varchar(length=120, default="")
    consent_version = Varchar(length=40, default="")
    consented_at = Timestamptz(null=True, default=None)
    erased_at = Timestamptz(null=True, default=None)


class Contact(Table, tablename="contact"):
    """A role a person holds at an account; stays, without the person, after erasure."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    person = ForeignKey(Person, null=True, default=None, on_delete=OnDelete.set_null)
    title = Varchar(length=60, default="")
    role = Varchar(length=20, default="user")
    owner = Varchar(length=12, default="manufacturer")
    work_phone = Varchar(length=20, default="")
    work_email = Varchar(length=120, default="")
    ended_on = Date(null=True, default=None)

    role_known = Check("role in ('decision', 'influence', 'gatekeeper', 'user')")


class SharingGrant(Table, tablename="sharing_grant"):
    """A dealer's dated, revocable permission that opens one kind of his records to the maker."""

    id = BigSerial(primary_key=True)
    dealer = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    purpose = Varchar(length=20)
    granted_at = Timestamptz()
    granted_by_user_id = BigInt(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by_user_id = BigInt(null=True, default=None)
    consent_text_version = Varchar(length=40, default="")

    purpose_known = Check("purpose in ('outlets', 'terminals', 'contacts', 'sell_through')")
    ix_open = Index(("dealer", "purpose"), unique=True, where="revoked_at is null")


class RepresentativeAssignment(Table, tablename="representative_assignment"):
    """Which sales representative looks after which dealer, from ``from_on`` until before ``to_on``."""

    id = BigSerial(primary_key=True)
    user_id = BigInt()
    dealer = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    from_on = Date()
    to_on = Date(null=True, default=None)

    unique_start = Unique(["user_id", "dealer", "from_on"])
    ix_user = Index(("user_id", "from_on"))


class AccountNote(Table, tablename="account_note"):
    """A dated note on an account; ``side`` (``manufacturer`` or ``dealer``) wrote it and alone reads it."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    author_user_id = BigInt()
    side = Varchar(length=12, default="manufacturer")
    text = Text()
    at = Timestamptz()

    side_known = Check("side in ('manufacturer', 'dealer')")


class SavedView(Table, tablename="saved_view"):
    """A named filter of a list: its URL parameters, private, or shared with the person's own side.

    ``dealer`` is the dealership of a dealer-side person; views never cross from one to another.
    """

    id = BigSerial(primary_key=True)
    list_name = Varchar(length=30)
    name = Varchar(length=60)
    query = Varchar(length=1000)
    user_id = BigInt()
    dealer = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.restrict)
    is_shared = Boolean(default=False)
    created_at = Timestamptz()

    unique_name = Unique(["list_name", "user_id", "name"])
    ix_shared = Index(("list_name", "is_shared"))
