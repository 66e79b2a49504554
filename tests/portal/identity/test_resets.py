"""Setting a new password by a link that works once."""

from __future__ import annotations

import datetime as dt
import re

import time_machine

from portal import db
from tests.portal.identity.world import ADMIN, PASSWORD, Browser, Letters, add_user

NEW = "봄날 강가 산책길"
NOON = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


async def ask(browser: Browser, letters: Letters, login: str = "kim") -> str:
    assert (await browser.send_form("/reset", login=login)).status_code == 200
    found = re.search(r"/reset/[A-Za-z0-9_-]{43}", letters.sent[-1][2])
    assert found is not None
    return found[0]


async def test_the_mailed_link_sets_a_password_once_and_ends_sessions(
    browser: Browser, other: Browser, letters: Letters
) -> None:
    await add_user("kim", ADMIN, work_email="kim@maker.example")
    await other.sign_in("kim")
    link = await ask(browser, letters)
    assert (letters.sent[0][0], letters.sent[0][3]) == ("kim@maker.example", True)
    assert (await browser.open(link)).status_code == 200
    weak = await browser.send_form(link, new_password="password1", repeat_password="password1")
    assert weak.status_code == 422
    differ = await browser.send_form(link, new_password=NEW, repeat_password=NEW + "!")
    assert differ.status_code == 422
    done = await browser.send_form(link, new_password=NEW, repeat_password=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    assert (await other.get("/")).status_code == 303
    assert (await browser.send_form(link, new_password=NEW, repeat_password=NEW)).status_code == 404
    assert (await browser.open(link)).status_code == 404
    assert (await browser.sign_in("kim", PASSWORD)).status_code == 422
    assert (await browser.sign_in("kim", NEW)).status_code == 303


async def test_the_link_works_for_fifteen_minutes(browser: Browser, letters: Letters) -> None:
    await add_user("kim", ADMIN, work_email="kim@maker.example")
    with time_machine.travel(NOON, tick=False) as clock:
        link = await ask(browser, letters)
        clock.shift(15 * 60 - 1)
        assert (await browser.open(link)).status_code == 200
        clock.shift(1)
        assert (await browser.open(link)).status_code == 404


async def test_a_newer_link_makes_the_older_one_worthless(browser: Browser, letters: Letters) -> None:
    await add_user("kim", ADMIN, work_email="kim@maker.example")
    first, second = await ask(browser, letters), await ask(browser, letters)
    assert (await browser.open(first)).status_code == 404
    assert (await browser.open(second)).status_code == 200


async def test_nobody_learns_which_names_exist(browser: Browser, letters: Letters) -> None:
    await add_user("kim", ADMIN, work_email="kim@maker.example")
    await add_user("lee", ADMIN)
    await add_user("park", ADMIN, work_email="park@maker.example", active=False)
    answers = {
        (await browser.send_form("/reset", login=login)).text for login in ("kim", "lee", "park", "x\x00")
    }
    ids = {re.sub(r"[0-9a-f]{32}", "", answer) for answer in answers}
    assert len(ids) == 1
    assert [letter[0] for letter in letters.sent] == ["kim@maker.example"]


async def test_asking_again_and_again_is_slowed_down(browser: Browser, letters: Letters) -> None:
    await add_user("kim", ADMIN, work_email="kim@maker.example")
    answers = [(await browser.send_form("/reset", login="kim")).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert len(letters.sent) == 5


async def test_only_the_hash_of_a_link_is_stored(browser: Browser, letters: Letters) -> None:
    await add_user("kim", ADMIN, work_email="kim@maker.example")
    token = (await ask(browser, letters)).rsplit("/", 1)[1]
    assert token not in str(await db.fetch("select * from password_reset"))


async def test_an_administrator_hands_over_a_link_and_never_chooses(browser: Browser, other: Browser) -> None:
    await add_user("admin", ADMIN)
    user_id = await add_user("kim", ADMIN)
    await browser.sign_in("admin")
    answer = await browser.send_form(f"/people/{user_id}/reset", new_password=NEW, repeat_password=NEW)
    found = re.search(r"/reset/[A-Za-z0-9_-]{43}", answer.text)
    assert found is not None
    assert (await other.sign_in("kim", NEW)).status_code == 422
    assert (await other.send_form(found[0], new_password=NEW, repeat_password=NEW)).status_code == 303
    assert (await other.sign_in("kim", NEW)).status_code == 303
