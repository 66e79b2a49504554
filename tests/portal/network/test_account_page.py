"""An account's page draws what the viewer may see of its sales, and tells no side the other's business."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.network import figures
from portal.network.figures import MonthFigure, register_figures
from portal.web.i18n import gettext
from rules.months import Month
from tests.portal.network.conftest import share

LAST = Month.of(dt.datetime.now(dt.UTC).date()).shift(-1)


class Figures:
    """Answers with one month this year and the same a year before."""

    async def list_purchases(self, account_id, first, last):
        assert (Month.of(last).shift(-23), first.day, account_id > 0) == (Month.of(first), 1, True)
        return [MonthFigure(LAST.first_on, 1_234_000, 3), MonthFigure(LAST.shift(-12).first_on, 987_000, 2)]

    async def list_sales(self, account_id, first, last):
        assert first < last
        return [MonthFigure(LAST.first_on, 555_000, int(account_id > 0))]


@pytest.fixture
def with_figures(monkeypatch):
    monkeypatch.setattr(figures._Joined, "figures", None)
    register_figures(Figures())


@pytest.mark.parametrize(
    ("path", "name", "amounts"),
    [
        ("/dealers/30", "south", {"1,234,000", "987,000", "555,000"}),
        ("/dealers/20", "manager", {"1,234,000", "987,000"}),
        ("/dealers/20", "owner", {"1,234,000", "987,000", "555,000"}),
        ("/terminals/33", "south", {"1,234,000", "987,000"}),
        ("/terminals/23", "manager", set()),
        ("/outlets/21", "owner", {"1,234,000", "987,000", "555,000"}),
    ],
)
async def test_figures_follow_sharing(client, with_figures, path, name, amounts):
    text = (await client.get(name, path)).text
    assert {amount for amount in ("1,234,000", "987,000", "555,000") if amount in text} == amounts
    assert ('<svg class="chart"' in text) is bool(amounts)


async def test_sharing_sell_through_opens_the_figures(client, with_figures):
    await share(20, "sell_through")
    assert "1,234,000" in (await client.get("manager", "/terminals/23")).text


async def test_without_figures_the_page_says_so(client, monkeypatch):
    monkeypatch.setattr(figures._Joined, "figures", None)
    assert gettext("No sales figures yet.") in (await client.get("south", "/dealers/30")).text


async def test_a_dealers_people_are_not_told_who_else_supplies(client):
    supplier = {"supplier_kind": "dealer", "supplier": "D20", "from_on": "2026-03-01"}
    assert (await client.post("administrator", "/accounts/13/suppliers", **supplier)).status_code == 303
    for name, expected in (("manager", True), ("staff", False)):
        page = await client.get(name, "/terminals/13")
        history = await client.get(name, "/accounts/13/history")
        assert (name, "한빛유통" in page.text, "D20" in history.text) == (name, expected, expected)


async def test_an_outlet_lists_whom_it_supplies(client):
    assert "한빛 호프" in (await client.get("daejeon", "/outlets/11")).text
