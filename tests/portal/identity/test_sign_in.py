"""Signing in, staying signed in, signing out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine

from portal import db
from tests.portal.identity.world import ADMIN, PASSWORD, RULES, Browser, add_user, make_app

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


async def test_the_right_password_opens_the_page_asked_for(browser: Browser) -> None:
    await add_user("kim", ADMIN)
    asked = await browser.get("/people?q=lee")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/people%3Fq%3Dlee")
    page = await browser.open(asked.headers["location"])
    assert page.status_code == 200
    answer = await browser.sign_in("KIM ", next_path="/people?q=lee")
    assert (answer.status_code, answer.headers["location"]) == (303, "/people?q=lee")
    assert (await browser.get("/")).text == "home of kim"


async def test_a_wrong_password_shows_the_form_again_without_it(browser: Browser) -> None:
    await add_user("kim", ADMIN)
    answer = await browser.sign_in("kim", "not the password")
    assert answer.status_code == 422
    assert "not the password" not in answer.text
    assert 'value="kim"' in answer.text
    assert browser.session is None


@pytest.mark.parametrize(
    "login",
    ["nobody", "", "x" * 5000, "kim\x00", "김" * 90, "'; drop table"],
    ids=["unknown", "empty", "long", "nul", "long Korean", "sql"],
)
async def test_an_unknown_name_gets_the_answer_of_a_wrong_password(browser: Browser, login: str) -> None:
    await add_user("kim", ADMIN)
    wrong = await browser.sign_in("kim", "wrong wrong wrong")
    unknown = await browser.sign_in(login, "wrong wrong wrong")
    assert unknown.status_code == wrong.status_code == 422
    problem = 'role="alert"'
    assert (problem in unknown.text, problem in wrong.text) == (True, True)


async def test_a_person_switched_off_cannot_sign_in_and_loses_the_session(browser: Browser) -> None:
    user_id = await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    async with db.unit_of_work():
        await db.execute("update login_user set active = {} where id = {}", False, user_id)
    assert (await browser.get("/")).status_code == 303
    assert (await browser.sign_in("kim")).status_code == 422


async def test_a_session_chosen_by_somebody_else_is_never_adopted(browser: Browser) -> None:
    await add_user("kim", ADMIN)
    planted = "a" * 43
    browser.cookies.set("session", planted, domain="portal.test")
    await browser.sign_in("kim")
    values = [cookie.value for cookie in browser.cookies.jar if cookie.name == "session"]
    assert planted not in values
    async with Browser(make_app()) as attacker:
        attacker.cookies.set("session", planted, domain="portal.test")
        assert (await attacker.get("/")).status_code == 303


async def test_signing_in_again_ends_the_session_before(browser: Browser, other: Browser) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    first = browser.session
    await browser.sign_in("kim")
    assert browser.session != first
    other.cookies.set("session", first or "", domain="portal.test")
    assert (await other.get("/")).status_code == 303


async def test_only_the_hash_of_a_session_is_stored(browser: Browser) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    (row,) = await db.fetch("select * from web_session")
    assert browser.session is not None
    assert browser.session not in str(row)
    assert len(row["token_hash"]) == 64


async def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(browser: Browser) -> None:
    await add_user("kim", ADMIN)
    cookie = (await browser.sign_in("kim")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_bound_to_the_host(database: str) -> None:
    await add_user("kim", ADMIN)
    async with Browser(make_app(https=True), "https://portal.test") as browser:
        answer = await browser.sign_in("kim")
        assert answer.headers["set-cookie"].startswith("__Host-session=")
        assert "Secure" in answer.headers["set-cookie"]
        assert (await browser.get("/")).text == "home of kim"
        assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_signing_out_ends_the_session_and_empties_the_cache(browser: Browser, other: Browser) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    token = browser.session or ""
    answer = await browser.send_form("/sign-out")
    assert (answer.status_code, answer.headers["clear-site-data"]) == (303, '"cache"')
    other.cookies.set("session", token, domain="portal.test")
    assert (await other.get("/")).status_code == 303


async def test_a_session_ends_after_thirty_idle_minutes_without_clearing_anything(
    browser: Browser, clock: time_machine.Coordinates
) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    clock.shift(RULES.idle - dt.timedelta(seconds=1))
    assert (await browser.get("/")).status_code == 200
    clock.shift(RULES.idle - dt.timedelta(seconds=1))
    assert (await browser.get("/")).status_code == 200
    clock.shift(RULES.idle)
    answer = await browser.get("/")
    assert answer.status_code == 303
    assert "clear-site-data" not in answer.headers
    assert "set-cookie" not in answer.headers


async def test_a_session_ends_after_twelve_hours_however_busy(
    browser: Browser, clock: time_machine.Coordinates
) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    for _ in range(35):
        clock.shift(dt.timedelta(minutes=20))
        assert (await browser.get("/")).status_code == 200
    clock.shift(dt.timedelta(minutes=20))
    assert (await browser.get("/")).status_code == 303


async def test_use_is_written_once_a_minute(browser: Browser, clock: time_machine.Coordinates) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    clock.shift(30)
    await browser.get("/")
    assert await db.fetch_value("select seen_at from web_session") == NOON
    clock.shift(60)
    await browser.get("/")
    assert await db.fetch_value("select seen_at from web_session") == NOON + dt.timedelta(seconds=90)


async def test_htmx_is_told_to_sign_in_where_it_is(browser: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://portal.test/people?q=lee"}
    answer = await browser.get("/people", headers=headers)
    assert answer.status_code == 401
    assert 'href="/sign-in?next=/people%3Fq%3Dlee"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "\\\\evil",
        "/a\nb",
        "x",
        "/" * 2,
    ],
)
async def test_the_way_on_never_leads_to_another_site(browser: Browser, target: str) -> None:
    await add_user("kim", ADMIN)
    answer = await browser.sign_in("kim", next_path=target)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_one_session_and_all_others_can_be_ended(browser: Browser, other: Browser) -> None:
    user_id = await add_user("kim", ADMIN)
    stranger = await add_user("lee", ADMIN)
    await browser.sign_in("kim")
    await other.sign_in("kim")
    theirs = await db.fetch_value("select max(id) from web_session where user_id = {}", user_id)
    async with Browser(make_app()) as third:
        await third.sign_in("lee")
        assert (await third.send_form(f"/account/sessions/{theirs}/end")).status_code == 404
        assert (await other.get("/")).status_code == 200
    assert (await browser.send_form(f"/account/sessions/{theirs}/end")).status_code == 303
    assert (await other.get("/")).status_code == 303
    await other.sign_in("kim")
    assert (await browser.send_form("/account/sessions/end-others")).status_code == 303
    assert (await other.get("/")).status_code == 303
    assert (await browser.get("/")).status_code == 200
    assert await db.fetch_value("select count(*) from web_session where user_id = {}", stranger) == 1


async def test_sign_in_is_recorded(browser: Browser) -> None:
    user_id = await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    rows = await db.fetch("select action, actor_user_id from audit_event")
    assert rows == [{"action": "identity.sign_in", "actor_user_id": user_id}]


async def test_a_changed_password_ends_other_sessions(browser: Browser, other: Browser) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    await other.sign_in("kim")
    new = "봄날 강가 산책길"
    refused = await browser.send_form(
        "/account/password", password="wrong", new_password=new, repeat_password=new
    )
    assert refused.status_code == 422
    accepted = await browser.send_form(
        "/account/password", password=PASSWORD, new_password=new, repeat_password=new
    )
    assert accepted.status_code == 303
    assert (await other.get("/")).status_code == 303
    assert (await browser.get("/")).status_code == 200
    assert (await other.sign_in("kim", new)).status_code == 303
