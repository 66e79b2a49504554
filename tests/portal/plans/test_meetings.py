"""Weekly meetings: plan and actual, problems, decisions, minutes, carrying on, paper."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.paging import Cursor
from portal.plans.commands_meetings import ItemCommand, MinutesCommand
from portal.plans.commands_visits import VisitCommand
from portal.plans.forms_visits import new_key
from portal.plans.meeting import WEEK, ItemKind, Line, monday_of
from portal.plans.model import Outcome
from portal.plans.policies import READ, ROUTE
from portal.plans.queries.meetings import get_meeting, list_items, list_meetings, week_by_person
from portal.plans.service import meetings
from portal.plans.service.visits import log_visit
from portal.plans.tasks_meetings import list_tasks
from tests.portal.plans.conftest import NOW, REP, World
from tests.portal.plans.field_site import Site, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TODAY = dt.datetime.now(ZoneInfo("Asia/Seoul")).date()
MONDAY = monday_of(TODAY)
MINUTES = MinutesCommand(TODAY, "관리자, 담당", "방문이 밀린 까닭을 살핌")


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    async with make_client(world.people) as client:
        yield Site(client)


async def _planned() -> None:
    """Plan three visits of the representative for today, in a frozen plan."""
    async with unit_of_work():
        plan = await fetch_value(
            "insert into development_plan (month_on, owner, region, state, settings, created_by_user_id,"
            " created_at, approved_by_user_id) values ({}, 'manufacturer', 2, 'draft', 'x', 1, {}, 1)"
            " returning id",
            *(TODAY.replace(day=1), NOW),
        )
        for place, account in enumerate((101, 103, 105)):
            await execute(
                "insert into plan_stop (plan, user_id, day_on, place, account) values ({}, {}, {}, {}, {})",
                *(plan, REP, TODAY, place, account),
            )
        await execute("update development_plan set state = 'frozen' where id = {}", plan)


def test_weeks_begin_on_monday() -> None:
    assert monday_of(dt.date(2026, 11, 22)) == dt.date(2026, 11, 16)
    assert monday_of(dt.date(2026, 11, 23)) == dt.date(2026, 11, 23)


async def test_plan_against_actual_of_the_week(world: World) -> None:
    await _planned()
    rep = world.people["rep"]
    for account in (101, 103, 107):
        await log_visit(rep, VisitCommand(new_key(), account, TODAY, Outcome.MET), 7)
    assert await week_by_person("/KR/CC/", MONDAY) == [Line("rep 씨", 3, 2, 3)]
    assert await week_by_person("/KR/CC/", MONDAY - WEEK) == []
    assert await week_by_person("/KR/GS/", MONDAY) == []
    assert Line("", 3, 2, 3).missed == 1


async def test_what_is_open_is_carried_once_and_keeps_its_owner(world: World) -> None:
    manager = world.people["manager"]
    first = await meetings.open_meeting(manager, 2, TODAY)
    assert await meetings.open_meeting(manager, 2, MONDAY) == first
    decision = ItemCommand(ItemKind.DECISION, "남은 방문을 마친다", REP, TODAY)
    item = await meetings.add_item(manager, first, decision)
    topic = await meetings.add_item(manager, first, ItemCommand(ItemKind.TOPIC, "새 상권"))
    await meetings.finish_item(manager, first, topic, "다음 달에 봄", ROUTE)
    with pytest.raises(Conflict):
        await meetings.close_meeting(manager, first)
    await meetings.keep_minutes(manager, first, MINUTES)
    second = await meetings.close_meeting(manager, first)
    assert await meetings.open_meeting(manager, 2, TODAY + WEEK) == second
    carried = await list_items(second)
    assert [(one.kind, one.owner_user_id, one.carried_from) for one in carried] == [
        (ItemKind.CARRY, REP, item)
    ]
    assert [one.state.value for one in await list_items(first)] == ["carried", "done"]
    with pytest.raises(Conflict):
        await meetings.add_item(manager, first, decision)
    due = await list_tasks(world.people["rep"], TODAY)
    assert [(one.href, one.due_on) for one in due] == [(f"/meetings/{second}", TODAY)]
    assert await list_tasks(world.people["other_rep"], TODAY) == []
    await meetings.keep_minutes(manager, second, MINUTES)
    assert [one.kind for one in await list_tasks(manager, TODAY)] == ["plans.meeting_close"]
    await meetings.finish_item(world.people["rep"], second, carried[0].id, "마침", ROUTE)
    with pytest.raises(Conflict):
        await meetings.finish_item(manager, second, carried[0].id, "또", ROUTE)


async def test_not_yours(world: World) -> None:
    manager, rep = world.people["manager"], world.people["rep"]
    meeting = await meetings.open_meeting(manager, 2, TODAY)
    with pytest.raises(NotFound):
        await meetings.open_meeting(manager, 3, TODAY)
    for who in ("far_manager", "far_rep"):
        with pytest.raises(NotFound):
            await get_meeting(world.people[who], meeting, READ)
        assert (await list_meetings(world.people[who], Cursor())).rows == ()
    for who in ("rep", "other_rep", "manager", "auditor"):
        assert [row["id"] for row in (await list_meetings(world.people[who], Cursor())).rows] == [meeting]
    with pytest.raises(Invalid):
        await meetings.add_item(manager, meeting, ItemCommand(ItemKind.DECISION, "일", 8, TODAY))
    item = await meetings.add_item(manager, meeting, ItemCommand(ItemKind.DECISION, "일", REP, TODAY))
    with pytest.raises(NotAllowed):
        await meetings.finish_item(world.people["other_rep"], meeting, item, "아님", ROUTE)
    with pytest.raises(NotFound):
        await meetings.finish_item(rep, meeting, item + 1, "없음", ROUTE)


async def test_a_week_through_the_pages(site: Site, world: World) -> None:
    await _planned()
    opened = await site.post("manager", "/meetings", region="2", week_on=str(TODAY))
    place = opened.headers["location"]
    assert (await site.post("manager", "/meetings", region="2", week_on="x")).status_code == 422
    sent = await site.post("owner", f"{place}/problem", text="납품 시간이 늦습니다")
    assert (sent.status_code, sent.headers["location"]) == (303, "/my/problems")
    assert (await site.post("rep", f"{place}/problem", text="차량이 부족합니다")).status_code == 303
    assert (await site.post("rep", f"{place}/problem", text="")).status_code == 422
    assert (await site.post("owner", f"{place}/problem", text="")).status_code == 422
    wrong = await site.post("manager", f"{place}/items", kind="decision", text="")
    assert (wrong.status_code, wrong.text.count('class="error"')) == (422, 3)
    assert (
        await site.post(
            "manager", f"{place}/items", kind="decision", text="차량 배정", owner=str(REP), due_on=str(TODAY)
        )
    ).status_code == 303
    page = (await site.get("rep", place)).text
    for text in ("납품 시간이 늦습니다", "차량 배정", "3 planned visits not made"):
        assert text in page
    paper = await site.get("manager", f"{place}/print")
    assert (paper.content[:5], paper.headers["content-type"]) == (b"%PDF-", "application/pdf")
    item = await fetch_value("select id from meeting_item where kind = 'problem' and account is not null")
    assert (await site.post("manager", f"{place}/items/{item}/done", result="아침 납품")).status_code == 303
    assert "아침 납품" in (await site.get("owner", "/my/problems")).text
    kept = await site.post("manager", f"{place}/minutes", held_on=str(TODAY), attendees="모두", minutes="말")
    assert kept.status_code == 303
    assert (await site.post("manager", f"{place}/close", x="")).status_code == 303
    states = await fetch("select state from weekly_meeting order by week_on")
    assert [row["state"] for row in states] == ["closed", "open"]
    closed = (await site.get("auditor", place)).text
    assert ("As it stood when the meeting was closed." in closed, "모두" in closed) == (True, True)
    assert (await site.get("far_rep", place)).status_code == 404
    assert (await site.get("far_rep", "/meetings")).status_code == 200
