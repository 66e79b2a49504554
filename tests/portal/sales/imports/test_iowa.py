"""The Iowa set: the reference figures, the same file twice, replacing one month (docs/algorithms/iowa.md)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.sales.control import By, control_totals
from portal.sales.imports import pipeline
from portal.sales.imports.model import ImportKind, Mode
from portal.sales.reading.known import ready_map_text
from portal.sales.verify import verify_totals
from portal.settings import Settings
from tests.portal.sales.imports.conftest import counts_of

if TYPE_CHECKING:
    from pathlib import Path

    from portal.sales.imports.batch import Batch

OCTOBER = dt.date(2022, 10, 1)
ARCHIVE = "order_lines_2019-11_2022-10.parquet"
MONTH = "order_lines_2022-10_portal_format.csv.gz"


class Iowa:
    """Imports files of the set by their ready maps."""

    def __init__(self, reference: Path, folder: Path) -> None:
        self._reference = reference / "iowa"
        self.settings = Settings(
            currency="USD", currency_decimals=2, business_zone="America/Chicago", data_dir=folder
        )

    async def run(self, kind: ImportKind, name: str, map_name: str, mode: Mode = Mode.ADD) -> Batch:
        text = ready_map_text(map_name)
        new = pipeline.NewImport(kind, self._reference / name, name, mode, text)
        return await pipeline.import_file(new, self.settings)

    async def masters(self) -> None:
        await self.run(ImportKind.TERMINALS, "stores.csv", "iowa_stores")
        await self.run(ImportKind.PRODUCTS, "items.csv.gz", "iowa_items")


@pytest.fixture
async def iowa(database: str, reference_data: Path, tmp_path: Path) -> Iowa:
    found = Iowa(reference_data, tmp_path)
    await found.masters()
    return found


@pytest.mark.reference
async def test_one_month(iowa: Iowa) -> None:
    places = await db.fetch("select kind, count(*) as accounts from account group by kind order by kind")
    assert [tuple(row.values()) for row in places] == [("dealer", 99), ("outlet", 594), ("terminal", 2822)]
    first = await iowa.run(ImportKind.ORDERS, MONTH, "iowa_portal_orders")
    assert (counts_of(first), first.level) == ((213_014, 0, 0, 0, 0, 0), 2)
    found = await control_totals(OCTOBER, OCTOBER, By.DEALER)
    total = found.total
    assert (total.lines, total.net_minor, total.quantity) == (213_014, 3_968_863_258, 2_728_062)
    assert "(none)" not in [row.key for row in found.rows]
    negative = "select count(*) from document_line where amount_minor < 0"
    assert await db.fetch_value(negative) == 206
    assert await verify_totals() == []
    again = await iowa.run(ImportKind.ORDERS, MONTH, "iowa_portal_orders")
    assert counts_of(again) == (0, 0, 213_014, 0, 0, 0)
    assert (await control_totals(OCTOBER, OCTOBER, By.DEALER)) == found


@pytest.mark.reference
@pytest.mark.nightly
async def test_thirty_six_months(iowa: Iowa) -> None:
    batch = await iowa.run(ImportKind.ORDERS, ARCHIVE, "iowa_parquet_orders")
    total = (await control_totals(dt.date(2019, 11, 1), OCTOBER)).total
    assert (total.lines, total.documents, total.active, total.net_minor, total.quantity) == (
        7_759_582, 284_136, 2_195, 123_769_524_030, 90_858_855,
    )  # fmt: skip
    assert batch.report.totals.documents == 284_136
    same = await iowa.run(ImportKind.ORDERS, MONTH, "iowa_portal_orders")
    assert counts_of(same) == (0, 0, 213_014, 0, 0, 0)
    assert await verify_totals() == []
