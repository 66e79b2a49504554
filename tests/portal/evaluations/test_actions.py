"""Rewards and coaching plans: carried to the next month, closed with a result, read by the dealer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.evaluations.model import ActionKind, Outcome, SubjectKind
from portal.evaluations.printing import document_of, print_sheet, stands_at
from portal.evaluations.queries.sheets import get_sheet
from portal.evaluations.service import actions
from portal.evaluations.service.actions import Closing, NewAction
from portal.settings import Settings
from tests.portal.evaluations.conftest import MONTH, NEXT, TODAY, World, card_of, evaluate

if TYPE_CHECKING:
    from portal.evaluations.queries.runs import RunView
    from tests.portal.evaluations.world import Client

PLAN = NewAction(
    ActionKind.COACHING,
    "소매점 다섯 곳을 함께 방문",
    "",
    TODAY + dt.timedelta(days=10),
    "growth",
    "거래 재개 3곳",
)


async def _publish() -> None:
    async with unit_of_work():
        await execute(
            "update evaluation_run set state = 'published', published_at = {}", dt.datetime.now(dt.UTC)
        )


async def _planned(world: World, run: RunView, plan: NewAction = PLAN) -> int:
    """Put a coaching plan on the published sheet of D-1."""
    await _publish()
    return await actions.add_action(world.people["manager"], await card_of(run, "D-1"), plan, TODAY)


async def _next_sheet(world: World):
    run = await evaluate(world, NEXT)
    return await get_sheet(world.people["manager"], await card_of(run, "D-1"))


async def test_an_open_plan_stands_on_the_next_month_until_it_is_closed(world: World, run: RunView) -> None:
    manager = world.people["manager"]
    action = await _planned(world, run)
    sheet = await _next_sheet(world)
    (carried,) = sheet.actions.carried
    assert (carried.id, carried.month, carried.line, carried.goal) == (
        action,
        MONTH,
        "growth",
        "거래 재개 3곳",
    )
    assert (carried.outcome, carried.done_at, sheet.actions.own) == (None, None, ())
    own = (await get_sheet(manager, await card_of(run, "D-1"))).actions
    assert ([row.id for row in own.own], own.carried) == ([action], ())

    await actions.finish_action(manager, action, Closing(Outcome.PARTLY, "두 곳 재개"))
    (carried,) = (await get_sheet(manager, sheet.head.id)).actions.carried
    assert (carried.outcome, carried.result) == (Outcome.PARTLY, "두 곳 재개")
    async with unit_of_work():
        before = dt.datetime.combine(NEXT.first_on, dt.time(), dt.UTC) - dt.timedelta(days=1)
        await execute("update scorecard_action set done_at = {}", before)
    assert (await get_sheet(manager, sheet.head.id)).actions.carried == ()


async def test_what_was_put_on_another_dealer_or_is_not_published_is_not_carried(
    world: World, run: RunView
) -> None:
    await _planned(world, run)
    following = await evaluate(world, NEXT)
    other = await get_sheet(world.people["manager"], await card_of(following, "D-2"))
    assert other.actions.carried == ()
    async with unit_of_work():
        await execute("delete from scorecard_action")
    manager, card = world.people["manager"], await card_of(following, "D-1")
    await actions.add_action(manager, card, PLAN, TODAY)
    assert (await get_sheet(manager, await card_of(run, "D-1"))).actions.carried == ()


async def test_a_coaching_plan_is_closed_with_what_came_of_it(world: World, run: RunView) -> None:
    manager, action = world.people["manager"], await _planned(world, run)
    with pytest.raises(Invalid):
        await actions.finish_action(manager, action)
    with pytest.raises(NotFound):
        await actions.finish_action(world.people["other_manager"], action, Closing(Outcome.REACHED))
    await actions.finish_action(manager, action, Closing(Outcome.MISSED, "가게가 문을 닫음"))
    with pytest.raises(Conflict):
        await actions.finish_action(manager, action, Closing(Outcome.REACHED))
    with pytest.raises(Conflict):
        await actions.move_action(manager, action, TODAY, TODAY)
    row = await fetch_one("select outcome, result, done_by_user_id from scorecard_action")
    assert row == {"outcome": "missed", "result": "가게가 문을 닫음", "done_by_user_id": manager.user_id}


async def test_a_reward_needs_no_outcome(world: World, run: RunView) -> None:
    reward = NewAction(ActionKind.REWARD, "온장고 한 대", "", TODAY)
    action = await _planned(world, run, reward)
    await actions.finish_action(world.people["manager"], action)
    sheet = await get_sheet(world.people["manager"], await card_of(run, "D-1"))
    assert (sheet.actions.own[0].outcome, sheet.actions.own[0].done_at is None) == (None, False)
    document = document_of(sheet, Settings(), "en", stands_at(sheet))
    assert document.actions[0].state == "Done"


async def test_a_new_day_is_counted_and_audited(world: World, run: RunView) -> None:
    manager, action = world.people["manager"], await _planned(world, run)
    later = TODAY + dt.timedelta(days=30)
    with pytest.raises(Invalid):
        await actions.move_action(manager, action, TODAY - dt.timedelta(days=1), TODAY)
    with pytest.raises(NotFound):
        await actions.move_action(manager, 999_999, later, TODAY)
    await actions.move_action(manager, action, later, TODAY)
    sheet = await get_sheet(manager, await card_of(run, "D-1"))
    assert (sheet.actions.own[0].due_on, sheet.actions.own[0].moved) == (later, 1)
    last = await fetch("select action from audit_event order by seq desc limit 1")
    assert last == [{"action": "evaluations.action_moved"}]


async def test_a_representative_has_plans_of_his_own(world: World) -> None:
    manager, subject = world.people["manager"], f"user-{world.people['representative'].user_id}"
    first = await evaluate(world, MONTH, SubjectKind.REPRESENTATIVE)
    await _publish()
    action = await actions.add_action(manager, await card_of(first, subject), PLAN, TODAY)
    second = await evaluate(world, NEXT, SubjectKind.REPRESENTATIVE)
    sheet = await get_sheet(manager, await card_of(second, subject))
    assert [row.id for row in sheet.actions.carried] == [action]


async def test_the_paper_lists_them_and_is_dated_by_their_last_change(world: World, run: RunView) -> None:
    await _planned(world, run)
    sheet = await _next_sheet(world)
    document = document_of(sheet, Settings(), "ko", stands_at(sheet))
    (line,) = document.actions
    assert (line.kind, line.text, line.goal, line.since, line.state) == (
        "코칭 계획",
        "소매점 다섯 곳을 함께 방문",
        "거래 재개 3곳",
        "2026-01",
        "아직 마치지 않음",
    )
    changed = sheet.actions.carried[0].changed_at
    assert stands_at(sheet) == max(changed, sheet.head.run.as_of_at).replace(microsecond=0)
    assert (await print_sheet(sheet, Settings(), "ko"))[:5] == b"%PDF-"


async def test_both_sides_read_them_on_screen(client: Client, world: World, run: RunView) -> None:
    action = await _planned(world, run)
    sheet = await _next_sheet(world)
    page = f"/evaluations/2026-02/{sheet.head.id}"
    shown = (await client.get("manager", page)).text
    assert ("거래 재개 3곳" in shown, "Carried over from earlier months" in shown) == (True, True)
    assert "거래 재개 3곳" in (await client.get("owner", "/my/evaluations/2026-01")).text
    assert "거래 재개 3곳" not in (await client.get("other_owner", "/my/evaluations/2026-01")).text
    path = f"/evaluations/actions/{action}"
    assert (await client.post("manager", f"{path}/day", {"due_on": ""})).status_code == 422
    assert (await client.post("other_manager", f"{path}/day", {"due_on": "2999-01-01"})).status_code == 404
    assert (await client.post("manager", f"{path}/day", {"due_on": "2999-01-01"})).status_code == 303
    assert (await client.post("manager", f"{path}/done", {"outcome": ""})).status_code == 422
    done = {"outcome": "reached", "result": "세 곳 재개"}
    assert (await client.post("manager", f"{path}/done", done)).status_code == 303
    assert "세 곳 재개" in (await client.get("manager", page)).text
    wrong = {"kind": "coaching", "text": "x", "due_on": "2999-01-01", "line": "nothing"}
    assert (await client.post("manager", f"{page}/actions", wrong)).status_code == 422
    assert await fetch_value("select count(*) from scorecard_action") == 1


async def test_a_fallen_grade_asks_for_a_plan(client: Client, world: World, run: RunView) -> None:
    card = await card_of(run, "D-2")
    asked = "agree on a coaching plan"
    assert (
        asked not in (await client.get("manager", f"/evaluations/2026-01/{await card_of(run, 'D-1')}")).text
    )
    async with unit_of_work():
        await execute("update scorecard set grade_fell = {} where id = {}", True, card)
    assert asked in (await client.get("manager", f"/evaluations/2026-01/{card}")).text


async def test_open_plans_are_listed_by_day_and_taken_along(
    client: Client, world: World, run: RunView
) -> None:
    later = NewAction(ActionKind.REWARD, "우수 대리점 시상", "", TODAY + dt.timedelta(days=20))
    first = await _planned(world, run)
    await actions.add_action(world.people["manager"], await card_of(run, "D-2"), later, TODAY)
    path = "/evaluations/follow-ups"
    text = (await client.get("manager", path)).text
    assert 0 < text.index("소매점 다섯 곳을 함께 방문") < text.index("우수 대리점 시상")
    for who in ("other_manager", "author"):
        assert ("소매점 다섯 곳" in (await client.get(who, path)).text) == (who == "author"), who
    assert (await client.get("owner", path)).status_code == 403
    await actions.finish_action(world.people["manager"], first, Closing(Outcome.PARTLY, "두 곳 재개"))
    assert "소매점 다섯 곳" not in (await client.get("manager", path)).text
    ended = (await client.get("manager", f"{path}?shown=done")).text
    assert ("두 곳 재개" in ended, "Partly reached" in ended) == (True, True)
    sent = await client.post("manager", f"{path}/export", {"format": "csv", "shown": "done"})
    assert ("두 곳 재개" in sent.text, "우수 대리점" in sent.text) == (True, False)
    assert (await client.post("owner", f"{path}/export", {"format": "csv"})).status_code == 403
