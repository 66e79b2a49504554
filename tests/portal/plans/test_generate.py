"""Plans asked for and made: capacity, a reason for everybody, the same again, whose region."""

from __future__ import annotations

from collections import Counter

import pytest

from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.jobs.worker import work_once
from portal.plans.queries.frozen import request_of
from portal.plans.service.generate import create_plan, make_again
from rules.months import Month
from rules.planning import make_plan
from tests.portal.plans.conftest import LOST, MONTH, OTHER_REP, POINTS, REP, SHUT, TARGET, TODAY, World

_hashes: dict[str, str] = {}


async def test_a_plan_is_made_by_a_job(plan: int) -> None:
    row = await fetch_one("select * from development_plan where id = {}", plan)
    assert row is not None
    assert (row["state"], row["owner"], row["version"], row["is_edited"]) == (
        "draft",
        "manufacturer",
        2,
        False,
    )
    assert row["outlets"] == await fetch_value(
        "select count(*) from plan_line where plan = {} and planned > 0", plan
    )
    assert row["visits"] == await fetch_value("select count(*) from plan_stop where plan = {}", plan)
    assert row["visits"] > row["outlets"] > 0


async def test_no_day_is_longer_than_the_person_has(plan: int) -> None:
    days = await fetch("select * from plan_day where plan = {}", plan)
    assert [
        day for day in days if day["travel_seconds"] + day["visit_seconds"] > day["capacity_seconds"]
    ] == []
    assert {day["user_id"]: day["capacity_seconds"] for day in days}[REP] == 120 * 60
    assert [day for day in days if day["travel_seconds"] > day["nearest_seconds"]] == []


async def test_every_candidate_has_a_reason(plan: int) -> None:
    rows = await fetch(
        "select account, reason, planned, is_target, user_id from plan_line where plan = {}", plan
    )
    assert len(rows) == POINTS + 2
    by_account = {row["account"]: row for row in rows}
    assert (by_account[LOST]["reason"], by_account[SHUT]["reason"]) == ("no_place", "never_open")
    assert {row["account"] for row in rows if row["is_target"]} == {TARGET}
    assert Counter(row["planned"] > 0 for row in rows) == Counter(
        row["reason"] in ("planned", "planned_fewer") for row in rows
    )
    assert {row["user_id"] for row in rows} == {REP, OTHER_REP}


async def test_the_figures_are_frozen_and_give_the_same_plan(plan: int) -> None:
    request = await request_of(plan)
    days = sorted(make_plan(request).days, key=lambda day: (int(day.representative), day.on))
    stops = await fetch(
        "select day_on, account from plan_stop where plan = {} order by user_id, day_on, place", plan
    )
    assert [int(key) for day in days for key in day.stops] == [row["account"] for row in stops]


async def test_the_hash_of_the_figures_is_the_same_on_both_databases_and_again(
    world: World, plan: int, database: str
) -> None:
    first = await fetch_value("select inputs_sha256 from development_plan where id = {}", plan)
    again = await create_plan(world.people["manager"], 2, MONTH, (), TODAY)
    await work_once("test")
    assert await fetch_value("select inputs_sha256 from development_plan where id = {}", again) == first
    _hashes[database.partition(":")[0]] = first
    assert len(set(_hashes.values())) == 1


async def test_a_region_of_somebody_else_is_like_an_unknown_one(world: World) -> None:
    for who, region in (("far_manager", 2), ("manager", 3), ("manager", 1), ("manager", 99)):
        with pytest.raises(NotFound):
            await create_plan(world.people[who], region, MONTH, (), TODAY)


async def test_what_cannot_be_planned_is_said(world: World) -> None:
    with pytest.raises(Invalid, match="is over"):
        await create_plan(world.people["manager"], 2, Month.parse("2026-08"), (), TODAY)
    with pytest.raises(Invalid, match="Nobody looks after"):
        await create_plan(world.people["manager"], 2, MONTH, (99,), TODAY)
    assert await fetch_value("select count(*) from development_plan") == 0


async def test_only_the_people_chosen_are_planned(world: World) -> None:
    number = await create_plan(world.people["manager"], 2, MONTH, (REP,), TODAY)
    await work_once("test")
    people = await fetch("select user_id, working_days from plan_person where plan = {}", number)
    assert [row["user_id"] for row in people] == [REP]
    assert (
        await fetch_value("select count(*) from plan_line where plan = {} and reason = 'nobody'", number)
        == POINTS // 2
    )


async def test_a_draft_is_made_again(world: World, plan: int) -> None:
    await make_again(world.people["manager"], plan, 2)
    with pytest.raises(Conflict):
        await make_again(world.people["manager"], plan, 2)
    await work_once("test")
    row = await fetch_one("select state, version from development_plan where id = {}", plan)
    assert row == {"state": "draft", "version": 4}
    assert await fetch_value("select count(*) from plan_line where plan = {}", plan) == POINTS + 2


async def test_figures_the_rules_refuse_fail_the_plan_with_the_reason(world: World) -> None:
    number = await create_plan(world.people["manager"], 2, MONTH, (), TODAY)
    async with unit_of_work():
        await execute(
            "update development_plan set month_on = {} where id = {}", Month.parse("1999-01").first_on, number
        )
    await work_once("test")
    row = await fetch_one("select state, reason from development_plan where id = {}", number)
    assert row is not None
    assert (row["state"], "no version is in force" in row["reason"]) == ("failed", True)
