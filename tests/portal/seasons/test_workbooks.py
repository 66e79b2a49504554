"""Targets as workbooks, out and in again, and amounts as people type them."""

from __future__ import annotations

import csv
import io
import time

import pytest

from portal.db import fetch, fetch_value, insert_rows, unit_of_work
from portal.errors import Invalid
from portal.seasons.exports import read_workbook
from portal.seasons.forms import read_money, write_money
from portal.seasons.model import Cell
from portal.seasons.queries.seasons import get_season
from portal.seasons.queries.targets import list_cells, list_versions
from portal.seasons.service.workbooks import import_drafts
from portal.web.forms import FormReader
from rules.months import Month
from tests.portal.seasons.conftest import (
    COLA,
    JUICE,
    NEAR,
    NOW,
    OWN,
    SEOUL,
    World,
    choose,
    draft,
)
from tests.portal.seasons.site import Site, site, upload, workbook

__all__ = ["site"]


async def test_the_workbook_goes_out_and_comes_back(site: Site, world: World):
    await draft(world, 500_000)
    await choose(world, NEAR)
    path = f"/seasons/{world.season}/targets"
    answer = await site.post("manager", f"{path}/export", format="csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[2] for row in rows[1:]] == ["P1", "P2"] or [row[2] for row in rows[1:]] == ["P2", "P1"]
    assert sum(int(row[-1]) for row in rows[1:]) == 500_000
    book = (await site.post("manager", f"{path}/export", format="xlsx")).content
    season = await get_season(world.people["manager"], world.season)
    read = read_workbook(book, season)
    cells = (await list_cells([(await list_versions(world.season, [OWN]))[0].id]))[1]
    assert sorted(read["D10"]) == sorted(
        ({COLA: "P1", JUICE: "P2"}[cell.product], cell.month, cell.amount_minor) for cell in cells
    )
    sheet = workbook([("D10", "P1", 7), ("D20", "P2", 9)])
    done = await upload(site, f"{path}/import", sheet)
    assert done.status_code == 303
    amounts = {row["account"]: row["amount_minor"] for row in await fetch("select * from season_target")}
    assert amounts == {OWN: 7 * 6, NEAR: 9 * 6}
    for wrong in (
        b"no workbook",
        workbook([("D10", "P9", 1)]),
        workbook([("D30", "P1", 1)]),
        workbook([("D25", "P1", 1)]),
        workbook([("D10", "P1", "many")]),
        workbook([("D10", "P1", 1), ("D10", "P1", 2)]),
        workbook([("D10", "P1", 1)], months=("2030-01",)),
    ):
        assert (await upload(site, f"{path}/import", wrong)).status_code == 422
    assert (await site.post("manager", f"{path}/import", x="1")).status_code == 422
    assert {
        row["account"]: row["amount_minor"] for row in await fetch("select * from season_target")
    } == amounts


async def test_ten_thousand_cells_are_read_in_seconds(world: World):
    await choose(world, None)
    products = list(range(100, 934))
    async with unit_of_work():
        await insert_rows(
            "product",
            ("id", "code", "name", "category", "is_own", "status", "updated_at"),
            [(one, f"Q{one}", f"제품 {one}", "주스", True, "active", NOW) for one in products],
        )
    months = [Month.parse("2026-10").shift(at) for at in range(6)]
    cells = [Cell(product, month, 1_000) for product in products for month in months]
    begun = time.perf_counter()
    count = await import_drafts(world.people["manager"], world.season, {"D10": cells, "D20": cells}, SEOUL)
    assert count == 2
    assert time.perf_counter() - begun < 20
    assert await fetch_value("select sum(amount_minor) from season_target") == 10_008 * 1_000
    assert await fetch_value("select count(*) from season_target_share") == 10_008


@pytest.mark.parametrize(
    ("text", "decimals", "minor"),
    [
        ("1,250", 0, 1_250),
        ("１２５０", 0, 1_250),
        ("₩1250", 0, 1_250),
        ("12.5", 2, 1_250),
        ("12", 2, 1_200),
        ("7.00", 0, 7),
    ],
)
def test_amounts_are_typed_as_people_write_them(text: str, decimals: int, minor: int):
    form = FormReader({"amount": text})
    assert read_money(form, "amount", decimals) == minor
    assert form.problems == []
    assert read_money(FormReader({"amount": write_money(minor, decimals)}), "amount", decimals) == minor


@pytest.mark.parametrize("text", ["", "-1", "1.5", "abc", "1e9", "9999999999999999"])
def test_what_is_no_amount_is_refused(text: str):
    form = FormReader({"amount": text})
    read_money(form, "amount", 0)
    with pytest.raises(Invalid):
        form.check()
