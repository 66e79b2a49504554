"""Monthly figures of an account, asked of the slice that keeps them; the application joins the two."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """What an account bought or sold in a month.

    Attributes:
        month_on: First day of the month.
        net_minor: Supply value, in minor units, returns taken off.
        documents: Number of documents.
    """

    month_on: dt.date
    net_minor: int
    documents: int


class AccountFigures(Protocol):
    """Reads monthly totals; a month without documents is left out."""

    async def list_purchases(self, account_id: int, first: dt.date, last: dt.date) -> Sequence[MonthFigure]:
        """Return what the account bought: a dealer from the manufacturer, others from their suppliers.

        Args:
            account_id: The buyer.
            first: First day of the first month, inclusive.
            last: First day of the last month, inclusive.
        """

    async def list_sales(self, account_id: int, first: dt.date, last: dt.date) -> Sequence[MonthFigure]:
        """Return what the account sold on, sell-through; arguments as above."""


class _Joined:
    figures: AccountFigures | None = None


def register_figures(figures: AccountFigures) -> None:
    """Name who answers; called by the application at start."""
    _Joined.figures = figures


def joined_figures() -> AccountFigures | None:
    """Return who answers, or None when nothing was joined: pages then say that there are no figures."""
    return _Joined.figures
