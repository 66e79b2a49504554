"""Consent: offered, countered, accepted; every version kept, nothing by silence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from portal.db import execute, fetch, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.seasons.commands import CounterCommand
from portal.seasons.model import (
    AnswerKind,
    Party,
    TargetState,
    by_month,
    by_product,
    days_waiting,
)
from portal.seasons.queries.own import get_own, list_own
from portal.seasons.queries.targets import list_answers, list_cells, list_reasons, list_versions
from portal.seasons.service import agreed, answers, calendar, drafts, offers
from rules.months import Month
from tests.portal.seasons.conftest import (
    COLA,
    JUICE,
    OLD,
    OWN,
    SEOUL,
    World,
    draft,
    offered,
)
from tests.portal.seasons.reading import cells_of, standing


async def test_silence_accepts_nothing(world: World):
    await offered(world)
    row = await standing(world)
    assert row.waiting_since is not None
    assert (
        days_waiting(row.waiting_since, dt.date(2099, 1, 1), SEOUL)
        == (dt.date(2099, 1, 1) - row.waiting_since.astimezone(SEOUL).date()).days
    )
    assert await fetch_value("select count(*) from target") == 0
    await calendar.close_season(world.people["manager"], world.season)
    assert await fetch_value("select count(*) from target") == 0
    assert (await list_versions(world.season, [OWN]))[0].state is TargetState.OFFERED


async def test_acceptance_writes_the_months_that_are_not_over(world: World):
    await offered(world)
    await answers.accept(world.people["owner"], world.season, OWN, 1, "좋습니다")
    row = (await standing(world)).accepted
    assert row is not None
    rows = await fetch("select month_on, amount_minor, accepted_at from target order by month_on")
    months = by_month((await list_cells([row.id]))[row.id])
    today = dt.datetime.now(SEOUL).date().replace(day=1)
    assert {Month.of(one["month_on"]): one["amount_minor"] for one in rows} == {
        month: amount for month, amount in months.items() if month.first_on >= today
    }
    assert {one["accepted_at"] for one in rows} <= {row.accepted_at}
    said = await list_answers([row.id])
    assert [(one.kind, one.side, one.by, one.text) for one in said] == [
        (AnswerKind.OFFER, Party.MANUFACTURER, "manager", ""),
        (AnswerKind.ACCEPT, Party.DEALER, "owner", "좋습니다"),
    ]
    with pytest.raises(Conflict):
        await answers.accept(world.people["owner"], world.season, OWN, 1, "")


async def test_a_month_that_is_over_keeps_its_target_and_seasons_add_up(world: World):
    await offered(world)
    october, november = Month.parse("2026-10"), Month.parse("2026-11")
    async with unit_of_work():
        await insert_rows(
            "target",
            ("account", "month_on", "amount_minor"),
            [(OWN, october.first_on, 7), (OWN, november.first_on, 8)],
        )
        await execute("update season_target set state = 'accepted', accepted_at = offered_at")
        now = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)
        await agreed.write_targets(OWN, (october, november, Month.parse("2027-04")), now, SEOUL)
    rows = await fetch("select month_on, amount_minor, batch from target order by month_on")
    amounts = {Month.of(row["month_on"]): row["amount_minor"] for row in rows}
    cells = by_month(await cells_of(world))
    assert amounts == {october: 7, november: cells[november]}


async def test_a_counter_proposal_keeps_both_versions_and_needs_reasons(world: World):
    owner = world.people["owner"]
    await offered(world)
    asked = CounterCommand(
        {COLA: 345_000, JUICE: 125_000}, {COLA: "두 곳이 문을 닫습니다."}, "나머지는 좋습니다.", 1
    )
    for wrong in (
        replace(asked, reasons={}),
        replace(asked, amounts={COLA: 375_000, JUICE: 125_000}),
        replace(asked, amounts={COLA: 375_000, OLD: 5}, reasons={OLD: "x"}),
    ):
        with pytest.raises(Invalid):
            await answers.counter(owner, world.season, OWN, wrong)
    with pytest.raises(Conflict):
        await answers.counter(owner, world.season, OWN, replace(asked, version=2))
    await answers.counter(owner, world.season, OWN, asked)
    second, first = await list_versions(world.season, [OWN])
    assert (first.state, first.amount_minor, first.side) == (
        TargetState.REPLACED,
        500_000,
        Party.MANUFACTURER,
    )
    assert (second.state, second.amount_minor, second.side) == (TargetState.COUNTERED, 470_000, Party.DEALER)
    cells = (await list_cells([second.id]))[second.id]
    assert by_product(cells) == {COLA: 345_000, JUICE: 125_000}
    assert await list_reasons(second.id) == {COLA: "두 곳이 문을 닫습니다."}
    assert (await standing(world)).waiting_since is None


async def test_the_manufacturer_agrees_or_answers_with_other_figures(world: World):
    manager, owner = world.people["manager"], world.people["owner"]
    await offered(world)
    asked = CounterCommand({COLA: 345_000, JUICE: 125_000}, {COLA: "이유"}, "", 1)
    await answers.counter(owner, world.season, OWN, asked)
    with pytest.raises(Conflict):
        await offers.agree(manager, world.season, OWN, 1, "")
    await drafts.revise(manager, world.season, OWN)
    with pytest.raises(Conflict):
        await drafts.revise(manager, world.season, OWN)
    assert by_product(await cells_of(world))[COLA] == 345_000
    await drafts.discard_draft(manager, world.season, OWN)
    await offers.agree(manager, world.season, OWN, 2, "그렇게 하시죠")
    row = await standing(world)
    assert (row.state, row.accepted and row.accepted.amount_minor) == (TargetState.ACCEPTED, 470_000)
    assert row.gap_minor == 470_000 - 500_000


async def test_an_agreed_target_counts_until_a_new_one_is_accepted(world: World):
    manager, owner = world.people["manager"], world.people["owner"]
    await offered(world)
    await answers.accept(owner, world.season, OWN, 1, "")
    await drafts.revise(manager, world.season, OWN)
    await offers.offer(manager, world.season, OWN)
    row = await standing(world)
    assert row.accepted is not None
    assert row.open is not None
    assert (row.accepted.version, row.open.version) == (1, 2)
    await offers.withdraw(manager, world.season, OWN, "다시 봅니다")
    assert (await standing(world)).state is TargetState.ACCEPTED
    await drafts.revise(manager, world.season, OWN)
    await offers.offer(manager, world.season, OWN)
    await answers.accept(owner, world.season, OWN, 3, "")
    states = {one.version: one.state for one in await list_versions(world.season, [OWN])}
    assert states == {1: TargetState.REPLACED, 2: TargetState.WITHDRAWN, 3: TargetState.ACCEPTED}


async def test_the_owner_answers_his_staff_comments_and_strangers_find_nothing(world: World):
    await offered(world)
    await answers.comment(world.people["staff"], world.season, OWN, "사장님께 전하겠습니다.")
    await offers.comment(world.people["manager"], world.season, OWN, "천천히 보세요.")
    version = (await list_versions(world.season, [OWN]))[0]
    assert [one.by for one in await list_answers([version.id])] == ["manager", "staff", "manager"]
    for who in ("near", "far", "staff", "rep"):
        with pytest.raises(NotFound):
            await answers.accept(world.people[who], world.season, OWN, 1, "")
    with pytest.raises(NotFound):
        await offers.offer(world.people["manager2"], world.season, OWN)
    await answers.accept(world.people["deputy"], world.season, OWN, 1, "")
    last = (await list_answers([version.id]))[-1]
    assert (last.by, last.for_name) == ("deputy", "owner")


async def test_dealers_read_what_they_were_offered_and_no_draft(world: World):
    owner = world.people["owner"]
    await draft(world, 400_000)
    (season, row) = (await list_own(owner))[0]
    assert (season.id, row.state) == (world.season, None)
    assert (await get_own(owner, world.season))[2] == ()
    await offers.offer(world.people["manager"], world.season, OWN)
    await drafts.revise(world.people["manager"], world.season, OWN)
    _, row, versions = await get_own(owner, world.season)
    assert (row.draft, row.state, len(versions)) == (None, TargetState.OFFERED, 1)
    assert await list_own(world.people["far"]) == ()
    with pytest.raises(NotFound):
        await get_own(world.people["far"], world.season)
    with pytest.raises(NotFound):
        await get_own(world.people["manager"], world.season)


@pytest.mark.parametrize(
    "sql",
    [
        "update season_answer set text = 'x'",
        "delete from season_answer",
        "update season_target set amount_minor = 1",
        "delete from season_target",
        "update season_target_share set amount_minor = 1",
        "delete from season_target_share",
        "update season_target_share set is_locked = true",
    ],
)
async def test_the_database_refuses_changes_of_what_was_offered(world: World, sql: str):
    await offered(world)
    with pytest.raises(Exception, match="does not change"):
        async with unit_of_work():
            await execute(sql)
