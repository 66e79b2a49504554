"""Trips as values: costs, sharing them out by heads, putting people into rooms, spread within a class.

All arithmetic is in integers. In words with examples: docs/manual/trips.md and docs/manual/trip-fairness.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TITLE_MAX, PLACE_MAX, WHO_MAX, PHONE_MAX, EMERGENCY_MAX = 160, 200, 120, 40, 400
ROOM_MAX, BEDS_MOST, COST_TEXT_MAX, REASON_MAX, REPORT_MAX, CONTACT_MAX = 60, 20, 200, 400, 2000, 120
PURPOSE_MAX, HEADS_MOST, AMOUNT_MOST = 400, 200, 10**12
STOPS_MOST, ROOMS_MOST, SEATS_MOST = 100, 200, 2000
BASIS_POINTS = 10_000


class CostKind(StrEnum):
    """Whether an amount is planned or was spent."""

    PLANNED = "planned"
    SPENT = "spent"


class CostCategory(StrEnum):
    """What an amount is for."""

    TRANSPORT = "transport"
    STAY = "stay"
    MEAL = "meal"
    ENTRY = "entry"
    INSURANCE = "insurance"
    GIFT = "gift"
    STAFF = "staff"
    """Our own people and guides: no dealer is given anything by it."""
    OTHER = "other"


class HospitalityKind(StrEnum):
    """What a dealer was invited to outside of trips (S121: lunch, golf, dinner)."""

    MEAL = "meal"
    GOLF = "golf"
    GIFT = "gift"
    OTHER = "other"


class Marker(StrEnum):
    """What a person said for sharing a room; nothing is the rule."""

    NONE = ""
    FEMALE = "f"
    MALE = "m"


def share_out(total_minor: int, heads: Mapping[int, int]) -> dict[int, int]:
    """Share an amount out by heads so that the shares add up to it exactly: largest remainder.

    Of equal remainders the smaller key goes first; who has no heads gets nothing.

    Args:
        total_minor: What is shared out, at least 0.
        heads: Key → heads, none negative.

    Source: TRUST.md section 3 c (the sum of rounded shares is the rounded total).
    """
    everybody = sum(heads.values())
    if not everybody:
        return dict.fromkeys(heads, 0)
    exact = {key: divmod(total_minor * count, everybody) for key, count in heads.items()}
    shares = {key: whole for key, (whole, _) in exact.items()}
    left = total_minor - sum(shares.values())
    by_remainder = sorted(exact, key=lambda key: (-exact[key][1], key))
    for key in by_remainder[:left]:
        shares[key] += 1
    return shares


def per_head(total_minor: int, heads: int) -> int | None:
    """Return an amount per head, half up; None without heads."""
    return (2 * total_minor + heads) // (2 * heads) if heads else None


@dataclass(frozen=True, slots=True)
class Party:
    """People who belong together: a seat holder with companions.

    Attributes:
        guests: Their ids, the seat holder first.
        dealer_id: Whose they are.
        marker: What the seat holder said for sharing; only counts for a party of one.
    """

    guests: tuple[int, ...]
    dealer_id: int
    marker: Marker = Marker.NONE

    def shares_with(self, other: Party) -> bool:
        """Tell whether two parties of one may sleep in one room without asking anybody.

        People of one dealer may when nothing speaks against it; strangers only when both said the same.
        """
        if len(self.guests) > 1 or len(other.guests) > 1:
            return False
        said = {self.marker, other.marker} - {Marker.NONE}
        if len(said) > 1:
            return False
        return self.dealer_id == other.dealer_id or (self.marker == other.marker != Marker.NONE)


@dataclass(frozen=True, slots=True)
class Room:
    """A room and how many sleep in it."""

    id: int
    beds: int


def propose_rooms(parties: Iterable[Party], rooms: Iterable[Room]) -> dict[int, int]:
    """Return guest → room for as many people as fit; who is left out stays with the planner.

    Parties come first, the largest first, each into the smallest room that holds it whole; it shares with
    nobody. Then those who come alone: beside somebody they may share with, else into the smallest room that
    is empty. Nobody is put with a stranger unless both said the same marker.

    Args:
        parties: Who has no bed yet.
        rooms: Rooms in which nobody sleeps yet.
    """
    free = sorted(rooms, key=lambda room: (room.beds, room.id))
    placed: dict[int, int] = {}
    together = sorted(
        parties, key=lambda party: (-len(party.guests), party.marker is Marker.NONE, party.guests)
    )
    shared: list[tuple[Room, list[Party]]] = []
    for party in together:
        if len(party.guests) == 1 and _beside(party, shared, placed):
            continue
        # Who said a marker may be joined by others: a large room; everybody else the smallest that fits.
        order = free[::-1] if len(party.guests) == 1 and party.marker else free
        room = next((room for room in order if room.beds >= len(party.guests)), None)
        if room is None:
            continue
        free.remove(room)
        placed |= dict.fromkeys(party.guests, room.id)
        if len(party.guests) == 1:
            shared.append((room, [party]))
    return placed


def _beside(party: Party, shared: list[tuple[Room, list[Party]]], placed: dict[int, int]) -> bool:
    for room, there in shared:
        if len(there) < room.beds and all(party.shares_with(other) for other in there):
            there.append(party)
            placed[party.guests[0]] = room.id
            return True
    return False


@dataclass(frozen=True, slots=True)
class Spread:
    """How far amounts lie apart; quartiles None under four amounts.

    Attributes:
        n: How many.
        least, median, most: Ends and middle; of two middle amounts the mean, half up.
        low, high: First and third quartile: medians of the lower and the upper half without the middle.
    """

    n: int
    least: int
    median: int
    most: int
    low: int | None
    high: int | None

    @property
    def middle_half(self) -> int | None:
        """The interquartile range: how far the middle half lies apart."""
        return None if self.low is None or self.high is None else self.high - self.low


_FOR_QUARTILES = 4


def spread_of(amounts: Sequence[int]) -> Spread | None:
    """Return the spread of amounts, None of none. Source: docs/manual/trip-fairness.md."""
    if not amounts:
        return None
    ordered = sorted(amounts)
    half = len(ordered) // 2
    low, high = (None, None)
    if len(ordered) >= _FOR_QUARTILES:
        low, high = _middle(ordered[:half]), _middle(ordered[-half:])
    return Spread(len(ordered), ordered[0], _middle(ordered), ordered[-1], low, high)


def _middle(ordered: Sequence[int]) -> int:
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half] + 1) // 2


def share_bp(part: int, whole: int) -> int | None:
    """Return a share in basis points, half up; None of nothing or less."""
    return None if whole <= 0 else (2 * part * BASIS_POINTS + whole) // (2 * whole)
