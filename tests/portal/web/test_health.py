"""What watches the portal gets true answers, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from litestar import Litestar, get
from litestar.params import FromPath  # noqa: TC002  Litestar reads the annotation

from portal import db
from portal.db import migrate
from portal.web.guards import enforce_policy, policy
from portal.web.health import health_router
from portal.web.logging import RequestLogLayer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

LOOPBACK = ("127.0.0.1", 40_000)


@get("/things/{number:int}", opt=policy("public"))
async def thing(number: FromPath[int]) -> str:
    return str(number)


def _client(token: str = "", client: tuple[str, int] = LOOPBACK, **options: object) -> httpx.AsyncClient:
    """A client that talks to the routes inside the test's own event loop, as from an address."""
    router = health_router(token, **options)  # type: ignore[arg-type]
    app = Litestar([router, thing], guards=[enforce_policy], logging_config=None, openapi_config=None)
    transport = httpx.ASGITransport(RequestLogLayer(app), client=client)
    return httpx.AsyncClient(transport=transport, base_url="http://portal.test")


@pytest.fixture
async def revision(database: str) -> AsyncIterator[None]:
    """A database that says it stands at the newest revision."""
    async with db.unit_of_work():
        await db.execute("create table if not exists alembic_version (version_num varchar(32))")
        await db.execute("delete from alembic_version")
        await db.execute("insert into alembic_version values ({})", str(migrate.head()))
    yield
    async with db.unit_of_work():
        await db.execute("drop table alembic_version")


async def test_alive_says_so_without_a_database():
    async with _client() as client:
        answers = [await client.get("/healthz"), await client.head("/healthz")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == {"status": "ok"}


@pytest.mark.usefixtures("revision")
async def test_ready_when_the_schema_is_the_newest(monkeypatch):
    monkeypatch.setattr("portal.web.health._newest_revision", lambda: str(migrate.head()))
    async with _client() as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("revision")
async def test_not_ready_when_the_schema_is_an_old_one():
    async with db.unit_of_work():
        await db.execute("update alembic_version set version_num = {}", "old")
    async with _client() as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert list(answer.json()) == ["status", "migrations"]


@pytest.mark.usefixtures("database")
async def test_not_ready_without_a_schema_and_nothing_secret_is_said():
    async with _client() as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "cannot be read, or has no schema")


async def test_metrics_count_answers_by_route_not_by_address():
    async with _client() as client:
        for number in range(3):
            await client.get(f"/things/{number}")
        await client.get("/nowhere/at/all")
        text = (await client.get("/metrics")).text
    ours = [
        line for line in text.splitlines() if line.startswith("portal_requests_total") and "things" in line
    ]
    assert ours == ['portal_requests_total{method="GET",route="/things/{number}",status="200"} 3.0']
    assert "/things/1" not in text
    assert "/nowhere" not in text


async def test_metrics_show_jobs_by_state():
    async def counts() -> Mapping[str, int]:
        return {"queued": 4}

    async with _client(job_counts=counts) as client:
        text = (await client.get("/metrics")).text
    assert 'portal_jobs{state="queued"} 4.0' in text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
)
async def test_without_a_token_metrics_are_for_this_machine_only(address, headers, status):
    async with _client(client=(address, 1)) as client:
        answer = await client.get("/metrics", headers=headers)
    assert (answer.status_code == 200) == (status == 200)


@pytest.mark.parametrize(
    ("given", "seen"), [("Bearer s3cret", True), ("Bearer wrong", False), ("s3cret", False), ("", False)]
)
async def test_with_a_token_only_its_holder_sees_metrics(given, seen):
    async with _client("s3cret", client=("10.0.0.7", 1)) as client:
        answer = await client.get("/metrics", headers={"Authorization": given} if given else {})
    assert (answer.status_code == 200) is seen
