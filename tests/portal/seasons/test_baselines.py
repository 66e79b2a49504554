"""Natural sales: methods side by side, what people choose and why, levels of trade."""

from __future__ import annotations

import pytest

from portal.db import execute, fetch, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.sales.model import Level
from portal.seasons.commands import ChoiceCommand
from portal.seasons.natural import TOTAL, natural_sales
from portal.seasons.queries.baselines import compute_natural, list_chosen, list_past_choices
from portal.seasons.queries.sales import History, history_span, list_dealers, list_histories
from portal.seasons.queries.seasons import get_season
from portal.seasons.rules import SeasonRules, join_rules, season_rules
from portal.seasons.service import baselines, calendar
from portal.settings import Settings
from rules.months import Month, months_between
from tests.portal.seasons.conftest import FAR, NATURAL, NEAR, NOW, OWN, YOUNG, World, choose

OCTOBER = Month.parse("2026-10")


async def test_methods_stand_side_by_side(world: World):
    manager = world.people["manager"]
    season = await get_season(manager, world.season)
    found, histories = await compute_natural(season, await list_dealers(manager, season))
    assert found is not None
    assert (str(found.first), str(found.last)) == ("2024-04", "2026-09")
    naive, trend, average = found.results[OWN]
    assert [one.method for one in (naive, trend, average)] == [
        "seasonal_naive",
        "same_month_trend",
        "average_index",
    ]
    assert naive.months[OCTOBER] == 80_000
    assert naive.total_minor == NATURAL[OWN]
    assert trend.months[OCTOBER] == 88_000
    assert average.total_minor is not None
    assert found.results[YOUNG][0].total_minor is None
    assert found.results[TOTAL][0].months[OCTOBER] == 80_000 + 40_000
    assert histories[OWN].level is Level.SELL_IN
    assert FAR not in histories


async def test_sell_through_counts_where_it_is_shared(world: World):
    columns = "account month_on level side lines documents net_minor returns_minor quantity active".split()
    month = Month.parse("2026-08")
    async with unit_of_work():
        rows = [
            (OWN, month.first_on, 2, 2, 1, 1, 77, 0, 1, 1),
            (NEAR, month.first_on, 2, 2, 1, 1, 88, 0, 1, 1),
        ]
        await insert_rows("account_month", columns, rows)
        await execute("update dealer set sell_through_owner = 'dealer' where account = {}", NEAR)
    found = await list_histories((OWN, NEAR), "", month, month)
    assert found[OWN] == History(Level.SELL_THROUGH, {month: 77})
    assert found[NEAR] == History(Level.SELL_IN, {month: 50_000 * 140 * 110 // 10_000})
    async with unit_of_work():
        await insert_rows(
            "sharing_grant",
            ("dealer", "purpose", "granted_at", "granted_by_user_id"),
            [(NEAR, "sell_through", NOW, 10)],
        )
    found = await list_histories((NEAR,), "", month, month)
    assert found[NEAR] == History(Level.SELL_THROUGH, {month: 88})


async def test_a_category_reads_its_own_months(world: World):
    month = Month.parse("2026-08")
    async with unit_of_work():
        columns = "account month_on level side category net_minor quantity".split()
        await insert_rows("account_category_month", columns, [(OWN, month.first_on, 1, 1, "주스", 5, 1)])
    assert (await list_histories((OWN,), "주스", month, month))[OWN].amounts == {month: 5}
    assert (await list_histories((OWN,), "탄산", month, month))[OWN].amounts == {}


async def test_a_person_chooses_with_a_reason_and_what_he_saw_is_kept(world: World):
    manager = world.people["manager"]
    await choose(world)
    await choose(world, None, "same_month_trend")
    chosen = await list_chosen(world.season, [OWN, NEAR, YOUNG])
    assert set(chosen) == {OWN, NEAR}
    row = chosen[OWN]
    assert (row.method, row.reason, row.level, row.by) == (
        "same_month_trend",
        "가장 단순합니다.",
        1,
        "manager",
    )
    assert row.months[OCTOBER][0] == 88_000
    assert row.amount_minor == sum(amount for amount, _, _ in row.months.values())
    past = await list_past_choices(world.season, OWN)
    assert [one.method for one in past] == ["same_month_trend", "seasonal_naive"]
    events = await fetch("select action from audit_event where action = 'seasons.baseline'")
    assert len(events) == 2
    with pytest.raises(Invalid):
        await baselines.choose_method(manager, world.season, ChoiceCommand("guess", "그냥", OWN))
    with pytest.raises(Invalid):
        await baselines.choose_method(manager, world.season, ChoiceCommand("seasonal_naive", "그냥", YOUNG))
    with pytest.raises(NotFound):
        await baselines.choose_method(manager, world.season, ChoiceCommand("seasonal_naive", "그냥", FAR))


async def test_a_dealer_with_too_little_history_gets_an_amount_by_hand(world: World):
    command = ChoiceCommand("by_hand", "석 달치뿐이라 상권 규모로 보았습니다.", YOUNG, 60_001)
    assert await baselines.choose_method(world.people["manager"], world.season, command) == 1
    row = (await list_chosen(world.season, [YOUNG]))[YOUNG]
    assert (row.method, row.amount_minor, row.error_bp, row.low_minor) == ("by_hand", 60_001, None, None)
    assert sum(amount for amount, _, _ in row.months.values()) == 60_001


async def test_nothing_is_chosen_in_a_closed_season(world: World):
    await calendar.close_season(world.people["manager"], world.season)
    with pytest.raises(Conflict):
        await choose(world)


def test_without_history_nothing_is_expected():
    span = months_between(Month.parse("2026-01"), Month.parse("2026-06"))
    ahead = months_between(Month.parse("2026-07"), Month.parse("2026-08"))
    assert natural_sales({}, span, ahead) is None
    assert natural_sales({1: History(Level.SELL_IN, {})}, span, ahead) is None
    assert natural_sales({1: History(Level.SELL_IN, dict.fromkeys(span, 5))}, span, ahead) is None


def test_an_installation_chooses_what_is_held_out_and_how_deep_a_season_is() -> None:
    settings = Settings(season_hold_out_months=9, season_depth_bp=800, season_history_months=36)
    rules = SeasonRules.of(settings)
    assert (rules.hold_out_months, rules.depth_bp, rules.history_months) == (9, 800, 36)
    before = season_rules()
    try:
        join_rules(settings)
        assert season_rules() == rules
        assert len(history_span(Month.parse("2026-09"))) == 36
    finally:
        join_rules(Settings())
    assert season_rules() == before == SeasonRules()


def test_too_little_is_left_when_more_is_held_out() -> None:
    span = months_between(Month.parse("2025-10"), Month.parse("2026-09"))
    ahead = months_between(Month.parse("2026-10"), Month.parse("2026-12"))
    history = {1: History(Level.SELL_IN, dict.fromkeys(span, 5))}
    assert natural_sales(history, span, ahead) is not None
    assert natural_sales(history, span, ahead, SeasonRules(hold_out_months=12)) is None
