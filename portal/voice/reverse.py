"""The reverse score card: marks dealers give the manufacturer, and results in which nobody can be found.

Results are shown for periods that are over, so that no mark can be read off the difference between two days.
A group under the floor says nothing, and as many others are kept silent with it as it takes for the silent
ones together to reach the floor, so that nothing can be computed by subtraction.

No figure of it is offered to evaluations: this slice has no facts. Pure but for the policies.
Source: FEATURES S141; docs/manual/reverse-score-card.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import DEALER_SIDE, NETWORK_WIDE, AuditClass, Policy, Role, register
from rules.reverse.book import HIGHEST, LOWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMENT_MAX = 1000
OWN = "voice.reverse_own"
READ = "voice.reverse"
EXPORT = "voice.reverse_export"

_READERS = NETWORK_WIDE | {Role.REGIONAL_MANAGER, Role.SALES_REPRESENTATIVE}
register(
    Policy(OWN, DEALER_SIDE, AuditClass.WRITE),
    Policy(READ, _READERS),
    Policy(EXPORT, _READERS, AuditClass.SENSITIVE_READ),
)


@dataclass(frozen=True, slots=True)
class RateCommand:
    """What a dealer gives.

    Attributes:
        marks: Item → 1 to 5; items that cannot be judged are left out; at least one.
        comment: At most 1,000 characters; may be empty.
    """

    dealer_id: int
    marks: Mapping[str, int]
    comment: str


@dataclass(frozen=True, slots=True)
class Card:
    """Marks of one dealer without the dealer.

    Attributes:
        group: Name of the first region below the root, or empty.
    """

    group: str
    marks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Marks of a group for one item.

    Attributes:
        n: Marks given; 0 when nothing may be said of how many.
        mean_tenths: Mean in tenths, half up; None when too few gave one.
    """

    n: int
    mean_tenths: int | None


def packed(marks: Mapping[str, int]) -> str:
    """Return marks as the text that is kept."""
    return json.dumps(dict(sorted(marks.items())), separators=(",", ":"))


def unpacked(text: str) -> dict[str, int]:
    """Read marks back; anything that is no mark is left out."""
    content = json.loads(text)
    return {
        str(item): mark
        for item, mark in content.items()
        if isinstance(mark, int) and LOWEST <= mark <= HIGHEST
    }


def tally(marks: Sequence[int], least: int) -> Tally:
    """Return how many marks there are and their mean, which stands from ``least`` marks on."""
    n = len(marks)
    return Tally(n, (sum(marks) * 20 + n) // (2 * n) if n >= least else None)


def of_item(cards: Sequence[Card], item: str) -> list[int]:
    """Return the marks for an item."""
    return [card.marks[item] for card in cards if item in card.marks]


def overall(cards: Sequence[Card], items: Sequence[str], least: int) -> Tally:
    """Return how many gave marks, and the mean of all marks for items that are not silent themselves.

    A silent item is left out: beside the others it could be computed from the whole.
    """
    marks = [mark for item in items if len(found := of_item(cards, item)) >= least for mark in found]
    return Tally(len(cards), tally(marks, least).mean_tenths if len(cards) >= least else None)


def by_group(cards: Sequence[Card], item: str, least: int) -> dict[str, Tally]:
    """Return an item's result by group; groups that must stay silent are there without numbers.

    Args:
        cards: All cards of a period.
        item: The item.
        least: Floor, 2 or more.
    """
    marks: dict[str, list[int]] = defaultdict(list)
    for card in cards:
        marks[card.group] += [card.marks[item]] if item in card.marks else []
    silent = _silent({group: len(found) for group, found in marks.items()}, least)
    return {
        group: Tally(0, None) if group in silent else tally(found, least) for group, found in marks.items()
    }


def _silent(sizes: Mapping[str, int], least: int) -> set[str]:
    """Return the groups to keep silent: those under the floor, and the smallest others up to the floor."""
    rising = sorted((group for group in sizes), key=lambda group: (sizes[group], group))
    silent = {group for group in rising if sizes[group] < least}
    hidden = sum(sizes[group] for group in silent)
    for group in rising:
        if not 0 < hidden < least:
            break
        if group not in silent:
            silent.add(group)
            hidden += sizes[group]
    return silent
