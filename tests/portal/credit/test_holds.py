"""Holds and their release by a second person, tasks, and whose dealers they are."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from portal.credit.commands import HoldCommand
from portal.credit.model import HoldReason, HoldState
from portal.credit.queries.dealers import list_holds, open_hold
from portal.credit.service import holds
from portal.credit.tasks import list_tasks
from portal.db import execute, fetch, unit_of_work
from portal.errors import Conflict, NotAllowed, NotFound
from tests.portal.credit.conftest import FAR, NOW, OWN, TODAY, World

HOLD = HoldCommand(HoldReason.OVERDUE, "90일 이상 연체")


async def placed(world: World) -> None:
    await holds.place_hold(world.people["finance"], OWN, HOLD)


async def requested(world: World) -> None:
    await placed(world)
    await holds.request_release(world.people["finance"], OWN, "입금 확인")


async def test_a_release_needs_a_second_person(world: World) -> None:
    await requested(world)
    for who in ("finance", "deputy"):
        with pytest.raises(NotAllowed):
            await holds.approve_release(world.people[who], OWN)
        with pytest.raises(NotAllowed):
            await holds.decline_release(world.people[who], OWN, "아니오")
    await holds.approve_release(world.people["finance2"], OWN)
    assert await open_hold(OWN) is None
    (past,) = await list_holds(OWN)
    assert (past.placed_by, past.requested_by, past.released_by) == ("finance", "finance", "finance2")
    assert (past.reason, past.release_reason, past.state) == ("90일 이상 연체", "입금 확인", HoldState.NONE)
    done = await fetch("select action, note from audit_event order by seq")
    assert [(row["action"], row["note"]) for row in done] == [
        ("credit.hold", "90일 이상 연체"),
        ("credit.release_requested", "입금 확인"),
        ("credit.released", "입금 확인"),
    ]


async def test_the_database_too_wants_two_people(world: World) -> None:
    await requested(world)
    for sets in ("released_by_user_id = 2", "released_by_user_id = 3, released_for_user_id = 2"):
        with pytest.raises(Exception, match=r"two_people|CHECK"):
            async with unit_of_work():
                await execute(f"update credit_hold set {sets}, released_at = {{}}", NOW)


async def test_a_hold_is_not_released_unasked(world: World) -> None:
    await placed(world)
    with pytest.raises(Conflict):
        await holds.approve_release(world.people["finance2"], OWN)
    with pytest.raises(Exception, match=r"released_as_requested|CHECK"):
        async with unit_of_work():
            await execute("update credit_hold set released_by_user_id = 3, released_at = {}", NOW)


async def test_declined_and_asked_again(world: World) -> None:
    await requested(world)
    with pytest.raises(Conflict):
        await holds.request_release(world.people["finance2"], OWN, "다시")
    await holds.decline_release(world.people["admin"], OWN, "입금이 없음")
    hold = await open_hold(OWN)
    assert hold is not None
    assert (hold.state, hold.declined_reason) == (HoldState.HELD, "입금이 없음")
    await holds.request_release(world.people["finance2"], OWN, "다시 확인")
    await holds.approve_release(world.people["finance"], OWN)
    assert await open_hold(OWN) is None
    await placed(world)
    assert [hold.state for hold in await list_holds(OWN)] == [HoldState.HELD, HoldState.NONE]


async def test_one_hold_at_a_time(world: World) -> None:
    await placed(world)
    with pytest.raises(Conflict):
        await placed(world)
    with pytest.raises(Conflict):
        await holds.request_release(world.people["finance"], FAR, "없음")


@pytest.mark.parametrize("who", ["manager", "rep", "auditor", "marketing", "owner", "admin"])
async def test_only_finance_places_holds(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        await holds.place_hold(world.people[who], OWN, HOLD)
    assert await list_holds(OWN) == ()


async def test_who_has_something_to_do(world: World) -> None:
    await placed(world)
    people = world.people.values()
    assert [who.login for who in people if await list_tasks(who, TODAY)] == []
    await holds.request_release(world.people["finance"], OWN, "입금 확인")
    assert [who.login for who in people if await list_tasks(who, TODAY)] == ["finance2", "admin"]
    (task,) = await list_tasks(world.people["finance2"], dt.date(2099, 1, 1))
    assert (task.kind, task.href) == ("credit.approve_release", f"/credit/{OWN}")
    assert task.message.params == {"name": "대청상사"}
    await holds.approve_release(world.people["admin"], OWN)
    assert [who.login for who in people if await list_tasks(who, TODAY)] == []


async def test_of_eight_decisions_at_once_one_counts(world: World) -> None:
    await requested(world)
    people = [world.people["finance2"], world.people["admin"]] * 4
    outcomes = await asyncio.gather(
        *(holds.approve_release(who, OWN) for who in people), return_exceptions=True
    )
    assert sorted(str(type(outcome)) for outcome in outcomes) == sorted(
        [str(type(None)), *[str(Conflict)] * 7]
    )
    placing = [holds.place_hold(world.people["finance"], OWN, HOLD) for _ in range(8)]
    outcomes = await asyncio.gather(*placing, return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert len(await list_holds(OWN)) == 2
