"""Both sides of the bench do their work on both databases and leave nothing behind."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_value, unit_of_work
from portal.errors import Conflict
from portal.evaluations import bench
from tests.portal.evaluations.conftest import MONTH, NOW

if TYPE_CHECKING:
    from tests.portal.evaluations.conftest import World


async def _line(seller: int, day: dt.date) -> None:
    source = await fetch_value("insert into import_source (code) values ('erp') returning id")
    batch = await fetch_value(
        "insert into import_batch (kind, file_name, created_at) values ('orders', 'f', {}) returning id", NOW
    )
    product = await fetch_value(
        "insert into product (code, name, updated_at) values ('P', 'P', {}) returning id", NOW
    )
    document = await fetch_value(
        "insert into document (source, level, kind, number, seller, buyer, business_on, batch)"
        " values ({}, 2, 1, 'N', {}, {}, {}, {}) returning id",
        source, seller, seller, day, batch,
    )  # fmt: skip
    await fetch_value(
        "insert into document_line (source, kind, number, line_no, document, level, seller, buyer,"
        " business_on, product, quantity, amount_minor, batch, source_row)"
        " values ({}, 1, 'N', 1, {}, 2, {}, {}, {}, {}, 1, 100, {}, 1) returning id",
        source, document, seller, seller, day, product, batch,
    )  # fmt: skip


async def test_both_sides_run_and_leave_nothing_behind(world: World) -> None:
    with pytest.raises(Conflict):
        await bench._latest_month()
    async with unit_of_work():
        await _line(world.dealers["D-1"], dt.date(2026, 1, 5))
    assert await bench._latest_month() == MONTH
    for work in (bench._close, bench._bare_facts, bench._bare_facts):
        assert await bench._timed(work, MONTH) > 0
    assert await fetch("select id from evaluation_run") == []
    async with unit_of_work():
        await bench._bare_facts(MONTH)
        rows = await fetch("select c0, c1, c25, c27 from bench_fact")
        await execute("drop table bench_fact")
    assert [tuple(row.values()) for row in rows] == [(world.dealers["D-1"], 100, 1, 1)]
