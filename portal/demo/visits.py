"""The demo's visits of the last month, what they came to, and two weekly meetings.

Most planned stops of the frozen plan were made, some a day late, some not at all; manager and head office
came too, and a dealer's staff logged visits of their own. One meeting was closed, the next one is open.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal import db
from portal.db import as_date
from portal.demo.network import STORY_DIVISION
from portal.demo.plan import LAST_MONTH
from portal.demo.write_network import dealer_id
from portal.identity.queries import load_viewer
from portal.plans.commands_meetings import ItemCommand, MinutesCommand
from portal.plans.commands_targets import TargetCommand
from portal.plans.meeting import ItemKind, monday_of
from portal.plans.service.meetings import add_item, close_meeting, keep_minutes, open_meeting, send_problem
from portal.plans.service.targets import add_targets
from portal.plans.targeting import ShareSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_COLUMNS = (
    *("client_key", "account", "stop", "owner", "rank", "visitor_user_id", "visited_on", "visited_at"),
    *("outcome", "cases", "minutes", "note", "created_at"),
)
_MISSED, _LATE = 8, 11
"""Of every eighth stop nothing was heard; every eleventh was made a day late."""
_NOTES = {
    "order": "겨울 음료 진열 자리를 약속받고 주문을 받음",
    "trial": "온장고 옆 한 칸에 시험 진열하기로 함",
    "refused": "다른 공급사와 연말까지 계약이 있다고 함",
}
_OUTCOMES = ("met", "order", "met", "absent", "met", "trial", "met", "order", "closed", "refused")
_EVENING = dt.time(9)


async def write_visits() -> None:
    """Write the month's visits and the meetings about its last weeks."""
    region = await db.fetch_value("select id from region where code = {}", STORY_DIVISION)
    users = {row["login"]: row["id"] for row in await db.fetch("select id, login from login_user")}
    if region is None:
        return
    await _score_targets()
    stops = await db.fetch(
        "select s.id, s.user_id, s.account, s.day_on, x.id as target from plan_stop s"
        " join development_plan p on p.id = s.plan left join target_account x on x.account = s.account"
        " where p.month_on = {} and p.state = 'frozen' order by s.id",
        LAST_MONTH.first_on,
    )
    rows = [*_planned(stops), *_guests(users)]
    async with db.unit_of_work():
        await db.insert_rows("visit", _COLUMNS, rows)
        await _move_targets()
    await _meet(region, users)


def _planned(stops: list[dict[str, Any]]) -> Iterator[tuple[object, ...]]:
    """Visits of the representatives, in the order of their routes."""
    for at, stop in enumerate(stops):
        planned_on = as_date(stop["day_on"])
        if at % _MISSED == _MISSED - 1 or planned_on is None:
            continue
        late = at % _LATE == _LATE - 1
        day = min(planned_on + dt.timedelta(days=int(late)), LAST_MONTH.last_on)
        outcome = _OUTCOMES[at % len(_OUTCOMES)]
        cases = 3 + at % 9 if outcome == "order" else None
        moment = dt.datetime.combine(day, _EVENING, dt.UTC) - dt.timedelta(minutes=7 * (at % 60))
        yield (
            *(f"demo {stop['id']}", stop["account"], stop["id"], "manufacturer", "representative"),
            *(stop["user_id"], day, moment, outcome, cases, 15 + at % 20, _NOTES.get(outcome, ""), moment),
        )


def _guests(users: dict[str, int]) -> Iterator[tuple[object, ...]]:
    """Visits to the story's dealer by manager and head office, and one by his own staff."""
    for login, rank, owner, day, note in (
        ("manager", "manager", "manufacturer", 14, "비수기 목표와 판매장려금 기준을 설명함"),
        ("marketing", "head_office", "manufacturer", 21, "온장고 지원 대상 소매점을 함께 봄"),
        ("staff", "dealer_staff", "dealer", 22, "진열 상태를 확인함"),
    ):
        on = LAST_MONTH.first_on.replace(day=day)
        moment = dt.datetime.combine(on, _EVENING, dt.UTC)
        yield (
            *(f"demo {login}", dealer_id(0), None, owner, rank, users[login], on, moment),
            *("met", None, 50, note, moment),
        )


async def _move_targets() -> None:
    """Bring the target list to where the visits left it."""
    for stage, outcomes in (("visited", "'met', 'order', 'refused'"), ("trial", "'trial'")):
        await db.execute(
            "update target_account set stage = {}, staged_at = (select max(v.visited_at) from visit v"  # noqa: S608  from code
            f" where v.account = target_account.account and v.outcome in ({outcomes}))"
            " where exists (select 1 from visit v where v.account = target_account.account"
            f" and v.outcome in ({outcomes}))",
            stage,
        )


async def _score_targets() -> None:
    """Give the target list its scores, as putting accounts on it by hand does."""
    rows = await db.fetch(
        "select a.code, x.reason, x.competitor, x.competitor_share_bp, x.share_source from target_account x"
        " join account a on a.id = x.account where x.removed_at is null order by x.id"
    )
    commands = [
        TargetCommand(
            row["code"],
            row["reason"],
            row["competitor"],
            row["competitor_share_bp"],
            ShareSource(row["share_source"]),
        )
        for row in rows
    ]
    await add_targets(await load_viewer("marketing", "Asia/Seoul"), commands)


async def _meet(region: int, users: dict[str, int]) -> None:
    """Hold and close the meeting of the last whole week, and prepare the one after it."""
    manager, dealer = await load_viewer("manager", "Asia/Seoul"), await load_viewer("dealer", "Asia/Seoul")
    rep = await load_viewer("rep1", "Asia/Seoul")
    monday = monday_of(LAST_MONTH.last_on) - dt.timedelta(days=7)
    held_on = monday + dt.timedelta(days=7)
    first = await open_meeting(manager, region, monday)
    await send_problem(dealer, first, "토요일 납품이 오후로 밀려 진열 시간이 부족합니다.")
    await send_problem(rep, first, "천안 쪽 소매점은 오전에 문을 열지 않습니다.")
    await add_item(manager, first, ItemCommand(ItemKind.TOPIC, "온장고 10대를 어디에 먼저 놓을지"))
    tasks = (
        ("토요일 납품을 오전으로 옮기고 대리점에 알린다", "manager", 5),
        ("빠진 방문을 다음 주 경로에 넣는다", "rep1", 8),
    )
    for text, login, days in tasks:
        due_on = held_on + dt.timedelta(days=days)
        await add_item(manager, first, ItemCommand(ItemKind.DECISION, text, users[login], due_on))
    said = "계획 방문의 빠진 곳을 하나씩 확인함.\n문 여는 시간이 다른 곳은 영업 요일을 고치기로 함."
    await keep_minutes(manager, first, MinutesCommand(held_on, "박지영, 담당 영업사원, 마케팅", said))
    second = await close_meeting(manager, first)
    await send_problem(dealer, second, "겨울 신제품 견본이 아직 오지 않았습니다.")
    at = dt.datetime.combine(held_on, dt.time(2), dt.UTC)
    async with db.unit_of_work():
        await db.execute("update weekly_meeting set created_at = {}", at - dt.timedelta(days=4))
        await db.execute("update weekly_meeting set closed_at = {} where closed_at is not null", at)
        await db.execute("update meeting_item set raised_at = {}", at - dt.timedelta(days=3))
