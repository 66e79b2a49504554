"""What a demo's past left behind: totals, search keys and evaluated months with comments and signatures.

The latest month is left under review, so that there is something to do; the one before is published; the
older ones are closed.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal import db
from portal.demo.plan import LAST_MONTH, months
from portal.evaluations.batch import JOB, run_job
from portal.evaluations.model import SubjectKind
from portal.evaluations.queries.runs import find_run
from portal.evaluations.service.runs import start_run
from portal.jobs.service import register
from portal.jobs.worker import work_once
from portal.network.indexing import index_contacts, index_products, reindex_accounts_where
from portal.sales import totals
from rules.months import months_between

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.months import Month

MONTHS_EVALUATED = 12
_COMMENTS = {
    "S": "목표를 넘기고 소매점도 고르게 늘었습니다. 다음 달 신제품 진열을 함께 준비합시다.",
    "A": "신장률이 좋습니다. 주문이 한 주에 몰리지 않도록 배송 요일을 나눠 봅시다.",
    "B": "작년 수준을 지켰습니다. 거래가 끊긴 소매점 다섯 곳을 같이 방문하겠습니다.",
    "C": "주문이 없는 소매점이 늘었습니다. 원인을 확인하고 지원 계획을 세우겠습니다.",
    "D": "매출이 크게 줄었습니다. 방문 일정을 잡아 어려움을 먼저 듣겠습니다.",
    "": "자료가 모자라 등급을 정하지 않았습니다. 필요한 자료를 함께 확인하겠습니다.",
}
_FOLLOWED, _COACHED = 2, 3
"""Months back that plans are told of, and how many sheets of a month have one."""
_PLAN = "거래가 끊긴 소매점 다섯 곳을 영업사원과 함께 방문"
_GOAL = "다음 달 세 곳 이상 다시 주문"
_REWARD = "신제품 온장고 한 대를 먼저 배정"
_ENDINGS = (
    ("reached", "네 곳이 다시 주문함"),
    ("partly", "두 곳이 다시 주문함, 한 곳은 폐업"),
    ("missed", "방문이 두 번 미뤄짐"),
)


async def rebuild_totals() -> None:
    """Compute every monthly total from the lines, month by month."""
    for month in months():
        async with db.unit_of_work():
            await totals.begin_touching()
            await totals.touch_lines(
                "document_line",
                "business_on >= {} and business_on < {}",
                month.first_on,
                month.shift(1).first_on,
            )
            await totals.recompute()
            await totals.end_touching()


async def reindex_search() -> None:
    """Write the search keys of every account, product and contact."""
    async with db.unit_of_work():
        await reindex_accounts_where("a.id > {}", 0, are_new=True)
        await index_products()
        await index_contacts(row["id"] for row in await db.fetch("select id from contact"))


async def evaluate_history(report: Callable[[str], None]) -> None:
    """Evaluate the last months and settle all but the latest."""
    register(JOB, run_job)
    today = LAST_MONTH.last_on + dt.timedelta(days=3)
    for offset in range(1 - MONTHS_EVALUATED, 1):
        month = LAST_MONTH.shift(offset)
        for kind in SubjectKind:
            await start_run(None, month, kind, today)
            await work_once("demo")
            if offset < 0:
                await _settle(month, kind, close=offset < -1)
        report(f"evaluated: {month}")


async def _settle(month: Month, kind: SubjectKind, *, close: bool) -> None:
    run = await find_run(month, kind)
    if run is None:
        raise LookupError(f"{month} of {kind} was not evaluated")
    people = {row["login"]: row["id"] for row in await db.fetch("select id, login from login_user")}
    manager, at = people["manager"], dt.datetime.combine(month.shift(1).first_on, dt.time(1), dt.UTC)
    signed_at = at + dt.timedelta(days=3)
    async with db.unit_of_work():
        cards = await db.fetch("select id, grade from scorecard where run = {} order by id", run.id)
        columns = ("scorecard", "kind", "author_user_id", "text", "at")
        comments = [
            (card["id"], "comment", manager, _COMMENTS.get(card["grade"], _COMMENTS[""]), signed_at)
            for card in cards
        ]
        await db.insert_rows("scorecard_comment", columns, comments)
        await db.execute(
            "update scorecard set state = 'signed', signed_by_user_id = {}, signed_at = {}, version = 2"
            " where run = {}",
            manager,
            signed_at,
            run.id,
        )
        await db.execute(
            "update evaluation_run set state = 'published', as_of_at = {}, reviewed_at = {},"
            " published_by_user_id = {}, published_at = {} where id = {}",
            at,
            signed_at,
            people["admin"],
            signed_at + dt.timedelta(days=1),
            run.id,
        )
        await _follow_up(run.id, month, manager, signed_at)
        if close:
            await _close(run.id, people["finance"], people["admin"], signed_at + dt.timedelta(days=6))


async def _follow_up(run_id: int, month: Month, manager: int, at: dt.datetime) -> None:
    """Put coaching plans on the lowest sheets of the last two settled months, and a reward on the best.

    Those of the earlier month were closed in the latest one, those of the later month are still open.
    """
    ago = len(months_between(month, LAST_MONTH)) - 1
    if ago > _FOLLOWED:
        return
    cards = await db.fetch(
        "select id, grade from scorecard where run = {} and grade in ('S', 'D') order by grade, id", run_id
    )
    low = [card["id"] for card in cards if card["grade"] == "D"][:_COACHED]
    best = [card["id"] for card in cards if card["grade"] == "S"][:1]
    done_at = at + dt.timedelta(days=30) if ago == _FOLLOWED else None
    due_on = at.date() + dt.timedelta(days=28)
    coaching = [
        (card, "coaching", "terminals", _PLAN, _GOAL, manager, due_on, *_ended(place, done_at), manager, at)
        for place, card in enumerate(low)
    ]
    rewards = [
        (card, "reward", "", _REWARD, "", manager, due_on, "", "", done_at, manager, at) for card in best
    ]
    columns = (
        *("scorecard", "kind", "line", "text", "goal", "owner_user_id", "due_on", "outcome", "result"),
        *("done_at", "created_by_user_id", "created_at"),
    )
    await db.insert_rows("scorecard_action", columns, [*coaching, *rewards])


def _ended(place: int, done_at: dt.datetime | None) -> tuple[str, str, dt.datetime | None]:
    """Return outcome, what was seen and when, of a plan that is closed; nothing of an open one."""
    return (*_ENDINGS[place % len(_ENDINGS)], done_at) if done_at else ("", "", None)


async def _close(run_id: int, asked_by: int, closed_by: int, at: dt.datetime) -> None:
    await db.execute(
        "update evaluation_run set state = 'closed', close_requested_by_user_id = {},"
        " close_requested_at = {}, closed_by_user_id = {}, closed_at = {} where id = {}",
        asked_by,
        at,
        closed_by,
        at,
        run_id,
    )
