"""Tables of credit: dated limits and terms, holds, what payments are meant for, and figures kept for lists.

No column says by hand what a dealer owes or whether he is a contracted customer: ``credit_standing`` is
computed from documents and payments and can be thrown away at any time.
"""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Date, ForeignKey, Integer, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db import extras
from portal.db.extras import Extra
from portal.db.metadata import Index
from portal.network.tables import Account

_REFUSAL = "agreed credit terms do not change"
APPEND_ONLY = Extra(
    name="credit_terms_append_only",
    sqlite=(
        (
            "create trigger credit_terms_no_update before update on credit_terms when true"
            f" begin select raise(abort, '{_REFUSAL}'); end"
        ),
        (
            "create trigger credit_terms_no_delete before delete on credit_terms when true"
            f" begin select raise(abort, '{_REFUSAL}'); end"
        ),
    ),
    postgres=(
        f"""create function credit_refuse() returns trigger language plpgsql as $$
begin
  raise exception '{_REFUSAL}';
end $$""",
        (
            "create trigger credit_terms_no_change before update or delete on credit_terms"
            " for each row when (true) execute function credit_refuse()"
        ),
    ),
)


class CreditTerms(Table, tablename="credit_terms"):
    """Limit and days to pay from ``from_on`` on, until the next row; of two of one day the later counts.

    ``limit_minor`` is the most a dealer may owe, VAT and deposits included; null = none agreed.
    """

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    from_on = Date()
    limit_minor = BigInt(null=True, default=None)
    terms_days = SmallInt()
    signed_on = Date(null=True, default=None)
    contract_number = Varchar(length=60, default="")
    reason = Varchar(length=400)
    actor_user_id = BigInt()
    actor_for_user_id = BigInt(null=True, default=None)
    at = Timestamptz()

    limit_positive = Check("limit_minor is null or limit_minor >= 0")
    terms_bounded = Check("terms_days between 0 and 365")
    ix_account = Index(("account", "from_on", "id"))


class CreditHold(Table, tablename="credit_hold"):
    """A stop of further credit, until a second person approves the requested release."""

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    reason_code = Varchar(length=16)
    reason = Varchar(length=400)
    placed_by_user_id = BigInt()
    placed_for_user_id = BigInt(null=True, default=None)
    placed_at = Timestamptz()
    release_reason = Varchar(length=400, default="")
    requested_by_user_id = BigInt(null=True, default=None)
    requested_for_user_id = BigInt(null=True, default=None)
    requested_at = Timestamptz(null=True, default=None)
    declined_reason = Varchar(length=400, default="")
    released_by_user_id = BigInt(null=True, default=None)
    released_for_user_id = BigInt(null=True, default=None)
    released_at = Timestamptz(null=True, default=None)

    reason_known = Check("reason_code in ('overdue', 'over_limit', 'security_lapsed', 'insolvency')")
    released_as_requested = Check(
        "released_at is null or (requested_by_user_id is not null and released_by_user_id is not null)"
    )
    two_people = Check(
        "released_by_user_id is null or (released_by_user_id <> requested_by_user_id"
        " and released_by_user_id <> coalesce(requested_for_user_id, -1)"
        " and coalesce(released_for_user_id, -2) <> requested_by_user_id"
        " and coalesce(released_for_user_id, -2) <> coalesce(requested_for_user_id, -1))"
    )
    ix_open = Index(("account",), unique=True, where="released_at is null")
    ix_account = Index(("account", "placed_at"))


class PaymentPurpose(Table, tablename="credit_payment_purpose"):
    """Which document a payment is meant for.

    Both are named by what identifies them in their source, because an import may replace the rows.
    """

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    payment_source = Integer()
    payment_number = Varchar(length=40)
    document_source = Integer()
    document_kind = SmallInt()
    document_number = Varchar(length=40)
    actor_user_id = BigInt()
    at = Timestamptz()

    unique_payment = Unique(["payment_source", "payment_number"])
    ix_account = Index(("account",))


class CreditContact(Table, tablename="credit_contact"):
    """What was said with a dealer about open money: a talk, a promise to pay, who follows it up by when.

    Whether a promise was kept is no column: it follows from payments, see ``PromiseState``.
    """

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    held_on = Date()
    channel = Varchar(length=8)
    text = Varchar(length=400)
    promised_minor = BigInt(null=True, default=None)
    promised_on = Date(null=True, default=None)
    owner_user_id = BigInt(null=True, default=None)
    due_on = Date(null=True, default=None)
    actor_user_id = BigInt()
    actor_for_user_id = BigInt(null=True, default=None)
    at = Timestamptz()
    done_by_user_id = BigInt(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)

    channel_known = Check("channel in ('phone', 'visit', 'message', 'letter')")
    promise_whole = Check(
        "(promised_minor is null) = (promised_on is null) and coalesce(promised_minor, 1) > 0"
        " and coalesce(promised_on, held_on) >= held_on"
    )
    follow_up_whole = Check("(owner_user_id is null) = (due_on is null)")
    done_by_someone = Check("(done_at is null) = (done_by_user_id is null)")
    ix_account = Index(("account", "held_on", "id"))
    ix_follow_up = Index(("owner_user_id", "due_on"), where="done_at is null and due_on is not null")


class CreditStanding(Table, tablename="credit_standing"):
    """A dealer's figures as of a day, computed from documents and payments for lists; see ``Standing``."""

    account = ForeignKey(Account, primary_key=True, null=False, on_delete=OnDelete.restrict)
    as_of_on = Date()
    balance_minor = BigInt()
    not_due_minor = BigInt()
    late_1_minor = BigInt()
    late_2_minor = BigInt()
    late_3_minor = BigInt()
    late_4_minor = BigInt()
    overdue_minor = BigInt()
    overdue_bp = Integer(null=True, default=None)
    dso_tenths = BigInt(null=True, default=None)
    oldest_due_on = Date(null=True, default=None)
    contract = Varchar(length=12, default="none")
    contracted_on = Date(null=True, default=None)
    order_minor = BigInt(default=0)
    in_time_bp = Integer(null=True, default=None)
    service_tier = Varchar(length=40, default="")
    computed_at = Timestamptz()

    contract_known = Check("contract in ('none', 'signed', 'contracted', 'qualified')")
    adds_up = Check("overdue_minor = late_1_minor + late_2_minor + late_3_minor + late_4_minor")
    ix_overdue = Index(("overdue_minor", "account"))
    ix_balance = Index(("balance_minor", "account"))


extras.register(APPEND_ONLY)
