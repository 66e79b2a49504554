"""Security headers stand on every answer, whatever it is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from portal.web.headers import CONTENT_SECURITY_POLICY, HEADERS, HeadersLayer
from portal.web.responses import content_disposition
from tests.portal.web.world import Store, client

if TYPE_CHECKING:
    from litestar.types import Receive, Scope, Send

EVERY_KIND = ["/", "/public", "/finance", "/nowhere", "/fail/bug", "/fail/unavailable", "/forgotten", "/file"]


@pytest.mark.parametrize("path", EVERY_KIND)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE"])
async def test_every_answer_has_every_header(kim: httpx.AsyncClient, path: str, method: str) -> None:
    answer = await kim.request(method, path)
    assert {name: answer.headers.get(name) for name, _ in HEADERS} == dict(HEADERS)
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.headers["x-request-id"]) == 32


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; script-src 'self'; style-src 'self';")


async def test_over_https_browsers_are_told_to_stay_there(store: Store, kim: httpx.AsyncClient) -> None:
    assert "strict-transport-security" not in (await kim.get("/")).headers
    async with client(store, https=True) as secure:
        assert (await secure.get("/")).headers["strict-transport-security"].startswith("max-age=31536000")


async def test_an_application_that_fails_altogether_still_answers(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("secret detail")

    transport = httpx.ASGITransport(app=HeadersLayer(broken))  # type: ignore[arg-type]
    with caplog.at_level(logging.CRITICAL):
        async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as broken_client:
            answer = await broken_client.get("/")
    assert (answer.status_code, answer.text) == (500, "Internal server error")
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


async def test_what_an_answer_says_itself_stands() -> None:
    async def feed(scope: Scope, receive: Receive, send: Any) -> None:
        headers = [(b"Cache-Control", b"public, max-age=60")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    transport = httpx.ASGITransport(app=HeadersLayer(feed))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as feed_client:
        assert (await feed_client.get("/")).headers.get_list("cache-control") == ["public, max-age=60"]


async def test_a_download_keeps_its_korean_name(kim: httpx.AsyncClient) -> None:
    answer = await kim.get("/file")
    assert answer.headers["content-disposition"] == (
        'attachment; filename="___ 2026_ 10_.xlsx"; '
        "filename*=UTF-8''%ED%8F%89%EA%B0%80%ED%91%9C%202026%EB%85%84%2010%EC%9B%94.xlsx"
    )


@pytest.mark.parametrize(
    "name", ['a"b.csv', "a\r\nX-Evil: 1", "../../etc/passwd", "\x00", "", "a" * 1000, "\ud800"]
)
def test_a_file_name_cannot_break_out(name: str) -> None:
    header = content_disposition(name)
    header.encode("latin-1")
    assert not set(header) & set("\r\n\x00/\\")
    assert header.count('"') == 2
    assert len(header) < 2000
