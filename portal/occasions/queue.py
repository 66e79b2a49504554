"""Who gets a free seat: the rule of the queue, pure. In words with examples: docs/algorithms/seats.md."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class InQueue:
    """A sign-up that was not cancelled.

    Attributes:
        id: The sign-up.
        number: Order of sign-up.
        dealer_id: Whose it is.
        heads: Seats it needs, at least 1.
        is_confirmed: Whether it has them.
    """

    id: int
    number: int
    dealer_id: int
    heads: int
    is_confirmed: bool


def over_entitlement(standing: Iterable[InQueue], entitled: Mapping[int, int]) -> frozenset[int]:
    """Return the ids of the sign-ups beyond what their dealers are entitled to.

    Of a dealer's sign-ups those with seats count first, then the earlier before the later. Counted are
    sign-ups, not heads: companions do not use up the entitlement.

    Args:
        standing: Every sign-up of the occasion that was not cancelled.
        entitled: Dealer → seats; a dealer who is missing is entitled to none.
    """
    seen: Counter[int] = Counter()
    over = set()
    for one in sorted(standing, key=lambda one: (not one.is_confirmed, one.number)):
        seen[one.dealer_id] += 1
        if seen[one.dealer_id] > entitled.get(one.dealer_id, 0):
            over.add(one.id)
    return frozenset(over)


def waiting_order(standing: Iterable[InQueue], entitled: Mapping[int, int]) -> list[InQueue]:
    """Return who waits in the order in which seats are offered: within the entitlement first."""
    everybody = list(standing)
    over = over_entitlement(everybody, entitled)
    waiting = [one for one in everybody if not one.is_confirmed]
    return sorted(waiting, key=lambda one: (one.id in over, one.number))


def who_fits(
    standing: Sequence[InQueue], entitled: Mapping[int, int], free: int, *, with_over: bool
) -> list[InQueue]:
    """Return who gets the free seats, in order.

    Everybody who waits is asked in order; a party that needs more seats than are left keeps its place and is
    passed over, so that no seat stays empty while somebody fits.

    Args:
        standing: Every sign-up of the occasion that was not cancelled.
        entitled: Dealer → seats.
        free: Seats nobody has, at least 0.
        with_over: Whether sign-ups beyond the entitlement are asked too: once signing up is over.
    """
    over = over_entitlement(standing, entitled)
    fitting = []
    for one in waiting_order(standing, entitled):
        if one.id in over and not with_over:
            break
        if one.heads <= free:
            fitting.append(one)
            free -= one.heads
    return fitting
