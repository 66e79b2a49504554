"""The door: what devices note without a network is kept once, by whom may, and can be taken back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from portal.db import execute, fetch, unit_of_work
from portal.field.handlers import join_handler
from portal.occasions.controllers import HANDLERS
from portal.occasions.door import DoorHandler
from portal.occasions.queries.roster import list_attendance, list_roster
from portal.occasions.service.seats import substitute
from tests.portal.occasions.conftest import FAR, OWN, new_key, open_occasion, person
from tests.portal.served import serve

if TYPE_CHECKING:
    from tests.portal.occasions.conftest import Site, World

HOUR = dt.timedelta(hours=1)


@pytest.fixture
async def today(people: World) -> Site:
    """An occasion that begins now, with two sign-ups, one of them with a companion."""
    join_handler(DoorHandler(1))
    site = await open_occasion(people, OWN, FAR, companions_max=1)
    await site.come("owner", OWN, person("배우자"), user_id=8)
    await site.come("far", FAR)
    now = dt.datetime.now(dt.UTC)
    async with unit_of_work():
        await execute(
            "update occasion set starts_at = {}, ends_at = {}, sign_up_until = {}",
            *(now, now + 8 * HOUR, now),
        )
    return site


class Device:
    """A device at the door with a clock that may be wrong."""

    def __init__(self, site: Site, who: str = "marketing", ahead: dt.timedelta = dt.timedelta(0)) -> None:
        self.site, self.who, self.ahead, self.phone = site, who, ahead, new_key()

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def note(self, enrollment: int, what: str = "in", position: int = 0, **more: str) -> dict[str, Any]:
        fields = {"what": what, "enrollment": str(enrollment), "position": str(position), "code": ""}
        return {"id": new_key(), "kind": "door", "at": self.now().isoformat(), "fields": fields | more}

    async def send(self, *items: dict[str, Any]) -> list[str]:
        body = {"phone": self.phone, "label": "t", "now": self.now().isoformat(), "items": items}
        async with serve(HANDLERS, self.site.world.people, **{"x-viewer": self.who}) as browser:
            answer = await browser.post("/occasions/door/sync", json=body)
            assert answer.status_code == 200
        problems = [next(iter(one["problems"].values()), one["status"]) for one in answer.json()["answers"]]
        return list(problems)


async def test_two_devices_note_the_same_people_once_each(today: Site) -> None:
    first, second = await list_roster(today.occasion_id)
    one, two = Device(today), Device(today, "rep", ahead=3 * HOUR)
    item = one.note(first.enrollment_id)
    assert await one.send(item) == ["created"]
    assert await one.send(item) == ["duplicate"]
    again = two.note(first.enrollment_id)
    companion = two.note(first.enrollment_id, position=1)
    qr = two.note(second.enrollment_id, code=second.door_code)
    assert await two.send(again, companion, qr) == ["created", "created", "created"]
    rows = await fetch("select how, noted_at, received_at from door_record order by id")
    assert [row["how"] for row in rows] == ["hand", "hand", "hand", "qr"]
    # A clock three hours ahead is put right; nothing is noted after it arrived.
    assert all(dt.timedelta(0) <= row["received_at"] - row["noted_at"] < HOUR for row in rows)
    assert await list_attendance([today.occasion_id]) == {
        (today.occasion_id, OWN, first.enrollment_id, 8),
        (today.occasion_id, FAR, second.enrollment_id, None),
    }
    out = one.note(first.enrollment_id, "out")
    assert await one.send(out) == ["created"]
    assert [row.is_here for row in await list_roster(today.occasion_id)] == [False, True]
    undo = one.note(first.enrollment_id, "undo", undoes=out["id"])
    early = one.note(first.enrollment_id, "undo", undoes=new_key())
    assert await one.send(undo, early) == ["created", "waits"]
    here = await list_roster(today.occasion_id)
    assert [row.is_here for row in here] == [True, True]
    assert here[0].companions[0].came_in_at is not None


async def test_what_is_not_valid_is_said(today: Site) -> None:
    first, second = await list_roster(today.occasion_id)
    device = Device(today)
    wrong = [
        device.note(first.enrollment_id, code=second.door_code),
        device.note(first.enrollment_id, position=2),
        device.note(999),
        device.note(first.enrollment_id, "in?"),
        device.note(first.enrollment_id, "undo", undoes="x"),
    ]
    assert await device.send(*wrong) == [
        "This sign-up is not valid any more: somebody else comes, or nobody.",
        "This person is not on the list any more.",
        "This person is not on the list any more.",
        "Please choose one of the options.",
        "This was not sent by the portal's own page.",
    ]
    async with unit_of_work():
        await execute("update occasion set starts_at = {}", dt.datetime.now(dt.UTC) + 2 * HOUR)
    new = await substitute(today.viewer("owner"), today.occasion_id, first.enrollment_id, person("이직원"))
    assert await device.send(device.note(first.enrollment_id), device.note(new)) == [
        "This sign-up is not valid any more: somebody else comes, or nobody.",
        "created",
    ]
    async with unit_of_work():
        await execute(
            "update occasion set starts_at = {}, ends_at = {}",
            device.now() + 25 * HOUR,
            device.now() + 30 * HOUR,
        )
    early = "The door is not open yet: it opens 1 days before the beginning."
    assert await device.send(device.note(new)) == [early]


async def test_the_door_is_for_those_of_its_part(today: Site) -> None:
    people = today.world.people
    page = f"/occasions/{today.occasion_id}/door"
    async with serve(HANDLERS, people, **{"x-viewer": "marketing"}) as office:
        shown = await office.get(page)
        assert "배우자" not in shown.text  # the page is kept in clear; names are not
        assert (await office.get(f"{page}/somecode")).status_code == 200
        sent = (await office.get(f"{page}-list")).json()["people"]
        assert [(one["name"], one["with"], one["position"]) for one in sent] == [
            ("김대청", "", 0), ("배우자", "김대청", 1), ("김대청", "", 0),
        ]  # fmt: skip
        assert {"phone", "diet"}.isdisjoint(sent[0])
        assert "const ALIASES" in (await office.get("/occasions/worker.js")).text
    async with unit_of_work():
        await execute("update occasion set region = 3")
    async with serve(HANDLERS, people, **{"x-viewer": "manager"}) as elsewhere:
        assert (await elsewhere.get(page)).status_code == 404
        assert (await elsewhere.get(f"{page}-list")).status_code == 404
    device = Device(today, "manager")
    first = (await list_roster(today.occasion_id))[0]
    assert await device.send(device.note(first.enrollment_id)) == ["This person is not on the list any more."]
    async with serve(HANDLERS, people, **{"x-viewer": "owner"}) as dealer:
        assert (await dealer.get(page)).status_code == 404
