"""Targets: drafted, split, offered, countered, accepted; every version kept, nothing by silence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from portal.db import execute, fetch, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.seasons.commands import CounterCommand, DraftCommand, GrowthCommand, ResultCommand
from portal.seasons.model import (
    AnswerKind,
    GrowthKind,
    GrowthState,
    Party,
    TargetState,
    by_month,
    by_product,
    days_waiting,
    digest_of,
)
from portal.seasons.queries.own import get_own, list_own
from portal.seasons.queries.seasons import get_season
from portal.seasons.queries.standings import Standing, list_standings
from portal.seasons.queries.targets import list_answers, list_cells, list_growth, list_reasons, list_versions
from portal.seasons.service import agreed, answers, calendar, drafts, growth, offers, spreading
from rules.months import Month
from tests.portal.seasons.conftest import (
    COLA,
    FAR,
    JUICE,
    NATURAL,
    NEAR,
    OLD,
    OWN,
    SEOUL,
    THEIRS,
    YOUNG,
    World,
    choose,
    draft,
    offered,
)


async def standing(world: World, account: int = OWN) -> Standing:
    season = await get_season(world.people["manager"], world.season)
    rows = await list_standings(world.people["manager"], season)
    return next(row for row in rows if row.dealer.id == account)


async def cells_of(world: World, account: int = OWN):
    version = (await list_versions(world.season, [account]))[0]
    return (await list_cells([version.id]))[version.id]


def edited(cells, *, note: str = "", seen: str | None = None) -> DraftCommand:
    return DraftCommand(tuple(cells), note, digest_of(cells) if seen is None else seen)


async def test_a_draft_is_split_by_natural_sales_and_last_years_products(world: World):
    await draft(world, 500_000)
    cells = await cells_of(world)
    assert sum(cell.amount_minor for cell in cells) == 500_000
    assert by_product(cells) == {COLA: 375_000, JUICE: 125_000}
    months = by_month(cells)
    assert months[Month.parse("2026-10")] == pytest.approx(500_000 * 80_000 / 462_000, abs=2)
    row = await standing(world)
    assert (row.state, row.draft and row.draft.stretch_minor) == (TargetState.DRAFT, 500_000 - NATURAL[OWN])
    with pytest.raises(Conflict):
        await drafts.start_draft(world.people["manager"], world.season, OWN, 1)
    with pytest.raises(Invalid):
        await drafts.start_draft(world.people["manager"], world.season, YOUNG, 1)


async def test_without_purchases_every_active_product_gets_the_same(world: World):
    await draft(world, 300_000, NEAR)
    assert by_product(await cells_of(world, NEAR)) == {COLA: 150_000, JUICE: 150_000}


async def test_steps_of_the_split_are_round_and_still_add_up(world: World):
    await choose(world)
    await drafts.start_draft(world.people["manager"], world.season, OWN, 500_500, 1_000)
    amounts = [cell.amount_minor for cell in await cells_of(world)]
    assert sum(amounts) == 500_500
    assert sum(amount % 1_000 != 0 for amount in amounts) == 1


async def test_saved_cells_make_the_target_and_locks_stay(world: World):
    manager = world.people["manager"]
    await draft(world, 500_000)
    cells = await cells_of(world)
    changed = [replace(cells[0], amount_minor=99_000, is_locked=True), *cells[1:]]
    await drafts.save_draft(manager, world.season, OWN, edited(changed, seen=digest_of(cells), note="말"))
    row = (await standing(world)).draft
    assert row is not None
    assert (row.amount_minor, row.note) == (500_000 - cells[0].amount_minor + 99_000, "말")
    kept = await cells_of(world)
    await drafts.spread_draft(manager, world.season, OWN, edited(kept), 600_000, 1)
    spread = await cells_of(world)
    assert sum(cell.amount_minor for cell in spread) == 600_000
    assert (spread[0].amount_minor, spread[0].is_locked) == (99_000, True)
    with pytest.raises(Invalid):
        await drafts.spread_draft(manager, world.season, OWN, edited(spread), 98_000, 1)
    assert await cells_of(world) == spread


async def test_a_draft_changed_by_somebody_else_is_not_overwritten(world: World):
    manager = world.people["manager"]
    await draft(world, 500_000)
    cells = await cells_of(world)
    with pytest.raises(Conflict):
        await drafts.save_draft(manager, world.season, OWN, edited(cells, seen="0" * 16))
    twice, outside = [*cells, cells[0]], [replace(cells[0], month=Month.parse("2027-04")), *cells[1:]]
    for wrong in (twice, outside, [replace(cells[0], amount_minor=-1)], [replace(cells[0], product=OLD)]):
        with pytest.raises(Invalid):
            await drafts.save_draft(manager, world.season, OWN, edited(wrong, seen=digest_of(cells)))


async def test_products_can_be_added_and_drafts_thrown_away(world: World):
    manager = world.people["manager"]
    await draft(world, 500_000)
    async with unit_of_work():
        await insert_rows(
            "product", ("id", "code", "name", "category", "is_own", "status", "updated_at"),
            [(9, "P9", "새음료", "주스", True, "active", dt.datetime.now(dt.UTC))],
        )  # fmt: skip
    await drafts.add_product(manager, world.season, OWN, 9)
    assert by_product(await cells_of(world))[9] == 0
    for wrong in (9, OLD, THEIRS, 999):
        with pytest.raises(Invalid):
            await drafts.add_product(manager, world.season, OWN, wrong)
    await drafts.discard_draft(manager, world.season, OWN)
    assert (await standing(world)).state is None
    with pytest.raises(Conflict):
        await drafts.discard_draft(manager, world.season, OWN)


async def test_an_offer_waits_until_growth_points_add_up(world: World):
    manager = world.people["manager"]
    await draft(world, 500_000)
    with pytest.raises(Invalid) as error:
        await offers.offer(manager, world.season, OWN)
    assert error.value.problems[0].message.params == {"gap": f"{500_000 - NATURAL[OWN]:,}"}
    point = GrowthCommand(GrowthKind.OUTLET, "2차점", 38_000, None, None)
    number = await growth.add_point(manager, world.season, OWN, point)
    with pytest.raises(Invalid) as error:
        await offers.offer(manager, world.season, OWN)
    assert error.value.problems[0].message.text == "Every growth point needs an owner and a size above 0."
    await growth.change_point(manager, world.season, OWN, number, replace(point, owner_user_id=8))
    assert (await standing(world)).gap_minor == 0
    await offers.offer(manager, world.season, OWN)
    assert (await standing(world)).state is TargetState.OFFERED


async def test_a_target_below_natural_sales_needs_no_growth_points(world: World):
    await draft(world, 400_000)
    await offers.offer(world.people["manager"], world.season, OWN)
    assert (await standing(world)).gap_minor == 0


async def test_nothing_is_offered_or_agreed_outside_of_an_open_season(world: World):
    manager = world.people["manager"]
    async with unit_of_work():
        await execute("update season set state = 'draft'")
    await draft(world, 400_000)
    with pytest.raises(Conflict):
        await offers.offer(manager, world.season, OWN)
    await calendar.open_season(manager, world.season)
    await offers.offer(manager, world.season, OWN)
    await calendar.close_season(manager, world.season)
    for late in (
        answers.accept(world.people["owner"], world.season, OWN, 1, ""),
        answers.comment(world.people["owner"], world.season, OWN, "늦음"),
        offers.withdraw(manager, world.season, OWN, "늦음"),
    ):
        with pytest.raises(Conflict):
            await late


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


async def test_growth_points_are_proposed_counted_dropped_and_measured(world: World):
    manager, staff = world.people["manager"], world.people["staff"]
    point = GrowthCommand(GrowthKind.CHANNEL, "학교 매점", 4_000, 9, dt.date(2026, 12, 1))
    number = await growth.propose_point(staff, world.season, OWN, point)
    row = (await list_growth(world.season, [OWN]))[0]
    assert (row.state, row.side, row.owner, row.by) == (GrowthState.PROPOSED, Party.DEALER, "staff", "staff")
    assert (await standing(world)).growth_minor == 0
    await growth.move_point(manager, world.season, OWN, number, GrowthState.COUNTED)
    assert (await standing(world)).growth_minor == 4_000
    await growth.set_result(manager, world.season, OWN, number, ResultCommand(3_500, "한 곳이 남았습니다."))
    await growth.move_point(manager, world.season, OWN, number, GrowthState.DROPPED)
    row = (await list_growth(world.season, [OWN]))[0]
    assert (row.state, row.result_minor, row.result_note) == (
        GrowthState.DROPPED,
        3_500,
        "한 곳이 남았습니다.",
    )
    for state in (GrowthState.DROPPED, GrowthState.PROPOSED):
        with pytest.raises(Conflict):
            await growth.move_point(manager, world.season, OWN, number, state)
    with pytest.raises(NotFound):
        await growth.move_point(manager, world.season, NEAR, number, GrowthState.COUNTED)
    with pytest.raises(NotFound):
        await growth.add_point(manager, world.season, FAR, point)
    with pytest.raises(Invalid):
        await growth.add_point(manager, world.season, OWN, replace(point, owner_user_id=10))


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


async def _amounts() -> dict[int, tuple[str, int]]:
    rows = await fetch("select account, state, amount_minor from season_target where state <> 'replaced'")
    return {row["account"]: (row["state"], row["amount_minor"]) for row in rows}


async def test_a_total_is_spread_over_who_has_no_target_and_adds_up(world: World):
    manager = world.people["manager"]
    await offered(world)
    await choose(world, NEAR)
    count = await spreading.spread_total(manager, world.season, 740_007, 1_000)
    assert count == 1
    assert await _amounts() == {OWN: ("offered", 500_000), NEAR: ("draft", 240_007)}
    sums = await fetch(
        "select t.account, sum(c.amount_minor) as total from season_target t join season_target_share c"
        " on c.target = t.id group by t.account order by t.account"
    )
    assert [(row["account"], int(row["total"])) for row in sums] == [(OWN, 500_000), (NEAR, 240_007)]


async def test_natural_sales_are_the_weights_of_a_spread_total(world: World):
    for account in (OWN, NEAR):
        await choose(world, account)
    assert await spreading.spread_total(world.people["manager"], world.season, 900_000, 1) == 2
    assert await _amounts() == {OWN: ("draft", 600_000), NEAR: ("draft", 300_000)}


async def test_a_total_that_cannot_be_spread_is_refused(world: World):
    manager = world.people["manager"]
    await offered(world)
    with pytest.raises(Invalid):
        await spreading.spread_total(manager, world.season, 900_000, 1)
    await choose(world, NEAR)
    with pytest.raises(Invalid):
        await spreading.spread_total(manager, world.season, 499_999, 1)
    with pytest.raises(NotFound):
        await spreading.spread_total(world.people["manager2"], world.season, 900_000, 1)
    await calendar.close_season(manager, world.season)
    with pytest.raises(Conflict):
        await spreading.spread_total(manager, world.season, 900_000, 1)
    assert await _amounts() == {OWN: ("offered", 500_000)}
