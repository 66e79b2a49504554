"""Charts of an account's months: what was never sold has none, and months are written as elsewhere."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from portal.network import figures
from portal.network.charts import sales_charts
from portal.network.figures import MonthFigure
from portal.network.model import Kind
from portal.web.i18n import in_locale

TODAY = dt.date(2026, 10, 31)


BOUGHT = {1: {10: 700}, 2: {10: 700, 9: -700}}
SOLD = {1: {10: 0}}


def _months(amounts, first, last):
    found = [MonthFigure(dt.date(2026, month, 1), net, 1) for month, net in amounts.items()]
    return [figure for figure in found if first <= figure.month_on <= last]


class Ledger:
    """Account 1 bought in October, account 2 returned everything; nobody sold anything on."""

    async def list_purchases(self, account_id, first, last):
        return _months(BOUGHT.get(account_id, {}), first, last)

    async def list_sales(self, account_id, first, last):
        return _months(SOLD.get(account_id, {}), first, last)


@pytest.fixture(autouse=True)
def joined(monkeypatch):
    monkeypatch.setattr(figures._Joined, "figures", Ledger())


@pytest.mark.parametrize(
    ("number", "kind", "titles"),
    [
        (1, Kind.DEALER, ["Bought from the manufacturer"]),
        (1, Kind.OUTLET, ["Bought from dealers"]),
        (2, Kind.TERMINAL, ["Bought from dealers"]),
        (3, Kind.OUTLET, []),
    ],
)
async def test_only_what_was_ever_sold_is_drawn(number, kind, titles):
    account = SimpleNamespace(id=number, kind=kind)
    with in_locale("en"):
        charts = await sales_charts(account, TODAY, sell_through=True)
        assert [chart.title for chart in charts] == titles
        assert [chart.rows[-1][0] for chart in charts] == ["October 2026"] * len(titles)


async def test_closed_sell_through_is_not_asked_for():
    charts = await sales_charts(SimpleNamespace(id=1, kind=Kind.OUTLET), TODAY, sell_through=False)
    assert charts == ()
