"""Planning sessions: clashes refuse or ask for a word, budgets start with fees, states move."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.occasions.model import OccasionMove
from tests.training.conftest import DAY, FAR, NOW, OWN, SETTINGS, ZONE, at
from training.courses.commands import AwayCommand
from training.courses.service.lecturers import add_away
from training.sessions.clashes import ClashKind, Surroundings, Taken, find_clashes
from training.sessions.model import Block, View, span_of
from training.sessions.queries.costs import list_costs, total_of
from training.sessions.queries.sessions import Filters, get_session, list_blocks, list_calendar
from training.sessions.service.planning import Clashing, change_session, current_clashes, move_session

if TYPE_CHECKING:
    from tests.training.conftest import School


def kinds(found: object) -> list[tuple[str, bool]]:
    return [(clash.kind.value, clash.kind.is_hard) for clash in found]  # type: ignore[attr-defined]


def test_every_kind_of_clash() -> None:
    block = Block(1, 7, 3, at(DAY, "10:00"), at(DAY, "12:00"))
    touching = Taken(7, "다른 교육", at(DAY, "12:00"), at(DAY, "13:00"))
    assert (
        find_clashes([block], 10, Surroundings(capacities={3: 10}, lecturer_blocks=(touching,)), ZONE) == ()
    )
    around = Surroundings(
        lecturers={7: "김교수"},
        rooms={3: "대강당"},
        capacities={3: 9},
        lecturer_blocks=(Taken(7, "다른 교육", at(DAY, "11:59"), at(DAY, "13:00")),),
        room_blocks=(Taken(3, "다른 교육", at(DAY, "09:00"), at(DAY, "10:01")),),
        away=((7, DAY, DAY, "출장"), (8, DAY, DAY, "휴가")),
        peaks=(("PEAK", "성수기", DAY, DAY),),
        holidays={DAY: "쉬는 날"},
        delivery_shares={DAY.weekday(): 50},
        delivery_percent=50,
        others=((4, "여행", 3),),
    )
    found = find_clashes([block, Block(2, 7, 3, at(DAY, "11:00"), at(DAY, "11:30"))], 10, around, ZONE)
    assert {clash.kind for clash in found} == set(ClashKind)
    hard = [clash.kind.is_hard for clash in found]
    assert hard == sorted(hard, reverse=True)
    assert str(next(c for c in found if c.kind is ClashKind.ROOM_SMALL).says).endswith(
        "10 seats are planned."
    )
    assert all(str(clash.says) for clash in found)


def test_the_days_of_a_calendar_page() -> None:
    month = span_of(View.MONTH, dt.date(2026, 12, 31))
    assert (month.first, month.last, len(month.weeks)) == (dt.date(2026, 11, 30), dt.date(2027, 1, 3), 5)
    assert (month.before, month.after) == (dt.date(2026, 11, 30), dt.date(2027, 1, 1))
    week = span_of(View.WEEK, dt.date(2026, 12, 31))
    assert (week.first, week.last, week.before) == (
        dt.date(2026, 12, 28),
        dt.date(2027, 1, 3),
        dt.date(2026, 12, 24),
    )
    assert span_of(View.WEEK, dt.date(9999, 12, 31)).on == dt.date(2199, 12, 1)
    assert span_of(View.MONTH, dt.date(1, 1, 1)).on == dt.date(2000, 1, 1)


async def test_a_session_starts_with_its_budget_and_hard_clashes_refuse_the_next(school: School) -> None:
    first = await school.plan()
    budget = {row.kind.value: row.budget_minor for row in await list_costs(first)}
    assert (budget["lecturers"], budget["venue"], budget["meals"]) == (300_000, 100_000, 0)
    assert total_of(await list_costs(first)) == (400_000, None)
    with pytest.raises(Clashing) as caught:
        await school.plan(room=school.rooms[1])
    assert {clash.kind for clash in caught.value.clashes} == {ClashKind.LECTURER_TWICE, ClashKind.ROOM_SMALL}
    with pytest.raises(Clashing) as caught:
        await school.plan(lecturer=school.lecturers[1], word="꼭")
    assert {clash.kind for clash in caught.value.clashes} == {ClashKind.ROOM_TWICE}
    assert await fetch_value("select count(*) from occasion") == 1
    await add_away(school.viewer("marketing"), school.lecturers[1], AwayCommand(DAY, DAY, "출장"))
    with pytest.raises(Clashing) as caught:
        await school.plan(lecturer=school.lecturers[1], room=school.rooms[1], seats=5)
    assert kinds(caught.value.clashes) == [("lecturer_away", True)]
    await move_session(school.viewer("marketing"), first, OccasionMove.CANCEL, "연기", SETTINGS)
    assert await school.plan() > first


async def test_soft_clashes_ask_for_a_word_once(school: School) -> None:
    planner = school.viewer("marketing")
    async with unit_of_work():
        await execute("insert into holiday (day_on, name) values ({}, '쉬는 날')", DAY)
    with pytest.raises(Clashing) as caught:
        await school.plan()
    assert kinds(caught.value.clashes) == [("holiday", False)]
    assert [problem.field for problem in caught.value.problems] == ["word"]
    session_id = await school.plan(word="다른 날이 없습니다")
    session = await get_session(planner, session_id, "training.plan")
    assert kinds(await current_clashes(session, SETTINGS)) == [("holiday", False)]
    await change_session(planner, session_id, school.command(), session.occasion_version, SETTINGS)
    with pytest.raises(Conflict):
        await change_session(planner, session_id, school.command(), session.occasion_version, SETTINGS)
    assert [row["word"] for row in await fetch("select word from session_clash")] == ["다른 날이 없습니다"]
    await move_session(planner, session_id, OccasionMove.OPEN, "", SETTINGS)


async def test_opening_looks_at_what_invitations_brought(school: School) -> None:
    planner = school.viewer("marketing")
    session_id = await school.plan()
    session = await get_session(planner, session_id, "training.plan")
    for week in range(12):
        day = DAY - dt.timedelta(weeks=week + 1)
        async with unit_of_work():
            await execute(
                "insert into document (source, level, kind, number, buyer, business_on, batch)"
                " values (1, 1, 1, {}, {}, {}, 1)", f"W{week}", OWN, day,
            )  # fmt: skip
    async with unit_of_work():
        await execute(
            "insert into occasion_invitation (occasion, dealer, source, invited_by_user_id, invited_at)"
            " values ({}, {}, 'hand', 7, {})", session.occasion_id, OWN, NOW,
        )  # fmt: skip
    assert kinds(await current_clashes(session, SETTINGS)) == [("deliveries", False)]
    with pytest.raises(Clashing):
        await move_session(planner, session_id, OccasionMove.OPEN, "", SETTINGS)
    with pytest.raises(Invalid):
        await move_session(planner, session_id, OccasionMove.HOLD, "", SETTINGS)
    await move_session(planner, session_id, OccasionMove.OPEN, "배송을 하루 미룹니다", SETTINGS)
    words = await fetch("select kind, word from session_clash")
    assert [(row["kind"], row["word"]) for row in words] == [("deliveries", "배송을 하루 미룹니다")]


async def test_whose_sessions_are_seen(school: School) -> None:
    everywhere, far = await school.plan(), await school.plan(DAY + dt.timedelta(days=1), region=3)
    ids = {}
    for who in ("marketing", "manager", "rep", "auditor"):
        rows = await list_calendar(
            school.viewer(who),
            "training.read",
            at(DAY, "00:00"),
            at(DAY + dt.timedelta(days=5), "00:00"),
            Filters(),
        )
        ids[who] = [row.id for row in rows]
    assert ids == {"marketing": [everywhere, far], "manager": [], "rep": [], "auditor": []}
    await school.invite(everywhere, OWN)
    await school.invite(far, FAR)
    manager = school.viewer("manager")
    filters = Filters(course_id=school.course, lecturer_id=school.lecturers[0], region_path="/KR/CC/")
    rows = await list_calendar(
        manager, "training.read", at(DAY, "00:00"), at(DAY + dt.timedelta(days=5), "00:00"), filters
    )
    assert [row.id for row in rows] == [everywhere]
    with pytest.raises(NotFound):
        await get_session(manager, far, "training.read")
    with pytest.raises(NotFound):
        await get_session(school.viewer("owner"), far, "training.own")
    assert (await get_session(school.viewer("owner"), everywhere, "training.own")).id == everywhere
    assert [block.module_title for block in await list_blocks(everywhere)] == ["딜러의 미래", "협력"]
