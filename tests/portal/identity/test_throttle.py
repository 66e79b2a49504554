"""Guessing is slow, also when it is parallel, spread out or interrupted by a restart."""

from __future__ import annotations

import asyncio
import datetime as dt
import statistics
import time
from typing import TYPE_CHECKING

import pytest
import time_machine

from portal import db
from portal.errors import Invalid, TooMany
from portal.identity import passwords
from portal.identity.model import Client, IdentityRules, delay_after
from portal.identity.service.sign_in import sign_in
from tests.portal.identity.world import ADMIN, PASSWORD, Browser, add_user, make_app

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = IdentityRules()
WRONG = "wrong wrong"
NOON = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


async def guess(login: str = "kim", address: str = "198.51.100.7", password: str = WRONG) -> str:
    try:
        await sign_in(login, password, Client(address), RULES)
    except TooMany:
        return "wait"
    except Invalid:
        return "wrong"
    return "in"


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [delay_after(n, 5).total_seconds() for n in range(1, 13)]
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert delay_after(10**9, 5).total_seconds() == 900


async def test_ten_thousand_guesses_cost_fewer_than_fifty_hashes(
    database: str, clock: time_machine.Coordinates
) -> None:
    """One guess a second for almost three hours, each from another address; a refused one changes nothing."""
    await add_user("kim", ADMIN)
    tried, second = 0, 0
    while second < 10_000:
        clock.move_to(NOON + dt.timedelta(seconds=second))
        assert await guess(address=f"198.51.{second // 250}.{second % 250}") == "wrong"
        tried += 1
        until = await db.fetch_value("select blocked_until from login_failure where key like 'a:%'")
        wait = int((until - NOON).total_seconds()) - second
        if wait > 1:
            clock.move_to(until - dt.timedelta(seconds=1))
            assert await guess(address="192.0.2.1") == "wait"
        second += max(1, wait)
    assert 5 < tried <= 50


async def test_a_hundred_guesses_at_once_are_not_a_hundred_hashes(database: str) -> None:
    await add_user("kim", ADMIN)
    outcomes = await asyncio.gather(*(guess(address=f"203.0.113.{n}") for n in range(100)))
    assert outcomes.count("wrong") == RULES.failures_allowed
    assert outcomes.count("wait") == 100 - RULES.failures_allowed


async def test_many_names_from_one_address_are_slowed_down(database: str) -> None:
    outcomes = [await guess(login=f"user{n}") for n in range(60)]
    assert outcomes == ["wrong"] * 50 + ["wait"] * 10


async def test_a_restart_forgives_nothing(database: str) -> None:
    await add_user("kim", ADMIN)
    for _ in range(2):
        async with Browser(make_app()) as browser:
            answers = [(await browser.sign_in("kim", "wrong")).status_code for _ in range(4)]
    assert answers == [422, 429, 429, 429]


async def test_the_answer_says_when_to_come_back(database: str, clock: time_machine.Coordinates) -> None:
    await add_user("kim", ADMIN)
    async with Browser(make_app()) as browser:
        for _ in range(5):
            await browser.sign_in("kim", "wrong")
        answer = await browser.sign_in("kim")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
        clock.shift(30)
        assert (await browser.sign_in("kim")).status_code == 303


async def test_success_clears_the_account_and_gives_the_address_one_back(database: str) -> None:
    await add_user("kim", ADMIN)
    for _ in range(4):
        await guess()
    assert await guess(password=PASSWORD) == "in"
    assert await db.fetch("select attempts from login_failure") == [{"attempts": 4}]
    assert [await guess() for _ in range(5)] == ["wrong"] * 5


async def test_after_a_day_the_counting_starts_again(database: str, clock: time_machine.Coordinates) -> None:
    await add_user("kim", ADMIN)
    for _ in range(6):
        await guess()
    clock.shift(dt.timedelta(days=1, seconds=1))
    assert [await guess() for _ in range(6)] == ["wrong"] * 5 + ["wait"]


async def test_unknown_names_cost_the_same_time(database: str) -> None:
    """Goal: the medians differ by less than 5 ms; here by less than the spread of one hash."""
    await add_user("kim", ADMIN)
    stored = await db.fetch_value("select password_hash from login_user")
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for _ in range(15):
        for label, value in (("known", stored), ("unknown", None)):
            begin = time.perf_counter()
            assert await passwords.matches(value, "wrong wrong") is False
            times[label].append(time.perf_counter() - begin)
    known, unknown = statistics.median(times["known"]), statistics.median(times["unknown"])
    assert abs(known - unknown) < 0.25 * max(known, unknown)
