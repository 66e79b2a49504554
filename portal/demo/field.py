"""The demo's phones with what waits on them, a record that came late, and promises in every state."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import TYPE_CHECKING, Any

from portal import db
from portal.demo.plan import LAST_MONTH

if TYPE_CHECKING:
    from collections.abc import Sequence

_WAITING = {"rep1": 5, "rep2": 4, "rep3": 3}
"""Twelve records on three phones."""
_PROMISES = (
    ("ours", "온장고 차양막을 가져다주기", "open", 14, ""),
    ("ours", "겨울 진열 안내문 두 벌", "open", -3, ""),
    ("theirs", "문 앞 진열 자리 비워 두기", "open", 7, ""),
    ("ours", "빈 용기 회수 요일 바꾸기", "kept", -10, "화요일로 바뀜"),
    ("theirs", "차음료 앞줄 진열", "broken", -12, "두 주째 옮기지 않음"),
)


async def write_field() -> None:
    """Write phones, a late record and promises of the representatives of the story's region."""
    users = {row["login"]: row["id"] for row in await db.fetch("select id, login from login_user")}
    visits = await db.fetch(
        "select v.account, v.visitor_user_id, v.visited_at from visit v where v.owner = 'manufacturer'"
        " and v.rank = 'representative' order by v.id desc limit {}",
        len(_PROMISES) + 1,
    )
    at = dt.datetime.combine(LAST_MONTH.last_on, dt.time(9), dt.UTC)
    async with db.unit_of_work():
        for login, waiting in _WAITING.items():
            if login in users:
                await _phone(users[login], waiting, at)
        if len(visits) > len(_PROMISES):
            await _late(visits[-1], at)
            await _promises(visits, at)


async def _phone(user_id: int, waiting: int, at: dt.datetime) -> None:
    await _insert(
        "field_phone",
        user_id=user_id,
        phone_key=_key(f"phone {user_id}"),
        label="Android · mobile",
        waiting=waiting,
        waiting_since_at=at - dt.timedelta(hours=waiting),
        first_seen_at=at - dt.timedelta(days=30),
        last_seen_at=at - dt.timedelta(minutes=7 * waiting),
    )


async def _late(visit: dict[str, Any], at: dt.datetime) -> None:
    made_at = dt.datetime.combine(LAST_MONTH.shift(-1).last_on, dt.time(5), dt.UTC)
    fields = {"outcome": "met", "cases": "4", "note": "지하 매장이라 전송되지 않음"}
    key = _key("late")
    same = {"client_key": key, "kind": "visit", "user_id": visit["visitor_user_id"], "device_at": made_at}
    await _insert(
        "field_item", content_sha256=_key("hash").replace("-", "") * 2, state="late", received_at=at, **same
    )
    await _insert(
        "late_record",
        account=visit["account"],
        owner="manufacturer",
        reason="closed_month",
        month_on=LAST_MONTH.shift(-1).first_on,
        payload=json.dumps(
            {"account": str(visit["account"]), "visited_on": str(made_at.date()), **fields},
            ensure_ascii=False,
        ),
        made_at=made_at,
        received_at=at,
        **same,
    )


async def _promises(visits: Sequence[dict[str, Any]], at: dt.datetime) -> None:
    for (side, text, state, days, judgement), visit in zip(_PROMISES, visits, strict=False):
        is_judged = state != "open"
        await _insert(
            "promise",
            client_key=_key(text),
            account=visit["account"],
            owner="manufacturer",
            side=side,
            text=text,
            keeper_user_id=visit["visitor_user_id"] if side == "ours" else None,
            due_on=LAST_MONTH.last_on + dt.timedelta(days=days),
            made_by_user_id=visit["visitor_user_id"],
            made_at=visit["visited_at"],
            state=state,
            judged_by_user_id=visit["visitor_user_id"] if is_judged else None,
            judged_at=at if is_judged else None,
            judgement=judgement,
        )


async def _insert(table: str, **values: Any) -> None:
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    await db.execute(f"insert into {table} ({names}) values ({marks})", *values.values())  # noqa: S608  from code


def _key(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"demo {text}"))
