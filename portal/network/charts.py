"""The chart of an account's last twelve months beside the twelve before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from portal.network.figures import MONTHS_SHOWN, joined_figures
from portal.network.model import Kind
from portal.web.charts import YearOnYear, year_on_year
from portal.web.formats import money, money_short
from portal.web.formats import month as month_text
from portal.web.i18n import gettext
from rules.months import Month

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from portal.network.figures import MonthFigure
    from portal.network.queries.accounts import AccountDetail

_YEAR = MONTHS_SHOWN // 2


@dataclass(frozen=True, slots=True)
class SalesChart:
    """A chart and the same figures as a table.

    Attributes:
        title: What it shows.
        svg: The drawing.
        rows: Month, this year, last year, each as text.
    """

    title: str
    svg: Markup
    rows: tuple[tuple[str, str, str], ...]


async def sales_charts(
    account: AccountDetail, today: dt.date, *, sell_through: bool
) -> tuple[SalesChart, ...]:
    """Draw an account's sales, as far as the viewer may see them.

    Args:
        account: The account, which the viewer may see.
        today: Day whose month is the last one drawn.
        sell_through: Whether the viewer may see what the account's dealer sells on.

    Returns:
        Purchases of a dealer always; sell-through only when it is open. What was never sold has no chart.
    """
    figures = joined_figures()
    if figures is None:
        return ()
    last = Month.of(today)
    months = [last.shift(step) for step in range(1 - MONTHS_SHOWN, 1)]
    span = account.id, months[0].first_on, last.first_on
    wanted = []
    if account.kind is Kind.DEALER:
        wanted.append((gettext("Bought from the manufacturer"), await figures.list_purchases(*span)))
    if sell_through and account.kind is not Kind.DEALER:
        wanted.append((gettext("Bought from dealers"), await figures.list_purchases(*span)))
    if sell_through and account.kind is not Kind.TERMINAL:
        wanted.append((gettext("Sold on"), await figures.list_sales(*span)))
    return tuple(
        _chart(title, months, found) for title, found in wanted if any(one.net_minor for one in found)
    )


def _chart(title: str, months: Sequence[Month], figures: Sequence[MonthFigure]) -> SalesChart:
    known = {figure.month_on: figure.net_minor for figure in figures}
    values = [known.get(month.first_on) for month in months]
    before, this = values[:_YEAR], values[_YEAR:]
    labels = [str(month.first_on.month) for month in months[_YEAR:]]
    top = max((value for value in values if value is not None), default=0)
    series = YearOnYear(labels, this, before, gettext("Last 12 months"), gettext("The year before"))
    axis = (money_short(0), money_short(top // 2), money_short(top))
    rows = tuple(
        (month_text(month), money(value), money(earlier))
        for month, value, earlier in zip(months[_YEAR:], this, before, strict=True)
    )
    return SalesChart(title, year_on_year(series, title, axis), rows)
