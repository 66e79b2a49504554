"""A dealer's pages: invitations with their reason, signing up from a phone, the queue, not yours."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch_value, unit_of_work
from portal.occasions.controllers import HANDLERS
from portal.occasions.model import OccasionMove
from portal.occasions.service.occasions import move_occasion
from portal.occasions.tasks import list_tasks
from tests.portal.occasions.conftest import FAR, OWN, open_occasion
from tests.portal.served import serve

if TYPE_CHECKING:
    import httpx

    from tests.portal.occasions.conftest import Site, World


def browser(site: Site | World, who: str = "owner") -> httpx.AsyncClient:
    people = getattr(site, "people", None) or site.world.people
    return serve(HANDLERS, people, **{"x-viewer": who})


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def test_signing_up_waiting_and_moving_up_on_the_phone(people: World) -> None:
    site = await open_occasion(people, OWN, FAR, seats_each=2, seats=1)
    async with unit_of_work():
        await execute("update occasion_invitation set reason = 'Grade A in June' where dealer = {}", OWN)
    url = f"/my/occasions/{site.occasion_id}"
    first = await site.come("far", FAR)
    async with browser(site) as phone:
        shown = text_of((await phone.get(url)).text)
        assert "Grade A in June" in shown
        assert "All seats are taken: whoever signs up now joins the waiting list." in shown
        wrong = await phone.post(url, data={"dealer": OWN, "who": "other", "diet": "no nuts", "note": "late"})
        assert wrong.status_code == 422
        assert 'value="no nuts"' in wrong.text
        assert "late</textarea>" in wrong.text
        assert "Please fill this in." in text_of(wrong.text)
        sent = await phone.post(url, data={"dealer": OWN, "who": "8", "phone": "010-1111-2222"})
        assert sent.status_code == 303
        assert "Place 1 on the waiting list." in text_of((await phone.get(url)).text)
        assert "owner: place 1 on the waiting list" in text_of((await phone.get("/my/occasions/")).text)
        async with browser(site, "far") as other:
            mine = await other.get(url)
            assert "svg" in mine.text
            assert "owner" not in text_of(mine.text)
            left = await other.post(f"{url}/{first.enrollment_id}/cancel", data={"cancel_reason": "snow"})
            assert left.status_code == 303
        shown = await phone.get(url)
        assert "Has a seat" in text_of(shown.text)
        assert "Badge for the door" in text_of(shown.text)


async def test_what_is_not_yours_does_not_exist(site: Site) -> None:
    mine = await site.come(user_id=8)
    hidden = await open_occasion(site.world, FAR)
    url = f"/my/occasions/{site.occasion_id}"
    async with browser(site) as phone:
        assert (await phone.get(f"/my/occasions/{hidden.occasion_id}")).status_code == 404
        assert (await phone.get(f"/my/occasions/{hidden.occasion_id}/calendar.ics")).status_code == 404
        assert (await phone.post(f"/my/occasions/{hidden.occasion_id}", data={"who": "8"})).status_code == 404
    async with browser(site, "far") as other:
        for what in ("cancel", "substitute", "without/1"):
            answer = await other.post(f"{url}/{mine.enrollment_id}/{what}", data={"who": "10"})
            assert answer.status_code == 404
    async with browser(site, "marketing") as office:
        assert (await office.get("/my/occasions/")).status_code == 403
    assert await site.states() == [(1, "confirmed")]


async def test_declining_and_being_left_out(site: Site) -> None:
    url = f"/my/occasions/{site.occasion_id}"
    async with unit_of_work():
        await execute(
            "update occasion_invitation set is_invited = false, reason = 'Two trips last year'"
            " where dealer = {}",
            FAR,
        )
    async with browser(site, "far") as phone:
        page = await phone.get(url)
        assert "Why you are not invited this time" in text_of(page.text)
        assert "Two trips last year" in text_of(page.text)
        assert '<h2 id="h-sign-up">' not in page.text
        assert (await phone.post(url, data={"dealer": FAR, "who": "10"})).status_code == 409
    async with browser(site) as phone:
        said = await phone.post(f"{url}/decline", data={"dealer": OWN, "decline_reason": "harvest"})
        assert said.status_code == 303
        assert (
            await fetch_value("select decline_reason from occasion_invitation where dealer = {}", OWN)
            == "harvest"
        )
        await site.come()
        assert (
            await fetch_value("select decline_reason from occasion_invitation where dealer = {}", OWN) == ""
        )
        assert (await phone.post(f"{url}/decline", data={"dealer": OWN})).status_code == 409


async def test_a_substitute_and_a_companion_less_from_the_phone(people: World) -> None:
    site = await open_occasion(people, OWN, seats_each=2, companions_max=2, companions_take_seats=True)
    url = f"/my/occasions/{site.occasion_id}"
    form = {
        "dealer": OWN, "who": "8", "companion_name_1": "배우자", "companion_relation_1": "배우자",
        "companion_name_2": "아이", "companion_child_2": "1",
    }  # fmt: skip
    async with browser(site) as phone:
        assert (await phone.post(url, data=form)).status_code == 303
        mine = await fetch_value("select id from enrollment")
        assert await fetch_value("select seats_taken from occasion") == 3
        again = await phone.post(f"{url}/{mine}/substitute", data={"who": "8"})
        assert again.status_code == 422
        assert "This person is signed up already." in text_of(again.text)
        assert (await phone.post(f"{url}/{mine}/substitute", data={"who": "9"})).status_code == 303
        now = await fetch_value("select id from enrollment where state = 'confirmed'")
        assert (await phone.post(f"{url}/{now}/without/2")).status_code == 303
        assert (await phone.post(f"{url}/{now}/without/2")).status_code == 404
    assert await fetch_value("select seats_taken from occasion") == 2


@pytest.mark.parametrize("state", ["closed", "cancelled"])
async def test_nobody_signs_up_after_the_end(site: Site, state: str) -> None:
    move = OccasionMove.CLOSE if state == "closed" else OccasionMove.CANCEL
    await move_occasion(site.viewer("marketing"), site.occasion_id, move, "폭설")
    async with browser(site) as phone:
        refused = await phone.post(f"/my/occasions/{site.occasion_id}", data={"dealer": OWN, "who": "8"})
        assert refused.status_code == 422
        assert "Signing up is over." in text_of(refused.text)
        listed = text_of((await phone.get("/my/occasions/")).text)
        assert ("Called off" in listed) is (state == "cancelled")


async def test_an_open_invitation_is_among_the_things_to_do_until_it_is_answered(site: Site) -> None:
    today = dt.datetime.now(dt.UTC).date()
    owner = site.viewer("owner")
    due = [(task.kind, task.href, task.due_on) for task in await list_tasks(owner, today)]
    assert due == [("occasions.answer", f"/my/occasions/{site.occasion_id}", dt.date(2099, 1, 13))]
    await site.come()
    assert await list_tasks(owner, today) == []
    assert await list_tasks(site.viewer("marketing"), today) == []
    async with unit_of_work():
        await execute("update occasion_invitation set outcome = 'held' where dealer = {}", FAR)
    decide = await list_tasks(site.viewer("marketing"), today)
    assert [str(task.message) for task in decide] == ["Decide on 1 dealers for: 겨울 교육"]
