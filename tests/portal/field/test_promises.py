"""Promises: noted once, said to be done by the keeper's side, judged by the side they were made to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, NotAllowed, NotFound
from portal.paging import Cursor
from portal.voice.controllers.promises import HANDLERS
from portal.voice.promising import JudgeCommand, PromiseCommand, Side
from portal.voice.queries.promises import count_promises, iter_promises, list_promises
from portal.voice.service.promises import judge, note_promise, say_done
from tests.portal.field.conftest import NEAR_POINT, POINT, SAT, key
from tests.portal.field.market import cells
from tests.portal.field.site import make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from portal.access import Viewer
    from tests.portal.plans.conftest import World

DUE = dt.date(2026, 12, 1)
KEPT, BROKEN = JudgeCommand(kept=True, words=""), JudgeCommand(kept=False, words="아직 안 왔음")


@pytest.fixture
async def site(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(HANDLERS, world.people) as client:
        yield client


async def made(viewer: Viewer, side: Side = Side.OURS, account: int = POINT, **more: object) -> int:
    given = {"client_key": key(), "text": "차양막", "due_on": DUE}
    command = PromiseCommand(account_id=account, side=side, **{**given, **more})  # type: ignore[arg-type]
    async with unit_of_work():
        return await note_promise(viewer, command, SAT)


async def test_the_same_promise_again_is_the_same(world: World) -> None:
    rep, same = world.people["rep"], key()
    first = await made(rep, client_key=same)
    assert await made(rep, client_key=same) == first
    with pytest.raises(Conflict):
        await made(rep, client_key=same, text="다른 약속")
    with pytest.raises(Conflict):
        await made(world.people["manager"], client_key=same)
    assert await fetch_value("select count(*) from promise") == 1


async def test_what_we_promised_the_dealer_judges(world: World) -> None:
    rep, owner = world.people["rep"], world.people["owner"]
    promise = await made(rep)
    with pytest.raises(NotAllowed):
        await judge(rep, promise, KEPT)
    await say_done(rep, promise, "어제 설치")
    with pytest.raises(Conflict):
        await say_done(rep, promise, "또")
    await judge(owner, promise, BROKEN)
    row = await fetch_one("select state, judgement, judged_by_user_id, keeper_user_id from promise")
    assert row == {
        "state": "broken",
        "judgement": "아직 안 왔음",
        "judged_by_user_id": 9,
        "keeper_user_id": 6,
    }
    for again in (judge(owner, promise, KEPT), say_done(rep, promise, "x")):
        with pytest.raises(Conflict):
            await again
    assert await count_promises(rep) == {"open": 0, "kept": 0, "broken": 1}


async def test_what_they_promised_we_judge(world: World) -> None:
    promise = await made(world.people["rep"], Side.THEIRS)
    with pytest.raises(NotAllowed):
        await judge(world.people["owner"], promise, KEPT)
    await judge(world.people["manager"], promise, KEPT)
    assert await fetch_value("select state from promise") == "kept"


async def test_not_yours(world: World) -> None:
    owner = world.people["owner"]
    ours, his = await made(world.people["rep"]), await made(owner)
    for who in ("far_rep", "other_rep", "far_manager"):
        assert (await list_promises(world.people[who], Cursor(), "open")).rows == ()
        with pytest.raises(NotFound):
            await say_done(world.people[who], ours, "x")
        with pytest.raises(NotFound):
            await made(world.people[who])
    seen = (await list_promises(world.people["manager"], Cursor(), "open")).rows
    assert [row["id"] for row in seen] == [ours]
    with pytest.raises(NotFound):
        await judge(world.people["manager"], his, KEPT)
    assert [row["id"] for row in (await list_promises(owner, Cursor(), "open")).rows] == [ours, his]
    await judge(owner, his, KEPT)
    with pytest.raises(NotFound):
        await made(owner, account=NEAR_POINT)


async def test_pages_of_the_list_hold_every_promise_once(world: World) -> None:
    rep = world.people["rep"]
    ids = [await made(rep, due_on=DUE + dt.timedelta(days=number % 2)) for number in range(5)]
    first = await list_promises(rep, Cursor(), "open", limit=3)
    last = first.rows[-1]
    rest = await list_promises(rep, Cursor((str(last["due_on"]), last["id"])), "open", limit=3)
    assert sorted(row["id"] for row in [*first.rows, *rest.rows]) == ids
    assert len((await list_promises(rep, Cursor(), "open", mine=True)).rows) == 5
    assert (await list_promises(world.people["manager"], Cursor(), "open", mine=True)).rows == ()


async def test_each_side_takes_out_what_it_sees(site: httpx.AsyncClient, world: World) -> None:
    ours = [await made(world.people["rep"], text=f"=약속 {number}") for number in range(3)]
    his = await made(world.people["owner"], text="직원의 약속")
    batches = [rows async for rows in iter_promises(world.people["rep"], "open", batch=2)]
    assert [[row["id"] for row in rows] for rows in batches] == [ours[:2], ours[2:]]
    found = {}
    for who in ("rep", "owner", "far_rep"):
        data = {"format": "xlsx", "shown": "open", "mine": "1" if who == "rep" else ""}
        sent = await site.post("/promises/export", data=data, headers={"x-viewer": who})
        heads, *rows = cells(sent)
        told = [dict(zip(heads, row, strict=True)) for row in rows]
        found[who] = [(row["Number"], row["What was promised"], row["Who promised"]) for row in told]
    assert found == {
        "rep": [(number, f"=약속 {place}", "We promised") for place, number in enumerate(ours)],
        "owner": [
            *((number, f"=약속 {place}", "They promised") for place, number in enumerate(ours)),
            (his, "직원의 약속", "We promised"),
        ],
        "far_rep": [],
    }
    assert (await site.post("/promises/export", data={}, headers={"x-viewer": "finance"})).status_code == 403
    notes = await fetch("select note from audit_event where action = 'voice.promises_exported' order by seq")
    assert [row["note"] for row in notes] == ["xlsx shown=open mine=1", "xlsx shown=open", "xlsx shown=open"]


async def test_the_pages(site: httpx.AsyncClient, world: World) -> None:
    promise = await made(world.people["rep"], text="빈 용기 회수")
    rep, owner = {"x-viewer": "rep"}, {"x-viewer": "owner"}
    page = (await site.get("/promises", headers=rep)).text
    assert ("빈 용기 회수" in page, "We promised" in page, f"/promises/{promise}/done" in page) == (True,) * 3
    own = (await site.get("/my/promises", headers=owner)).text
    assert ("They promised" in own, f"/promises/{promise}/judge" in own) == (True, True)
    done = await site.post(f"/promises/{promise}/done", data={"words": "화요일"}, headers=rep)
    assert (done.status_code, done.headers["location"]) == (303, "/promises")
    wrong = await site.post(f"/promises/{promise}/judge", data={"judgement": "broken"}, headers=owner)
    assert (wrong.status_code, "Please fill this in." in wrong.text) == (422, True)
    said = {"judgement": "broken", "words": "900101-1234567"}
    assert (await site.post(f"/promises/{promise}/judge", data=said, headers=owner)).status_code == 422
    kept = await site.post(f"/promises/{promise}/judge", data={"judgement": "kept"}, headers=owner)
    assert kept.headers["location"] == "/my/promises"
    assert "화요일" in (await site.get("/my/promises", params={"shown": "kept"}, headers=owner)).text
    assert "No promises here." in (await site.get("/promises", params={"shown": "x"}, headers=rep)).text
