"""How much of a retail point competitors hold, as far as somebody said so; offered to KPIs.

A refusal is kept, and read nowhere here: it neither counts nor replaces what was known before. In words:
docs/algorithms/board.md. Source: FEATURES S109, L3.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WHOLE_BP = 10_000


class PhoneShares:
    """Competitors' shares as the manufacturer's people saw, heard or estimated them at visits.

    Args:
        days: How long what was said counts, in days.
    """

    def __init__(self, days: int) -> None:
        self._days = days

    async def shares_of(self, until_on: dt.date) -> Mapping[int, tuple[int, dt.date]]:
        """Return share of all competitors together, in basis points, and since when it is known, by account.

        Args:
            until_on: Last day whose visits count, inclusive; those of so many days before it do.
        """
        rows = await fetch(
            "select s.account, s.competitor, s.share_bp, s.observed_on from share_observation s"
            " join visit v on v.id = s.visit where s.share_bp is not null and s.source <> 'declined'"
            " and v.cancelled_at is null and v.owner = 'manufacturer' and s.observed_on between {} and {}"
            " order by s.account, s.observed_on, s.id",
            *(until_on - dt.timedelta(days=self._days), until_on),
        )
        found: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            found.setdefault(row["account"], []).append(row)
        return {account: together(told) for account, told in found.items()}


def together(told: Iterable[Mapping[str, Any]]) -> tuple[int, dt.date]:
    """Return the share of all competitors from what was told, the oldest first, and the day of the newest.

    A share without a name is that of all competitors and replaces what was told before; shares of named ones
    add up, the newest of each, to the whole at most.
    """
    shares: dict[str, int] = {}
    newest = dt.date.min
    for row in told:
        name = row["competitor"].casefold()
        if not name:
            shares.clear()
        else:
            shares.pop("", None)
        shares[name] = row["share_bp"]
        newest = as_date(row["observed_on"]) or newest
    return min(sum(shares.values()), _WHOLE_BP), newest
