"""Log lines: one JSON object each, with the request id, without what people typed."""

from __future__ import annotations

import io
import json
import logging

import httpx
import pytest
from litestar import Litestar, get

from portal.access import REQUEST_ID
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.headers import HeadersLayer
from portal.web.logging import RequestLogLayer, formatter, log_config, wants_json


def _written(record: logging.LogRecord, *, as_json: bool) -> str:
    return formatter(as_json=as_json).format(record)


def _record(
    message: str, *arguments: object, error: Exception | None = None, **extra: object
) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("portal.test", logging.WARNING, "f.py", 1, message, arguments, exc_info)
    record.__dict__.update(extra)
    return record


def test_a_json_line_holds_time_level_logger_and_extras():
    line = json.loads(_written(_record("imported %s rows", 3, month="2026-10"), as_json=True))
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "imported 3 rows",
        "level": "warning",
        "logger": "portal.test",
        "month": "2026-10",
    }


def test_the_request_id_is_in_every_line_written_for_a_request():
    mark = REQUEST_ID.set("abc123")
    line = json.loads(_written(_record("x"), as_json=True))
    REQUEST_ID.reset(mark)
    assert line["request_id"] == "abc123"


def test_text_with_line_breaks_stays_one_line():
    written = _written(_record("name: %s", 'a\n{"level": "forged"}'), as_json=True)
    assert len(written.splitlines()) == 1
    assert json.loads(written)["event"] == 'name: a\n{"level": "forged"}'


def test_an_exception_is_part_of_its_line():
    try:
        raise ValueError("broken")  # noqa: TRY301  the traceback is the point
    except ValueError as error:
        line = json.loads(_written(_record("failed", error=error), as_json=True))
    assert "ValueError: broken" in line["exception"]


def test_the_pretty_form_names_the_event():
    assert "imported 3 rows" in _written(_record("imported %s rows", 3), as_json=False)


@pytest.mark.parametrize(
    ("changes", "as_json"),
    [
        ({"log_format": "json"}, True),
        ({"log_format": "pretty"}, False),
        ({"log_format": "auto", "environment": "production"}, True),
    ],
)
def test_the_form_follows_the_settings(changes, as_json):
    assert wants_json(Settings(_env_file=None, **changes)) is as_json


def test_the_server_logs_in_the_same_form():
    config = log_config(as_json=True)
    assert config["loggers"]["_granian"]["handlers"] == ["stderr"]
    assert config["formatters"]["portal"] == {"()": "portal.web.logging.formatter", "as_json": True}


@get("/fine", opt=policy("public"))
async def fine() -> str:
    return "fine"


@get("/broken", opt=policy("public"))
async def broken() -> str:
    raise RuntimeError("broken")


async def test_each_answer_is_logged_without_its_query():
    target = io.StringIO()
    handler = logging.StreamHandler(target)
    handler.setFormatter(formatter(as_json=True))
    log = logging.getLogger("portal.request")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    app = Litestar([fine, broken], logging_config=None, openapi_config=None)
    transport = httpx.ASGITransport(HeadersLayer(RequestLogLayer(app)), client=("127.0.0.1", 1))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as client:
            answer = await client.get("/fine?q=900101-1234567")
            await client.get("/broken")
            await client.get("/healthz")
    finally:
        log.removeHandler(handler)
    lines = [json.loads(line) for line in target.getvalue().splitlines()]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/fine", 200),
        ("GET", "/broken", 500),
        ("GET", "/healthz", 404),
    ]
    assert lines[0]["request_id"] == answer.headers["x-request-id"]
    assert [line["level"] for line in lines] == ["info", "warning", "info"]
    assert "900101" not in target.getvalue()
