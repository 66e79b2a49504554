"""Order lines: new, same, conflict, repeated, reused numbers, stubs, deposits, replace, undo."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.errors import Conflict
from portal.sales.control import By, control_totals
from portal.sales.imports import pipeline
from portal.sales.imports.model import ImportKind, Mode
from portal.sales.verify import verify_totals
from tests.portal.sales.imports.conftest import checksums, counts_of, lines

if TYPE_CHECKING:
    from tests.portal.sales.imports.conftest import Importer

OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


async def test_new_lines_make_documents_stubs_and_totals(importer: Importer) -> None:
    batch = await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1", "seller": "D1", "quantity": 3, "amount": 3000},
        {"number": "A1", "buyer": "T1", "product": "P2", "seller": "D1", "amount": 500},
        {
            "number": "A2",
            "buyer": "T2",
            "product": "P1",
            "seller": "D1",
            "kind": "return",
            "quantity": -1,
            "amount": -1000,
            "line": 1,
        },
        level=2,
    )
    assert (counts_of(batch), batch.report.counts.stubs) == ((3, 0, 0, 0, 0, 0), 5)
    assert await lines() == [
        ("A1", 1, "T1", "P1", 3, 3000), ("A1", 2, "T1", "P2", 1, 500), ("A2", 1, "T2", "P1", -1, -1000),
    ]  # fmt: skip
    totals = await control_totals(OCTOBER, OCTOBER, By.DEALER)
    assert totals.plain()["rows"] == [
        {
            "key": "D1",
            "lines": 3,
            "documents": 2,
            "net_minor": 2500,
            "returns_minor": -1000,
            "quantity": 3,
            "active": 2,
        }
    ]
    assert await verify_totals() == []
    stubs = await db.fetch("select kind, code, dealer from account where is_stub = true order by kind, code")
    dealer = await db.fetch_value("select id from account where code = 'D1'")
    assert [tuple(row.values()) for row in stubs] == [
        ("dealer", "D1", dealer), ("terminal", "T1", dealer), ("terminal", "T2", dealer),
    ]  # fmt: skip


async def test_the_same_file_again_changes_nothing(importer: Importer) -> None:
    rows = [
        {"number": "A1", "buyer": "T1", "product": "P1"},
        {"number": "A1", "buyer": "T1", "product": "P2"},
    ]
    await importer.orders(*rows, level=2)
    before = await checksums()
    again = await importer.orders(*rows, level=2)
    replaced = await importer.orders(*rows, level=2, mode=Mode.REPLACE)
    assert (counts_of(again), counts_of(replaced)) == ((0, 0, 2, 0, 0, 0), (0, 0, 2, 0, 0, 0))
    assert await checksums() == before


async def test_other_content_under_a_known_identity_is_a_conflict_and_not_applied(importer: Importer) -> None:
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1"}, level=2)
    batch = await importer.orders(
        {"number": "A1", "buyer": "T9", "product": "P1"},
        {"number": "A1", "buyer": "T1", "product": "P2"},
        level=2,
    )
    assert counts_of(batch) == (1, 0, 0, 1, 0, 0)
    assert [row[:4] for row in await lines()] == [("A1", 1, "T1", "P1"), ("A1", 2, "T1", "P2")]


async def test_repeats_inside_one_file(importer: Importer) -> None:
    batch = await importer.orders(
        {"number": "A1", "line": 1, "buyer": "T1", "product": "P1"},
        {"number": "A1", "line": 1, "buyer": "T1", "product": "P1"},
        {"number": "A1", "line": 1, "buyer": "T1", "product": "P1", "amount": 7},
        level=2,
    )
    assert counts_of(batch) == (1, 0, 1, 1, 0, 0)
    assert await lines() == [("A1", 1, "T1", "P1", 1, 1000)]


async def test_a_number_with_two_buyers_is_kept_and_flagged(importer: Importer) -> None:
    batch = await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1"},
        {"number": "A1", "buyer": "T2", "product": "P1"},
        level=2,
    )
    documents = await db.fetch_value("select count(*) from document")
    total = (await control_totals(OCTOBER, OCTOBER)).total
    assert (counts_of(batch)[0], documents, total.documents) == (2, 2, 1)
    assert [(warning["code"], warning["params"]["number"]) for warning in batch.report.warnings] == [
        ("reused_number", "A1")
    ]


async def test_deposits_stay_outside_of_sales(importer: Importer) -> None:
    batch = await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1", "line_kind": "goods", "vat": 100, "deposit": 50},
        {
            "number": "A1",
            "buyer": "T1",
            "product": "BOTTLE",
            "line_kind": "deposit",
            "quantity": 20,
            "amount": 2000,
        },
        level=2,
    )
    totals = batch.report.totals
    assert (totals.net_minor, totals.vat_minor, totals.deposit_minor, totals.quantity) == (1000, 100, 2050, 1)
    total = (await control_totals(OCTOBER, OCTOBER)).total
    assert (total.lines, total.net_minor, total.quantity) == (1, 1000, 1)
    assert await db.fetch_value("select sum(net_minor) from product_month") == 1000
    assert await verify_totals() == []


async def test_replace_takes_only_the_months_of_the_file(importer: Importer) -> None:
    await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1", "day": "2026-10-05"},
        {"number": "A2", "buyer": "T2", "product": "P1", "day": "2026-10-06", "line": 1},
        {"number": "B1", "buyer": "T1", "product": "P1", "day": "2026-11-02", "line": 1},
        level=2,
    )
    before = await checksums()
    batch = await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1", "day": "2026-10-05", "amount": 900},
        {"number": "A3", "buyer": "T1", "product": "P1", "day": "2026-10-07", "line": 1},
        level=2,
        mode=Mode.REPLACE,
    )
    assert counts_of(batch) == (1, 1, 0, 0, 0, 1)
    assert [(row[0], row[5]) for row in await lines()] == [("A1", 900), ("A3", 1000), ("B1", 1000)]
    assert await verify_totals() == []
    await pipeline.undo_batch(batch.id, importer.settings)
    assert await checksums() == before


async def test_replace_leaves_other_sources_and_levels_alone(importer: Importer) -> None:
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1"}, level=2, source_code="other")
    await importer.orders({"number": "A1", "buyer": "D1", "product": "P1"}, level=1)
    batch = await importer.orders(
        {"number": "A9", "buyer": "T1", "product": "P1"}, level=2, mode=Mode.REPLACE
    )
    assert (counts_of(batch), len(await lines())) == ((1, 0, 0, 0, 0, 0), 3)


async def test_undo_restores_every_table(importer: Importer) -> None:
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1", "seller": "D1"}, level=2)
    before = await checksums()
    batch = await importer.orders(
        {"number": "A1", "line": 2, "buyer": "T1", "product": "P2", "seller": "D1"},
        {"number": "C1", "line": 1, "buyer": "T5", "product": "P1", "seller": "D2", "day": "2026-11-01"},
        level=2,
    )
    assert await checksums() != before
    await pipeline.undo_batch(batch.id, importer.settings)
    assert await checksums() == before
    with pytest.raises(Conflict):
        await pipeline.undo_batch(batch.id, importer.settings)


async def test_undo_waits_for_the_batch_that_stands_on_it(importer: Importer) -> None:
    empty = await checksums()
    first = await importer.orders({"number": "A1", "buyer": "T1", "product": "P1"}, level=2)
    second = await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1", "amount": 5}, level=2, mode=Mode.REPLACE
    )
    with pytest.raises(Conflict, match=f"Import {second.id}"):
        await pipeline.undo_batch(first.id, importer.settings)
    third = await importer.orders({"number": "A7", "buyer": "T1", "product": "P1"}, level=2)
    for batch in (third, second, first):
        await pipeline.undo_batch(batch.id, importer.settings)
    assert await checksums() == empty


async def test_a_line_added_in_a_replaced_month_blocks_undoing_the_replacement(importer: Importer) -> None:
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1"}, level=2)
    second = await importer.orders(
        {"number": "A2", "buyer": "T1", "product": "P1"}, level=2, mode=Mode.REPLACE
    )
    third = await importer.orders({"number": "A1", "buyer": "T2", "product": "P1"}, level=2)
    with pytest.raises(Conflict, match=f"Import {third.id}"):
        await pipeline.undo_batch(second.id, importer.settings)


async def test_a_closed_month_is_flagged_and_its_run_kept(importer: Importer) -> None:
    now = dt.datetime.now(dt.UTC)
    async with db.unit_of_work():
        await db.execute(
            "insert into rulebook_version (sha256, subject_kind, label, effective_from, content, stored_at)"
            " values ('x', 'dealer', 'x', {}, '', {})",
            OCTOBER,
            now,
        )
        for month, state in ((OCTOBER, "closed"), (NOVEMBER, "closed"), (dt.date(2026, 9, 1), "published")):
            await db.execute(
                "insert into evaluation_run (month_on, subject_kind, state, as_of_at, rulebook, created_at)"
                " values ({}, 'dealer', {}, {}, (select id from rulebook_version), {})",
                month, state, now, now,
            )  # fmt: skip
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1", "day": "2026-10-05"}, level=2)
    flagged = await db.fetch("select month_on from evaluation_run where needs_correction = true")
    assert [row["month_on"] for row in flagged] == [OCTOBER]


async def test_a_preview_made_stale_by_another_batch_is_compared_again(importer: Importer) -> None:
    row = {"kind": "order", "number": "A1", "line": 1, "day": "2026-10-05", "buyer": "T1", "product": "P1",
           "quantity": 1, "amount": 1000}  # fmt: skip
    waiting = await importer.stage(ImportKind.ORDERS, [row], level=2)
    assert counts_of(waiting) == (1, 0, 0, 0, 0, 0)
    await importer.orders(row | {"amount": 5}, level=2)
    applied = await pipeline.apply_batch(waiting.id, importer.settings)
    assert (counts_of(applied), [entry[5] for entry in await lines()]) == ((0, 0, 0, 1, 0, 0), [5])


async def test_a_discarded_batch_leaves_nothing(importer: Importer) -> None:
    before = await checksums()
    row = {
        "number": "A1",
        "line": 1,
        "day": "2026-10-05",
        "buyer": "T1",
        "product": "P1",
        "quantity": 1,
        "amount": 1,
    }
    batch = await importer.stage(ImportKind.ORDERS, [row], level=2)
    await pipeline.discard_batch(batch.id, importer.settings)
    assert await checksums() == before
    with pytest.raises(Conflict):
        await pipeline.apply_batch(batch.id, importer.settings)


async def test_rejected_rows_are_counted_and_the_rest_is_imported(importer: Importer) -> None:
    batch = await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1"},
        {"number": "A1", "buyer": "T1", "product": "P1", "amount": "x"},
        level=2,
    )
    assert (counts_of(batch), len(await lines())) == ((1, 0, 0, 0, 1, 0), 1)


async def test_the_level_is_inferred_from_known_buyers(importer: Importer) -> None:
    await importer.run(ImportKind.TERMINALS, [{"code": "T1", "name": "가게", "dealer": "D1"}])
    through = await importer.orders({"number": "A1", "buyer": "T1", "product": "P1"})
    into = await importer.orders({"number": "A2", "buyer": "D1", "product": "P1"})
    assert (through.level, into.level) == (2, 1)
    seller = await db.fetch_value(
        "select a.code from document d join account a on a.id = d.seller where d.number = 'A1'"
    )
    assert seller == "D1"


async def test_unnumbered_lines_are_numbered_within_their_document(importer: Importer) -> None:
    row = {"day": "2026-10-05", "buyer": "T1", "quantity": 1, "amount": 1000}
    await importer.run(
        ImportKind.ORDERS,
        [
            row | {"number": "A1", "product": "P1"},
            row | {"number": "A2", "product": "P1"},
            row | {"number": "A1", "product": "P2"},
        ],
        level=2,
    )
    assert [entry[:4] for entry in await lines()] == [
        ("A1", 1, "T1", "P1"),
        ("A1", 2, "T1", "P2"),
        ("A2", 1, "T1", "P1"),
    ]
