"""The demo network is the same every time and holds the truths it promises, on both databases."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import numpy as np
import pytest

from portal import db
from portal.db.engine import _Bound, current_engine, use
from portal.db.schema import create_schema
from portal.demo import build
from portal.demo.network import geography, make_network
from portal.demo.plan import LAST_MONTH, SIZES, months
from portal.demo.trade import sell_in, sell_through
from portal.demo.truths import BY_DEALER, TRUTHS
from portal.errors import Conflict
from rules.months import Month
from tests.conftest import new_database

SMALL = SIZES["small"]
LAST_YEAR = LAST_MONTH.shift(-12)


@pytest.fixture(scope="module")
def network():
    return make_network(SMALL)


def test_two_draws_are_equal(network):
    again = make_network(SMALL)
    assert again.dealer_names() == network.dealer_names()
    assert np.array_equal(again.terminal_outlet, network.terminal_outlet)
    first, second = (sell_through(drawn, LAST_MONTH) for drawn in (network, again))
    assert np.array_equal(first.amount_minor, second.amount_minor)


def test_counts_are_those_asked_for(network):
    lines = sum(
        len(through.quantity) + len(sell_in(network, through).quantity)
        for through in (sell_through(network, month) for month in months())
    )
    assert (len(network.dealer_city), len(network.outlet_city), len(network.terminal_city)) == (
        50,
        500,
        5_000,
    )
    assert abs(lines - SMALL.lines) < SMALL.lines // 20


def test_the_story_plays_in_chungcheong_with_twelve_dealers(network):
    provinces = geography()[1]
    inside = [position for position in network.dealer_province if provinces[position].division == "CC"]
    assert (len(inside), network.dealer_names()[0]) == (12, "대청상사")


@pytest.mark.parametrize("truth", [truth for truth in TRUTHS if truth.october_ratio is not None])
def test_mirrored_octobers_have_their_exact_ratio(network, truth):
    this, last = (
        sell_through(network, month).net_by_seller(SMALL.dealers)[truth.dealer]
        for month in (LAST_MONTH, LAST_YEAR)
    )
    assert Fraction(int(this), int(last)) == truth.october_ratio


def test_silent_and_young_dealers_sell_nothing_when_they_should_not(network):
    october = sell_through(network, LAST_MONTH).net_by_seller(SMALL.dealers)
    may = sell_through(network, Month.parse("2026-05")).net_by_seller(SMALL.dealers)
    june = sell_through(network, Month.parse("2026-06")).net_by_seller(SMALL.dealers)
    assert (october[4], may[2], june[2] > 0) == (0, 0, True)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def built(request, tmp_path_factory):
    """The whole demo, built once per engine in a database of its own."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite'}"
    else:
        url = await new_database(request.getfixturevalue("postgres_server"), "demo_small")
    before = _Bound.engine
    await asyncio.to_thread(create_schema, url)
    await build.build(url, "small", lambda _: None)
    db.bind(url)
    await db.open_pool()
    yield url
    await db.close_pool()
    if before is not None:
        use(before)


async def test_the_built_network_shows_the_truths(built):
    rows = await db.fetch(
        "select s.subject_key, s.sales_minor, s.sales_last_minor, s.active, s.active_last"
        " from scorecard s join evaluation_run r on r.id = s.run"
        " where r.month_on = {} and r.subject_kind = 'dealer' order by s.account_id",
        LAST_MONTH.first_on,
    )
    assert len(rows) == 50
    grown = {
        position: Fraction(rows[position]["sales_minor"], rows[position]["sales_last_minor"])
        for position in (0, 1, 6)
    }
    assert grown == {position: BY_DEALER[position].october_ratio for position in (0, 1, 6)}
    assert [rows[i]["active"] == rows[i]["active_last"] for i in (0, 1, 6)] == [True] * 3
    assert (rows[2]["sales_last_minor"], rows[4]["sales_minor"]) == (None, 0)


async def test_totals_of_the_built_network_equal_its_lines(built):
    totals = await db.fetch_one(
        "select sum(net_minor) as net, sum(lines) as lines from account_month where side = 1"
    )
    lines = await db.fetch_one(
        "select sum(amount_minor) as net, count(*) as lines from document_line where line_kind = 1"
    )
    assert totals == lines


async def test_a_database_with_accounts_is_refused(built):
    before = await db.fetch_value("select count(*) from account")
    opened = current_engine()
    with pytest.raises(Conflict):
        await build.build(built, "small", lambda _: None)
    use(opened)
    assert await db.fetch_value("select count(*) from account") == before
