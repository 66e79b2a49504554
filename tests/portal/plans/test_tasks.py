"""What plans put on the list of things to do, and what they say on the season page."""

from __future__ import annotations

import datetime as dt

from portal.db import as_date, execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.plans.season_step import plan_standing
from portal.plans.service.states import approve, freeze
from portal.plans.tasks import list_tasks
from portal.seasons.queries.seasons import get_season
from tests.portal.plans.conftest import NOW, REP, TODAY, World


async def _kinds(world: World, who: str, on: dt.date = TODAY) -> list[str]:
    return [task.kind for task in await list_tasks(world.people[who], on)]


async def test_plans_await_the_manager_until_they_are_frozen(world: World, plan: int) -> None:
    manager = world.people["manager"]
    assert await _kinds(world, "manager") == ["plans.approve"]
    assert await _kinds(world, "far_manager") == []
    assert await _kinds(world, "marketing") == []
    await approve(manager, plan, 2, confirmed=False)
    assert await _kinds(world, "manager") == ["plans.freeze"]
    await freeze(manager, plan, 3)
    assert await _kinds(world, "manager") == []


async def test_the_route_of_the_day_awaits_who_drives_it(world: World, plan: int) -> None:
    row = await fetch_one(
        "select min(day_on) as day from plan_day where plan = {} and user_id = {}", plan, REP
    )
    on = as_date(row["day"]) if row else None
    assert on is not None
    assert await _kinds(world, "rep", on) == []
    await approve(world.people["manager"], plan, 2, confirmed=False)
    assert await _kinds(world, "rep", on) == ["plans.route"]
    assert await _kinds(world, "far_rep", on) == []


async def test_the_season_page_counts_plans(world: World, plan: int) -> None:
    manager = world.people["manager"]
    async with unit_of_work():
        await insert_rows(
            "season",
            "code label label_en kind region category from_on until_on state owner_user_id text"
            " created_by_user_id created_at".split(),
            [
                (
                    "S",
                    "비수기",
                    "off",
                    "off",
                    2,
                    "",
                    dt.date(2026, 10, 1),
                    dt.date(2027, 4, 1),
                    "open",
                    1,
                    "",
                    1,
                    NOW,
                )
            ],
        )
        number = await fetch_value("select id from season")
        await execute("update development_plan set season = {} where id = {}", number, plan)
    season = await get_season(manager, number)
    found = await plan_standing(manager, season)
    assert found is not None
    assert (found.done, found.of, found.href) == (0, 1, "/plans")
    await approve(manager, plan, 2, confirmed=False)
    agreed = await plan_standing(manager, season)
    assert agreed is not None
    assert (agreed.done, agreed.of) == (1, 1)
    assert await plan_standing(world.people["owner"], season) is None
