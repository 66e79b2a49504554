"""One-time codes: once only, this seed only, and a way back without the phone."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pyotp
import pytest
import time_machine

from portal import db
from tests.portal.identity.world import ADMIN, PASSWORD, Browser, add_user

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = dt.datetime(2026, 11, 22, 3, 0, 5, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


async def set_up(browser: Browser, clock: time_machine.Coordinates) -> tuple[pyotp.TOTP, list[str]]:
    """Switch codes on for kim and wait until the code used for it is over."""
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    page = await browser.open("/account/totp")
    seed = re.search(r'name="seed" value="([A-Z2-7]{32})"', page.text)
    assert seed is not None
    assert "<svg" in page.text
    assert "style=" not in page.text
    totp = pyotp.TOTP(seed[1])
    answer = await browser.send_form("/account/totp", seed=seed[1], code=totp.now(), password=PASSWORD)
    assert answer.status_code == 200
    codes = re.findall(r"<code>([0-9A-Z-]{14})</code>", answer.text)
    assert len(codes) == 10
    clock.shift(60)
    return totp, codes


async def test_after_the_password_the_code_is_asked_for(
    browser: Browser, other: Browser, clock: time_machine.Coordinates
) -> None:
    totp, _ = await set_up(browser, clock)
    answer = await other.sign_in("kim", next_path="/people")
    assert answer.headers["location"] == "/totp?next=/people"
    half = other.session
    assert (await other.get("/people")).status_code == 303
    assert (await other.open("/totp?next=/people")).status_code == 200
    answer = await other.send_form("/totp", code=totp.now(), next="/people")
    assert (answer.status_code, answer.headers["location"]) == (303, "/people")
    assert other.session != half
    assert (await other.get("/people")).status_code == 200


async def test_a_code_works_once(browser: Browser, other: Browser, clock: time_machine.Coordinates) -> None:
    totp, _ = await set_up(browser, clock)
    code = totp.now()
    await other.sign_in("kim")
    assert (await other.send_form("/totp", code=code)).status_code == 303
    await other.sign_in("kim")
    assert (await other.send_form("/totp", code=code)).status_code == 422


@pytest.mark.parametrize(
    ("shift", "accepted"), [(-90, False), (-30, True), (0, True), (30, True), (90, False)]
)
async def test_clocks_may_differ_by_one_step(
    browser: Browser, other: Browser, clock: time_machine.Coordinates, shift: int, accepted: bool
) -> None:
    totp, _ = await set_up(browser, clock)
    clock.shift(60)
    code = totp.at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=shift))
    await other.sign_in("kim")
    assert (await other.send_form("/totp", code=code)).status_code == (303 if accepted else 422)


async def test_an_older_code_is_refused_after_a_newer_one(
    browser: Browser, other: Browser, clock: time_machine.Coordinates
) -> None:
    totp, _ = await set_up(browser, clock)
    clock.shift(60)
    now = dt.datetime.now(dt.UTC)
    await other.sign_in("kim")
    assert (await other.send_form("/totp", code=totp.at(now))).status_code == 303
    await other.sign_in("kim")
    older = totp.at(now - dt.timedelta(seconds=30))
    assert (await other.send_form("/totp", code=older)).status_code == 422


async def test_guessing_codes_is_slowed_down(
    browser: Browser, other: Browser, clock: time_machine.Coordinates
) -> None:
    await set_up(browser, clock)
    await other.sign_in("kim")
    answers = [(await other.send_form("/totp", code=f"{n:06}")).status_code for n in range(8)]
    assert answers == [422] * 5 + [429] * 3


async def test_a_recovery_code_works_once_however_it_is_typed(
    browser: Browser, other: Browser, clock: time_machine.Coordinates
) -> None:
    _, codes = await set_up(browser, clock)
    await other.sign_in("kim")
    typed = codes[0].replace("-", " ").lower()
    assert (await other.send_form("/totp", code=typed)).status_code == 303
    await other.sign_in("kim")
    assert (await other.send_form("/totp", code=codes[0])).status_code == 422
    assert (await other.send_form("/totp", code=codes[1])).status_code == 303
    stored = str(await db.fetch("select * from recovery_code"))
    assert not any(code in stored for code in codes)


async def test_a_half_open_session_ends_after_ten_minutes(
    browser: Browser, other: Browser, clock: time_machine.Coordinates
) -> None:
    totp, _ = await set_up(browser, clock)
    await other.sign_in("kim")
    clock.shift(601)
    answer = await other.send_form("/totp", code=totp.now())
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_switching_off_needs_the_password(
    browser: Browser, other: Browser, clock: time_machine.Coordinates
) -> None:
    await set_up(browser, clock)
    await browser.open("/account")
    assert (await browser.send_form("/account/totp/off", password="wrong")).status_code == 422
    assert (await browser.send_form("/account/totp/off", password=PASSWORD)).status_code == 303
    assert (await other.sign_in("kim")).headers["location"] == "/"


@pytest.mark.parametrize("seed", ["", "AAAA", "a" * 32, "A" * 31 + "1", "<script>" * 4])
async def test_a_seed_that_is_none_is_refused(browser: Browser, seed: str) -> None:
    await add_user("kim", ADMIN)
    await browser.sign_in("kim")
    answer = await browser.send_form("/account/totp", seed=seed, code="123456", password=PASSWORD)
    assert answer.status_code == 422
    assert await db.fetch_value("select totp_secret from login_user") is None
