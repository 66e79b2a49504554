"""Tables of the ledger: accounts, operations with postings, closed months, adjustments, payouts.

Amounts are integer minor units. The ledger is append-only: ``frozen.py`` registers the triggers that hold
even against our own code.
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
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from portal.db import extras
from portal.db.metadata import Index
from portal.network.tables import Account
from portal.rebates.constraints import two_people
from portal.rebates.frozen import APPEND_ONLY_LEDGER, FIXED_ADJUSTMENTS
from portal.rebates.tables import RebateSettlement, RebateVersion


class LedgerAccount(Table, tablename="ledger_account"):
    """An account of the books: one of the manufacturer's own, or one for a beneficiary.

    ``code`` is the kind, and for a beneficiary's ``:`` and its account id.
    """

    id = BigSerial(primary_key=True)
    code = Varchar(length=40, unique=True)
    kind = Varchar(length=12)
    account = ForeignKey(Account, null=True, default=None, index=True, on_delete=OnDelete.restrict)

    kind_known = Check("kind in ('expense', 'bank', 'accrued', 'payable')")
    whose = Check("(account is null) = (kind in ('expense', 'bank'))")


class LedgerOperation(Table, tablename="ledger_operation"):
    """One booking, explained: why, by which version from which inputs, in which month, by whom.

    ``booked_on`` is the first day of the accounting month; ``period_on`` that of the programme's period.
    Operations of a version belong to its calculation by (version, period, account, component); adjustments
    and payouts have no version. Sealing is the last thing that happens to it: its postings are then complete
    and add up to zero.
    """

    id = BigSerial(primary_key=True)
    idempotency_key = Varchar(length=160, unique=True)
    content_sha256 = Varchar(length=64)
    kind = Varchar(length=12)
    booked_on = Date()
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    version = ForeignKey(RebateVersion, null=True, default=None, on_delete=OnDelete.restrict)
    period_on = Date(null=True, default=None)
    component = Varchar(length=40, default="")
    settlement = ForeignKey(
        RebateSettlement, null=True, default=None, index=True, on_delete=OnDelete.restrict
    )
    program_sha256 = Varchar(length=64, default="")
    inputs_sha256 = Varchar(length=64, default="")
    reverses: ForeignKey[Any] = ForeignKey(
        "self", null=True, default=None, unique=True, on_delete=OnDelete.restrict
    )
    reason = Varchar(length=400, default="")
    is_sealed = Boolean(default=False)
    actor_user_id = BigInt(null=True, default=None)
    actor_for_user_id = BigInt(null=True, default=None)
    approver_user_id = BigInt(null=True, default=None)
    approver_for_user_id = BigInt(null=True, default=None)
    at = Timestamptz()

    kind_known = Check("kind in ('accrual', 'settlement', 'adjustment', 'reversal', 'payout')")
    reversal_names_one = Check("(reverses is not null) = (kind = 'reversal')")
    explained = Check(
        "kind not in ('accrual', 'settlement') or (version is not null and period_on is not null"
        " and settlement is not null and program_sha256 <> '' and inputs_sha256 <> '')"
    )
    ix_key = Index(("version", "period_on", "account", "component"))
    ix_account = Index(("account", "id"))
    ix_booked = Index(("booked_on", "id"))


class LedgerPosting(Table, tablename="ledger_posting"):
    """One side of an operation: positive is debit, negative credit; those of an operation add up to zero."""

    id = BigSerial(primary_key=True)
    operation = ForeignKey(LedgerOperation, null=False, on_delete=OnDelete.restrict)
    ledger_account = ForeignKey(LedgerAccount, null=False, index=True, on_delete=OnDelete.restrict)
    amount_minor = BigInt()

    not_nothing = Check("amount_minor <> 0")
    unique_side = Unique(["operation", "ledger_account"])


class LedgerPeriod(Table, tablename="ledger_period"):
    """An accounting month on its way to being closed, or closed for good, by two people."""

    id = Serial(primary_key=True)
    month_on = Date(unique=True)
    requested_by_user_id = BigInt()
    requested_for_user_id = BigInt(null=True, default=None)
    requested_at = Timestamptz()
    closed_by_user_id = BigInt(null=True, default=None)
    closed_for_user_id = BigInt(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)

    closed_by_someone = Check("(closed_at is null) = (closed_by_user_id is null)")
    two_people = two_people("requested", "closed")


class RebateAdjustment(Table, tablename="rebate_adjustment"):
    """An amount outside of any calculation that one person of finance proposes and another one books.

    ``booked_on`` is the first day of the accounting month; ``reason`` is the proposer's, ``answer`` that of
    whoever declined it.
    """

    id = BigSerial(primary_key=True)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    amount_minor = BigInt()
    booked_on = Date()
    reason = Varchar(length=400)
    state = Varchar(length=12, default="proposed")
    proposed_by_user_id = BigInt()
    proposed_for_user_id = BigInt(null=True, default=None)
    proposed_at = Timestamptz()
    approved_by_user_id = BigInt(null=True, default=None)
    approved_for_user_id = BigInt(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    declined_by_user_id = BigInt(null=True, default=None)
    declined_for_user_id = BigInt(null=True, default=None)
    declined_at = Timestamptz(null=True, default=None)
    answer = Varchar(length=400, default="")
    operation = ForeignKey(LedgerOperation, null=True, default=None, unique=True, on_delete=OnDelete.restrict)

    state_known = Check("state in ('proposed', 'approved', 'declined')")
    not_nothing = Check("amount_minor <> 0")
    booked_by_two = Check(
        "(state = 'approved') = (operation is not null)"
        " and (state = 'approved') = (approved_by_user_id is not null)"
    )
    declined_with_words = Check(
        "(state = 'declined') = (declined_by_user_id is not null) and (state <> 'declined' or answer <> '')"
    )
    two_people = two_people("proposed", "approved")
    ix_state = Index(("state", "id"))
    ix_account = Index(("account", "id"))


class RebatePayout(Table, tablename="rebate_payout"):
    """A proposal to pay beneficiaries what they are owed; a second person of finance approves it."""

    id = BigSerial(primary_key=True)
    state = Varchar(length=12, default="proposed")
    total_minor = BigInt(default=0)
    lines = Integer(default=0)
    content_sha256 = Varchar(length=64, default="")
    proposed_by_user_id = BigInt()
    proposed_for_user_id = BigInt(null=True, default=None)
    proposed_at = Timestamptz()
    approved_by_user_id = BigInt(null=True, default=None)
    approved_for_user_id = BigInt(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    exported_by_user_id = BigInt(null=True, default=None)
    exported_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=400, default="")

    state_known = Check("state in ('proposed', 'approved', 'exported', 'paid', 'declined')")
    approved_by_someone = Check(
        "state not in ('approved', 'exported', 'paid') or approved_by_user_id is not null"
    )
    two_people = two_people("proposed", "approved")
    ix_state = Index(("state", "id"))


class RebatePayoutLine(Table, tablename="rebate_payout_line"):
    """What a payout pays to one beneficiary; ``reference`` is how the ERP names the payment it made."""

    id = BigSerial(primary_key=True)
    payout = ForeignKey(RebatePayout, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    amount_minor = BigInt()
    state = Varchar(length=10, default="open")
    reference = Varchar(length=80, default="")
    paid_on = Date(null=True, default=None)
    operation = ForeignKey(LedgerOperation, null=True, default=None, on_delete=OnDelete.restrict)

    state_known = Check("state in ('open', 'paid', 'refused', 'returned')")
    amount_positive = Check("amount_minor > 0")
    paid_by_operation = Check(
        "state not in ('paid', 'returned') or (operation is not null and reference <> '')"
    )
    unique_account = Unique(["payout", "account"])
    ix_one_open = Index(("account",), unique=True, where="state = 'open'")


for _extra in (APPEND_ONLY_LEDGER, FIXED_ADJUSTMENTS):
    extras.register(_extra)
