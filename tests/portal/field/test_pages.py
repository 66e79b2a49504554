"""The pages and addresses of the field: the phone's page, what it takes along, the exchange, the desk."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from portal.db import execute, fetch, fetch_value, insert_rows, unit_of_work
from portal.field.controllers import HANDLERS
from tests.portal.field.conftest import NEAR_POINT, OWN, POINT, SAT, SEOUL, Phone, close, grant, key
from tests.portal.field.market import cells
from tests.portal.field.site import TOKEN, make_client
from tests.portal.plans.conftest import NOW, REP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from tests.portal.plans.conftest import World

DAY = dt.timedelta(days=1)


@pytest.fixture
async def site(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(HANDLERS, world.people) as client:
        yield client


def today() -> dt.date:
    return dt.datetime.now(SEOUL).date()


async def _plan(state: str, day: dt.date, account: int) -> None:
    async with unit_of_work():
        plan = await fetch_value(
            "insert into development_plan (month_on, owner, region, state, settings, created_by_user_id,"
            " created_at) values ({}, 'manufacturer', 2, 'draft', 'x', 1, {}) returning id",
            *(day.replace(day=1), NOW),
        )
        await insert_rows(
            "plan_line",
            ("plan", "account", "user_id", "score_parts", "reason", "visit_minutes", "class_code"),
            [(plan, account, REP, "{}", "planned", 20, "EI")],
        )
        await insert_rows(
            "plan_stop", ("plan", "user_id", "day_on", "place", "account"), [(plan, REP, day, 0, account)]
        )
        await execute(
            "update development_plan set state = {}, approved_by_user_id = 1 where id = {}", state, plan
        )


async def test_the_kit_has_the_days_around_today_and_the_last_three_visits(
    site: httpx.AsyncClient, world: World
) -> None:
    await _plan("approved", today(), 103)
    await _plan("frozen", today(), POINT)
    await _plan("approved", today() + 3 * DAY, 105)
    await _plan("approved", today() + 4 * DAY, 107)
    await _plan("draft", today() - DAY, 107)
    now = dt.datetime.now(dt.UTC)
    for who, count in (("rep", 4), ("owner", 1)):
        phone = Phone(world.people[who])
        drafts = [phone.visit(now, note=f"{who} {number}") for number in range(count)]
        await phone.send(*drafts, now=now)
    kit = (await site.get("/field/kit")).json()
    assert {day: [stop["account"] for stop in stops] for day, stops in kit["days"].items()} == {
        str(today()): [POINT],
        str(today() + 3 * DAY): [105],
    }
    cards = {card["id"]: card for card in kit["accounts"]}
    assert [card["id"] for card in kit["accounts"]][:2] == [POINT, 105]
    assert [visit["note"] for visit in cards[POINT]["visits"]] == ["rep 3", "rep 2", "rep 1"]
    assert NEAR_POINT not in cards
    assert [dealer["code"] for dealer in kit["dealers"]] == [f"D{OWN}"]
    his = (await site.get("/field/kit", headers={"x-viewer": "owner"})).json()
    notes = [visit["note"] for card in his["accounts"] if card["id"] == POINT for visit in card["visits"]]
    assert notes == ["owner 0", "", ""]


async def test_the_kit_comes_once(site: httpx.AsyncClient) -> None:
    first = await site.get("/field/kit")
    again = await site.get("/field/kit", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_finding_and_what_may_be_the_same(site: httpx.AsyncClient, world: World) -> None:
    rep = Phone(world.people["rep"])
    place = {"latitude": "37.60001", "longitude": "127.1", "place_consent": "1"}
    await rep.send(rep.account(SAT, "행복한 호프", phone="02-123-4567", address="중구 1", **place))
    found = (await site.get("/field/find", params={"q": "행복"})).json()
    assert [card["name"] for card in found] == ["행복한 호프"]
    assert (await site.get("/field/find")).json() == []
    for hint in (
        {"name": "행복한"},
        {"phone": "021234567"},
        {"address": "중구 1"},
        {"latitude": "37.6005", "longitude": "127.1004"},
    ):
        assert [row["name"] for row in (await site.get("/field/similar", params=hint)).json()] == [
            "행복한 호프"
        ], hint
    nothing = (
        {"name": "딴 이름"},
        {"latitude": "x", "longitude": "1"},
        {"latitude": "99", "longitude": "1"},
        {},
    )
    for hint in nothing:
        assert (await site.get("/field/similar", params=hint)).json() == []
    hidden = await site.get("/field/similar", params={"name": "행복한"}, headers={"x-viewer": "far_rep"})
    assert hidden.json() == []


async def test_the_page_holds_no_record_and_no_token(site: httpx.AsyncClient, world: World) -> None:
    await Phone(world.people["rep"]).send(Phone(world.people["rep"]).visit(SAT, note="비밀 메모"))
    page = await site.get("/field/")
    assert page.status_code == 200
    for secret in ("비밀 메모", "가게 101", TOKEN, "rep 씨"):
        assert secret not in page.text
    assert 'name="share_source"' in page.text
    his = await site.get("/field/", headers={"x-viewer": "owner"})
    assert 'name="share_source"' not in his.text


async def test_worker_and_manifest(site: httpx.AsyncClient) -> None:
    worker = await site.get("/field/worker.js")
    assert worker.text.startswith("const SHELL = [")
    assert worker.headers["cache-control"] == "no-cache"
    manifest = await site.get("/field/app.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    assert json.loads(manifest.text)["scope"] == "/field/"


async def test_the_exchange_answers_each_record_in_words(site: httpx.AsyncClient, world: World) -> None:
    rep = Phone(world.people["rep"])
    now = dt.datetime.now(dt.UTC)
    good, wrong = rep.visit(now), rep.visit(now, outcome="dream")
    body = {"phone": rep.phone_key, "now": now.isoformat(), "waiting": 2, "items": [good, wrong]}
    answer = (await site.post("/field/sync", json=body)).json()
    assert answer["answers"] == [
        {"id": good["id"], "status": "created", "problems": {}},
        {
            "id": wrong["id"],
            "status": "rejected",
            "problems": {"outcome": "Please choose one of the options."},
        },
    ]
    assert (await site.get("/field/token")).json()["user"] == REP
    for broken in (b"{", b"[]", json.dumps({"phone": "x", "items": []}).encode()):
        refused = await site.post("/field/sync", content=broken, headers={"content-type": "application/json"})
        assert refused.status_code == 400


def picture(*, exif: bool = True) -> bytes:
    """Return a JPEG of a camera, with the place it was taken at."""
    image, packed = Image.new("RGB", (2400, 1200), "red"), io.BytesIO()
    data = Image.Exif()
    if exif:
        data[0x8825] = {1: "N", 2: (37.0, 33.0, 59.0), 3: "E", 4: (126.0, 58.0, 41.0)}
        data[0x0110] = "CANARYPHONE"
    image.save(packed, "JPEG", exif=data)
    return packed.getvalue()


async def test_a_photo_is_made_smaller_and_freed_of_where_it_was_taken(
    site: httpx.AsyncClient, world: World
) -> None:
    rep = Phone(world.people["rep"])
    visit = rep.visit(SAT)
    await rep.send(visit)
    files = {"photo": ("a.jpg", picture(), "image/jpeg")}
    for new in (True, False):
        answer = await site.post(f"/field/photo/{visit['id']}", files=files)
        assert (answer.status_code, answer.json()) == (200, {"new": new})
    number = await fetch_value("select id from visit")
    kept = await site.get(f"/visits/{number}/file", headers={"x-viewer": "manager"})
    image = Image.open(io.BytesIO(kept.content))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1600, 800), {})
    assert b"CANARYPHONE" not in kept.content
    assert (await site.get(f"/visits/{number}/file", headers={"x-viewer": "far_manager"})).status_code == 404
    assert (await site.get(f"/my/visits/{number}/file", headers={"x-viewer": "owner"})).status_code == 404
    for path, upload, status in (
        (visit["id"], {"photo": ("a.jpg", b"no picture", "image/jpeg")}, 422),
        (visit["id"], {"other": ("a.jpg", picture(), "image/jpeg")}, 400),
        (key(), files, 404),
        ("nonsense", files, 404),
    ):
        assert (await site.post(f"/field/photo/{path}", files=upload)).status_code == status


async def test_the_desk_shows_phones_and_decides_on_late_records(
    site: httpx.AsyncClient, world: World
) -> None:
    manager = {"x-viewer": "manager"}
    empty = await site.get("/field/phones", headers=manager)
    assert "No phone has been used in the field yet." in empty.text
    await close(dt.date(2026, 10, 1))
    await grant(REP, "sales_representative")
    rep = Phone(world.people["rep"], skew=dt.timedelta(hours=5))
    await rep.send(rep.visit(SAT - 25 * DAY, note="늦은 메모"), waiting=3)
    shown = (await site.get("/field/phones", headers=manager)).text
    assert "2 records on 1 phones" in shown
    assert "wrong by 300 min" in shown
    late = await site.get("/field/late", headers=manager)
    assert "늦은 메모" in late.text
    sent = await site.post("/field/late/export", data={"format": "xlsx"}, headers=manager)
    heads, row = cells(sent)
    told = dict(zip(heads, row, strict=True))
    assert (told["Kind"], told["Note"], told["Month"]) == ("Visit", "늦은 메모", "2026-10-01")
    his = await site.post("/field/late/export", data={"format": "csv"}, headers={"x-viewer": "far_manager"})
    assert his.text.count("\n") == 1
    number = (await fetch("select id from late_record"))[0]["id"]
    path = f"/field/late/{number}/decide"
    refused = await site.post(path, data={"decision": "refuse", "words": ""}, headers=manager)
    assert (refused.status_code, "Please fill this in." in refused.text) == (422, True)
    assert (
        await site.post(path, data={"decision": "accept"}, headers={"x-viewer": "rep"})
    ).status_code == 403
    done = await site.post(path, data={"decision": "accept"}, headers=manager)
    assert (done.status_code, done.headers["location"]) == (303, "/field/late")
    assert (await site.post(path, data={"decision": "accept"}, headers=manager)).status_code == 409
    accepted = (await site.get("/field/late", params={"shown": "accepted"}, headers=manager)).text
    assert "manager 씨" in accepted
