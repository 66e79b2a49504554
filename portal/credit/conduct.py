"""How a dealer orders and pays: promises, payment in time, size of orders. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.credit.model import PromiseState, ratio_bp
from rules.months import Month, months_between

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from portal.credit.model import Settled


def promise_state(
    promised_minor: int,
    between: tuple[dt.date, dt.date],
    payments: Iterable[tuple[dt.date, int]],
    as_of: dt.date,
) -> PromiseState:
    """Return what became of a promise to pay.

    Args:
        promised_minor: What was promised, more than 0.
        between: Day of the talk and last day of the promise, both inclusive.
        payments: Day and amount of each payment, in any order; one taken back is below 0.
        as_of: Last day up to which payments are known; unknown is not unpaid.
    """
    paid = sum(amount for on, amount in payments if between[0] <= on <= between[1])
    if paid >= promised_minor:
        return PromiseState.KEPT
    return PromiseState.MISSED if as_of > between[1] else PromiseState.OPEN


def in_time_bp(settled: Iterable[Settled], since: dt.date, as_of: dt.date) -> int | None:
    """Return the share of what fell due that was paid by its due day, in basis points.

    Args:
        settled: Charges with what pays them; only invoices count.
        since: Last day that does not count any more.
        as_of: Last day that counts.

    Returns:
        None when nothing fell due: unknown, not unpaid.
    """
    due = [item for item in settled if item.charge.is_order and since < item.charge.due_on <= as_of]
    paid = sum(piece.amount_minor for item in due for piece in item.pieces if piece.on <= item.charge.due_on)
    return ratio_bp(paid, sum(item.charge.amount_minor for item in due))


def order_minor(sales: Sequence[tuple[dt.date, int]], as_of: dt.date, months: int) -> int:
    """Return the average of a month's orders less returns, supply value, rounded down, 0 or more.

    Args:
        sales: Day and supply value of each document, oldest first; returns are below 0.
        as_of: Day it is asked for; the month it lies in counts when it is over.
        months: Complete months that count, at most; fewer when the dealer began later.
    """
    if not sales:
        return 0
    month = Month.of(as_of)
    last = month if month.last_on == as_of else month.shift(-1)
    first = max(last.shift(1 - months), Month.of(sales[0][0]))
    if first > last:
        return 0
    total = sum(amount for on, amount in sales if first.first_on <= on <= last.last_on)
    return max(0, total // len(months_between(first, last)))
