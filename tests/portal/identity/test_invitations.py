"""A dealership's owner brings in his own staff with a printed code, and nobody else's."""

from __future__ import annotations

import datetime as dt
import re

import time_machine

from portal import db
from portal.access import Grant, Role
from tests.portal.identity.world import Browser, add_dealer, add_user, viewer_for

NEW = "봄날 강가 산책길"


async def invite(owner: Browser, name: str = "새 직원") -> str:
    await owner.open("/staff")
    sheet = await owner.send_form("/staff/invitations", name=name)
    assert sheet.status_code == 200
    assert "<svg" in sheet.text
    found = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", sheet.text)
    assert found is not None
    return found[1]


async def test_the_code_makes_an_account_of_that_dealership_and_works_once(
    browser: Browser, other: Browser
) -> None:
    dealer = await add_dealer("D1")
    await add_user("owner", Grant(Role.DEALER_OWNER, account_id=dealer))
    await browser.sign_in("owner")
    code = await invite(browser)
    assert code not in str(await db.fetch("select * from invitation"))
    typed = await other.send_form("/join", code=code.replace("-", "").lower())
    assert (typed.status_code, typed.headers["location"]) == (303, f"/join/{code}")
    form = await other.open(f"/join/{code}")
    assert "대리점 D1" in form.text
    fields = {"name": "새 직원", "login": "newbie", "new_password": NEW, "repeat_password": NEW}
    assert (await other.send_form(f"/join/{code}", **{**fields, "login": "owner"})).status_code == 422
    joined = await other.send_form(f"/join/{code}", **fields, role="administrator", account_id="999")
    assert joined.status_code == 303
    assert (await other.get("/")).text == "home of newbie"
    assert (await viewer_for("newbie")).grants == (Grant(Role.DEALER_STAFF, account_id=dealer),)
    async with db.unit_of_work():
        await db.execute("delete from login_failure")
    assert (await other.open(f"/join/{code}")).status_code == 422
    staff = await browser.open("/staff")
    assert "newbie" in staff.text


async def test_a_code_is_too_old_after_fourteen_days(browser: Browser, other: Browser) -> None:
    await add_user("owner", Grant(Role.DEALER_OWNER, account_id=await add_dealer("D1")))
    await browser.sign_in("owner")
    code = await invite(browser)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=14), tick=False):
        assert (await other.open(f"/join/{code}")).status_code == 422


async def test_guessing_codes_is_slowed_down(other: Browser) -> None:
    answers = [(await other.open(f"/join/0000-0000-{n:04}")).status_code for n in range(60)]
    assert answers == [422] * 50 + [429] * 10


async def test_another_dealers_invitations_and_staff_do_not_exist(browser: Browser, other: Browser) -> None:
    first, second = await add_dealer("D1"), await add_dealer("D2")
    await add_user("owner", Grant(Role.DEALER_OWNER, account_id=first))
    await add_user("rival", Grant(Role.DEALER_OWNER, account_id=second))
    staff = await add_user("staff", Grant(Role.DEALER_STAFF, account_id=first))
    await browser.sign_in("owner")
    await other.sign_in("rival")
    await invite(browser)
    invitation = await db.fetch_value("select id from invitation")
    await other.open("/staff")
    unknown = await other.send_form("/staff/invitations/99999/revoke")
    foreign = await other.send_form(f"/staff/invitations/{invitation}/revoke")
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert foreign.text == unknown.text
    assert (await other.send_form(f"/staff/{staff}/remove")).status_code == 404
    page = await other.open("/staff")
    assert "staff 이름" not in page.text
    assert "새 직원" not in page.text
    assert (await browser.send_form(f"/staff/invitations/{invitation}/revoke")).status_code == 303


async def test_removed_staff_is_out_at_once(browser: Browser, other: Browser) -> None:
    dealer = await add_dealer("D1")
    owner = await add_user("owner", Grant(Role.DEALER_OWNER, account_id=dealer))
    staff = await add_user("staff", Grant(Role.DEALER_STAFF, account_id=dealer))
    await browser.sign_in("owner")
    await other.sign_in("staff")
    assert (await other.open("/staff")).status_code == 403
    await browser.open("/staff")
    assert (await browser.send_form(f"/staff/{owner}/remove")).status_code == 403
    assert (await browser.send_form(f"/staff/{staff}/remove")).status_code == 303
    assert (await other.get("/")).status_code == 303
    assert (await viewer_for("staff")).grants == ()


async def test_a_taken_back_code_is_worthless(browser: Browser, other: Browser) -> None:
    await add_user("owner", Grant(Role.DEALER_OWNER, account_id=await add_dealer("D1")))
    await browser.sign_in("owner")
    code = await invite(browser)
    invitation = await db.fetch_value("select id from invitation")
    await browser.send_form(f"/staff/invitations/{invitation}/revoke")
    fields = {"name": "새", "login": "newbie", "new_password": NEW, "repeat_password": NEW}
    assert (await other.send_form(f"/join/{code}", **fields)).status_code == 422
    assert await db.fetch_value("select count(*) from login_user where login = 'newbie'") == 0
