"""Master records: new, changed, same, stubs resolved, supply links, undo of every kind."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal import db
from portal.errors import Conflict, Invalid
from portal.sales.control import By, control_totals
from portal.sales.imports import pipeline
from portal.sales.imports.model import ImportKind, Mode
from portal.sales.verify import verify_totals
from tests.portal.sales.imports.conftest import checksums, counts_of

if TYPE_CHECKING:
    from tests.portal.sales.imports.conftest import Importer

OCTOBER = dt.date(2026, 10, 1)


async def test_terminals_bring_their_outlets_dealers_and_links(importer: Importer) -> None:
    empty = await checksums()
    rows = [
        {"code": "T1", "name": "첫째 가게", "dealer": "D1", "outlet": "O1"},
        {"code": "T2", "name": "둘째 가게", "dealer": "D1", "outlet": "O1"},
        {"code": "T3", "name": "셋째 가게", "dealer": "D2", "outlet": ""},
    ]
    first = await importer.run(ImportKind.TERMINALS, rows)
    links = await db.fetch(
        "select s.code as supplier, b.code as buyer from supply_link l join account s on s.id = l.supplier"
        " join account b on b.id = l.buyer order by 2"
    )
    assert [tuple(link.values()) for link in links] == [
        ("D1", "O1"),
        ("O1", "T1"),
        ("O1", "T2"),
        ("D2", "T3"),
    ]
    dealers = await db.fetch(
        "select a.code, d.code as dealer from account a join account d on d.id = a.dealer"
        " where a.kind <> 'dealer' order by 1"
    )
    assert [tuple(row.values()) for row in dealers] == [
        ("O1", "D1"),
        ("T1", "D1"),
        ("T2", "D1"),
        ("T3", "D2"),
    ]
    again = await importer.run(ImportKind.TERMINALS, rows)
    assert (counts_of(first), first.report.counts.stubs, counts_of(again)) == (
        (3, 0, 0, 0, 0, 0),
        3,
        (0, 0, 3, 0, 0, 0),
    )
    await pipeline.undo_batch(first.id, importer.settings)
    assert await checksums() == empty


async def test_a_changed_terminal_moves_to_another_dealer_from_today_and_back_by_undo(
    importer: Importer,
) -> None:
    await importer.run(
        ImportKind.TERMINALS, [{"code": "T1", "name": "가게", "dealer": "D1", "state": "영업"}]
    )
    await importer.run(ImportKind.DEALERS, [{"code": "D2", "name": "둘째 상사"}])
    before = await checksums()
    batch = await importer.run(
        ImportKind.TERMINALS, [{"code": "T1", "name": "새 가게", "dealer": "D2", "state": "휴업"}]
    )
    assert counts_of(batch) == (0, 1, 0, 0, 0, 0)
    today = dt.datetime.now(importer.settings.zone).date()
    links = await db.fetch("select from_on, to_on from supply_link order by from_on")
    assert [tuple(link.values()) for link in links] == [(dt.date(1900, 1, 1), today), (today, None)]
    states = await db.fetch("select state, reason from account_state")
    assert [tuple(row.values()) for row in states] == [("dormant", f"import {batch.id}")]
    await pipeline.undo_batch(batch.id, importer.settings)
    assert await checksums() == before


async def test_naming_a_stub_resolves_it(importer: Importer) -> None:
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1", "seller": "D1"}, level=2)
    for kind, rows in (
        (ImportKind.DEALERS, [{"code": "D1", "name": "대청상사", "business_number": "123-45-67891"}]),
        (ImportKind.TERMINALS, [{"code": "T1", "name": "한빛 호프"}]),
        (ImportKind.PRODUCTS, [{"code": "P1", "name": "사이다", "category": "탄산"}]),
    ):
        batch = await importer.run(kind, rows)
        assert counts_of(batch) == (0, 1, 0, 0, 0, 0)
    assert await db.fetch_value("select count(*) from account where is_stub = true") == 0
    assert await db.fetch_value("select business_number from dealer") == "1234567891"
    category = await db.fetch(
        "select category, sum(net_minor) as net from account_category_month group by category"
    )
    assert [tuple(row.values()) for row in category] == [("탄산", 2000)]
    assert await verify_totals() == []


async def test_undoing_products_brings_their_categories_back(importer: Importer) -> None:
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1"}, level=2)
    before = await checksums()
    batch = await importer.run(
        ImportKind.PRODUCTS,
        [
            {"code": "P1", "name": "사이다", "category": "탄산"},
            {"code": "P2", "name": "주스", "category": ""},
        ],
    )
    await pipeline.undo_batch(batch.id, importer.settings)
    assert await checksums() == before


async def test_records_in_use_or_changed_later_are_not_undone(importer: Importer) -> None:
    first = await importer.run(ImportKind.TERMINALS, [{"code": "T1", "name": "가게"}])
    await importer.orders({"number": "A1", "buyer": "T1", "product": "P1"}, level=2)
    with pytest.raises(Conflict, match="in use"):
        await pipeline.undo_batch(first.id, importer.settings)
    changed = await importer.run(ImportKind.TERMINALS, [{"code": "T1", "name": "새 가게"}])
    with pytest.raises(Conflict, match="changed afterwards"):
        await pipeline.undo_batch(first.id, importer.settings)
    await pipeline.undo_batch(changed.id, importer.settings)
    assert await db.fetch_value("select name from account where code = 'T1'") == "가게"


async def test_a_blank_cell_leaves_what_is_stored(importer: Importer) -> None:
    await importer.run(ImportKind.TERMINALS, [{"code": "T1", "name": "가게", "phone": "02-123-4567"}])
    batch = await importer.run(ImportKind.TERMINALS, [{"code": "T1", "name": "가게", "phone": ""}])
    assert (counts_of(batch), await db.fetch_value("select phone from terminal")) == (
        (0, 0, 1, 0, 0, 0),
        "02-123-4567",
    )


async def test_the_region_tree_in_any_order_with_paths_and_undo(importer: Importer) -> None:
    empty = await checksums()
    rows = [
        {"code": "DJ", "name": "대전", "parent": "CC"},
        {"code": "KR", "name": "전국", "parent": ""},
        {"code": "CC", "name": "충청", "parent": "KR"},
    ]
    first = await importer.run(ImportKind.REGIONS, rows)
    assert [row["path"] for row in await db.fetch("select path from region order by path")] == [
        "/KR/",
        "/KR/CC/",
        "/KR/CC/DJ/",
    ]
    before = await checksums()
    second = await importer.run(ImportKind.REGIONS, [{"code": "DJ", "name": "대전·세종", "parent": "KR"}])
    assert await db.fetch_value("select path from region where code = 'DJ'") == "/KR/DJ/"
    await pipeline.undo_batch(second.id, importer.settings)
    assert await checksums() == before
    await pipeline.undo_batch(first.id, importer.settings)
    assert await checksums() == empty


@pytest.mark.parametrize("rows", [
    [{"code": "A", "name": "가", "parent": "B"}, {"code": "B", "name": "나", "parent": "A"}],
    [{"code": "A", "name": "가", "parent": "ZZ"}],
])  # fmt: skip
async def test_a_region_without_a_root_leaves_nothing(importer: Importer, rows: list[dict[str, str]]) -> None:
    before = await checksums()
    with pytest.raises(Invalid):
        await importer.run(ImportKind.REGIONS, rows)
    assert await checksums() == before


async def test_totals_by_place_follow_the_links_and_regions(importer: Importer) -> None:
    await importer.run(ImportKind.REGIONS, [{"code": "KR", "name": "전국"}])
    await importer.run(ImportKind.DEALERS, [{"code": "D1", "name": "상사", "region": "KR"}])
    await importer.run(
        ImportKind.TERMINALS,
        [
            {"code": "T1", "name": "가", "dealer": "D1", "outlet": "O1"},
            {"code": "T2", "name": "나", "dealer": "D1", "outlet": ""},
        ],
    )
    await importer.run(ImportKind.PRODUCTS, [{"code": "P1", "name": "사이다", "vendor_code": "V1"}])
    await importer.orders(
        {"number": "A1", "buyer": "T1", "product": "P1"},
        {"number": "A2", "buyer": "T2", "product": "P2", "line": 1},
        {"number": "A3", "buyer": "T3", "product": "P2", "line": 1},
        level=2,
    )
    found = {}
    for by in By:
        totals = await control_totals(OCTOBER, OCTOBER, by)
        found[by.value] = [(row.key, row.net_minor, row.active) for row in totals.rows]
        assert (totals.total.lines, totals.total.documents, totals.total.active) == (3, 3, 3)
    assert found == {
        "month": [("2026-10", 3000, 3)],
        "region": [("(none)", 1000, 1), ("KR", 2000, 2)],
        "dealer": [("(none)", 1000, 1), ("D1", 2000, 2)],
        "outlet": [("(none)", 2000, 2), ("O1", 1000, 1)],
        "terminal": [("T1", 1000, 1), ("T2", 1000, 1), ("T3", 1000, 1)],
        "product": [("P1", 1000, 1), ("P2", 2000, 2)],
        "vendor": [("(none)", 2000, 2), ("V1", 1000, 1)],
    }


async def test_payments_conflict_replace_and_undo(importer: Importer) -> None:
    rows = [
        {"number": "R1", "account": "D1", "day": "2026-10-05", "amount": 1000},
        {"number": "R2", "account": "D1", "day": "2026-11-05", "amount": 2000},
    ]
    first = await importer.run(ImportKind.PAYMENTS, rows)
    assert (counts_of(first), first.report.totals.net_minor) == ((2, 0, 0, 0, 0, 0), 3000)
    before = await checksums()
    conflict = await importer.run(ImportKind.PAYMENTS, [rows[0] | {"amount": 5}, rows[1]])
    assert (counts_of(conflict), await checksums()) == ((0, 0, 1, 1, 0, 0), before)
    replaced = await importer.run(
        ImportKind.PAYMENTS, [rows[0] | {"amount": 5}, rows[0] | {"number": "R3"}], mode=Mode.REPLACE
    )
    assert counts_of(replaced) == (1, 1, 0, 0, 0, 0)
    stored = await db.fetch("select number, amount_minor from payment order by number")
    assert [tuple(row.values()) for row in stored] == [("R1", 5), ("R2", 2000), ("R3", 1000)]
    with pytest.raises(Conflict):
        await pipeline.undo_batch(first.id, importer.settings)
    await pipeline.undo_batch(replaced.id, importer.settings)
    assert await checksums() == before


async def test_a_payment_names_its_invoice_and_undo_brings_that_back(importer: Importer) -> None:
    row = {"number": "R1", "account": "D1", "day": "2026-10-05", "amount": 1000}
    await importer.run(ImportKind.PAYMENTS, [row | {"document": "I7"}])
    before = await checksums()
    same, other = [await importer.run(ImportKind.PAYMENTS, [row | told]) for told in ({}, {"document": "I8"})]
    assert (counts_of(same), counts_of(other)) == ((0, 0, 1, 0, 0, 0), (0, 0, 0, 1, 0, 0))
    replaced = await importer.run(ImportKind.PAYMENTS, [row | {"document": "I8"}], mode=Mode.REPLACE)
    assert await db.fetch_value("select document_number from payment") == "I8"
    await pipeline.undo_batch(replaced.id, importer.settings)
    assert (await checksums(), await db.fetch_value("select document_number from payment")) == (before, "I7")


async def test_a_changed_target_ends_the_dealers_consent_and_undo_restores_it(importer: Importer) -> None:
    await importer.run(ImportKind.TARGETS, [{"account": "D1", "month": "2026-10-15", "amount": 100}])
    async with db.unit_of_work():
        await db.execute("update target set accepted_at = {}", dt.datetime(2026, 9, 30, tzinfo=dt.UTC))
    before = await checksums()
    batch = await importer.run(ImportKind.TARGETS, [{"account": "D1", "month": "2026-10-01", "amount": 120}])
    changed = await db.fetch_one("select month_on, amount_minor, accepted_at from target")
    assert (counts_of(batch)[1], changed) == (
        1,
        {"month_on": OCTOBER, "amount_minor": 120, "accepted_at": None},
    )
    await pipeline.undo_batch(batch.id, importer.settings)
    assert await checksums() == before


async def test_contacts_keep_people_apart_and_leave_with_undo(importer: Importer) -> None:
    await importer.run(ImportKind.DEALERS, [{"code": "D1", "name": "상사"}])
    before = await checksums()
    rows = [
        {"account": "D1", "name": "김하나", "role": "대표", "mobile": "010-0000-0001"},
        {"account": "NONE", "name": "이둘", "role": "", "mobile": ""},
    ]
    batch = await importer.run(ImportKind.CONTACTS, rows)
    again = await importer.run(ImportKind.CONTACTS, rows[:1])
    assert (counts_of(batch), counts_of(again)) == ((1, 0, 0, 1, 0, 0), (0, 0, 1, 0, 0, 0))
    journal = await db.fetch("select before from import_change where batch = {}", batch.id)
    assert [row["before"] for row in journal] == [None]
    changed = await importer.run(ImportKind.CONTACTS, [rows[0] | {"mobile": "010-0000-0002"}])
    with pytest.raises(Conflict):
        await pipeline.undo_batch(changed.id, importer.settings)
    async with db.unit_of_work():
        await db.execute("delete from import_change where batch = {}", changed.id)
    await pipeline.undo_batch(batch.id, importer.settings)
    assert await checksums() == before


async def test_replacing_is_for_lines_and_payments_only(importer: Importer) -> None:
    with pytest.raises(Invalid):
        await importer.run(ImportKind.DEALERS, [{"code": "D1", "name": "상사"}], mode=Mode.REPLACE)


async def test_postgresql_learns_how_many_records_came(importer: Importer) -> None:
    if db.engine_kind() != "postgres":
        pytest.skip("SQLite keeps no sizes")
    await importer.run(ImportKind.PRODUCTS, [{"code": f"P{n}", "name": f"맥주 {n}"} for n in range(5)])
    await importer.run(
        ImportKind.TERMINALS, [{"code": f"T{n}", "name": f"가게 {n}", "dealer": "D1"} for n in range(7)]
    )
    known = await db.fetch(
        "select relname, cast(reltuples as bigint) as size from pg_class"
        " where relname in ('product', 'supply_link') order by relname"
    )
    assert [tuple(row.values()) for row in known] == [("product", 5), ("supply_link", 7)]


async def test_outlets_bring_where_they_stand(importer: Importer) -> None:
    rows = [{"code": "O1", "name": "둘째 상회", "latitude": "37.566535", "longitude": "126.977969"}]
    first = await importer.run(ImportKind.OUTLETS, rows)
    moved = await importer.run(ImportKind.OUTLETS, [{**rows[0], "latitude": "37.6"}])
    place = "select latitude_micro, longitude_micro from outlet"
    assert await db.fetch_one(place) == {"latitude_micro": 37_600_000, "longitude_micro": 126_977_969}
    await pipeline.undo_batch(moved.id, importer.settings)
    assert await db.fetch_one(place) == {"latitude_micro": 37_566_535, "longitude_micro": 126_977_969}
    assert (counts_of(first), counts_of(moved)) == ((1, 0, 0, 0, 0, 0), (0, 1, 0, 0, 0, 0))
