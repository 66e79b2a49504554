"""Field KPIs by hand: numerator, denominator, n, and missing where nobody can know."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.plans.facts import CODES, FieldFacts
from portal.plans.month_facts import capped, category_sales, distribution, retained_on
from portal.plans.sources import join_shares, share_source
from rules.facts import FactValue, Measure
from rules.kpis import catalogue
from rules.months import Month
from tests.portal.plans.conftest import FAR, NEAR, NOW, OWN, REP, World

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTH = Month.parse("2026-09")
DAY = dt.date(2026, 9, 10)
GROUPS = ((OWN,), (NEAR,), (OWN, NEAR), (FAR,))


def test_distribution_of_the_textbooks() -> None:
    four = {"a": 1, "b": 1, "c": 1, "d": 1}
    assert distribution(four, "abc", weighted=False) == (3, 4)  # Farris: 75 %
    sales = {"a": 500, "b": 300, "c": 200}
    assert distribution(sales, "ab", weighted=True) == (800, 1_000)  # Circana: 80 %
    percent = catalogue()["numeric_distribution"]
    assert FactValue.measured(percent, 3, 4, 4).value_scaled == 7_500
    assert FactValue.measured(catalogue()["weighted_distribution"], 800, 1_000, 3).value_scaled == 8_000


def test_caps_and_retention() -> None:
    assert (capped(30, 20, 120), capped(24, 20, 120), capped(3, 20, 120)) == (24, 24, 3)
    first = dt.date(2026, 7, 12)
    assert retained_on([first, first + dt.timedelta(days=60)], 60) == dt.date(2026, 9, 10)
    assert retained_on([first, first + dt.timedelta(days=61)], 60) is None
    assert retained_on([first], 60) is None
    assert retained_on([], 60) is None


async def _visit(key: str, account: int, outcome: str = "met", day: dt.date = DAY, **more: object) -> None:
    values = {
        "client_key": key, "account": account, "visitor_user_id": REP, "visited_on": day, "visited_at": NOW,
        "outcome": outcome, "note": "", "created_at": NOW, **more,
    }  # fmt: skip
    await insert_rows("visit", tuple(values), [tuple(values.values())])


async def _plan(state: str = "frozen") -> None:
    plan = await fetch_value(
        "insert into development_plan (month_on, owner, region, state, settings, created_by_user_id,"
        " created_at, approved_by_user_id) values ({}, 'manufacturer', 2, 'draft', 'x', 1, {}, 1)"
        " returning id",
        *(MONTH.first_on, NOW),
    )
    for place, account in enumerate((101, 103, 105, 107)):
        await insert_rows(
            "plan_stop", ("plan", "user_id", "day_on", "place", "account"), [(plan, REP, DAY, place, account)]
        )
        indicator = "opening" if account > 103 else "visits"
        await insert_rows(
            "plan_line",
            ("plan", "account", "user_id", "planned", "reason", "score_parts", "indicator"),
            [(plan, account, REP, 1, "planned", "{}", indicator)],
        )
    await execute("update development_plan set state = {} where id = {}", state, plan)


async def _orders(*orders: tuple[int, dt.date]) -> None:
    known = await fetch_value("select coalesce(max(id), 0) from document")
    columns = ("id", "source", "level", "kind", "number", "buyer", "business_on", "batch")
    rows = [
        (known + at, 1, 2, 1, f"O-{known + at}", buyer, day, 1) for at, (buyer, day) in enumerate(orders, 1)
    ]
    await insert_rows("document", columns, rows)
    months = "account month_on level side lines documents net_minor returns_minor quantity active".split()
    buyers = {buyer for buyer, day in orders if Month.of(day) == MONTH}
    await insert_rows(
        "account_month", months, [(buyer, MONTH.first_on, 2, 1, 1, 1, 10, 0, 1, 1) for buyer in buyers]
    )
    await insert_rows("account_month", months, [(OWN, MONTH.first_on, 2, 2, 1, 1, 10, 0, 1, len(buyers))])


def column(measure: Measure) -> list[tuple[int, int, int] | None]:
    rows = zip(measure.numerator, measure.denominator, measure.n, measure.missing, strict=True)  # type: ignore[arg-type]
    return [None if missing else (above, below, n) for above, below, n, missing in rows]


async def _measured() -> dict[str, list[tuple[int, int, int] | None]]:
    return {code: column(one) for code, one in (await FieldFacts().measures(MONTH, GROUPS)).items()}


async def test_nothing_known_is_missing_everywhere(world: World) -> None:
    assert world.people
    assert await _measured() == {code: [None] * 4 for code in CODES}
    assert set(FieldFacts().kpis()) == set(CODES)


async def test_plans_and_visits_by_hand(world: World) -> None:
    assert world.people
    async with unit_of_work():
        await _plan()
        for key, account in (("a", 101), ("b", 103), ("c", 101), ("d", 109)):
            await _visit(key, account, "order" if key == "a" else "met")
        await _visit("late", 105, day=DAY + dt.timedelta(days=1))
        await _visit("his", 107, owner="dealer")
        await _visit("back", 107, cancelled_at=NOW)
    found = await _measured()
    # 4 stops; 101 twice, 103, 105 = 4 visits to planned accounts; on their day only 101 and 103.
    assert found["plan_completion"] == [(4, 4, 4), None, (4, 4, 4), None]
    assert found["route_adherence"] == [(2, 4, 4), None, (2, 4, 4), None]
    # 20 points of OWN's own, LOST and SHUT; 101, 103, 105, 109 were visited. NEAR's 20 saw nobody.
    assert found["visit_coverage"] == [(4, 22, 22), (0, 20, 20), (4, 42, 42), (0, 1, 1)]
    assert found["strike_rate"] == [(1, 5, 5), None, (1, 5, 5), None]


@pytest.mark.parametrize("state", ["draft", "approved"])
async def test_without_a_frozen_plan_completion_is_missing(world: World, state: str) -> None:
    assert world.people
    async with unit_of_work():
        await _plan(state)
        await _visit("a", 101)
    found = await _measured()
    assert found["plan_completion"] == found["route_adherence"] == found["opening_completion"] == [None] * 4


async def test_orders_by_hand(world: World) -> None:
    assert world.people
    async with unit_of_work():
        await execute("update target_account set added_at = {}", dt.datetime(2026, 8, 1, tzinfo=dt.UTC))
        await execute("insert into dealer (account, sell_through_owner) values ({}, 'manufacturer')", OWN)
        await _plan()
        await _visit("t", 100)
        august = dt.date(2026, 8, 20)
        await _orders(
            (105, DAY),  # opened as planned, not yet retained
            (109, august), (109, DAY),  # retained in the month
            (111, dt.date(2026, 6, 1)), (111, DAY),  # too late
            (113, august), (113, august), (113, DAY),  # retained in August already
            (115, DAY), (115, DAY + dt.timedelta(days=1)),  # opened and retained in the month
        )  # fmt: skip
    found = await _measured()
    assert found["opening_completion"][0] == (1, 2, 2)
    assert found["new_retained_outlets"] == [(2, 1, 2), None, (2, 1, 2), None]
    assert found["numeric_distribution"] == [(5, 22, 22), None, (5, 22, 22), None]
    assert found["competitor_conversion"] == [None, (0, 1, 1), (0, 1, 1), None]
    async with unit_of_work():
        await insert_rows(
            "document", ("id", "source", "level", "kind", "number", "buyer", "business_on", "batch"),
            [(900, 1, 2, 1, "won", 100, DAY, 1)],
        )  # fmt: skip
    assert (await _measured())["competitor_conversion"][1] == (1, 1, 1)


def test_category_sales_follow_from_own_sales_and_the_share_of_others() -> None:
    assert category_sales(600_000, 4_000) == 1_000_000
    assert category_sales(100, 0) == 100
    assert category_sales(2, 3_333) == 3
    assert [category_sales(0, 5_000), category_sales(-5, 5_000), category_sales(10, 10_000)] == [None] * 3


async def _known_shares(*points: tuple[int, int | None, str]) -> None:
    await insert_rows(
        "target_account",
        ("account", "competitor_share_bp", "share_source", "score_parts", "added_by_user_id", "added_at"),
        [(account, share, source, "{}", 1, NOW) for account, share, source in points],
    )


async def _bought(*rows: tuple[int, Month, int]) -> None:
    months = "account month_on level side lines documents net_minor returns_minor quantity active".split()
    await insert_rows(
        "account_month",
        months,
        [(account, month.first_on, 2, 1, 1, 1, net, 0, 1, 1) for account, month, net in rows],
    )
    await insert_rows("account_month", months, [(OWN, MONTH.first_on, 2, 2, 1, 1, 10, 0, 1, 1)])


async def test_weighted_distribution_by_hand(world: World) -> None:
    assert world.people
    async with unit_of_work():
        await execute("insert into dealer (account, sell_through_owner) values ({}, 'manufacturer')", OWN)
        await _known_shares(
            (101, 4_000, "observed"), (103, 5_000, "told"), (105, 10_000, "observed"),
            (107, 2_000, "declined"), (109, None, "told"), (111, 1_000, "estimated"),
        )  # fmt: skip
        await _bought(
            (101, MONTH, 500), (101, MONTH.shift(-3), 100),  # buys 1,000 of the category, and this month
            (103, MONTH.shift(-2), 300),  # buys 600, nothing of us this month
            (105, MONTH, 50), (107, MONTH, 50), (109, MONTH, 50),  # nobody can tell how much these buy
            (111, MONTH.shift(-12), 900),  # too long ago
        )  # fmt: skip
    known = (await FieldFacts().measures(MONTH, GROUPS))["weighted_distribution"]
    assert column(known) == [(1_000, 1_600, 2), None, (1_000, 1_600, 2), None]
    few = (await FieldFacts(3).measures(MONTH, GROUPS))["weighted_distribution"]
    assert column(few) == [None] * 4
    async with unit_of_work():
        await execute("update dealer set sell_through_owner = 'dealer' where account = {}", OWN)
    assert (await _measured())["weighted_distribution"] == [None] * 4


class Told:
    """Shares as phones told them: one is newer than the target list's, one is of a point nobody listed."""

    async def shares_of(self, until_on: dt.date) -> dict[int, tuple[int, dt.date]]:
        assert until_on == MONTH.last_on
        return {101: (5_000, MONTH.last_on), 103: (0, dt.date(2026, 1, 1)), 113: (2_500, DAY)}


@pytest.fixture
def told() -> Iterator[None]:
    """Join shares of the field for one test."""
    before = share_source()
    join_shares(Told())
    yield
    join_shares(before)


@pytest.mark.usefixtures("told")
async def test_shares_told_in_the_field_count_when_they_are_newer(world: World) -> None:
    assert world.people
    async with unit_of_work():
        await execute("insert into dealer (account, sell_through_owner) values ({}, 'manufacturer')", OWN)
        await _known_shares((101, 4_000, "observed"), (103, 5_000, "told"))
        await _bought((101, MONTH, 500), (103, MONTH.shift(-2), 300), (113, MONTH, 300))
    known = (await FieldFacts().measures(MONTH, GROUPS))["weighted_distribution"]
    # 500 of 1,000 at 101 by the phone, 300 of 600 at 103 by the list, 300 of 400 at 113 by the phone.
    assert column(known) == [(1_400, 2_000, 3), None, (1_400, 2_000, 3), None]
