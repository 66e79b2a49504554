"""A whole file: many lines, all or nothing at every statement, warnings about periods."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any

import pytest

from portal import db
from portal.sales import totals
from portal.sales.control import control_totals
from portal.sales.imports import line_changes, pipeline, stubs
from portal.sales.imports.model import ImportKind, Mode
from portal.sales.imports.profile import distance, shares
from portal.sales.verify import verify_totals
from tests.portal.sales.imports.conftest import checksums, counts_of, lines

if TYPE_CHECKING:
    from tests.portal.sales.imports.conftest import Importer


AUGUST, OCTOBER = dt.date(2026, 8, 1), dt.date(2026, 10, 1)


def synthetic(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Lines over three months: 20 to a document, 300 buyers, 40 products, some returns and deposits."""
    chance = random.Random(seed)  # noqa: S311  reproducible rows
    rows = []
    for place in range(count):
        number, line = divmod(place, 20)
        kind = "return" if number % 17 == 0 else "order"
        sign = -1 if kind == "return" else 1
        rows.append(
            {
                "kind": kind,
                "number": f"N{number:06d}",
                "line": line + 1,
                "day": f"2026-{8 + number % 3:02d}-{1 + number % 28:02d}",
                "seller": f"D{number % 300 % 12:02d}",
                "buyer": f"T{number % 300:04d}",
                "product": f"P{chance.randrange(40):02d}",
                "line_kind": "deposit" if place % 31 == 0 else "goods",
                "quantity": sign * chance.randrange(1, 50),
                "amount": sign * chance.randrange(100, 100_000),
            }
        )
    return rows


async def test_twenty_thousand_lines(importer: Importer) -> None:
    rows = synthetic(20_000)
    batch = await importer.run(ImportKind.ORDERS, rows, level=2)
    goods = [row for row in rows if row["line_kind"] == "goods"]
    total = (await control_totals(AUGUST, OCTOBER)).total
    assert counts_of(batch) == (20_000, 0, 0, 0, 0, 0)
    assert (total.lines, total.documents, total.net_minor, total.quantity, total.active) == (
        len(goods), len({row["number"] for row in goods}), sum(row["amount"] for row in goods),
        sum(row["quantity"] for row in goods), len({row["buyer"] for row in goods}),
    )  # fmt: skip
    assert total.returns_minor == sum(row["amount"] for row in goods if row["kind"] == "return")
    assert (batch.report.totals.net_minor, batch.report.totals.documents) == (total.net_minor, 1000)
    assert await verify_totals() == []
    before = await checksums()
    september = [row | {"amount": row["amount"] + 1} for row in rows if row["day"].startswith("2026-09")]
    replaced = await importer.run(ImportKind.ORDERS, september[:-100], level=2, mode=Mode.REPLACE)
    assert counts_of(replaced) == (0, len(september) - 100, 0, 0, 0, 100)
    assert await verify_totals() == []
    await pipeline.undo_batch(replaced.id, importer.settings)
    assert await checksums() == before


class KilledError(Exception):
    """Stands for the process dying."""


@pytest.mark.parametrize("mode", list(Mode))
async def test_dying_at_any_statement_of_applying_leaves_nothing(
    importer: Importer, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    await importer.run(ImportKind.ORDERS, synthetic(200), level=2)
    rows = [row | {"amount": 1} for row in synthetic(100)] + synthetic(400)[300:]
    batch = await importer.stage(ImportKind.ORDERS, rows, level=2, mode=mode)
    before = await checksums()
    done = 0
    for module in (line_changes, stubs, totals, pipeline):
        real = module.execute

        async def counted(sql: str, *args: Any, real: Any = real) -> int:
            nonlocal done
            done += 1
            if done == limit:
                raise KilledError
            return int(await real(sql, *args))

        monkeypatch.setattr(module, "execute", counted)
    limit = 1
    while True:
        done = 0
        try:
            await pipeline.apply_batch(batch.id, importer.settings)
        except KilledError:
            assert await checksums() == before
            limit += 1
        else:
            break
    assert limit > 30
    assert await verify_totals() == []
    assert len(await lines()) == (300 if mode is Mode.ADD else 200)


async def test_a_file_with_one_period_stamped_on_every_row_is_warned_about(importer: Importer) -> None:
    for month in (7, 8, 9):
        rows = [
            {"kind": "order", "number": f"M{month}{place}", "line": 1,
             "day": f"2026-{month - place % 3 // 2:02d}-{1 + place:02d}", "buyer": "T1",
             "product": "P1", "quantity": 1, "amount": 1}
            for place in range(20)
        ]  # fmt: skip
        usual = await importer.run(ImportKind.ORDERS, rows, level=2)
        assert [warning["code"] for warning in usual.report.warnings] == []
    stamped = [row | {"number": f"X{row['number']}", "day": "2026-10-01"} for row in rows]
    batch = await importer.run(ImportKind.ORDERS, stamped, level=2)
    assert [warning["code"] for warning in batch.report.warnings] == ["single_day"]
    scattered = [
        row | {"number": f"Y{place}", "day": f"2026-{1 + place % 10:02d}-05"}
        for place, row in enumerate(rows)
    ]
    unusual = await importer.run(ImportKind.ORDERS, scattered, level=2)
    assert [(w["code"], w["params"]["count"]) for w in unusual.report.warnings] == [("unusual_period", 4)]
    other = await importer.run(
        ImportKind.ORDERS, [row | {"vat": 1, "number": "Z"} for row in rows[:1]], level=2
    )
    assert "other_columns" in [warning["code"] for warning in other.report.warnings]


def test_profiles_compare_shares_by_distance_from_the_last_month() -> None:
    october, november = shares({"2026-09": 1, "2026-10": 3}), shares({"2026-10": 2, "2026-11": 6})
    assert (october, distance(october, november)) == ({0: 0.75, 1: 0.25}, 0.0)
    assert (distance(october, shares({"2026-01": 9})), shares({})) == (0.25, {})


async def test_stage_tables_are_gone_afterwards(importer: Importer) -> None:
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1"}, level=2)
    if db.engine_kind() == "postgres":
        found = await db.fetch("select tablename as name from pg_tables where tablename like 'stage%'")
    else:
        found = await db.fetch(
            "select name from sqlite_master where name like 'stage%' or name like 'touched%'"
        )
    assert found == []


async def test_one_row_of_plain_words_is_staged(importer: Importer) -> None:
    row = {
        "number": "1",
        "line": 1,
        "day": "2026-10-05",
        "buyer": "1",
        "product": "1",
        "quantity": 1,
        "amount": 1,
    }
    await importer.run(ImportKind.ORDERS, [row], level=2)
    assert await lines() == [("1", 1, "1", "1", 1, 1)]


async def test_marks_of_copy_in_text_come_back_as_written(importer: Importer) -> None:
    names = {"T1": "역\\슬래시 가게", "T2": "\\N", "T3": "보통 가게"}
    await importer.run(ImportKind.TERMINALS, [{"code": code, "name": name} for code, name in names.items()])
    stored = await db.fetch("select code, name from account order by code")
    assert {row["code"]: row["name"] for row in stored} == names
