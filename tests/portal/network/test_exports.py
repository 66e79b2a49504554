"""Long lists are written by a job, as the person who asked would see them, and given to nobody else."""

from __future__ import annotations

import pytest

from portal.db import execute, unit_of_work
from portal.jobs import service, worker
from portal.jobs.queries import find_job
from portal.network import exports
from tests.portal.network.conftest import NOW, insert_rows


@pytest.fixture
async def long_list(client, monkeypatch):
    monkeypatch.setattr(exports, "DIRECT_ROWS_MAX", 1)
    service.register(exports.JOB_KIND, exports.run_export)
    people = [(5, "daejeon", "지역 관리자", "x", NOW), (9, "owner", "대표", "x", NOW)]
    async with unit_of_work():
        await insert_rows("login_user", ("id", "login", "name", "password_hash", "created_at"), people)
        await insert_rows(
            "role_grant",
            ("user_id", "role", "region_id", "account_id", "state", "origin", "requested_at"),
            [
                (5, "regional_manager", 3, None, "active", "demo", NOW),
                (9, "dealer_owner", None, 20, "active", "demo", NOW),
            ],
        )
    return client


async def ask(client, name: str) -> int:
    answer = await client.post(name, "/terminals/export", format="csv", sort="code")
    return int(answer.headers["location"].removeprefix("/exports/"))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("asks_daejeon", [["T12", "한빛 호프"], ["T13", "가람마트"]]),
        ("asks_owner", [["T22", "공주식당"], ["T23", "나래마트"]]),
    ],
)
async def test_a_long_list_becomes_a_file(long_list, name, rows):
    client = long_list
    job_id = await ask(client, name)
    assert "hx-trigger" in (await client.get(name, f"/exports/{job_id}/progress")).text
    assert (await client.get(name, f"/exports/{job_id}/file")).status_code == 404
    assert await worker.work_once("tests")
    job = await find_job(job_id)
    assert (job.state, job.error, job.done, job.total) == ("done", None, 2, 2)
    page = await client.get(name, f"/exports/{job_id}")
    assert ('hx-trigger="load' in page.text, f"/exports/{job_id}/file" in page.text) == (False, True)
    content = (await client.get(name, f"/exports/{job_id}/file")).content.decode("utf-8-sig")
    assert [line.split(",")[:2] for line in content.splitlines()[1:]] == rows
    for stranger in ("administrator", "south"):
        assert (await client.get(stranger, f"/exports/{job_id}")).status_code == 404


async def test_somebody_whose_roles_were_taken_gets_no_file(long_list):
    job_id = await ask(long_list, "asks_daejeon")
    async with unit_of_work():
        await execute("update role_grant set state = 'revoked'")
    assert await worker.work_once("tests")
    job = await find_job(job_id)
    assert (job.state, job.result) != ("done", {})
