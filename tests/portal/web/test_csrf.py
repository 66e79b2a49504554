"""Unsafe requests from elsewhere are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.web.csrf import sign
from tests.portal.web.world import HOST, KIM, LEE, Store, client

if TYPE_CHECKING:
    import httpx

TOKEN = sign(b"k" * 32, "csrf", KIM[::-1])
OTHERS = sign(b"k" * 32, "csrf", LEE[::-1])


async def test_our_own_form_is_accepted(kim: httpx.AsyncClient) -> None:
    answer = await kim.post("/change", data={"_csrf": TOKEN, "name": " 가나 "})
    assert (answer.status_code, answer.text) == (201, "changed 가나")


async def test_a_header_serves_htmx_and_uploads(kim: httpx.AsyncClient) -> None:
    answer = await kim.post("/change", data={"name": "x"}, headers={"X-CSRF-Token": TOKEN})
    assert answer.status_code == 201
    answer = await kim.post("/json", json={"a": 1}, headers={"X-CSRF-Token": TOKEN})
    assert answer.json() == {"a": 1}


@pytest.mark.parametrize("token", ["", "x", OTHERS, TOKEN[:-1], TOKEN.upper(), TOKEN + "0", "é", "\x00"])
async def test_a_wrong_token_is_refused(kim: httpx.AsyncClient, token: str) -> None:
    assert (await kim.post("/change", data={"_csrf": token})).status_code == 403


async def test_no_token_and_a_planted_cookie_are_refused(kim: httpx.AsyncClient) -> None:
    assert (await kim.post("/change", data={"name": "x"})).status_code == 403
    kim.cookies.set("csrftoken", OTHERS)
    answer = await kim.post("/change", data={"_csrf": OTHERS}, headers={"X-CSRFToken": OTHERS})
    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense", ""])
async def test_the_browsers_word_counts_more_than_the_token(kim: httpx.AsyncClient, site: str) -> None:
    answer = await kim.post("/change", data={"_csrf": TOKEN}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "origin",
    ["https://evil.test", "null", "http://portal.test.evil.test", "http://portal.test:81", "http://["],
)
async def test_another_origin_is_refused(kim: httpx.AsyncClient, origin: str) -> None:
    answer = await kim.post("/change", data={"_csrf": TOKEN}, headers={"Origin": origin})
    assert answer.status_code == 403


async def test_our_own_origin_is_accepted(kim: httpx.AsyncClient) -> None:
    for headers in ({"Origin": HOST}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert (await kim.post("/change", data={"_csrf": TOKEN}, headers=headers)).status_code == 201


async def test_forms_before_sign_in_are_protected_by_origin(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.post("/public")).status_code == 201
    assert (await nobody.post("/public", headers={"Origin": "https://evil.test"})).status_code == 403
    assert (await nobody.post("/public", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403


async def test_a_form_disguised_as_plain_text_has_no_token(kim: httpx.AsyncClient) -> None:
    body = f"_csrf={TOKEN}&name=x"
    answer = await kim.post("/change", content=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 403


async def test_a_token_is_bound_to_its_session(store: Store) -> None:
    async with client(store, LEE) as lee:
        assert (await lee.post("/change", data={"_csrf": TOKEN})).status_code == 403
        assert (await lee.post("/change", data={"_csrf": OTHERS})).status_code == 201
