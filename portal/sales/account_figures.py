"""An account's monthly figures from the totals tables, in the form the network's pages ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import as_date, fetch
from portal.network.figures import MonthFigure
from portal.sales.model import Level, Side

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

_MONTHS = (
    "select month_on, sum(net_minor) as net_minor, sum(documents) as documents from account_month"
    " where account in (select f.id from account f join account k on k.id = {} where f.id = k.id"
    " or (f.merged_into = k.id and f.dealer = k.dealer))"
    " and side = {} and level in ({}, {}) and month_on between {} and {}"
    " group by month_on order by month_on"
)


class AccountMonthFigures:
    """Reads ``account_month``; a month without documents has no row.

    What accounts of the same dealer bought or sold before they were merged into the account counts with it.
    """

    async def list_purchases(self, account_id: int, first: dt.date, last: dt.date) -> Sequence[MonthFigure]:
        """Return what the account bought, from the manufacturer or from its suppliers."""
        return await _list(account_id, Side.BUYER, (Level.SELL_IN, Level.SELL_THROUGH), first, last)

    async def list_sales(self, account_id: int, first: dt.date, last: dt.date) -> Sequence[MonthFigure]:
        """Return what the account sold on, sell-through only."""
        return await _list(account_id, Side.SELLER, (Level.SELL_THROUGH, Level.SELL_THROUGH), first, last)


async def _list(
    account_id: int, side: Side, levels: tuple[Level, Level], first: dt.date, last: dt.date
) -> list[MonthFigure]:
    rows = await fetch(_MONTHS, account_id, int(side), int(levels[0]), int(levels[1]), first, last)
    figures = []
    for row in rows:
        month_on = as_date(row["month_on"])
        if month_on is not None:
            figures.append(MonthFigure(month_on, row["net_minor"], row["documents"]))
    return figures
