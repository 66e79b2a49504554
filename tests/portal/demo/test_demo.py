"""The demo network is the same every time and holds the truths it promises, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from portal import db
from portal.app import join_slices
from portal.db.engine import _Bound, current_engine, use
from portal.db.schema import create_schema
from portal.demo import build
from portal.demo.network import geography, make_network
from portal.demo.plan import LAST_MONTH, SIZES, months
from portal.demo.trade import sell_in, sell_through
from portal.demo.truths import BY_DEALER, TRUTHS
from portal.errors import Conflict
from portal.evaluations.model import SubjectKind
from portal.evaluations.sources import measure
from portal.evaluations.subjects import list_subjects
from portal.settings import Settings
from rules.books import shipped_books
from rules.evaluation import evaluate
from rules.months import Month
from tests.conftest import new_database
from tests.portal.rebates.adding_up import look_at_every_statement

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
def server(request):
    """The PostgreSQL server, or None for SQLite; started before any loop runs."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres_server")


@pytest.fixture(scope="module")
async def built(server, tmp_path_factory):
    """The whole demo, built once per engine in a database of its own."""
    if server is None:
        url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite'}"
    else:
        url = await new_database(server, "demo_small")
    before = _Bound.engine
    await asyncio.to_thread(create_schema, url)
    join_slices(Settings())
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


async def test_the_story_of_the_incentives_is_the_same_to_the_won(built):
    rows = await db.fetch(
        "select s.kind, s.through_on, n.component, n.basis, n.amount_minor, n.delta_minor"
        " from rebate_settlement_line n join rebate_settlement s on s.id = n.settlement"
        " where n.account = 1 and s.kind <> 'accrual' and s.through_on > {} order by s.id, n.place",
        dt.date(2026, 6, 30),
    )
    assert [tuple(str(value) for value in row.values()) for row in rows] == [
        ("partial", "2026-07-31", "volume", "14746300", "147460", "147460"),
        ("partial", "2026-08-31", "volume", "25896600", "388440", "240980"),
        ("final", "2026-09-30", "volume", "38688600", "580320", "191880"),
        ("correction", "2026-09-30", "volume", "40092600", "801850", "221530"),
        ("partial", "2026-10-31", "volume", "10910500", "54550", "54550"),
    ]
    near = await db.fetch(
        "select component, distance, gain_minor from rebate_standing where account = 1"
        " and distance is not null order by version"
    )
    assert [tuple(row.values()) for row in near] == [
        ("volume", 1_089_500, 65_450),
        ("volume", 5_254_700, 52_550),
    ]


async def test_something_of_every_kind_waits_in_the_incentives(built):
    async def counted(sql):
        return {row["state"]: row["count"] for row in await db.fetch(sql)}

    assert await counted("select state, count(*) as count from rebate_version group by state") == {
        "approved": 4,
        "submitted": 1,
        "draft": 1,
    }
    assert await counted("select state, count(*) as count from rebate_payout group by state") == {
        "paid": 5,
        "proposed": 1,
    }
    assert await counted(
        "select outcome as state, count(*) as count from rebate_appeal group by outcome"
    ) == {"upheld": 1, "open": 1}
    assert await counted("select state, count(*) as count from rebate_adjustment group by state") == {
        "approved": 1,
        "proposed": 1,
    }
    assert await db.fetch_value("select count(*) from ledger_period where closed_at is not null") == 9
    assert await db.fetch_value("select count(*) from rebate_acceptance") == 156


async def test_every_line_of_every_statement_adds_up_for_every_dealer(built):
    seen = await look_at_every_statement()
    assert seen.wrong == []
    assert (len(seen.dealers), sorted(seen.states)) == (50, ["draft", "posted"])
    assert seen.states["draft"] == 50


async def test_the_books_of_the_demo_balance(built):
    rows = await db.fetch(
        "select l.kind, sum(p.amount_minor) as amount from ledger_posting p"
        " join ledger_account l on l.id = p.ledger_account group by l.kind order by l.kind"
    )
    assert {row["kind"]: int(row["amount"]) for row in rows} == {
        "accrued": -29_964_000,
        "bank": -82_650_560,
        "expense": 123_161_520,
        "payable": -10_546_960,
    }


@pytest.mark.parametrize(
    ("kind", "grades", "known"),
    [
        (
            SubjectKind.DEALER,
            {"S": 3, "A": 4, "B": 23, "C": 8, "D": 11, None: 1},
            {
                "new_retained_outlets": 41,
                "numeric_distribution": 41,
                "competitor_conversion": 7,
                "weighted_distribution": 1,
                "plan_completion": 10,
                "visit_coverage": 50,
                "route_adherence": 10,
            },
        ),
        (
            SubjectKind.REPRESENTATIVE,
            {"C": 1, "D": 2},
            {
                "new_retained_outlets": 3,
                "numeric_distribution": 3,
                "competitor_conversion": 2,
                "weighted_distribution": 1,
                "plan_completion": 3,
                "visit_coverage": 3,
                "route_adherence": 3,
            },
        ),
    ],
)
async def test_the_criteria_of_the_off_season_score_a_month(built, kind, grades, known):
    """2027.1 reads what visits and plans left behind; what is missing spreads its weight over the rest."""
    book = next(book for book in shipped_books() if book.version == "2027.1" and book.subject == kind.value)
    as_of = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    table = await measure(kind, LAST_MONTH, as_of, await list_subjects(kind, LAST_MONTH))
    facts = [table.facts(subject) for subject in table.subjects]
    outcomes = [evaluate(book, of_one) for of_one in facts]
    assert Counter(outcome.grade for outcome in outcomes) == grades
    assert {code: sum(one[code].value_scaled is not None for one in facts) for code in known} == known
    decided = [outcome for outcome in outcomes if outcome.grade is not None]
    spread = {sum(line.effective_weight_milli for line in outcome.lines) for outcome in decided}
    assert spread == {100_000}


async def test_a_database_with_accounts_is_refused(built):
    before = await db.fetch_value("select count(*) from account")
    opened = current_engine()
    with pytest.raises(Conflict):
        await build.build(built, "small", lambda _: None)
    use(opened)
    assert await db.fetch_value("select count(*) from account") == before
