"""Guessing is slow in the real application too: by password, one-time code, invitation and reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portal import db
from tests.security.world import browser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.security.world import World


@pytest.fixture(autouse=True)
async def forgiven(world: World) -> AsyncIterator[None]:
    """Start from no attempts."""
    yield
    async with db.unit_of_work():
        await db.execute("delete from login_failure")


@pytest.mark.parametrize(
    ("path", "fields", "free"),
    [
        ("/sign-in", {"login": "administrator", "password": "wrong wrong"}, 5),
        ("/sign-in", {"login": "nobody-at-all", "password": "wrong wrong"}, 5),
        ("/reset", {"login": "administrator"}, 5),
        ("/join", {"code": "0000-0000-0000"}, 50),
    ],
    ids=["known name", "unknown name", "reset", "invitation"],
)
async def test_after_some_attempts_there_is_a_wait(
    app: Any, world: World, path: str, fields: dict[str, str], free: int
) -> None:
    async with browser(app, None) as client:
        answers = [await client.post(path, data=fields) for _ in range(free + 3)]
    assert [answer.status_code for answer in answers[free:]] == [429] * 3
    assert all(answer.status_code in (200, 422) for answer in answers[:free])
    assert int(answers[-1].headers["retry-after"]) in range(1, 31)


async def test_one_time_codes(app: Any, world: World) -> None:
    async with browser(app, world.tokens["awaits code"]) as client:
        answers = [(await client.post("/totp", data={"code": f"{n:06}"})).status_code for n in range(8)]
    assert answers == [422] * 5 + [429] * 3


async def test_a_forged_address_header_gives_no_new_attempts(app: Any, world: World) -> None:
    async with browser(app, None) as client:
        answers = [
            (
                await client.post(
                    "/join",
                    data={"code": "0000-0000-0000"},
                    headers={"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}"},
                )
            ).status_code
            for n in range(53)
        ]
    assert answers == [422] * 50 + [429] * 3
