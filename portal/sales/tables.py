"""Tables of what was sold: products, documents and their lines, payments, targets, imports, monthly totals.

Amounts are integer minor units: ``amount_minor`` is the supply value (공급가액), VAT and container deposits
(용기보증금) stand apart and never enter sales figures. Small codes: see ``portal/sales/model.py``.
"""

from __future__ import annotations

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
from portal.network.tables import Account


class Product(Table, tablename="product"):
    """Something sold, by the manufacturer (``is_own``) or a competitor; a stub until the master names it."""

    id = Serial(primary_key=True)
    code = Varchar(length=40, unique=True)
    name = Varchar(length=160)
    category = Varchar(length=80, default="")
    vendor_code = Varchar(length=40, default="")
    vendor_name = Varchar(length=120, default="")
    is_own = Boolean(default=True)
    pack_units = Integer(null=True, default=None)
    volume_ml = Integer(null=True, default=None)
    status = Varchar(length=12, default="active")
    launched_on = Date(null=True, default=None)
    is_stub = Boolean(default=False)
    updated_at = Timestamptz()


class ImportSource(Table, tablename="import_source"):
    """A system that documents come from; part of a document's identity."""

    id = Serial(primary_key=True)
    code = Varchar(length=20, unique=True)


class ImportBatch(Table, tablename="import_batch"):
    """One file's way through staging, preview, confirmation and, possibly, undo."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=20)
    source = ForeignKey(ImportSource, null=True, default=None, on_delete=OnDelete.restrict)
    mode = Varchar(length=8, default="add")
    state = Varchar(length=12, default="reading")
    file_name = Varchar(length=200)
    file_sha256 = Varchar(length=64, default="")
    level = SmallInt(null=True, default=None)
    column_map = Text(default="")
    report = Text(default="{}")
    error = Text(default="")
    job_id = BigInt(null=True, default=None)
    rows_read = BigInt(default=0)
    rows_new = BigInt(default=0)
    rows_changed = BigInt(default=0)
    rows_same = BigInt(default=0)
    rows_conflict = BigInt(default=0)
    rows_rejected = BigInt(default=0)
    rows_removed = BigInt(default=0)
    stubs = BigInt(default=0)
    period_from = Date(null=True, default=None)
    period_to = Date(null=True, default=None)
    actor_user_id = BigInt(null=True, default=None)
    dealer = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.restrict)
    created_at = Timestamptz()
    applied_at = Timestamptz(null=True, default=None)
    undone_at = Timestamptz(null=True, default=None)

    mode_known = Check("mode in ('add', 'replace')")
    state_known = Check(
        "state in ('reading', 'staged', 'applying', 'applied', 'undone', 'refused', 'discarded')",
    )


class Document(Table, tablename="document"):
    """A sales document; identity is (source, kind, number, buyer) because real numbers show two buyers.

    No column carries a foreign key; why: see ``DocumentLine``.
    """

    id = BigSerial(primary_key=True)
    source = Integer()
    level = SmallInt()
    kind = SmallInt()
    number = Varchar(length=40)
    seller = BigInt(null=True, default=None)
    buyer = BigInt()
    business_on = Date()
    due_on = Date(null=True, default=None)
    batch = BigInt(index=True)

    unique_identity = Unique(["source", "kind", "number", "buyer"])
    level_known = Check("level between 1 and 3")
    kind_known = Check("kind between 1 and 3")

    ix_buyer = Index(("buyer", "business_on"))
    ix_due = Index(("due_on",), where="due_on is not null")


class DocumentLine(Table, tablename="document_line"):
    """One line; identity is (source, kind, number, line_no). Buyer, day and level repeat the document's.

    ``document``, ``product``, ``source`` and ``batch`` carry no foreign key: imports write and undo millions
    of lines set-based, and a key without an index of its own would be searched for each deleted parent.
    ``portal verify`` proves that none of them dangles.
    """

    id = BigSerial(primary_key=True)
    source = SmallInt()
    kind = SmallInt()
    number = Varchar(length=40)
    line_no = Integer()
    document = BigInt()
    level = SmallInt()
    line_kind = SmallInt(default=1)
    seller = BigInt(null=True, default=None)
    buyer = BigInt()
    business_on = Date()
    product = Integer()
    quantity = BigInt()
    amount_minor = BigInt()
    vat_minor = BigInt(default=0)
    deposit_minor = BigInt(default=0)
    batch = BigInt()
    source_row = Integer()

    unique_identity = Unique(["source", "kind", "number", "line_no"])
    ix_day = Index(("business_on", "level"))


class ReplacedDocument(Table, tablename="replaced_document"):
    """A document a batch took away, whole, so that undoing the batch brings it back."""

    id = BigSerial(primary_key=True)
    removed_by = ForeignKey(ImportBatch, null=False, index=True, on_delete=OnDelete.restrict)
    document_id = BigInt()
    source = SmallInt()
    level = SmallInt()
    kind = SmallInt()
    number = Varchar(length=40)
    seller = BigInt(null=True, default=None)
    buyer = BigInt()
    business_on = Date()
    due_on = Date(null=True, default=None)
    batch = BigInt(index=True)


class ReplacedLine(Table, tablename="replaced_line"):
    """A line a batch took away, whole, so that undoing the batch brings it back."""

    id = BigSerial(primary_key=True)
    removed_by = ForeignKey(ImportBatch, null=False, index=True, on_delete=OnDelete.restrict)
    line_id = BigInt()
    source = SmallInt()
    kind = SmallInt()
    number = Varchar(length=40)
    line_no = Integer()
    document = BigInt()
    level = SmallInt()
    line_kind = SmallInt()
    seller = BigInt(null=True, default=None)
    buyer = BigInt()
    business_on = Date()
    product = Integer()
    quantity = BigInt()
    amount_minor = BigInt()
    vat_minor = BigInt()
    deposit_minor = BigInt()
    batch = BigInt(index=True)
    source_row = Integer()


class ImportChange(Table, tablename="import_change"):
    """What a batch did to a record other than a line; ``before`` is JSON text, null when it made it."""

    id = BigSerial(primary_key=True)
    batch = ForeignKey(ImportBatch, null=False, on_delete=OnDelete.restrict)
    entity = Varchar(length=20)
    entity_id = BigInt()
    before = Text(null=True, default=None)

    ix_batch = Index(("batch", "entity", "entity_id"))


class SavedMap(Table, tablename="import_map"):
    """A column map somebody saved under a name, as its text; with ``dealer`` it is that dealer's own."""

    id = Serial(primary_key=True)
    kind = Varchar(length=20)
    name = Varchar(length=80)
    text = Text()
    saved_by_user_id = BigInt(null=True, default=None)
    saved_at = Timestamptz()
    dealer = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.restrict)

    ix_name = Index(("kind", "name"), unique=True, where="dealer is null")
    ix_own_name = Index(("dealer", "kind", "name"), unique=True, where="dealer is not null")


class DealerCode(Table, tablename="dealer_code"):
    """What a code in a dealer's own files means.

    ``field`` is ``buyer`` or ``product``. A buyer is one of his accounts, or, while null, one to be made; a
    product is one of the catalogue's.
    """

    id = BigSerial(primary_key=True)
    dealer = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    field = Varchar(length=8, default="buyer")
    code = Varchar(length=60)
    account = ForeignKey(Account, null=True, default=None, index=True, on_delete=OnDelete.set_null)
    product = ForeignKey(Product, null=True, default=None, index=True, on_delete=OnDelete.set_null)
    decided_by_user_id = BigInt(null=True, default=None)
    decided_at = Timestamptz()

    unique_code = Unique(["dealer", "field", "code"])
    field_known = Check("field in ('buyer', 'product')")


class Payment(Table, tablename="payment"):
    """Money received from a dealer.

    ``document_number`` is the invoice the payer named, as the source writes it, or empty.
    """

    id = BigSerial(primary_key=True)
    source = ForeignKey(ImportSource, null=False, on_delete=OnDelete.restrict)
    number = Varchar(length=40)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    paid_on = Date()
    amount_minor = BigInt()
    batch = ForeignKey(ImportBatch, null=True, default=None, index=True, on_delete=OnDelete.restrict)
    document_number = Varchar(length=40, default="")

    unique_identity = Unique(["source", "number"])
    ix_account = Index(("account", "paid_on"))


class Target(Table, tablename="target"):
    """A month's sales target of an account in supply value; ``accepted_at`` is the dealer's own consent."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    month_on = Date()
    amount_minor = BigInt()
    accepted_at = Timestamptz(null=True, default=None)
    batch = ForeignKey(ImportBatch, null=True, default=None, on_delete=OnDelete.restrict)

    unique_month = Unique(["account", "month_on"])


class AccountMonth(Table, tablename="account_month"):
    """Totals of an account in a month at a level: side 1 as buyer, side 2 as seller.

    ``documents`` counts distinct (kind, number); ``active`` counts distinct buyers on side 2 and is
    1 or 0 on side 1; ``returns_minor`` is the signed sum of returns, inside ``net_minor``. Totals carry no
    foreign keys: they are written from the lines, and ``portal verify`` compares the two.
    """

    id = BigSerial(primary_key=True)
    account = BigInt()
    month_on = Date()
    level = SmallInt()
    side = SmallInt()
    lines = BigInt()
    documents = BigInt()
    net_minor = BigInt()
    returns_minor = BigInt()
    quantity = BigInt()
    active = BigInt()

    unique_key = Unique(["account", "month_on", "level", "side"])
    ix_month = Index(("month_on", "level", "side"))


class AccountCategoryMonth(Table, tablename="account_category_month"):
    """Totals of an account in a month by product category, same sides and levels as ``account_month``."""

    id = BigSerial(primary_key=True)
    account = BigInt()
    month_on = Date()
    level = SmallInt()
    side = SmallInt()
    category = Varchar(length=80)
    net_minor = BigInt()
    quantity = BigInt()

    unique_key = Unique(["account", "month_on", "level", "side", "category"])


class ProductMonth(Table, tablename="product_month"):
    """Totals of a product in a month at a level."""

    id = BigSerial(primary_key=True)
    product = Integer()
    month_on = Date()
    level = SmallInt()
    lines = BigInt()
    net_minor = BigInt()
    returns_minor = BigInt()
    quantity = BigInt()
    active = BigInt()

    unique_key = Unique(["product", "month_on", "level"])
