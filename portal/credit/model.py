"""What a dealer owes: charges, credits, which pays which, how old the rest is. Pure.

A *charge* is what has to be paid: an invoice with supply value, VAT and container deposits, or a payment that
was taken back. A *credit* is what pays: a payment or a credit note. Why and with examples:
docs/algorithms/credit.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.settings import Settings

BASIS_POINTS = 10_000
TENTHS = 10


class ContractState(StrEnum):
    """How far a dealer's contract is; follows from payments and is never set (FEATURES S92)."""

    NONE = "none"
    """No signed contract is recorded."""
    SIGNED = "signed"
    """Signed; the first invoice is not yet paid in full, or there is none."""
    CONTRACTED = "contracted"
    """계약고객: signed and the first invoice paid in full."""
    QUALIFIED = "qualified"
    """Contracted and within terms: nothing is overdue."""


class HoldState(StrEnum):
    """Where a hold stands."""

    NONE = "none"
    HELD = "held"
    RELEASE_REQUESTED = "release_requested"


class HoldReason(StrEnum):
    """Why a hold is placed: reasons of credit only, never an evaluation, a target or a refusal to share."""

    OVERDUE = "overdue"
    OVER_LIMIT = "over_limit"
    SECURITY_LAPSED = "security_lapsed"
    INSOLVENCY = "insolvency"


class Channel(StrEnum):
    """How somebody talked with a dealer."""

    PHONE = "phone"
    VISIT = "visit"
    MESSAGE = "message"
    LETTER = "letter"


class PromiseState(StrEnum):
    """What became of a promise to pay; follows from payments and is never set."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"


class Coaching(StrEnum):
    """What a talk with the dealer could be about; no member is about an incentive."""

    PAYMENT_PLAN = "payment_plan"
    OLD_DEBT = "old_debt"
    NEAR_LIMIT = "near_limit"
    OVER_LIMIT = "over_limit"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class CreditRules:
    """What an installation has settled about credit.

    Attributes:
        last_days: Last day, inclusive, of the first three buckets of late amounts, such as 30, 60, 90.
        dso_days: Days of invoices that days sales outstanding looks back on.
        terms_days: Days to pay where neither document, contract nor dealer master says.
        warning_percent: Share of the limit from which on its use is pointed out.
        payments_days: Without any payment for longer than this, payments count as known up to the last one.
    """

    last_days: tuple[int, int, int] = (30, 60, 90)
    dso_days: int = 90
    terms_days: int = 30
    warning_percent: int = 90
    payments_days: int = 7

    @classmethod
    def of(cls, settings: Settings) -> CreditRules:
        """Read them from the settings."""
        return cls(
            settings.credit_ageing_days,
            settings.credit_dso_days,
            settings.credit_terms_days,
            settings.credit_warning_percent,
            settings.credit_payments_days,
        )


@dataclass(frozen=True, slots=True, order=True)
class Charge:
    """Something to be paid. Charges order as they are paid: oldest due first, then oldest, then by key.

    Attributes:
        due_on: Last day on which paying it is in time.
        on: Its own day.
        key: Unique within the dealer.
        amount_minor: More than 0.
        is_order: Whether it is an invoice for an order, the only kind that can make a contract.
    """

    due_on: dt.date
    on: dt.date
    key: str
    amount_minor: int
    is_order: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Credit:
    """Something that pays. Credits are used oldest first.

    Attributes:
        on: Day it was received or written.
        key: Unique within the dealer.
        amount_minor: More than 0.
        names: Key of the charge it is meant for, or empty.
    """

    on: dt.date
    key: str
    amount_minor: int
    names: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a credit that pays a part of a charge; ``amount_minor`` is more than 0."""

    credit_key: str
    on: dt.date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Settled:
    """A charge and what pays it, in the order in which it was paid."""

    charge: Charge
    pieces: tuple[Piece, ...]

    @property
    def open_minor(self) -> int:
        """Return what remains to be paid, 0 or more."""
        return self.charge.amount_minor - sum(piece.amount_minor for piece in self.pieces)

    @property
    def settled_on(self) -> dt.date | None:
        """Return the day on which it was paid in full, or None."""
        return None if self.open_minor else max(piece.on for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Every charge of a dealer with what pays it, oldest due first, and what is left over.

    Attributes:
        settled: The charges.
        unapplied_minor: Credits that no charge needs, 0 or more: the dealer's own money.
    """

    settled: tuple[Settled, ...]
    unapplied_minor: int

    @property
    def open_minor(self) -> int:
        """Return what remains to be paid of all charges."""
        return sum(item.open_minor for item in self.settled)


def allocate(charges: Iterable[Charge], received: Iterable[Credit]) -> Allocation:
    """Let credits pay charges.

    A credit that names a charge pays that charge first, oldest credit first. What is left of it, and every
    credit that names none, or one that is not there, pays the charge that is due earliest. Order of input
    does not matter.
    """
    in_order, used = sorted(charges), sorted(received)
    pieces: dict[str, list[Piece]] = {charge.key: [] for charge in in_order}
    need = {charge.key: charge.amount_minor for charge in in_order}
    left = {credit.key: credit.amount_minor for credit in used}

    def pay(charge_key: str, credit: Credit) -> None:
        amount = min(need[charge_key], left[credit.key])
        if amount:
            pieces[charge_key].append(Piece(credit.key, credit.on, amount))
            need[charge_key] -= amount
            left[credit.key] -= amount

    for credit in used:
        if credit.names in need:
            pay(credit.names, credit)
    waiting = iter([credit for credit in used if left[credit.key]])
    credit_now = next(waiting, None)
    for charge in in_order:
        while need[charge.key] and credit_now is not None:
            pay(charge.key, credit_now)
            if not left[credit_now.key]:
                credit_now = next(waiting, None)
    settled = tuple(Settled(charge, tuple(pieces[charge.key])) for charge in in_order)
    return Allocation(settled, sum(left.values()))


def bucket_of(due_on: dt.date, as_of: dt.date, last_days: Sequence[int]) -> int:
    """Return 0 for what is not late, else 1 and up: late by 1 to ``last_days[0]`` days is 1, and so on.

    What is due today is not late.
    """
    late = (as_of - due_on).days
    return 0 if late <= 0 else 1 + sum(late > last for last in last_days)


def ratio_bp(part: int, whole: int) -> int | None:
    """Return a share in basis points, half away from zero; None when there is nothing to take it of."""
    return (2 * part * BASIS_POINTS + whole) // (2 * whole) if whole > 0 else None


def dso_tenths(receivable_minor: int, invoiced_minor: int, days: int) -> int | None:
    """Return days sales outstanding in tenths of a day: receivables ÷ invoiced × days, half away from zero.

    Args:
        receivable_minor: Open charges, 0 or more, VAT and deposits included.
        invoiced_minor: Invoiced in the days before, VAT and deposits included, credit notes taken off.
        days: Length of that time.

    Returns:
        None when nothing was invoiced: unknown, not zero. Source: FEATURES D2.
    """
    if invoiced_minor <= 0:
        return None
    return (2 * receivable_minor * days * TENTHS + invoiced_minor) // (2 * invoiced_minor)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a dealer stands on a day.

    Attributes:
        as_of: The day; what happens later does not count.
        balance_minor: Owed; below 0 it is the dealer's money.
        buckets: Open amounts: not late, then the four buckets of late ones; they add up to the receivable.
        invoiced_minor: Invoiced in the rules' ``dso_days`` up to the day.
        dso_tenths: Days sales outstanding in tenths, or None.
        oldest_due_on: Due day of the oldest charge that is open, or None.
        contract: How far the contract is.
        contracted_on: Day on which the first invoice was paid in full, or None.
        first_due_on, first_open_minor: What the first invoice of a signed contract lacks.
    """

    as_of: dt.date
    balance_minor: int
    buckets: tuple[int, int, int, int, int]
    invoiced_minor: int
    dso_tenths: int | None
    oldest_due_on: dt.date | None
    contract: ContractState
    contracted_on: dt.date | None
    first_due_on: dt.date | None = None
    first_open_minor: int = 0

    @property
    def receivable_minor(self) -> int:
        """Return everything open."""
        return sum(self.buckets)

    @property
    def overdue_minor(self) -> int:
        """Return everything open and late."""
        return sum(self.buckets[1:])

    @property
    def overdue_bp(self) -> int | None:
        """Return the overdue ratio (연체율): overdue ÷ receivables; None without receivables."""
        return ratio_bp(self.overdue_minor, self.receivable_minor)


def standing_of(
    charges: Sequence[Charge],
    received: Sequence[Credit],
    *,
    signed_on: dt.date | None,
    invoiced_minor: int,
    as_of: dt.date,
    rules: CreditRules,
) -> tuple[Standing, Allocation]:
    """Return how a dealer stands on a day, and which credit pays which charge.

    Args:
        charges: Everything to be paid, up to the day.
        received: Every credit up to the day.
        signed_on: Day on which the first contract was signed, or None.
        invoiced_minor: Invoiced in the rules' ``dso_days`` up to the day, credit notes taken off.
        as_of: The day.
        rules: Buckets and days.
    """
    allocation = allocate(charges, received)
    buckets = [0, 0, 0, 0, 0]
    for item in allocation.settled:
        buckets[bucket_of(item.charge.due_on, as_of, rules.last_days)] += item.open_minor
    receivable = allocation.open_minor
    first = _first_invoice(allocation, signed_on)
    contracted_on = first.settled_on if first else None
    standing = Standing(
        as_of=as_of,
        balance_minor=receivable - allocation.unapplied_minor,
        buckets=(buckets[0], buckets[1], buckets[2], buckets[3], buckets[4]),
        invoiced_minor=invoiced_minor,
        dso_tenths=dso_tenths(receivable, invoiced_minor, rules.dso_days),
        oldest_due_on=next((i.charge.due_on for i in allocation.settled if i.open_minor), None),
        contract=contract_state(signed_on, contracted_on, sum(buckets[1:])),
        contracted_on=contracted_on,
        first_due_on=first.charge.due_on if first else None,
        first_open_minor=first.open_minor if first else 0,
    )
    return standing, allocation


def _first_invoice(allocation: Allocation, signed_on: dt.date | None) -> Settled | None:
    if signed_on is None:
        return None
    after = [i for i in allocation.settled if i.charge.is_order and i.charge.on >= signed_on]
    return min(after, key=lambda item: (item.charge.on, item.charge.key), default=None)


def contract_state(
    signed_on: dt.date | None, contracted_on: dt.date | None, overdue_minor: int
) -> ContractState:
    """Return how far a contract is. Source: FEATURES S92."""
    if signed_on is None:
        return ContractState.NONE
    if contracted_on is None:
        return ContractState.SIGNED
    return ContractState.CONTRACTED if overdue_minor else ContractState.QUALIFIED


def coaching(standing: Standing, limit_minor: int | None, rules: CreditRules) -> tuple[Coaching, ...]:
    """Return what to talk about with a dealer: payment and credit terms, nothing else.

    An incentive is neither reduced nor withheld for paying late, whatever a contract says.
    Source: 대리점법 제9조 제1항; 공정거래위원회 2024년 4월 의결 (FEATURES A7, L1).
    """
    found = []
    if standing.overdue_minor:
        found.append(Coaching.PAYMENT_PLAN)
    if standing.buckets[4]:
        found.append(Coaching.OLD_DEBT)
    if limit_minor is not None and standing.balance_minor > limit_minor:
        found.append(Coaching.OVER_LIMIT)
    elif limit_minor and 100 * standing.balance_minor >= rules.warning_percent * limit_minor:
        found.append(Coaching.NEAR_LIMIT)
    if found and not standing.overdue_minor:
        found.append(Coaching.TERMS)
    return tuple(found)


def data_day(today: dt.date, last_payment_on: dt.date | None, rules: CreditRules) -> dt.date:
    """Return the day figures are true for: today, or the last day up to which payments are known.

    When no payment of any dealer has come in for longer than ``payments_days``, payments since are unknown,
    and unknown is not unpaid.
    """
    if last_payment_on is None or (today - last_payment_on).days <= rules.payments_days:
        return today
    return last_payment_on
