"""A route is closed unless it says who may use it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from portal.web.guards import safe_next

if TYPE_CHECKING:
    import httpx

    from tests.portal.web.world import Store


@pytest.mark.parametrize("path", ["/forgotten", "/misspelt"])
async def test_a_route_without_a_known_policy_is_closed_to_everybody(
    kim: httpx.AsyncClient, nobody: httpx.AsyncClient, path: str
) -> None:
    for who in (kim, nobody):
        answer = await who.get(path)
        assert answer.status_code == 500
        assert "SECRET" not in answer.text


async def test_a_policy_opens_for_its_roles_only(
    kim: httpx.AsyncClient, lee: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    assert (await kim.get("/finance")).text == "money"
    assert (await lee.get("/finance")).status_code == 403
    answer = await nobody.get("/finance?month=2026-10&q=%EA%B0%80")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/finance%3Fmonth%3D2026-10%26q%3D%25EA%25B0%2580"


async def test_public_pages_are_open(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/public")).text == "everybody"


@pytest.mark.parametrize(
    "path",
    ["/finance/", "//finance", "/finance;x", "/finance%2f", "/x/../finance", "/FINANCE", "/public/finance"],
)
async def test_no_spelling_of_a_path_gets_around(nobody: httpx.AsyncClient, path: str) -> None:
    assert "money" not in (await nobody.get(path)).text


async def test_a_refused_post_changes_nothing_and_says_sign_in(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.post("/change", data={"name": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    answer = await nobody.post("/change", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["status"]) == (401, 401)


async def test_a_store_that_fails_closes_what_needs_a_session_and_nothing_else(
    store: Store, kim: httpx.AsyncClient
) -> None:
    store.failure = sqlite3.OperationalError("disk full")
    answer = await kim.get("/finance")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (await kim.get("/public")).status_code == 200
    store.failure = None
    assert (await kim.get("/finance")).status_code == 200


@pytest.mark.parametrize("target", ["/", "/a/b?c=d&e=%2F%2F", "/people?q=가"])
def test_a_way_on_within_the_site(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None, "", "people", "//evil.test", "///evil.test", "/\\evil.test", "\\/evil.test",
        "https://evil.test", "http:evil.test", "javascript:alert(1)", " /x", "/x\r\nSet-Cookie: a=b",
        "/\t/evil.test", "/" + "x" * 600, "http://[", "\x00/x", "/x\x7f",
    ],
    ids=lambda target: str(target)[:20],
)  # fmt: skip
def test_a_way_to_anywhere_else_is_none(target: str | None) -> None:
    assert safe_next(target) is None
