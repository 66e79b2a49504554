"""What rebates can be: states, kinds of booking, and the frozen values services and screens pass around."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

REASON_CHARACTERS = 400
TEXT_CHARACTERS = 262_144
APPEAL_CHARACTERS = 2000
REFERENCE_CHARACTERS = 80
ANSWER_DAYS = 30
"""The most days the manufacturer may give itself for answering an appeal; the setting may say fewer.

Source: 개인정보 보호법 제37조의2, 시행령 제44조의3.
"""


class VersionState(StrEnum):
    """Where a programme version stands; what the calendar makes of an approved one is derived."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    CANCELLED = "cancelled"


class Acceptance(StrEnum):
    """By what a version binds a beneficiary."""

    DEALER = "dealer"
    """The dealer accepted it before its first day."""
    CONTRACT = "contract"
    """Its terms stand in a contract that was signed before, or are not the dealer's to accept."""
    NONE = "none"
    """Nothing: it pays the dealer nothing and takes nothing from him."""


class SettlementKind(StrEnum):
    """What a settlement is for."""

    ACCRUAL = "accrual"
    PARTIAL = "partial"
    FINAL = "final"
    CORRECTION = "correction"


class SettlementState(StrEnum):
    """Where a settlement stands: calculated, looked at, booked."""

    COMPUTING = "computing"
    DRAFT = "draft"
    POSTING = "posting"
    POSTED = "posted"
    CANCELLED = "cancelled"
    FAILED = "failed"


class OperationKind(StrEnum):
    """Why something was booked."""

    ACCRUAL = "accrual"
    SETTLEMENT = "settlement"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    PAYOUT = "payout"


class Books(StrEnum):
    """Kinds of ledger account; the last two exist once for each beneficiary."""

    EXPENSE = "expense"
    BANK = "bank"
    ACCRUED = "accrued"
    PAYABLE = "payable"

    @property
    def is_personal(self) -> bool:
        """Whether each beneficiary has one."""
        return self in (Books.ACCRUED, Books.PAYABLE)

    def code(self, account_id: int) -> str:
        """Return the code of the ledger account."""
        return f"{self.value}:{account_id}" if self.is_personal else self.value


class PayoutState(StrEnum):
    """Where a payout proposal stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    EXPORTED = "exported"
    PAID = "paid"
    DECLINED = "declined"


class AppealOutcome(StrEnum):
    """How an appeal was answered."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, order=True)
class LineKey:
    """Which calculation something belongs to.

    Attributes:
        version_id: Programme version.
        period_on: First day of the programme's period.
        account_id: Beneficiary.
        component: Component of the version.
    """

    version_id: int
    period_on: dt.date
    account_id: int
    component: str


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger holds for a line key, in minor units.

    Attributes:
        settled_minor: Made payable so far, reversals taken off.
        accrued_minor: Expected on top of it.
        recent_minor: The part of ``settled_minor`` booked inside the claw-back window.
    """

    settled_minor: int = 0
    accrued_minor: int = 0
    recent_minor: int = 0

    def __add__(self, other: Booked) -> Booked:
        return Booked(
            self.settled_minor + other.settled_minor,
            self.accrued_minor + other.accrued_minor,
            self.recent_minor + other.recent_minor,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking to be made: postings by kind of ledger account, debit positive, adding up to zero.

    Attributes:
        key: Idempotency key: the same key with the same content is booked once.
        booked_on: First day of the accounting month.
        account_id: Beneficiary whose personal ledger accounts are meant.
        line: The calculation it belongs to, or None.
        inputs_sha256: Hash of the figures it follows from.
        reverses: Operation it undoes, or None.
    """

    key: str
    kind: OperationKind
    booked_on: dt.date
    account_id: int
    postings: tuple[tuple[Books, int], ...]
    line: LineKey | None = None
    settlement_id: int | None = None
    program_sha256: str = ""
    inputs_sha256: str = ""
    reverses: int | None = None
    reason: str = ""
