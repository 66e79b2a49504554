"""Every statement of a settlement in one file on screen: printed once, gone on with, for finance only."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portal.access import Grant, Role
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, NotAllowed, NotFound
from portal.jobs.queries import find_job
from portal.jobs.worker import work_once
from portal.rebates.bulk_papers import ask_for_papers, bulks_of, bundle_of, may_bulk, require_bulk
from portal.rebates.model import SettlementKind
from portal.rebates.queries.settlements import get_settlement
from portal.rebates.work import register_jobs
from portal.settings import Settings
from portal.web.printing.paper_bundle import PaperBundle
from tests.portal.rebates.office_site import Site, make_client
from tests.portal.rebates.test_office_money import RUNNING, ok, posted
from tests.portal.rebates.world import World, make_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    made = Settings(database_url=database, data_dir=tmp_path)
    register_jobs(made)
    return made


@pytest.fixture
async def world(settings: Settings) -> World:
    assert settings.data_dir
    return await make_world(text=RUNNING)


@pytest.fixture
async def site(world: World, settings: Settings) -> AsyncIterator[Site]:
    async with make_client(world.people, settings) as client:
        yield Site(client)


async def printed(number: int) -> dict[str, int]:
    while await work_once("test"):
        pass
    job = await find_job(number)
    assert job is not None
    assert job.error is None
    return {key: job.result[key] for key in ("files", "printed")}


async def test_everybody_in_one_file_printed_once(site: Site, world: World, settings: Settings) -> None:
    number = await posted(site, world)
    place = f"/rebates/settlements/{number}"
    assert "Print all statements" in ok(await site.get("finance", place))
    assert (await site.post("finance", f"{place}/papers/file", lang="ko")).status_code == 404
    assert (await site.post("finance", f"{place}/papers", lang="ko")).status_code == 303
    text = ok(await site.get("finance", f"{place}/papers/progress"))
    assert 'hx-trigger="load' in text
    asked = await ask_for_papers(world.people["finance"], number, "ko")
    assert await fetch_value("select count(*) from job where kind = 'rebates.papers'") == 1
    assert await printed(asked) == {"files": 2, "printed": 2}
    text = ok(await site.get("finance", f"{place}/papers/progress"))
    assert 'hx-trigger="load' not in text
    assert "2 statements, 2 of them printed anew" in text
    sent = await site.post("finance", f"{place}/papers/file", lang="ko")
    assert sent.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        names = archive.namelist()
        assert [archive.read(name)[:5] for name in names] == [b"%PDF-"] * 2
    assert [name.split("_")[3] for name in names] == ["D-1", "D-2"]
    # One dealer has a new name: only his statement is printed again.
    async with unit_of_work():
        await execute("update account set name = 'New name' where code = 'D-2'")
    again = await ask_for_papers(world.people["finance"], number, "ko")
    assert again != asked
    assert await printed(again) == {"files": 2, "printed": 1}
    (korean, english) = await bulks_of(await get_settlement(number), settings)
    assert (korean.ready, korean.busy, english.ready, english.job) == (True, False, False, None)
    assert await fetch_value("select count(*) from audit_event where action = 'rebates.exported'") == 3


async def test_only_who_settles_for_everybody_may_have_it(site: Site, world: World) -> None:
    number = await posted(site, world)
    place = f"/rebates/settlements/{number}/papers"
    for who in ("manager", "author", "owner1"):
        assert (await site.post(who, place, lang="ko")).status_code == 403, who
        assert (await site.post(who, f"{place}/file", lang="ko")).status_code == 403, who
        assert (await site.get(who, f"{place}/progress")).status_code in (403, 404), who
    assert "Print all statements" not in ok(await site.get("admin", f"/rebates/settlements/{number}"))
    assert (await site.post("finance", place, lang="de")).status_code == 422
    assert (await site.post("finance", "/rebates/settlements/999/papers", lang="ko")).status_code == 404
    part = replace(world.people["manager"], grants=(Grant(Role.REGIONAL_MANAGER, "/KR/"),))
    settlement = await get_settlement(number)
    with pytest.raises(NotAllowed):
        require_bulk(part, settlement)
    accrual = replace(settlement, kind=SettlementKind.ACCRUAL)
    assert not may_bulk(world.people["finance"], accrual)
    with pytest.raises(Conflict):
        require_bulk(world.people["finance"], accrual)
    with pytest.raises(NotFound):
        bundle_of(Settings(), number, "de")


def test_a_bundle_goes_on_after_a_kill(tmp_path: Path) -> None:
    first = PaperBundle(tmp_path, "x")
    assert first.begin(0) == 0
    first.keep("k1", b"one")
    first.note([("a.pdf", "k1")])
    first.keep("k2", b"two")
    first.note([("b.pdf", "k2")])
    # The second was written, but its chunk did not become true: the cursor says 1.
    second = PaperBundle(tmp_path, "x")
    assert second.begin(1) == 1
    assert second.has("k2")
    second.note([("b.pdf", "k2")])
    assert second.pack() == 2
    assert not (tmp_path / "bundles/x.parts").exists()
    whole = b"".join(second.pieces())
    third = PaperBundle(tmp_path, "x")
    assert third.begin(5) == 0
    assert (third.has("k1"), third.has("k3")) == (True, False)
    third.note([("a.pdf", "k1"), ("b.pdf", "k2")])
    third.pack()
    assert b"".join(third.pieces()) == whole


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    bundle = PaperBundle(tmp_path, "x")
    bundle.begin(0)
    bundle.keep("k1", b"x" * 50)
    bundle.note([("a.pdf", "k1")])
    bundle.pack()
    bundle.path.write_bytes(bundle.path.read_bytes().replace(b"xxxxx", b"yyyyy"))
    again = PaperBundle(tmp_path, "x")
    again.begin(0)
    assert not again.has("k1")
    again.path.write_bytes(b"no zip")
    again.begin(0)
    assert not again.has("k1")
