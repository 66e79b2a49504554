"""Targets: drafted, split, spread over dealers, and the growth points that carry them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from portal.db import execute, fetch, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.seasons.commands import GrowthCommand, ResultCommand
from portal.seasons.model import (
    GrowthKind,
    GrowthState,
    Party,
    TargetState,
    by_month,
    by_product,
    digest_of,
)
from portal.seasons.queries.targets import list_growth
from portal.seasons.service import answers, calendar, drafts, growth, offers, spreading
from rules.months import Month
from tests.portal.seasons.conftest import (
    COLA,
    FAR,
    JUICE,
    NATURAL,
    NEAR,
    OLD,
    OWN,
    THEIRS,
    YOUNG,
    World,
    choose,
    draft,
    offered,
)
from tests.portal.seasons.reading import cells_of, edited, standing


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
