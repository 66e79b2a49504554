"""Plans for a dealer's people: proposed, never imposed; answered by words; his own plans stay his."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.jobs.worker import work_once
from portal.paging import Cursor
from portal.plans.model import PlanOwner, PlanState
from portal.plans.queries.candidates import list_staff
from portal.plans.queries.days import list_stops, planned_days, route_of
from portal.plans.queries.lines import LineFilter, list_lines
from portal.plans.queries.plans import PlanFilter, PlanRow, get_plan, list_plan_people, list_plans
from portal.plans.service import edits, own, states
from portal.plans.service.edits import Change
from portal.plans.service.offers import call_back, propose, send
from portal.plans.tasks import list_tasks
from portal.plans.views import named, state_word, waited_days
from tests.portal.plans.conftest import FAR, MONTH, NEAR, OWN, TARGET, TODAY, World
from tests.portal.plans.dealer_world import OWNER, SECOND, STAFF, add_people, in_private, proposed

PRIVATE = 103


@pytest.fixture
async def dealer(world: World) -> World:
    await add_people(world)
    return world


async def seen(world: World, plan: int) -> set[str]:
    """Return who of everybody sees a plan."""
    found = set()
    for who, viewer in world.people.items():
        try:
            await get_plan(viewer, plan)
        except NotFound:
            continue
        found.add(who)
    return found


async def plan_of(world: World, who: str, plan: int) -> PlanRow:
    return await get_plan(world.people[who], plan)


async def test_only_shared_accounts_are_in_a_proposal_and_all_in_an_own_plan(dealer: World) -> None:
    await in_private(PRIVATE)
    proposal = await proposed(dealer)
    lines = await fetch(
        "select account, user_id, class_code, is_target from plan_line where plan = {}", proposal
    )
    accounts = {row["account"] for row in lines}
    assert PRIVATE not in accounts
    assert {101, 105} <= accounts
    assert not accounts & {100, 102, 150}
    assert {row["user_id"] for row in lines} == {STAFF, SECOND}
    assert {(row["class_code"], bool(row["is_target"])) for row in lines} == {("", False)}
    mine = await own.make_own(dealer.people["owner"], OWN, MONTH, (STAFF,), TODAY)
    await work_once("test")
    lines = await fetch("select account, user_id from plan_line where plan = {}", mine)
    assert {row["account"] for row in lines} == accounts | {PRIVATE}
    assert {row["user_id"] for row in lines} == {STAFF}


async def test_who_sees_what_when(dealer: World) -> None:
    draft = await proposed(dealer, sent=False)
    ours = {"manager", "marketing", "auditor", "rep"}
    assert await seen(dealer, draft) == ours
    await send(dealer.people["manager"], draft, 2, confirmed=False)
    assert await seen(dealer, draft) == ours | {"owner"}
    await own.accept(dealer.people["owner"], draft, 3)
    assert await seen(dealer, draft) == ours | {"owner", "staff", "second"}
    mine = await own.copy(dealer.people["owner"], draft)
    assert await seen(dealer, mine) == {"owner"}
    await own.accept(dealer.people["owner"], mine, 1)
    await own.share(dealer.people["owner"], mine, shared=True)
    assert await seen(dealer, mine) == ours | {"owner", "staff", "second"}
    await own.share(dealer.people["owner"], mine, shared=False)
    assert await seen(dealer, mine) == {"owner", "staff", "second"}


async def test_names_and_days_of_a_dealers_people(dealer: World) -> None:
    plan = await proposed(dealer)
    manager, owner = dealer.people["manager"], dealer.people["owner"]
    people = await list_plan_people(manager, await get_plan(manager, plan))
    assert [row["name"] for row in people] == ["", ""]
    assert [row["name"][-2:] for row in named(people)] == [" 1", " 2"]
    lines = await list_lines(manager, plan, LineFilter(), Cursor())
    assert {row["person"] for row in lines.rows} == {None}
    people = await list_plan_people(owner, await get_plan(owner, plan))
    assert [row["name"] for row in people] == ["second 씨", "staff 씨"]
    await own.accept(owner, plan, 3)
    staff = await plan_of(dealer, "staff", plan)
    assert (staff.is_whole, len(await list_plan_people(dealer.people["staff"], staff))) == (False, 1)
    days = await planned_days([STAFF], MONTH.first_on, MONTH.shift(1).first_on, PlanOwner.DEALER)
    assert days
    assert await planned_days([STAFF], MONTH.first_on, MONTH.shift(1).first_on) == []
    found = await route_of([STAFF], days[0], PlanOwner.DEALER)
    assert found is not None
    assert found["plan"] == plan
    assert all(stop["name"] for stop in await list_stops(dealer.people["staff"], plan, STAFF, days[0]))


async def test_the_manufacturer_only_proposes(dealer: World) -> None:
    manager = dealer.people["manager"]
    plan = await proposed(dealer, sent=False)
    with pytest.raises(Conflict, match="his to accept"):
        await states.approve(manager, plan, 2, confirmed=False)
    await send(manager, plan, 2, confirmed=False)
    for use_case in (states.freeze, states.reopen):
        with pytest.raises(Conflict):
            await use_case(manager, plan, 3)
    with pytest.raises(Conflict):
        await states.decline(manager, plan, 3, "weg")
    with pytest.raises(Conflict):
        await edits.undo(manager, plan, 3)
    await call_back(manager, plan, 3)
    assert (await plan_of(dealer, "manager", plan)).state is PlanState.DRAFT
    with pytest.raises(Conflict):
        await call_back(manager, plan, 4)
    mine = await own.make_own(dealer.people["owner"], OWN, MONTH, (), TODAY)
    await work_once("test")
    await own.share(dealer.people["owner"], mine, shared=True)
    for use_case in (edits.undo, states.freeze, states.reopen):
        with pytest.raises(NotAllowed):
            await use_case(manager, mine, 2)


async def test_an_answer_is_words(dealer: World) -> None:
    owner, manager = dealer.people["owner"], dealer.people["manager"]
    plan = await proposed(dealer)
    with pytest.raises(Invalid):
        await own.decline(owner, plan, 3, "  ")
    await own.decline(owner, plan, 3, "우리 일정과 맞지 않습니다")
    row = await get_plan(manager, plan)
    assert (row.state, row.problem) == (PlanState.DECLINED, "우리 일정과 맞지 않습니다")
    assert row.answered_at is not None
    for late in (own.accept, own.copy):
        with pytest.raises(Conflict):
            await (late(owner, plan, 4) if late is own.accept else own.copy(owner, plan))
    with pytest.raises(Conflict):
        await own.decline(owner, plan, 4, "x")
    with pytest.raises(Conflict):
        await own.share(owner, plan, shared=True)
    for who in ("staff", "neighbour"):
        with pytest.raises(NotFound):
            await own.accept(dealer.people[who], plan, 4)


async def test_silence_accepts_nothing(dealer: World) -> None:
    plan = await proposed(dealer)
    async with unit_of_work():
        await execute(
            "update development_plan set offered_at = {} where id = {}",
            dt.datetime(2026, 10, 1, 3, tzinfo=dt.UTC), plan,
        )  # fmt: skip
    row = await plan_of(dealer, "owner", plan)
    assert (state_word(row, MONTH.last_on), waited_days(row, MONTH.last_on, "Asia/Seoul")) == (
        "Proposal waits",
        30,
    )
    after = MONTH.last_on + dt.timedelta(days=1)
    assert state_word(row, after) == "No answer came"
    assert (await plan_of(dealer, "owner", plan)).state is PlanState.OFFERED
    tasks = await list_tasks(dealer.people["owner"], MONTH.first_on)
    assert [(one.kind, one.href) for one in tasks] == [("plans.answer", f"/my/plans/{plan}")]
    assert await list_tasks(dealer.people["owner"], after) == []
    assert await list_tasks(dealer.people["staff"], MONTH.first_on) == []


async def test_an_own_plan_from_a_proposal(dealer: World) -> None:
    owner = dealer.people["owner"]
    plan = await proposed(dealer)
    mine = await own.copy(owner, plan)
    assert await own.copy(owner, plan) == mine
    count = "select count(*) from {} where plan = {{}}"
    for table in ("plan_person", "plan_line", "plan_day", "plan_stop"):
        assert await fetch_value(count.format(table), mine) == await fetch_value(count.format(table), plan)
    stop = (await list_stops(owner, mine, STAFF))[0]
    before = await fetch("select account, day_on from plan_stop where plan = {} order by id", plan)
    await edits.change_visit(owner, mine, 1, Change(stop["account"], STAFF, stop["day_on"], None))
    assert await fetch("select account, day_on from plan_stop where plan = {} order by id", plan) == before
    await edits.undo(owner, mine, 2)
    with pytest.raises(Conflict):
        await own.accept(owner, mine, 2, confirmed=True)
    await own.accept(owner, mine, 3, confirmed=True)
    assert (await plan_of(dealer, "owner", mine)).state is PlanState.APPROVED
    replaced = await plan_of(dealer, "manager", plan)
    assert (replaced.state, state_word(replaced, TODAY)) == (PlanState.REPLACED, "Answered with an own plan")
    assert replaced.answered_at is not None
    assert state_word(await plan_of(dealer, "owner", mine), TODAY) == "In effect"
    third = await own.copy(owner, mine)
    await own.drop(owner, third, 1)
    with pytest.raises(NotFound):
        await get_plan(owner, third)
    with pytest.raises(Conflict):
        await own.drop(owner, mine, 4)


async def test_wrong_days_are_named_and_confirmed(dealer: World) -> None:
    owner = dealer.people["owner"]
    plan = await proposed(dealer)
    mine = await own.copy(owner, plan)
    stop = (await list_stops(owner, mine, STAFF))[0]
    sunday = next(MONTH.first_on + dt.timedelta(days=n) for n in range(7)
                  if (MONTH.first_on + dt.timedelta(days=n)).weekday() == 6)  # fmt: skip
    await edits.change_visit(owner, mine, 1, Change(stop["account"], STAFF, stop["day_on"], sunday))
    with pytest.raises(Invalid):
        await own.accept(owner, mine, 2)
    await own.accept(owner, mine, 2, confirmed=True)


async def test_not_yours_and_not_now(dealer: World) -> None:
    manager, owner = dealer.people["manager"], dealer.people["owner"]
    for who, number in (("far_manager", OWN), ("manager", FAR), ("owner", OWN), ("manager", TARGET)):
        with pytest.raises(NotFound):
            await propose(dealer.people[who], number, MONTH, TODAY)
    with pytest.raises(Invalid):
        await propose(manager, OWN, MONTH.shift(-2), TODAY)
    async with unit_of_work():
        await execute("update login_user set active = {} where id = {}", False, 23)
    with pytest.raises(Invalid, match="Nobody of this dealer"):
        await propose(manager, NEAR, MONTH, TODAY)
    for viewer, number in ((owner, NEAR), (dealer.people["staff"], OWN), (manager, OWN)):
        with pytest.raises(NotFound):
            await own.make_own(viewer, number, MONTH, (), TODAY)
    with pytest.raises(Invalid):
        await own.make_own(owner, OWN, MONTH.shift(-2), (), TODAY)
    with pytest.raises(Invalid):
        await own.make_own(owner, OWN, MONTH, (99,), TODAY)
    assert await list_staff(OWN) == [(SECOND, "second 씨"), (STAFF, "staff 씨")]
    async with unit_of_work():
        await execute("update role_grant set state = 'revoked' where role = 'dealer_staff'")
    assert await list_staff(OWN) == [(OWNER, "owner 씨")]


async def test_the_list_says_whose(dealer: World) -> None:
    plan = await proposed(dealer)
    manager = dealer.people["manager"]
    theirs = await list_plans(manager, PlanFilter.of({"whose": "dealer"}), Cursor())
    ours = await list_plans(manager, PlanFilter.of({"whose": "manufacturer"}), Cursor())
    assert ([row.id for row in theirs.rows], ours.rows) == ([plan], ())
    assert theirs.rows[0].dealer_name == "대청상사"


@pytest.mark.parametrize("table", ["plan_person", "plan_line", "plan_day", "plan_stop"])
async def test_the_database_keeps_what_was_sent(dealer: World, table: str) -> None:
    plan = await proposed(dealer)
    for statement in (
        f"update {table} set user_id = 1 where plan = {{}}",
        f"delete from {table} where plan = {{}}",
        f"insert into {table} select * from {table} where plan = {{}}",
    ):
        with pytest.raises(Exception, match="an agreed plan does not change"):
            async with unit_of_work():
                await execute(statement, plan)


async def test_the_database_keeps_a_frozen_plan(plan: int, world: World) -> None:
    await states.approve(world.people["manager"], plan, 2, confirmed=False)
    await states.freeze(world.people["manager"], plan, 3)
    for statement in (
        "update development_plan set visits = 0 where id = {}",
        "update development_plan set state = 'draft' where id = {}",
        "delete from development_plan where id = {}",
    ):
        with pytest.raises(Exception, match="a frozen plan does not change"):
            async with unit_of_work():
                await execute(statement, plan)
