"""What a line is paid on: months with an order, and sell-through only where the manufacturer may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, unit_of_work
from portal.rebates.queries.basis import measure
from portal.rebates.work import register_jobs
from portal.sales.model import Level, Side
from portal.settings import Settings
from rules.rebate import Program
from tests.portal.rebates.own_site import TEXT, YEAR, Site, build_site, order
from tests.portal.rebates.world import sell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MARCH = dt.date(YEAR, 3, 31)
PROGRAM = Program.load(TEXT)
VOLUME = PROGRAM.component("volume")


@pytest.fixture
async def site(database: str, tmp_path: Path) -> AsyncIterator[Site]:
    register_jobs(Settings(database_url=database))
    made = await build_site(tmp_path)
    async with made.client:
        yield made


async def test_months_with_an_order_of_goods_are_counted(site: Site) -> None:
    program = replace(PROGRAM, components=(replace(VOLUME, every_month=True),))

    async def months() -> int:
        return (await measure(program, MARCH, [site.dealer]))[site.dealer]["volume"].months_with_orders

    assert await months() == 2
    await order(site, "R-1", f"{YEAR}-03-05", {"tea": -10}, kind=2)
    assert await months() == 2
    await order(site, "I-7", f"{YEAR}-03-06", {"tea": 10})
    await order(site, "I-8", f"{YEAR}-03-07", {"tea": 10})
    assert await months() == 3


async def test_sell_through_that_is_not_shared_is_missing_and_not_zero(site: Site) -> None:
    basis = replace(VOLUME.basis, level="sell_through")
    program = replace(PROGRAM, components=(replace(VOLUME, basis=basis),))
    await sell(site.dealer, f"{YEAR}-02", 700, level=Level.SELL_THROUGH.value, side=Side.SELLER.value)

    async def found() -> tuple[int, bool]:
        value = (await measure(program, MARCH, [site.dealer]))[site.dealer]["volume"]
        return value.value, value.missing

    assert await found() == (700, True)
    async with unit_of_work():
        await execute(
            "insert into dealer (account, address, phone, sell_through_owner)"
            " values ({}, '', '', 'manufacturer')",
            site.dealer,
        )
    assert await found() == (700, False)
    other = site.world.dealers["D-2"]
    values = await measure(program, MARCH, [other])
    assert (values[other]["volume"].value, values[other]["volume"].missing) == (0, True)
