"""Which service tier a contracted dealer is in, from his documents and payments alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.credit.conduct import in_time_bp, order_minor
from portal.credit.model import ContractState
from portal.credit.queries.entries import PAYMENT
from rules.service import ServiceBook, Tier, service_book_on

if TYPE_CHECKING:
    from portal.credit.queries.entries import DealerAccount

CONTRACTED = frozenset({ContractState.CONTRACTED, ContractState.QUALIFIED})


@dataclass(frozen=True, slots=True)
class ServiceStanding:
    """A dealer's tier with what it follows from.

    Attributes:
        book: The version in force.
        tier: None before the contract is paid in.
        order_minor: Average of a month's orders, supply value.
        in_time_bp: Share paid in time of what fell due; None when nothing fell due.
        next_up: The tier above, or None.
    """

    book: ServiceBook
    tier: Tier | None
    order_minor: int
    in_time_bp: int | None
    next_up: Tier | None

    @property
    def order_gap_minor(self) -> int:
        """Return what a month's orders lack for the tier above, 0 or more."""
        return max(0, self.next_up.order_from_minor - self.order_minor) if self.next_up else 0

    @property
    def in_time_gap_bp(self) -> int:
        """Return what payment in time lacks for the tier above, 0 or more."""
        if self.next_up is None or self.in_time_bp is None:
            return 0
        return max(0, self.next_up.in_time_from_bp - self.in_time_bp)


def service_of(account: DealerAccount) -> ServiceStanding | None:
    """Return a dealer's service tier as of the day of his figures; None where no book is in force."""
    as_of = account.standing.as_of
    book = service_book_on(as_of)
    if book is None:
        return None
    sales = [(entry.on, entry.supply_minor) for entry in account.entries if entry.kind != PAYMENT]
    orders = order_minor(sales, as_of, book.order_months)
    since = as_of - dt.timedelta(days=book.in_time_days)
    share = in_time_bp(account.allocation.settled, since, as_of)
    tier = book.tier_of(orders, share) if account.standing.contract in CONTRACTED else None
    return ServiceStanding(book, tier, orders, share, book.next_up(tier) if tier else None)
