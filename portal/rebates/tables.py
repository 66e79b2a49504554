"""Tables of rebates: programme versions, settlements with their lines, standings, appeals.

Amounts are integer minor units of supply value (공급가액), rates basis points. ``frozen.py`` registers the
triggers that keep fixed what was approved or posted.
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

from portal.db import extras
from portal.db.metadata import Index
from portal.files.tables import StoredFile
from portal.network.tables import Account
from portal.rebates.constraints import two_people
from portal.rebates.frozen import FIXED_PROGRAMS, FIXED_SETTLEMENTS


class RebateVersion(Table, tablename="rebate_version"):
    """A version of a programme from its first draft to its last day.

    ``is_by_contract`` says that its terms stand in a contract dealers signed before the portal knew them.

    ``text`` is what authors edit; submitting fixes ``content`` (canonical JSON) under ``sha256``. Once it is
    approved only the calendar moves it. ``ix_one_beginning`` lets one version of a programme begin on a day.
    """

    id = Serial(primary_key=True)
    program = Varchar(length=40)
    label = Varchar(length=80)
    beneficiary = Varchar(length=10, default="dealer")
    state = Varchar(length=12, default="draft")
    text = Text()
    version = Integer(default=1)
    content = Text(null=True, default=None)
    sha256 = Varchar(length=64, default="")
    effective_from = Date(null=True, default=None)
    effective_until = Date(null=True, default=None)
    announced_on = Date(null=True, default=None)
    author_user_id = BigInt()
    created_at = Timestamptz()
    edited_by_user_id = BigInt()
    edited_at = Timestamptz()
    submitted_by_user_id = BigInt(null=True, default=None)
    submitted_for_user_id = BigInt(null=True, default=None)
    submitted_at = Timestamptz(null=True, default=None)
    approved_by_user_id = BigInt(null=True, default=None)
    approved_for_user_id = BigInt(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    reason = Varchar(length=400, default="")
    is_by_contract = Boolean(default=False)

    beneficiary_known = Check("beneficiary in ('dealer', 'outlet', 'terminal')")
    state_known = Check("state in ('draft', 'submitted', 'approved', 'cancelled')")
    text_bounded = Check("length(text) <= 262144")
    fixed_when_submitted = Check(
        "state in ('draft', 'cancelled') or (content is not null and sha256 <> '' and effective_from is not"
        " null and announced_on is not null and submitted_by_user_id is not null)"
    )
    approved_by_someone = Check("state <> 'approved' or approved_by_user_id is not null")
    two_people = two_people("submitted", "approved")
    told_before = Check("announced_on is null or announced_on <= effective_from")
    ix_one_beginning = Index(("program", "effective_from"), unique=True, where="state = 'approved'")
    ix_state = Index(("state", "id"))


class RebateEditor(Table, tablename="rebate_editor"):
    """Somebody who wrote or submitted a version, or for whom a deputy did: none of them approves it."""

    id = BigSerial(primary_key=True)
    version = ForeignKey(RebateVersion, null=False, on_delete=OnDelete.restrict)
    user_id = BigInt()
    first_at = Timestamptz()

    unique_person = Unique(["version", "user_id"])


class RebateAcceptance(Table, tablename="rebate_acceptance"):
    """A dealer accepted the terms of a version, before its first day."""

    id = BigSerial(primary_key=True)
    version = ForeignKey(RebateVersion, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    sha256 = Varchar(length=64)
    user_id = BigInt()
    for_user_id = BigInt(null=True, default=None)
    accepted_on = Date()
    at = Timestamptz()

    unique_account = Unique(["version", "account"])


class RebateSettlement(Table, tablename="rebate_settlement"):
    """One calculation of a version for everybody it concerns, from the period's first day to ``through_on``.

    ``period_on`` is the first day of the programme's period. An accrual books what is earned to date; a
    partial or final settlement makes it payable; a correction posts the difference of late orders, returns
    and answered appeals. ``ix_one_open`` lets one be on its way for a version, ``ix_once`` lets each part of
    the calendar be settled once.
    """

    id = BigSerial(primary_key=True)
    version = ForeignKey(RebateVersion, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=12)
    period_on = Date()
    through_on = Date()
    sequence = Integer(default=0)
    state = Varchar(length=12, default="computing")
    as_of_at = Timestamptz()
    program_sha256 = Varchar(length=64)
    inputs_sha256 = Varchar(length=64, default="")
    results_sha256 = Varchar(length=64, default="")
    inputs = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    accounts = Integer(default=0)
    total_minor = BigInt(default=0)
    delta_minor = BigInt(default=0)
    preview_until_on = Date(null=True, default=None)
    booked_on = Date(null=True, default=None)
    reason = Varchar(length=400, default="")
    job_id = BigInt(null=True, default=None)
    opened_by_user_id = BigInt(null=True, default=None)
    opened_for_user_id = BigInt(null=True, default=None)
    opened_at = Timestamptz()
    posted_by_user_id = BigInt(null=True, default=None)
    posted_for_user_id = BigInt(null=True, default=None)
    posted_at = Timestamptz(null=True, default=None)

    kind_known = Check("kind in ('accrual', 'partial', 'final', 'correction')")
    state_known = Check("state in ('computing', 'draft', 'posting', 'posted', 'cancelled', 'failed')")
    days_ordered = Check("through_on >= period_on")
    booked_when_posting = Check("state not in ('posting', 'posted') or booked_on is not null")
    ix_one_open = Index(("version",), unique=True, where="state in ('computing', 'draft', 'posting')")
    ix_once = Index(
        ("version", "period_on", "kind", "through_on", "sequence"),
        unique=True,
        where="state not in ('cancelled', 'failed')",
    )


class RebateSettlementLine(Table, tablename="rebate_settlement_line"):
    """What one component gives one beneficiary in a settlement, with everything needed to derive it again.

    ``amount_minor`` is the cumulative calculation, ``paid_minor`` what earlier settlements of the period
    posted, ``delta_minor`` what this one posts; the exact amount before its one rounding is
    ``exact_numerator / exact_denominator``, as text because it may exceed 64 bits. ``tier`` is the tier's
    place from 0, null when none is reached, ``tier_table`` the table it is of, empty for the line's own;
    ``notes`` are words of ``rules.rebate`` joined by spaces.
    """

    id = BigSerial(primary_key=True)
    settlement = ForeignKey(RebateSettlement, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.restrict)
    component = Varchar(length=40)
    place = SmallInt(default=0)
    is_missing = Boolean(default=False)
    basis = BigInt(default=0)
    compare = BigInt(null=True, default=None)
    months_with_orders = SmallInt(default=0)
    grade = Varchar(length=2, default="")
    tier = SmallInt(null=True, default=None)
    rate_bp = Integer(null=True, default=None)
    exact_numerator = Varchar(length=60, default="0")
    exact_denominator = Varchar(length=40, default="1")
    amount_minor = BigInt(default=0)
    paid_minor = BigInt(default=0)
    delta_minor = BigInt(default=0)
    accrued_minor = BigInt(default=0)
    notes = Varchar(length=400, default="")
    inputs_sha256 = Varchar(length=64, default="")
    tier_table = Varchar(length=40, default="")

    unique_line = Unique(["settlement", "account", "component"])
    ix_account = Index(("account", "settlement"))


class RebateStanding(Table, tablename="rebate_standing"):
    """Where a beneficiary stands with a component as of the last accrual; a copy for lists, made anew.

    ``reach_bp`` is the distance to the next tier in basis points of that tier's threshold.
    """

    id = BigSerial(primary_key=True)
    version = ForeignKey(RebateVersion, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    component = Varchar(length=40)
    period_on = Date()
    as_of_on = Date()
    basis = BigInt(null=True, default=None)
    amount_minor = BigInt(default=0)
    projected_basis = BigInt(null=True, default=None)
    projected_minor = BigInt(default=0)
    next_from = BigInt(null=True, default=None)
    distance = BigInt(null=True, default=None)
    gain_minor = BigInt(null=True, default=None)
    reach_bp = BigInt(null=True, default=None)
    tier_table = Varchar(length=40, default="")

    unique_key = Unique(["version", "account", "component"])
    ix_reach = Index(("version", "reach_bp", "id"), where="reach_bp is not null")


class RebateAppeal(Table, tablename="rebate_appeal"):
    """A beneficiary's objection to a line, with evidence, and the manufacturer's answer by ``due_on``."""

    id = BigSerial(primary_key=True)
    line = ForeignKey(RebateSettlementLine, null=False, on_delete=OnDelete.restrict)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.restrict)
    text = Text()
    evidence = ForeignKey(StoredFile, null=True, default=None, on_delete=OnDelete.restrict)
    evidence_name = Varchar(length=200, default="")
    raised_by_user_id = BigInt()
    raised_for_user_id = BigInt(null=True, default=None)
    raised_at = Timestamptz()
    due_on = Date()
    outcome = Varchar(length=10, default="open")
    answer = Text()
    answered_by_user_id = BigInt(null=True, default=None)
    answered_for_user_id = BigInt(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    correction = ForeignKey(RebateSettlement, null=True, default=None, on_delete=OnDelete.restrict)

    outcome_known = Check("outcome in ('open', 'upheld', 'dismissed')")
    text_bounded = Check("length(text) between 1 and 2000 and length(answer) <= 2000")
    answered_with_reason = Check(
        "outcome = 'open' or (answered_by_user_id is not null and length(answer) > 0)"
    )
    ix_one_open = Index(("line",), unique=True, where="outcome = 'open'")
    ix_due = Index(("outcome", "due_on", "id"))


for _extra in (FIXED_PROGRAMS, FIXED_SETTLEMENTS):
    extras.register(_extra)
