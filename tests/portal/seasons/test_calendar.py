"""The calendar: who plans what, overlaps, states, current season, steps, need, suggestions."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.db import fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.network.queries.regions import list_regions
from portal.seasons.commands import NeedCommand, StepCommand
from portal.seasons.model import SeasonKind, SeasonState, Step
from portal.seasons.queries.seasons import (
    current_season,
    get_season,
    list_overlapping,
    list_seasons,
    list_steps,
)
from portal.seasons.queries.suggestions import find_seasons, next_dates
from portal.seasons.queries.targets import get_need
from portal.seasons.service import calendar, preparation
from portal.seasons.steps import StepStanding, register, standings
from portal.seasons.target_step import join_step, target_standing
from rules.months import Month
from tests.portal.seasons.conftest import OWN, SHAPE, World, command, offered


async def test_a_season_goes_from_draft_to_open_to_closed(world: World):
    manager = world.people["manager"]
    season = await get_season(manager, world.season)
    assert (season.state, season.code, season.owner) == (SeasonState.OPEN, "2026-10-off", "manager")
    with pytest.raises(Conflict):
        await calendar.open_season(manager, world.season)
    await calendar.close_season(manager, world.season)
    assert (await get_season(manager, world.season)).state is SeasonState.CLOSED
    with pytest.raises(Conflict):
        await calendar.close_season(manager, world.season)
    with pytest.raises(Conflict):
        await calendar.change_season(manager, world.season, command(version=3))


async def test_one_place_has_one_season_at_a_time(world: World):
    manager = world.people["manager"]
    with pytest.raises(Invalid) as error:
        await calendar.plan_season(
            manager, command(from_on=dt.date(2027, 3, 1), until_on=dt.date(2027, 5, 1))
        )
    assert error.value.problems[0].message.params == {"name": "충청 비수기"}
    touching = await calendar.plan_season(
        manager, command(from_on=dt.date(2027, 4, 1), until_on=dt.date(2027, 5, 1), kind=SeasonKind.PEAK)
    )
    other = await calendar.plan_season(manager, command(category="주스"))
    assert {touching, other} == {season.id for season in await list_seasons(manager)} - {world.season}
    narrow = await get_season(manager, other)
    assert [season.id for season in await list_overlapping(narrow.span, other)] == [world.season]
    assert narrow.code == "2026-10-off-2"


async def test_managers_plan_for_their_region_only(world: World):
    manager = world.people["manager"]
    for region in (None, 1, 3):
        with pytest.raises(NotAllowed):
            await calendar.plan_season(manager, command(region=region))
    with pytest.raises(Invalid):
        await calendar.plan_season(manager, command(region=99))
    whole = await calendar.plan_season(world.people["marketing"], command(region=None, label="전국"))
    assert (await get_season(manager, whole)).region is None
    with pytest.raises(NotAllowed):
        await calendar.change_season(manager, whole, command(region=None, version=1))
    with pytest.raises(NotFound):
        await calendar.open_season(world.people["manager2"], world.season)


async def test_a_change_names_what_it_saw_and_an_open_season_keeps_its_place(world: World):
    manager = world.people["manager"]
    with pytest.raises(Conflict):
        await calendar.change_season(manager, world.season, command(version=1))
    await calendar.change_season(manager, world.season, command(version=2, text="새 글"))
    assert (await get_season(manager, world.season)).text == "새 글"
    with pytest.raises(Invalid):
        await calendar.change_season(manager, world.season, command(version=3, category="주스"))


async def test_only_a_later_peak_can_be_prepared(world: World):
    manager = world.people["manager"]
    peak = await calendar.plan_season(
        manager, command(kind=SeasonKind.PEAK, from_on=dt.date(2027, 4, 1), until_on=dt.date(2027, 10, 1))
    )
    for wrong in (
        command(peak=world.season, category="주스"),
        command(peak=peak, kind=SeasonKind.PEAK, category="주스"),
        command(peak=peak, from_on=dt.date(2027, 5, 1), until_on=dt.date(2027, 6, 1), category="주스"),
    ):
        with pytest.raises(Invalid):
            await calendar.plan_season(manager, wrong)
    await calendar.change_season(manager, world.season, command(peak=peak, version=2))
    assert (await get_season(manager, world.season)).peak_label == "충청 비수기"


async def test_seasons_are_seen_where_the_viewer_has_a_dealer(world: World):
    drafted = await calendar.plan_season(world.people["manager"], command(category="주스"))
    seen = {who: {row.id for row in await list_seasons(viewer)} for who, viewer in world.people.items()}
    both, one, none = {world.season, drafted}, {world.season}, set()
    assert seen == {
        "admin": both, "finance": both, "marketing": both, "auditor": both, "manager": both, "rep": both,
        "manager2": none, "owner": one, "staff": one, "near": one, "far": none, "deputy": one, "author": both,
    }  # fmt: skip
    with pytest.raises(NotFound):
        await get_season(world.people["owner"], drafted)
    with pytest.raises(NotFound):
        await get_season(world.people["far"], world.season)


async def test_the_narrowest_open_season_of_a_day_counts(world: World):
    marketing = world.people["marketing"]
    whole = await calendar.plan_season(marketing, command(region=None))
    juice = await calendar.plan_season(marketing, command(category="주스"))

    async def current(day: dt.date, path: str, category: str) -> int | None:
        found = await current_season(day, path, category)
        return found.id if found else None

    first = dt.date(2026, 10, 1)
    assert await current(first, "/KR/CC/01/", "주스") == world.season
    assert await current(first, "/KR/GS/", "주스") is None
    await calendar.open_season(marketing, whole)
    await calendar.open_season(marketing, juice)
    assert await current(first, "/KR/GS/", "주스") == whole
    assert await current(first, "/KR/CC/01/", "주스") == juice
    assert await current(first, "/KR/CC/", "탄산") == world.season
    assert await current(dt.date(2027, 4, 1), "/KR/CC/", "주스") is None


async def test_steps_have_an_owner_a_day_and_an_end(world: World):
    manager = world.people["manager"]
    due = dt.date(2026, 11, 30)
    await preparation.set_step(manager, world.season, StepCommand(Step.PLAN, 6, due, "함께", done=False))
    row = (await list_steps(world.season))[Step.PLAN]
    assert (row.owner, row.due_on, row.done_at, row.note) == ("rep", due, None, "함께")
    await preparation.set_step(manager, world.season, StepCommand(Step.PLAN, 6, due, "", done=True))
    done = (await list_steps(world.season))[Step.PLAN].done_at
    await preparation.set_step(manager, world.season, StepCommand(Step.PLAN, 5, due, "", done=True))
    assert (await list_steps(world.season))[Step.PLAN].done_at == done
    for stranger in (8, 7):
        with pytest.raises(Invalid):
            await preparation.set_step(
                manager, world.season, StepCommand(Step.PLAN, stranger, None, "", done=False)
            )


async def test_need_is_derived_and_replaced(world: World):
    manager = world.people["manager"]
    assert await get_need(world.season) is None
    await preparation.set_need(manager, world.season, NeedCommand(1_000_000, 600, 640, 600, 500, 3, ""))
    need = await get_need(world.season)
    assert need is not None
    assert (need.stock_in_minor, need.outlets_missing, need.new_outlets_minor) == (60_000, 40, 60_000)
    assert need.total_minor == 120_000
    await preparation.set_need(manager, world.season, NeedCommand(1_000_000, 600, 500, 600, 500, 3, ""))
    need = await get_need(world.season)
    assert need is not None
    assert (need.outlets_missing, need.total_minor) == (0, 60_000)


async def test_the_target_step_counts_answers(world: World):
    await offered(world)
    manager = world.people["manager"]
    season = await get_season(manager, world.season)
    standing = await target_standing(manager, season)
    assert (standing.done, standing.of) == (0, 3)
    assert standing.says.params == {"agreed": 0, "asked": 0, "waiting": 1}
    join_step()
    found = await standings(manager, season)
    assert found[Step.TARGET] == standing

    async def other(_viewer: object, _season: object) -> StepStanding | None:
        return None

    with pytest.raises(ValueError, match="target"):
        register(Step.TARGET, other)


async def test_history_suggests_seasons_with_n(world: World):
    region = next(one for one in await list_regions() if one.code == "CC")
    found = await find_seasons(region, "")
    assert (found.known, found.dealers, found.too_few) == (30, 3, True)
    spans = {(one.kind, one.first, one.last): one for one in found.impressions}
    assert [(one.kind, one.first, one.last, one.years) for one in found.seasons] == [("off", 10, 3, 2)]
    dates = next_dates(spans["peak", 5, 9], Month.parse("2026-09"))
    assert dates == (Month.parse("2026-05"), Month.parse("2026-10"))
    assert next_dates(spans["peak", 5, 9], Month.parse("2026-10"))[0] == Month.parse("2027-05")
    empty = await find_seasons(region, "주스")
    assert (empty.known, empty.seasons) == (0, ())


async def test_two_years_of_each_month_are_enough_to_suggest(world: World):
    earlier = Month.parse("2022-04")
    async with unit_of_work():
        months = [earlier.shift(at) for at in range(24)]
        rows = [
            (OWN, month.first_on, 1, 1, 1, 1, 1000 * SHAPE[month.first_on.month - 1], 0, 1, 1)
            for month in months
        ]
        columns = (
            "account month_on level side lines documents net_minor returns_minor quantity active".split()
        )
        await insert_rows("account_month", columns, rows)
    region = next(one for one in await list_regions() if one.code == "CC")
    found = await find_seasons(region, "")
    assert not found.too_few
    assert ("off", 10, 3) in [(one.kind, one.first, one.last) for one in found.seasons]
    assert await fetch_value("select count(*) from season") == 1
