"""Figures kept for the list: computed every morning and by a job, and said to be behind an import."""

from __future__ import annotations

import datetime as dt
from functools import partial

from portal.credit.queries.standings import freshness
from portal.credit.service.standings import ask_refresh, refresh_today
from portal.credit.work import register_jobs
from portal.db import execute, fetch_value, unit_of_work
from portal.jobs.worker import work_once
from portal.settings import Settings
from tests.portal.credit.conftest import OWN, World

kept = partial(fetch_value, "select balance_minor from credit_standing where account = {}", OWN)


async def test_the_list_is_behind_an_import_until_it_is_computed_again(world: World) -> None:
    register_jobs(Settings())
    assert (await freshness()).as_of is None
    await world.document("I1", "04-01", (100, 10, 0), due="05-01")
    assert await refresh_today(Settings()) == 3
    fresh = await freshness()
    assert (await kept(), fresh.is_behind, fresh.as_of) == (
        110,
        False,
        dt.datetime.now(Settings().zone).date(),
    )
    async with unit_of_work():
        await execute(
            "insert into import_batch (kind, state, file_name, created_at, applied_at)"
            " values ('payments', 'applied', 'p.csv', {}, {})",
            *[dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)] * 2,
        )
        await execute("update credit_standing set balance_minor = 0")
    assert (await freshness()).is_behind
    first = await ask_refresh(world.people["finance"])
    assert await ask_refresh(world.people["finance2"]) == first
    assert await work_once("test")
    assert await kept() == 110
    assert await fetch_value("select state from job where id = {}", first) == "done"


async def test_who_became_no_dealer_leaves_the_list(world: World) -> None:
    await refresh_today(Settings())
    async with unit_of_work():
        await execute("update account set merged_into = 20 where id = {}", OWN)
    assert world.people
    await refresh_today(Settings())
    assert await kept() is None
    assert await fetch_value("select count(*) from credit_standing") == 2
