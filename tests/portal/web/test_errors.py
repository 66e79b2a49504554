"""Errors are answered in the asker's form, in words, without inner details."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.web.csrf import sign
from tests.portal.web.world import KIM

if TYPE_CHECKING:
    import httpx

TOKEN = sign(b"k" * 32, "csrf", KIM[::-1])
STATUS = {
    "not-found": 404,
    "invalid": 422,
    "conflict": 409,
    "too-many": 429,
    "unavailable": 503,
    "timeout": 503,
    "bug": 500,
    "value": 500,
    "overflow": 400,
}


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
async def test_people_get_a_page(nobody: httpx.AsyncClient, kind: str, status: int) -> None:
    answer = await nobody.get(f"/fail/{kind}", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.startswith("<!doctype html>")
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
async def test_htmx_gets_a_fragment(nobody: httpx.AsyncClient, kind: str, status: int) -> None:
    answer = await nobody.get(f"/fail/{kind}", headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert answer.text.lstrip().startswith('<div class="note low" role="alert">')


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
async def test_programs_get_json(nobody: httpx.AsyncClient, kind: str, status: int) -> None:
    answer = await nobody.get(f"/api/v1/fail/{kind}", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_problems_name_field_and_row_in_the_readers_language(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/api/v1/fail/invalid", headers={"Accept-Language": "en"})
    assert answer.json()["problems"] == [
        {"field": "name", "row": 2, "message": "At most 3 characters, please."}
    ]


@pytest.mark.parametrize(("kind", "seconds"), [("too-many", "17"), ("unavailable", "3"), ("timeout", "5")])
async def test_the_answer_says_when_to_come_back(nobody: httpx.AsyncClient, kind: str, seconds: str) -> None:
    assert (await nobody.get(f"/fail/{kind}")).headers["retry-after"] == seconds


async def test_an_unknown_page_and_a_wrong_method(kim: httpx.AsyncClient) -> None:
    unknown = await kim.get("/nowhere/at/all")
    assert (unknown.status_code, "kkk" in unknown.text or "이름" in unknown.text) == (404, True)
    wrong = await kim.post("/finance", data={"_csrf": TOKEN})
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, "text/html; charset=utf-8")


HOSTILE = [
    pytest.param(b'{"a": "\xb0\xa1"}', id="CP949 sent as JSON"),
    pytest.param(b'{"a": "\xff\xfe"}', id="invalid UTF-8"),
    pytest.param(b"[" * 90_000, id="ninety thousand brackets"),
    pytest.param(b'{"a":' * 20_000, id="nested objects"),
    pytest.param(b'{"a": NaN}', id="NaN"),
    pytest.param(b'{"a": Infinity}', id="Infinity"),
    pytest.param(b'{"a": 1e999999}', id="overflowing exponent"),
    pytest.param(b'{"a": ' + b"9" * 50_000 + b"}", id="fifty thousand digits"),
    pytest.param(b'{"a": "\\ud800"}', id="lone surrogate"),
    pytest.param(b"", id="empty"),
    pytest.param(b"\x00", id="NUL"),
    pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
    pytest.param(b"[]", id="not an object"),
    pytest.param(b'{"a": 1, "a": 2}', id="a key twice"),
    pytest.param(b'"' * 100_000, id="quotes"),
    pytest.param(b" " * 300_000, id="too large"),
]


@pytest.mark.parametrize("body", HOSTILE)
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=cp949", "; charset=nonsense"])
async def test_no_json_body_is_answered_with_a_server_error(
    kim: httpx.AsyncClient, body: bytes, charset: str
) -> None:
    headers = {"Content-Type": f"application/json{charset}", "X-CSRF-Token": TOKEN}
    answer = await kim.post("/json", content=body, headers=headers)
    assert answer.status_code < 500


FORMS = [
    pytest.param(
        "application/x-www-form-urlencoded", b"_csrf=%ff%fe&name=%b0%a1", id="bytes that are no text"
    ),
    pytest.param("application/x-www-form-urlencoded", b"a=1&" * 30_000, id="thirty thousand fields"),
    pytest.param("application/x-www-form-urlencoded", b"=&=&&&%%%", id="punctuation"),
    pytest.param("application/x-www-form-urlencoded", b"\x00", id="NUL"),
    pytest.param("multipart/form-data", b"x", id="no boundary"),
    pytest.param("multipart/form-data; boundary=", b"x", id="empty boundary"),
    pytest.param("multipart/form-data; boundary=b", b"--b\r\n\r\n", id="cut short"),
    pytest.param("multipart/form-data; boundary=b", b"--b\r\nX: y\r\n\r\nz\r\n--b--\r\n", id="no name"),
    pytest.param("multipart/form-data; boundary=\xff", b"--\xff", id="foreign boundary"),
    pytest.param("multipart/form-data; boundary=" + "b" * 5000, b"x", id="long boundary"),
    pytest.param(
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="\xb0\xa1"\r\n\r\nz\r\n--b--\r\n',
        id="CP949 file name",
    ),
    pytest.param(
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="n"\r\n'
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nz\r\n--b--\r\n",
        id="unknown charset of a part",
    ),
    pytest.param("text/plain", b"x", id="plain text"),
    pytest.param("", b"x", id="no type"),
    pytest.param("\xff/\xfe", b"x", id="nonsense type"),
]


@pytest.mark.parametrize(("kind", "body"), FORMS)
async def test_no_form_is_answered_with_a_server_error(
    kim: httpx.AsyncClient, kind: str, body: bytes
) -> None:
    headers = {b"Content-Type": kind.encode("latin-1"), b"X-CSRF-Token": TOKEN.encode()}
    answer = await kim.post("/change", content=body, headers=headers)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "number", ["9" * 19, "9" * 400, "9" * 5000, "-1", "1e5", "٣", "0x10", "", "1.0", "%00", "%ff"]
)
async def test_no_number_in_a_path_is_answered_with_a_server_error(
    kim: httpx.AsyncClient, number: str
) -> None:
    assert (await kim.get(f"/number/{number}")).status_code < 500


@pytest.mark.parametrize(
    "header",
    [
        {b"Cookie": b"session=\xb0\xa1; a=b"},
        {b"Cookie": b"session=" + b"k" * 5000},
        {b"Cookie": b'session="kkk; flash=x'},
        {b"Cookie": b"flash=%%%.%%%; locale=\xff; theme=<script>"},
        {b"Accept-Language": b"\xff\xfe"},
        {b"User-Agent": b"\xb0\xa1"},
        {b"Origin": b"\xff"},
        {b"HX-Current-URL": b"http://[", b"HX-Request": b"true"},
        {b"Content-Length": b"-1"},
        {b"Content-Length": b"abc"},
        {b"X-Forwarded-Host": b"evil.test"},
        {b"Accept": b"application/json\xff"},
    ],
    ids=lambda header: str(header)[:40],
)
async def test_no_header_is_answered_with_a_server_error(
    kim: httpx.AsyncClient, header: dict[bytes, bytes]
) -> None:
    for path in ("/", "/nowhere", "/landing"):
        answer = await kim.get(path, headers=header)
        assert answer.status_code < 500
        assert "evil.test" not in answer.text
