"""Quiet dealers: reasons in figures against known orders, scope, steps and rest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.paging import Cursor, decode_key
from portal.voice import quiet as joined
from portal.voice.commands import AnswerCommand, SnoozeCommand, StepCommand
from portal.voice.model import Cause, VoiceKind
from portal.voice.queries.quiet import QuietFilter, list_quiet, list_steps, quiet_dealer, quiet_page
from portal.voice.quiet import Signal, SignalKind
from portal.voice.service import items
from portal.voice.service import quiet as steps
from portal.voice.tasks import list_tasks
from tests.portal.voice.conftest import FAR, MANAGER, NEAR, NOW, OWN, QUIET, REP, RULES, World, raised, today

if TYPE_CHECKING:
    from portal.errors import Message

TODAY = dt.date(2026, 6, 15)


async def ordered(rows: list[tuple[int, str, int]]) -> None:
    """Write monthly totals: dealer, month, net."""
    columns = "account month_on level side lines documents net_minor returns_minor quantity active".split()
    async with unit_of_work():
        await insert_rows(
            "account_month",
            columns,
            [
                (dealer, dt.date.fromisoformat(f"{month}-01"), 1, 1, 1, 1, net, 0, 1, 1)
                for dealer, month, net in rows
            ],
        )


@pytest.fixture
async def sold(voices: World) -> World:
    """Own fell by 40 % against the mean of two years, near by 30 % of one, far by 29 %."""
    await ordered(
        [
            (OWN, "2026-05", 300), (OWN, "2026-04", 300), (OWN, "2025-05", 700), (OWN, "2025-04", 500),
            (OWN, "2024-05", 400), (OWN, "2024-04", 400), (OWN, "2026-03", 9999),
            (NEAR, "2026-05", 35), (NEAR, "2026-04", 35), (NEAR, "2025-05", 50), (NEAR, "2025-04", 50),
            (FAR, "2026-05", 71), (FAR, "2025-05", 100), (FAR, "2026-06", 1),
        ]
    )  # fmt: skip
    return voices


def figures(says: Message) -> tuple[int, int]:
    return says.params["fall"], says.params["years"]


async def test_a_fall_against_the_own_habit_of_the_same_months(sold: World) -> None:
    rows = await list_quiet(sold.people["admin"], QuietFilter(), QUIET, TODAY)
    assert {row.id: figures(row.signals[0].says) for row in rows} == {OWN: (40, 2), NEAR: (30, 1)}


async def test_a_month_that_still_runs_is_no_fall(sold: World) -> None:
    rows = await list_quiet(sold.people["admin"], QuietFilter(), QUIET, dt.date(2026, 6, 30))
    assert {row.id for row in rows} == {OWN, NEAR}


@pytest.mark.parametrize(
    ("who", "seen"), [("manager", {OWN, NEAR}), ("rep", {OWN}), ("auditor", {OWN, NEAR})]
)
async def test_everybody_sees_his_part(sold: World, who: str, seen: set[int]) -> None:
    viewer = sold.people[who]
    rows = await list_quiet(viewer, QuietFilter(), QUIET, TODAY)
    assert {row.id for row in rows} == seen
    assert (await quiet_dealer(viewer, FAR, QUIET, TODAY) is None) == (who != "auditor")


async def test_fewer_visits_of_ours_than_in_the_same_months_before(voices: World) -> None:
    async with unit_of_work():
        await insert_rows(
            "visit",
            ("client_key", "account", "owner", "visitor_user_id", "visited_on", "visited_at", "outcome",
             "note", "created_at", "cancelled_at"),
            [(f"v{number}", OWN, owner, REP, dt.date.fromisoformat(day), NOW, "met", "", NOW, cancelled)
             for number, (day, owner, cancelled) in enumerate([
                 ("2025-04-10", "manufacturer", None), ("2025-05-10", "manufacturer", None),
                 ("2025-05-31", "manufacturer", None), ("2026-05-31", "manufacturer", None),
                 ("2026-05-30", "dealer", None), ("2026-04-02", "manufacturer", NOW),
                 ("2026-06-01", "manufacturer", None),
             ])],
        )  # fmt: skip
    (row,) = await list_quiet(voices.people["rep"], QuietFilter(), QUIET, TODAY)
    assert (row.id, row.signals[0].kind, figures(row.signals[0].says)) == (OWN, SignalKind.VISITS, (66, 1))


async def test_an_approach_weighs_most_until_it_runs_out(voices: World) -> None:
    admin = voices.people["admin"]
    await items.raise_item(admin, raised(VoiceKind.APPROACH, NEAR, competitor="바다음료"), RULES)
    await items.raise_item(
        admin, raised(VoiceKind.APPROACH, FAR, valid_until_on=today() - dt.timedelta(days=1)), RULES
    )
    rows = await list_quiet(admin, QuietFilter(), QUIET, today())
    assert [(row.id, row.signals[0].kind, row.signals[0].says.params["competitor"]) for row in rows] == [
        (NEAR, SignalKind.APPROACH, "바다음료")
    ]


async def test_an_answer_left_alone(voices: World) -> None:
    owner, rep = voices.people["owner"], voices.people["rep"]
    number = await items.raise_item(owner, raised(), RULES)
    await items.answer(rep, number, AnswerCommand("답", Cause.UNKNOWN))
    assert await list_quiet(rep, QuietFilter(), QUIET, today()) == []
    later = today() + dt.timedelta(days=20)
    (row,) = await list_quiet(rep, QuietFilter(), QUIET, later)
    assert (row.id, row.signals[0].kind, row.signals[0].says.params["count"]) == (OWN, SignalKind.REPLIES, 1)


async def test_other_slices_add_their_signals(voices: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.errors import Message  # noqa: PLC0415  the type is imported for checking only

    async def visits(*_: object) -> dict[int, list[Signal]]:
        return {OWN: [Signal(SignalKind.VISITS, Message("none"))]}

    monkeypatch.setattr(joined, "_SOURCES", [])
    joined.join(visits)
    joined.join(visits)
    rows = await list_quiet(voices.people["admin"], QuietFilter(signal="visits"), QUIET, TODAY)
    assert [(row.id, len(row.signals)) for row in rows] == [(OWN, 1)]


async def test_steps_have_an_owner_a_day_and_a_result(sold: World) -> None:
    manager, rep = sold.people["manager"], sold.people["rep"]
    await steps.plan_step(manager, OWN, StepCommand("직접 방문", REP, TODAY))
    with pytest.raises(Conflict):
        await steps.plan_step(manager, OWN, StepCommand("또", REP, TODAY))
    with pytest.raises(Invalid):
        await steps.plan_step(manager, NEAR, StepCommand("방문", 7, TODAY))
    assert [(task.href, task.due_on) for task in await list_tasks(rep, TODAY)] == [(f"/quiet/{OWN}", TODAY)]
    late = await list_quiet(manager, QuietFilter(shown="late"), QUIET, TODAY + dt.timedelta(days=1))
    assert [row.id for row in late] == [OWN]
    without = await list_quiet(manager, QuietFilter(shown="without_step"), QUIET, TODAY)
    assert [row.id for row in without] == [NEAR]
    await steps.finish_step(rep, OWN, "다음 주 주문 약속")
    with pytest.raises(Conflict):
        await steps.finish_step(rep, OWN, "두 번")
    assert [(step.result, step.owner) for step in await list_steps(OWN)] == [("다음 주 주문 약속", "rep")]


async def test_a_dealer_rests_until_a_day(sold: World) -> None:
    manager = sold.people["manager"]
    await steps.snooze(manager, OWN, SnoozeCommand(TODAY + dt.timedelta(days=5), "내부 수리 중"))
    assert [row.id for row in await list_quiet(manager, QuietFilter(), QUIET, TODAY)] == [NEAR]
    (row,) = await list_quiet(manager, QuietFilter(shown="resting"), QUIET, TODAY)
    assert (row.id, row.rest_reason) == (OWN, "내부 수리 중")
    after = await list_quiet(manager, QuietFilter(), QUIET, TODAY + dt.timedelta(days=5))
    assert {row.id for row in after} == {OWN, NEAR}


async def test_another_regions_dealer_does_not_exist(sold: World) -> None:
    manager = sold.people["manager"]
    for use_case in (
        steps.plan_step(manager, FAR, StepCommand("방문", MANAGER, TODAY)),
        steps.finish_step(manager, FAR, "x"),
        steps.snooze(manager, FAR, SnoozeCommand(TODAY, "x")),
    ):
        with pytest.raises(NotFound):
            await use_case


async def test_pages_by_key(sold: World) -> None:
    rows = await list_quiet(sold.people["admin"], QuietFilter(), QUIET, TODAY)
    first = quiet_page(rows, Cursor(), limit=1)
    second = quiet_page(rows, Cursor(decode_key(first.next_after or "", int, int)), limit=1)
    back = quiet_page(
        rows, Cursor(decode_key(second.previous_before or "", int, int), backwards=True), limit=1
    )
    assert [page.rows[0].id for page in (first, second, back)] == [OWN, NEAR, OWN]
    assert (second.next_after, first.previous_before) == (None, None)


async def test_no_orders_at_all_is_no_error(voices: World) -> None:
    assert await list_quiet(voices.people["admin"], QuietFilter(), QUIET, TODAY) == []
    async with unit_of_work():
        await execute("delete from account_month")
