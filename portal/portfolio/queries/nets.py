"""Monthly nets of every account of a level, ready to be classed.

What counts is what an account bought: a dealer from the manufacturer, an outlet or a retail point from its
suppliers. Where nothing is recorded at that step of the way, dealers are classed by what they sold, and
outlets by what the retail points bought that they chiefly supply. Accounts of a dealer who does not share his
sales are left out: not shared is unknown, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from portal.db import fetch
from portal.db.arrays import fetch_integers
from portal.network.scope import sell_through_open
from portal.sales.model import Level, Side
from rules.months import Month, months_between

if TYPE_CHECKING:
    from rules.segments.model import Level as Kind

Integers = NDArray[np.int64]
BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Population:
    """Accounts of a level with a total in the window, ordered by code.

    Attributes:
        ids: Account ids.
        codes: Their codes, ascending, each once.
        channels: Their channels, empty where unknown.
        nets: Shape (accounts, months), minor units; a month without totals is 0.
        known: Months since the first total, at most the window.
    """

    ids: Integers
    codes: tuple[str, ...]
    channels: tuple[str, ...]
    nets: Integers
    known: Integers


async def read_population(kind: Kind, month: Month, window: int) -> Population:
    """Read everybody of a level up to a month, in the open unit of work.

    Args:
        kind: Level of the network.
        month: Last month of the window, inclusive.
        window: Months, 1 or more.
    """
    accounts = sorted(await _accounts(kind))
    ids = np.array([number for _, number, _ in accounts], np.int64)
    order = np.argsort(ids, kind="stable")
    totals = await _totals(kind, month.shift(1 - window), month)
    nets = np.zeros((len(ids), window), np.int64)
    seen = np.zeros((len(ids), window), np.bool_)
    for place, each in enumerate(months_between(month.shift(1 - window), month)):
        sold, amounts = await fetch_integers(*totals.of(each))
        rows, found = _places(sold, ids, order)
        nets[rows, place], seen[rows, place] = amounts[found], True
    kept = np.flatnonzero(seen.any(axis=1))
    known = window - seen[kept].argmax(axis=1)
    (older,) = await fetch_integers(*totals.before(month.shift(1 - window)))
    known[np.isin(ids[kept], older)] = window
    return Population(
        ids[kept],
        tuple(accounts[place][0] for place in kept),
        tuple(accounts[place][2] for place in kept),
        nets[kept],
        known,
    )


async def _accounts(kind: Kind) -> list[tuple[str, int, str]]:
    """Return code, id and channel of every account that may be classed."""
    shared = "1 = 1" if kind == "dealer" else sell_through_open("a.dealer")
    found: list[tuple[str, int, str]] = []
    after = 0
    while True:
        rows = await fetch(
            "select a.id, a.code, coalesce(t.channel, '') as channel from account a"  # noqa: S608  from code
            " left join terminal t on t.account = a.id where a.kind = {} and a.merged_into is null"
            f" and a.id > {{}} and {shared} order by a.id limit {BATCH}",
            kind,
            after,
        )
        found += [(row["code"], row["id"], row["channel"]) for row in rows]
        if len(rows) < BATCH:
            return found
        after = rows[-1]["id"]


@dataclass(frozen=True, slots=True)
class _Totals:
    """Which monthly totals count for a level."""

    level: Level
    side: Side
    through_links: bool = False

    def of(self, month: Month) -> tuple[tuple[str, str], str]:
        """Return account and net of a month as expressions, and the rest of the statement."""
        where = f"where m.month_on = '{month.first_on}' and {self._counted}"
        if not self.through_links:
            return ("m.account", "m.net_minor"), f"from account_month m {where}"
        return (
            ("l.supplier", "sum(m.net_minor)"),
            f"from account_month m {self._links(month)} {where} group by l.supplier",
        )

    def before(self, month: Month) -> tuple[tuple[str], str]:
        """Return accounts with totals before a month, and the rest of the statement."""
        where = f"where m.month_on < '{month.first_on}' and {self._counted}"
        if not self.through_links:
            return ("m.account",), f"from account_month m {where} group by m.account"
        return ("l.supplier",), f"from account_month m {self._links(month)} {where} group by l.supplier"

    @property
    def _counted(self) -> str:
        return f"m.level = {int(self.level)} and m.side = {int(self.side)}"

    @staticmethod
    def _links(month: Month) -> str:
        """Join each buyer's chief supplier on the month's last day."""
        day = month.last_on
        return (
            "join supply_link l on l.buyer = m.account and l.is_primary"
            f" and l.from_on <= '{day}' and (l.to_on is null or l.to_on > '{day}')"
        )


async def _totals(kind: Kind, first: Month, last: Month) -> _Totals:
    level = Level.SELL_IN if kind == "dealer" else Level.SELL_THROUGH
    known = await fetch(
        "select 1 as yes from account_month m join account a on a.id = m.account"
        " where m.level = {} and m.side = {} and a.kind = {} and m.month_on between {} and {} limit 1",
        *(int(level), int(Side.BUYER), kind, first.first_on, last.first_on),
    )
    if known or kind == "terminal":
        return _Totals(level, Side.BUYER)
    if kind == "dealer":
        return _Totals(Level.SELL_THROUGH, Side.SELLER)
    return _Totals(Level.SELL_THROUGH, Side.BUYER, through_links=True)


def _places(sold: Integers, ids: Integers, order: Integers) -> tuple[Integers, Integers]:
    """Return where the sold accounts stand among the ids, and which of the sold ones are there."""
    if not len(ids):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ordered = ids[order]
    places = np.minimum(np.searchsorted(ordered, sold), len(ids) - 1)
    found = np.flatnonzero(ordered[places] == sold)
    return order[places[found]], found
