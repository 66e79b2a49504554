"""The session layer: whose cookie counts, and when nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.web.csrf import sign
from tests.portal.web.world import HOST, KIM, LEE, Store, client, make_app

if TYPE_CHECKING:
    import httpx

TOKEN = sign(b"k" * 32, "csrf", KIM[::-1])


@pytest.mark.parametrize("cookie", ["", "x", KIM[:-1], KIM + "k", "x" * 43, "k" * 4000, "%6b" * 43], ids=len)
async def test_only_a_known_token_is_somebody(store: Store, cookie: str) -> None:
    async with client(store, cookie) as guess:
        assert (await guess.get("/")).status_code == 303


async def test_of_two_cookies_with_one_name_the_first_counts(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/", headers={"Cookie": f"session={LEE}; session={KIM}"})
    assert answer.text == "lll"


async def test_over_https_only_the_cookie_bound_to_the_host_counts(store: Store) -> None:
    async with client(store, None, https=True) as secure:
        assert (await secure.get("/", headers={"Cookie": f"session={KIM}"})).status_code == 303
        assert (await secure.get("/", headers={"Cookie": f"__Host-session={KIM}"})).text == "kkk"


@pytest.mark.parametrize("path", ["/static/build/app.css", "/healthz", "/readyz"])
async def test_files_and_health_checks_ask_no_store(store: Store, kim: httpx.AsyncClient, path: str) -> None:
    await kim.get(path)
    assert store.asked == 0


async def test_a_sentence_is_shown_once_after_a_redirect(kim: httpx.AsyncClient) -> None:
    answer = await kim.post("/go", data={"_csrf": TOKEN})
    assert (answer.status_code, answer.headers["location"]) == (303, "/landing")
    first, second = await kim.get("/landing"), await kim.get("/landing")
    assert ("data-flash=" in first.text, "data-flash=" in second.text) == (True, False)


@pytest.mark.parametrize("value", ["x", "x.y", ".", "PGI-.0", "4oKs." + "0" * 64])
async def test_a_sentence_nobody_of_us_wrote_is_not_shown(kim: httpx.AsyncClient, value: str) -> None:
    kim.cookies.set("flash", value, domain=HOST.removeprefix("http://"))
    assert "data-flash=" not in (await kim.get("/landing")).text


async def test_htmx_is_redirected_by_a_header(kim: httpx.AsyncClient) -> None:
    answer = await kim.post("/go", data={"_csrf": TOKEN}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/landing")


async def test_a_toast_is_ascii_json_with_its_way_back(kim: httpx.AsyncClient) -> None:
    header = (await kim.get("/toast", headers={"HX-Request": "true"})).headers["hx-trigger"]
    assert header.isascii()
    assert '"undo_url": "/undo/1"' in header
    assert '"rowsChanged": {}' in header


def test_building_the_layers_needs_no_database() -> None:
    assert callable(make_app(Store()))
