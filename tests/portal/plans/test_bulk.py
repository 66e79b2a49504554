"""Many plans in one file: by a job that can be stopped in the middle, for who asked and nobody else."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, NotAllowed, NotFound
from portal.jobs.queries import find_job
from portal.jobs.run import JobRun
from portal.jobs.worker import work_once
from portal.plans import bulk
from portal.plans.queries.plans import PlanFilter
from portal.plans.work import register_jobs
from portal.settings import Settings
from portal.web.printing.bulk import Sheet, print_bundle
from portal.web.printing.paper_bundle import PaperBundle
from tests.portal.plans.field_site import Site, make_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.portal.plans.conftest import World


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database, data_dir=tmp_path)


@pytest.fixture
async def named(world: World, settings: Settings) -> World:
    """Let the manager be found by sign-in name, as the job finds him."""
    register_jobs(settings)
    async with unit_of_work():
        await execute(
            "insert into role_grant (user_id, role, region_id, state, origin, requested_at)"
            " select id, 'regional_manager', 2, 'active', 'demo', created_at from login_user"
            " where login = {}",
            "manager",
        )
    return world


@pytest.fixture
async def site(named: World, settings: Settings) -> AsyncIterator[Site]:
    async with make_client(named.people, settings) as client:
        yield Site(client)


async def copies(plan: int, count: int) -> None:
    async with unit_of_work():
        for _ in range(count):
            await execute(
                "insert into development_plan (month_on, owner, region, state, settings, inputs,"
                " inputs_sha256, created_by_user_id, created_at) select month_on, owner, region, 'draft',"
                " settings, inputs, inputs_sha256, created_by_user_id, created_at from development_plan"
                " where id = {}",
                plan,
            )


class Killed(Exception):  # noqa: N818  what a killed process leaves behind
    """The process ended here."""


async def printed_until(plans: int, bundle: PaperBundle, stop_after: int, cursor: dict[str, int]) -> Any:
    """Print made-up papers and die after so many of them; return result or the cursor kept."""
    made: list[str] = []
    kept = dict(cursor)

    async def read(item: int) -> Sheet | None:
        async def render() -> bytes:
            if len(made) >= stop_after:
                raise Killed
            made.append(str(item))
            return f"paper {item}".encode()

        return None if item == 7 else Sheet(f"{item}.pdf", f"key{item}", render)

    async def mark(now: dict[str, int]) -> None:
        kept.update(now)

    try:
        found = await print_bundle(bundle, range(plans), read, mark, cursor)
    except Killed:
        return kept, made
    return found, made


async def test_what_was_stopped_in_the_middle_goes_on(tmp_path: Path) -> None:
    bundle = PaperBundle(tmp_path, "x")
    cursor, first = await printed_until(50, bundle, 25, {})
    assert cursor == {"next": 20, "listed": 19, "printed": 19}
    assert len(first) == 25
    found, second = await printed_until(50, PaperBundle(tmp_path, "x"), 99, cursor)
    assert found == {"files": 49, "printed": 43}
    assert set(first) & set(second) == set()
    assert {*first, *second} == {str(item) for item in range(50) if item != 7}
    with zipfile.ZipFile(bundle.path) as archive:
        assert archive.namelist() == [f"{item}.pdf" for item in range(50) if item != 7]
        assert archive.read("49.pdf") == b"paper 49"
    found, third = await printed_until(50, PaperBundle(tmp_path, "x"), 99, {})
    assert (found, third) == ({"files": 49, "printed": 0}, [])


async def test_parts_that_are_gone_are_printed_again(tmp_path: Path) -> None:
    found, made = await printed_until(
        3, PaperBundle(tmp_path, "y"), 99, {"next": 2, "listed": 2, "printed": 2}
    )
    assert (found, sorted(made)) == ({"files": 3, "printed": 3}, ["0", "1", "2"])


async def test_plans_of_a_list_in_one_file(site: Site, named: World, plan: int, settings: Settings) -> None:
    await copies(plan, 2)
    assert "Print all plans of this list" in (await site.get("manager", "/plans")).text
    assert "Nothing was printed yet" in (await site.get("manager", "/plans/papers")).text
    asked = await site.post("manager", "/plans/papers", lang="ko", month="2026-10")
    assert asked.headers["location"] == "/plans/papers"
    rows = (await site.get("manager", "/plans/papers/rows")).text
    assert 'hx-trigger="load' in rows
    number = await bulk.ask_for_plans(named.people["manager"], PlanFilter(month="2026-10"), "ko")
    assert await fetch_value("select count(*) from job where kind = 'plans.papers'") == 1
    assert (await site.post("manager", f"/plans/papers/{number}/file")).status_code == 404
    while await work_once("test"):
        pass
    job = await find_job(number)
    assert job is not None
    assert (job.result, job.error, job.done, job.total) == ({"files": 3, "printed": 3}, None, 3, 3)
    rows = (await site.get("manager", "/plans/papers/rows")).text
    assert 'hx-trigger="load' not in rows
    assert "3 papers, 3 of them printed anew" in rows
    sent = await site.post("manager", f"/plans/papers/{number}/file")
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        assert [archive.read(name)[:5] for name in archive.namelist()] == [b"%PDF-"] * 3
    for who in ("marketing", "auditor"):
        assert (await site.post(who, f"/plans/papers/{number}/file")).status_code == 404
        assert "papers," not in (await site.get(who, "/plans/papers")).text
    assert (await site.get("finance", "/plans/papers")).status_code == 403
    again = await bulk.ask_for_plans(named.people["manager"], PlanFilter(month="2026-10"), "ko")
    assert again != number
    moved = PlanFilter(month="2026-10")
    assert settings.data_dir
    with pytest.raises(NotAllowed):
        await bulk.ask_for_plans(named.people["finance"], moved, "ko")
    with pytest.raises(Conflict):
        await bulk.ask_for_plans(named.people["manager"], PlanFilter(month="2031-10"), "ko")


async def test_route_sheets_and_what_is_gone(named: World, plan: int, settings: Settings) -> None:
    manager = named.people["manager"]
    with pytest.raises(NotFound):
        await bulk.ask_for_routes(named.people["far_manager"], plan, "en")
    number = await bulk.ask_for_routes(manager, plan, "en")
    job = await find_job(number)
    assert job is not None
    days = await fetch_value("select count(*) from plan_day where plan = {}", plan)
    assert job.total == days
    press = bulk._Press(manager, settings, "en", bulk.pool_of(settings).engine())
    assert await press.read(["plan", 999_999]) is None
    assert await press.read(["route", plan, 1, "2026-10-01"]) is None
    sheet = await press.read(job.payload["items"][0])
    assert sheet is not None
    assert sheet.name.startswith("2026-10-")


async def test_more_than_one_file_holds_is_refused(
    named: World, plan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await copies(plan, 3)
    monkeypatch.setattr(bulk, "MOST", 3)
    with pytest.raises(Conflict, match="One file holds"):
        await bulk.ask_for_plans(named.people["manager"], PlanFilter(), "ko")


async def test_who_may_no_longer_export_gets_nothing(named: World, plan: int, settings: Settings) -> None:
    number = await bulk.ask_for_plans(named.people["manager"], PlanFilter(), "ko")
    async with unit_of_work():
        await execute("update role_grant set state = 'revoked'")
        await execute("update job set state = 'running', worker = 'test' where id = {}", number)
    row = await fetch_value("select payload from job where id = {}", number)
    assert str(plan) in row
    job = JobRun(
        {"id": number, "kind": bulk.PAPERS, "payload": row, "cursor": "{}", "done": 0, "total": 1,
         "created_by_user_id": 1},
        "test",
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        await bulk.print_papers(job, settings=settings)
