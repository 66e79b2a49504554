"""What a person may change about himself, and from where he is seen to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from litestar.datastructures import State
from litestar.testing import RequestFactory

from portal import db
from portal.identity.controllers.requests import client_of
from tests.portal.identity.world import ADMIN, PASSWORD, Browser, add_user

if TYPE_CHECKING:
    from litestar import Request

PROFILE = {"name": "김하나", "work_email": "", "locale": "en", "theme": "dark"}


async def row() -> dict[str, object] | None:
    return await db.fetch_one("select name, work_email, locale, theme from login_user")


async def test_the_profile_is_changed_and_recorded_without_personal_values(browser: Browser) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    assert (await browser.send_form("/account/profile", **PROFILE)).status_code == 303
    assert await row() == PROFILE
    event = await db.fetch_one("select changes from audit_event where action = 'identity.profile'")
    assert event is not None
    assert "김하나" not in event["changes"]
    assert '"locale":["ko","en"]' in event["changes"]
    assert 'lang="en" data-theme="dark"' in (await browser.open("/account")).text


async def test_a_new_mail_address_needs_the_password(browser: Browser) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    fields = {**PROFILE, "work_email": "thief@evil.example"}
    assert (await browser.send_form("/account/profile", **fields)).status_code == 422
    assert (await browser.send_form("/account/profile", **fields, password="wrong")).status_code == 422
    assert (await browser.send_form("/account/profile", **fields, password=PASSWORD)).status_code == 303
    assert (await row() or {})["work_email"] == "thief@evil.example"


async def test_no_other_column_can_be_set(browser: Browser) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    before = await db.fetch_one("select * from login_user")
    extra = {"id": "99", "login": "root", "active": "0", "totp_secret": "A" * 32, "password_hash": "x"}
    await browser.send_form("/account/profile", **PROFILE, **extra)
    after = await db.fetch_one("select * from login_user")
    assert before is not None
    assert after is not None
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"name", "locale", "theme"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\x00b"},
        {"locale": "fr"},
        {"theme": "pink"},
        {"work_email": "x"},
    ],
)
async def test_wrong_values_are_shown_again(browser: Browser, wrong: dict[str, str]) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    assert (await browser.send_form("/account/profile", **{**PROFILE, **wrong})).status_code == 422


async def test_language_and_colours_are_remembered_with_and_without_an_account(
    browser: Browser, other: Browser
) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    answer = await browser.send_form("/preferences", locale="en", next="/account?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?x=1")
    assert (await row() or {})["locale"] == "en"
    await other.send_form("/preferences", theme="dark", next="//evil.test")
    assert other.cookies["theme"] == "dark"
    assert 'data-theme="dark"' in (await other.open("/sign-in")).text
    assert (await other.send_form("/preferences", theme="pink")).status_code == 422


def peer(address: str, forwarded: str, *proxies: str) -> str:
    request: Request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    request.scope["client"] = (address, 1)
    request.app.state = State({"trusted_proxies": proxies})
    return client_of(request).address


def test_only_a_named_proxy_is_believed() -> None:
    assert peer("203.0.113.1", "198.51.100.9") == "203.0.113.1"
    assert peer("10.0.0.1", "198.51.100.9", "10.0.0.1") == "198.51.100.9"
    assert peer("10.0.0.1", "1.2.3.4, 198.51.100.9", "10.0.0.1") == "198.51.100.9"
    assert peer("10.0.0.1", "1.2.3.4, 198.51.100.9, 10.0.0.2", "10.0.0.1", "10.0.0.2") == "198.51.100.9"
    assert peer("10.0.0.1", "", "10.0.0.1") == "10.0.0.1"
    assert len(peer("10.0.0.1", "x" * 500, "10.0.0.1")) == 64
