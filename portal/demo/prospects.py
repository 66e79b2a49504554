"""The demo's prospects: score cards of points on the target list and of accounts that do not buy yet."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from portal import db
from portal.demo.network import STORY_DIVISION
from portal.demo.plan import LAST_MONTH
from portal.portfolio.queries.books import book_for
from rules.segments import Adjustment, Card, Strategic, classify_prospect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rules.segments import SegmentBook

_COLUMNS = (
    *("account", "ratings", "intent", "adjustment", "adjustment_reason", "strategic_reason"),
    *("strategic_until_on", "strategic_by_user_id", "obstacle", "next_step", "next_on", "code", "plain_code"),
    *("score", "book_version", "book_sha256", "by_user_id", "at"),
)
_CARDS = 36
_OPEN = 7
"""Every seventh card lacks an answer."""
_OBSTACLES = (
    ("경쟁사와 연말까지 계약이 있음", "계약이 끝나는 12월에 조건표를 가지고 다시 방문"),
    ("냉장 진열 자리가 없음", "온장고 한 대를 시험 설치"),
    ("소량 배송이 되는지 걱정함", "2차점 배송 요일을 정해 제안"),
    ("점주가 바뀌어 결정을 미룸", "새 점주와 인사하고 견본을 전달"),
)
_ADJUSTED = "같은 상권 점주들의 소개가 있었음"
_FLAG = "대학 정문 앞, 신제품을 처음 보이는 자리"


async def write_prospects() -> None:
    """Fill in a card for some prospects of the story's region, the same every time."""
    users = {row["login"]: row["id"] for row in await db.fetch("select id, login from login_user")}
    path = await db.fetch_value("select path from region where code = {}", STORY_DIVISION)
    if path is None:
        return
    rows = await db.fetch(
        "select a.id, a.code, exists (select 1 from target_account x where x.account = a.id"
        " and x.removed_at is null) as listed from account a join region r on r.id = a.region"
        " where a.kind in ('terminal', 'outlet') and a.owner = 'manufacturer' and a.merged_into is null"
        " and substr(r.path, 1, {}) = {} and (a.state = 'prospect' or exists (select 1 from target_account x"
        " where x.account = a.id and x.removed_at is null)) and a.state <> 'closed' order by a.id limit {}",
        *(len(path), path, _CARDS),
    )
    book = await book_for(LAST_MONTH)
    async with db.unit_of_work():
        await db.insert_rows(
            "prospect_card", _COLUMNS, [_row(place, row, book, users) for place, row in enumerate(rows)]
        )


def _row(place: int, row: dict[str, Any], book: SegmentBook, users: Mapping[str, int]) -> tuple[object, ...]:
    names = [one.id for one in book.prospects.indicators]
    middle = 2 + place % 3
    ratings = {name: min(5, middle + (place + at * 2) % 3 - at % 2) for at, name in enumerate(names)}
    if place % _OPEN == _OPEN - 1:
        ratings.pop(names[-1])
    adjustment = Adjustment(25, _ADJUSTED, "") if place % 6 == 1 else None
    until = LAST_MONTH.shift(5).last_on if place % 11 == 2 else None  # noqa: PLR2004  one card of eleven
    intent, on = 1 + (place * 2 + place // 4) % 5, LAST_MONTH.last_on - dt.timedelta(days=place % 20)
    flag = Strategic(_FLAG, "", until) if until else None
    found = classify_prospect(book, Card(row["code"], ratings, intent, adjustment, flag), on)
    plain = classify_prospect(book, Card(row["code"], ratings, intent, adjustment), on)
    obstacle, step = _OBSTACLES[place % len(_OBSTACLES)]
    return (
        *(row["id"], json.dumps(ratings, sort_keys=True), intent, adjustment.hundredths if adjustment else 0),
        *(adjustment.reason if adjustment else "", _FLAG if until else "", until),
        *(users["manager"] if until else None, obstacle, step, on + dt.timedelta(days=14 + place % 30)),
        *(found.code or "", plain.code or "", found.score_hundredths, book.version, book.sha256),
        *(users[f"rep{1 + place % 3}"], dt.datetime.combine(on, dt.time(5), dt.UTC)),
    )
