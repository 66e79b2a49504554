"""When places were last seen: each sighting, its age band, whose it is, records from phones, files."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, insert_rows, unit_of_work
from portal.field.census import Band, Bands, CensusFilter
from portal.field.controllers import HANDLERS
from portal.field.queries import census
from portal.field.queries.census import count_seen, iter_places, list_places, list_seen
from portal.network.scope import today
from portal.paging import Cursor
from portal.settings import Settings
from tests.portal.field.conftest import NEAR_POINT, OWN, POINT, SAT, SEOUL, Phone, key
from tests.portal.field.market import cells, ordered, reported, visited
from tests.portal.field.site import make_client
from tests.portal.network.conftest import Statements, statements
from tests.portal.plans.conftest import NOW, REP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from portal.access import Viewer
    from tests.portal.plans.conftest import World

__all__ = ["statements"]
TODAY = dt.date(2026, 11, 20)
BANDS = Bands(30, 90)
MANAGER = {"x-viewer": "manager"}


@pytest.fixture
async def site(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(HANDLERS, world.people) as client:
        yield client


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


async def looked(account: int, day: dt.date, finding: str = "there", owner: str = "manufacturer") -> None:
    async with unit_of_work():
        await insert_rows(
            "census_record",
            "client_key account owner finding seen_on by_user_id device_at created_at".split(),
            [(key(), account, owner, finding, day, REP, NOW, NOW)],
        )


async def _seen(viewer: Viewer, **limits: str) -> dict[int, tuple[str, str, int | None]]:
    rows = (await list_places(viewer, CensusFilter.of(limits), BANDS, TODAY, Cursor())).rows
    return {row["id"]: (row["band"], row["sighting"], row["age_days"]) for row in rows}


@pytest.fixture
async def sightings(world: World) -> None:
    """Places of OWN seen at the edges of the bands, in every way."""
    assert world.people
    await reported(ago(120).replace(day=1))
    await visited(101, ago(30), "absent")
    await visited(103, ago(31))
    await visited(105, ago(5), cancelled_at=NOW, cancelled_reason="x")
    await looked(105, ago(90))
    await ordered(107, ago(200), ago(91))
    await looked(109, ago(10), owner="dealer")
    await looked(111, ago(40))
    await looked(111, ago(20), "gone")
    await looked(113, ago(20), "gone")
    await looked(113, ago(2))


@pytest.mark.usefixtures("sightings")
async def test_each_place_has_its_last_sighting_and_band(world: World) -> None:
    manager = world.people["manager"]
    found = await _seen(manager)
    assert {number: found[number] for number in (101, 103, 105, 107, 109, 113)} == {
        101: ("recent", "visit", 30),
        103: ("ageing", "visit", 31),
        105: ("ageing", "census", 90),
        107: ("old", "order", 91),
        109: ("never", "", None),
        113: ("recent", "census", 2),
    }
    rows = (await list_places(manager, CensusFilter(), BANDS, TODAY, Cursor())).rows
    ages = [row["age_days"] for row in rows if row["age_days"] is not None]
    assert (ages, rows[0]["age_days"]) == (sorted(ages, reverse=True), None)
    assert {row["id"]: row["gone_on"] for row in rows if row["gone_on"]} == {111: ago(20)}
    count = await count_seen(manager, CensusFilter(dealer=str(OWN)), BANDS, TODAY)
    assert (count.recent, count.ageing, count.old, count.never, count.n) == (2, 3, 1, 16, 22)
    assert (count.unseen, count.unseen_bp) == (17, 7_727)
    for band in Band:
        assert {each[0] for each in (await _seen(manager, band=band)).values()} == {band.value}
    parts = [
        row["id"]
        async for rows in iter_places(manager, CensusFilter(), BANDS, TODAY, batch=7)
        for row in rows
    ]
    assert parts == [row["id"] for row in rows]
    assert await list_seen(manager, [101, 109]) == {101: (ago(30), "visit")}


@pytest.mark.usefixtures("sightings")
async def test_each_side_sees_its_own_and_what_is_shared(world: World) -> None:
    people = world.people
    assert (await _seen(people["owner"]))[109] == ("recent", "census", 10)
    async with unit_of_work():
        await execute("update dealer set sell_through_owner = 'dealer'")
    assert (await _seen(people["manager"]))[107] == ("never", "", None)
    assert (await _seen(people["owner"]))[107] == ("old", "order", 91)
    assert NEAR_POINT not in await _seen(people["rep"])
    assert list(await _seen(people["far_rep"])) == [150]
    async with unit_of_work():
        await execute("update account set area = '중구' where id = 101")
    manager = people["manager"]
    assert list(await _seen(manager, area="중구", region="/KR/CC/", kind="terminal")) == [101]
    assert (await _seen(manager, kind="outlet"), await list_seen(manager, [])) == ({}, {})
    assert CensusFilter.of({"kind": "dealer", "band": "x", "dealer": "-", "area": "\x00"}) == CensusFilter()


async def test_seen_today_comes_from_phones_once(world: World) -> None:
    rep = Phone(world.people["rep"], skew=dt.timedelta(hours=26))
    day = str((SAT + rep.skew).astimezone(SEOUL).date())
    look = rep.record("census", SAT, {"account": str(POINT), "seen_on": day, "finding": "there"})
    new = rep.account(SAT, "새 가게")
    there = rep.record("census", SAT, {"account": new["id"], "seen_on": day, "finding": "gone"})
    far = rep.record("census", SAT, {"account": str(NEAR_POINT), "seen_on": day, "finding": "there"})
    wrong = rep.record("census", SAT, {"account": str(POINT), "seen_on": "2026-01-01", "finding": "there"})
    blank = rep.record("census", SAT, {"account": str(POINT), "finding": "maybe"})
    sent = [there, new, look, far, wrong, blank]
    assert await rep.statuses(*sent) == ["created", "created", "created", "rejected", "rejected", "rejected"]
    assert await rep.statuses(look, there) == ["duplicate", "duplicate"]
    his = Phone(world.people["owner"])
    await his.send(
        his.record("census", SAT, {"account": str(POINT), "seen_on": "2026-11-21", "finding": "there"})
    )
    rows = await fetch("select account, owner, finding, seen_on from census_record order by id")
    assert [(row["owner"], row["finding"], str(row["seen_on"])) for row in rows] == [
        ("manufacturer", "gone", "2026-11-21"),
        ("manufacturer", "there", "2026-11-21"),
        ("dealer", "there", "2026-11-21"),
    ]
    assert await his.statuses(his.record("photo", SAT, {})) == ["rejected"]


async def test_the_page_its_limit_and_its_file(
    site: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = today(world.people["manager"])
    await visited(101, day - dt.timedelta(days=45))
    shown = (await site.get("/field/census", headers=MANAGER)).text
    assert "41 of 42 places" in shown
    assert "30 to 90 days ago" in shown
    part = (await site.get("/field/census/rows", params={"band": "ageing"}, headers=MANAGER)).text
    assert ("/terminals/101" in part, "/terminals/103" in part) == (True, False)
    far = (await site.get("/field/census", headers={"x-viewer": "far_manager"})).text
    assert ("/terminals/150" in far, "/terminals/101" in far) == (True, False)
    assert (await site.get("/field/census", headers={"x-viewer": "finance"})).status_code == 403
    sent = await site.post("/field/census/export", data={"format": "xlsx", "band": "ageing"}, headers=MANAGER)
    heads, row = cells(sent)
    assert dict(zip(heads, row, strict=True))["Days ago"] == 45
    monkeypatch.setattr(census, "PLACES_MOST", 5)
    wide = (await site.get("/field/census", headers=MANAGER)).text
    assert "Please choose a region or a dealer first." in wide
    refused = await site.post("/field/census/export", data={"format": "csv"}, headers=MANAGER)
    assert refused.status_code == 422
    assert len(await fetch("select 1 from audit_event where action = 'field.census_exported'")) == 1


async def test_the_page_costs_the_same_statements_for_any_number_of_places(
    site: httpx.AsyncClient, statements: Statements
) -> None:
    counts = []
    for headers in (MANAGER, {"x-viewer": "far_manager"}):
        statements.take()
        assert (await site.get("/field/census", headers=headers)).status_code == 200
        counts.append(statements.take())
    assert counts[0] == counts[1]


def test_ages_of_the_settings_rise() -> None:
    assert Bands.of(Settings()) == BANDS
    with pytest.raises(ValueError, match="must rise"):
        Settings(field_seen_days=(90, 90))
