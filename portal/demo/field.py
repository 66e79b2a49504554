"""The demo's phones with what waits on them, a late record, promises, a photo, shares, looks."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from portal import db
from portal.demo.plan import LAST_MONTH
from portal.files.service import store

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


_SHARES = (("갑을음료", 4_000, "told"), ("", None, "declined"), ("한길식품", 2_500, "observed"))
_LOOKS = (("there", 2), ("there", 9), ("gone", 5))
"""What was found, and how many days before the month's end."""


async def write_field() -> None:
    """Write what the representatives of the story's region noted, and what waits on their phones."""
    users = {row["login"]: row["id"] for row in await db.fetch("select id, login from login_user")}
    visits = await db.fetch(
        "select v.id, v.account, v.visitor_user_id, v.visited_on, v.visited_at from visit v"
        " where v.owner = 'manufacturer' and v.rank = 'representative' order by v.id desc limit {}",
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
            await _shares(visits)
            await _photo(visits[0]["id"])
            await _looks(visits, at)


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
            visit=visit["id"],
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


async def _shares(visits: Sequence[dict[str, Any]]) -> None:
    for (competitor, share_bp, source), visit in zip(_SHARES, visits, strict=False):
        await _insert(
            "share_observation",
            visit=visit["id"],
            account=visit["account"],
            competitor=competitor,
            share_bp=share_bp,
            source=source,
            observed_on=visit["visited_on"],
            by_user_id=visit["visitor_user_id"],
        )


async def _photo(visit_id: int) -> None:
    """Give a visit a photo: a shop front, drawn."""
    image = Image.new("RGB", (640, 480), "#d8e2ec")
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 130, 580, 440), fill="#f3ede2")
    draw.rectangle((60, 110, 580, 190), fill="#b5473c")
    draw.rectangle((100, 230, 320, 440), fill="#8fb4cf")
    draw.rectangle((380, 230, 540, 440), fill="#5c4a3d")
    draw.rectangle((0, 440, 640, 480), fill="#9aa2a8")
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=80)
    await db.execute(
        "update visit set photo = {} where id = {}", await store(packed.getvalue(), "image/jpeg"), visit_id
    )


async def _looks(visits: Sequence[dict[str, Any]], at: dt.datetime) -> None:
    """Note looks in passing at places of the same representatives that nobody visited."""
    places = await db.fetch(
        "select a.id from account a where a.kind = 'outlet' and a.owner = 'manufacturer' and a.dealer in"
        " (select dealer from account where id = {}) order by a.id limit {}",
        *(visits[0]["account"], len(_LOOKS)),
    )
    for (finding, days), place in zip(_LOOKS, places, strict=False):
        await _insert(
            "census_record",
            client_key=_key(f"look {finding} {days}"),
            account=place["id"],
            owner="manufacturer",
            finding=finding,
            seen_on=LAST_MONTH.last_on - dt.timedelta(days=days),
            by_user_id=visits[0]["visitor_user_id"],
            device_at=at - dt.timedelta(days=days),
            created_at=at - dt.timedelta(days=days),
        )


async def _insert(table: str, **values: Any) -> None:
    names, marks = ", ".join(values), ", ".join(["{}"] * len(values))
    await db.execute(f"insert into {table} ({names}) values ({marks})", *values.values())  # noqa: S608  from code


def _key(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"demo {text}"))
