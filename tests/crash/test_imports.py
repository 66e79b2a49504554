"""An import whose worker is killed while applying is wholly there or not at all, and then goes on."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.access import Signature
from portal.audit.service import verify_chain
from portal.db import fetch, fetch_value, unit_of_work
from portal.sales.imports import pipeline
from portal.sales.imports.model import ImportKind
from portal.sales.imports.work import APPLY, enqueue_change
from portal.sales.verify import verify_totals
from tests.crash.conftest import expire_leases, job_state
from tests.crash.jobs_process import ended_by, kill_after, start
from tests.portal.identity.world import ADMIN, add_user
from tests.portal.sales.imports.conftest import Importer, importer

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["importer"]  # fixture
LINES = 2000
SLOWEST_S = 60


def _rows() -> list[dict[str, object]]:
    return [
        {
            "kind": "order", "number": f"N{place // 5}", "line": place % 5 + 1,
            "day": f"2026-{place // 5 % 9 + 1:02}-05",
            "seller": f"S{place // 5 % 20}", "buyer": f"B{place // 5 % 300}", "product": f"P{place % 40}",
            "quantity": place % 7 + 1, "amount": (place % 7 + 1) * 1100,
        }
        for place in range(LINES)
    ]  # fmt: skip


@pytest.fixture
async def actor(database: str) -> Signature:
    """Who confirms the imports."""
    return Signature(await add_user("admin", ADMIN))


async def _staged(importer: Importer, actor: Signature) -> tuple[int, int]:
    """Stage the file again and ask for it to be applied; return batch and job."""
    batch = await importer.stage(ImportKind.ORDERS, _rows(), level=2, actor=actor)
    async with unit_of_work():
        return batch.id, await enqueue_change(APPLY, batch.id, actor)


async def _picture() -> dict[str, int]:
    rows = await fetch(
        "select count(*) as lines, coalesce(sum(amount_minor), 0) as amount,"
        " (select count(*) from document) as documents,"
        " (select coalesce(sum(net_minor), 0) from account_month) as totals,"
        " (select count(*) from account) as accounts, (select count(*) from product) as products"
        " from document_line"
    )
    return {name: int(value) for name, value in rows[0].items()}


async def _finished(database: str, folder: Path, job: int) -> float:
    async def done() -> bool:
        return await job_state(job) not in ("queued", "running")

    return await ended_by(start(database, folder), done, SLOWEST_S)


async def _state(batch: int) -> str:
    return str(await fetch_value("select state from import_batch where id = {}", batch))


async def _take_back(importer: Importer, batch: int, before: dict[str, int]) -> None:
    await pipeline.undo_batch(batch, importer.settings)
    assert await _picture() == before


async def _campaign(importer: Importer, database: str, actor: Signature, seed: int, kills: int) -> None:
    folder, before = importer.settings.data_dir, await _picture()
    batch, job = await _staged(importer, actor)
    seconds = await _finished(database, folder, job)
    after = await _picture()
    assert (after["lines"], await _state(batch), await verify_totals()) == (LINES, "applied", [])
    await _take_back(importer, batch, before)
    chance = random.Random(seed)  # noqa: S311  moments to kill at, the same in each campaign
    for moment in [chance.uniform(0, seconds * 1.1) for _ in range(kills)]:
        batch, job = await _staged(importer, actor)
        await kill_after(start(database, folder), moment)
        state = await _state(batch)
        assert (state, await _picture()) in (("staged", before), ("applied", after)), moment
        await expire_leases()
        await _finished(database, folder, job)
        events = await fetch_value(
            "select count(*) from audit_event where action = 'import.applied' and subject_key = {}",
            str(batch),
        )
        assert (await _state(batch), await _picture(), events) == ("applied", after, 1), moment
        assert await verify_totals() == [], moment
        await _take_back(importer, batch, before)
    assert (await verify_chain()).is_whole


async def test_a_killed_import_is_wholly_there_or_not_at_all(
    importer: Importer, database: str, actor: Signature
) -> None:
    await _campaign(importer, database, actor, seed=1, kills=3)


@pytest.mark.nightly
async def test_a_hundred_kills(importer: Importer, database: str, actor: Signature) -> None:
    await _campaign(importer, database, actor, seed=2, kills=100)


async def test_killed_more_often_than_it_is_tried_an_import_can_be_confirmed_again(
    importer: Importer, database: str, actor: Signature
) -> None:
    folder, before = importer.settings.data_dir, await _picture()
    batch, job = await _staged(importer, actor)
    async with unit_of_work():  # as if two workers had died with it
        await db.execute("update job set attempts = 2 where id = {}", job)
    await _finished(database, folder, job)
    assert (await job_state(job), await _state(batch), await _picture()) == ("failed", "staged", before)
    async with unit_of_work():
        again = await enqueue_change(APPLY, batch, actor)
    await _finished(database, folder, again)
    assert (await _state(batch), (await _picture())["lines"]) == ("applied", LINES)
