"""From a line of a scorecard to the documents behind its value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.db import execute, insert_rows, unit_of_work
from portal.errors import NotFound
from portal.evaluations.model import SubjectKind
from portal.evaluations.queries import documents
from portal.evaluations.queries.documents import (
    PARTS,
    DocumentTotal,
    find_behind,
    iter_documents,
    list_documents,
    part_of,
    total_of,
)
from portal.evaluations.queries.sheets import get_sheet
from portal.paging import Cursor, cursor_from
from tests.portal.evaluations.conftest import MONTH, NOW, World, card_of, evaluate

if TYPE_CHECKING:
    import datetime as dt

    from portal.evaluations.queries.runs import RunView
    from tests.portal.evaluations.world import Client

GROWTH = "yoy_growth"


async def sell(
    world: World, code: str, number: str, on: dt.date, amount: int, kind: int = 1, level: int = 2
) -> None:
    """Write a document of one goods line and one deposit line."""
    dealer = world.dealers[code]
    seller, buyer = (dealer, world.dealers["D-3"]) if level == 2 else (None, dealer)
    await insert_rows(
        "document",
        ("source", "level", "kind", "number", "seller", "buyer", "business_on", "due_on", "batch"),
        [(1, level, kind, number, seller, buyer, on, on, 1)],
    )
    await execute(
        "insert into document_line (source, kind, number, line_no, document, level, line_kind, seller, buyer,"
        " business_on, product, quantity, amount_minor, vat_minor, deposit_minor, batch, source_row)"
        " select source, kind, number, 1, id, level, 1, seller, buyer, business_on, 1, 1, {}, 10, 0, 1, 1"
        " from document where number = {}",
        amount,
        number,
    )
    await execute(
        "insert into document_line (source, kind, number, line_no, document, level, line_kind, seller, buyer,"
        " business_on, product, quantity, amount_minor, vat_minor, deposit_minor, batch, source_row)"
        " select source, kind, number, 2, id, level, 2, seller, buyer, business_on, 1, 1, 5000, 0, 0, 1, 1"
        " from document where number = {}",
        number,
    )


@pytest.fixture
async def sold(world: World, run: RunView) -> RunView:
    """Documents of D-1: two in the month, one a return, one a year before, one of another dealer."""
    last = MONTH.same_month_last_year
    async with unit_of_work():
        await insert_rows("product", ("code", "name", "updated_at"), [("P", "맥주", NOW)])
        await sell(world, "D-1", "A-1", MONTH.first_on, 1300)
        await sell(world, "D-1", "A-2", MONTH.last_on, -100, kind=2)
        await sell(world, "D-1", "L-1", last.last_on, 1000)
        await sell(world, "D-2", "B-1", MONTH.first_on, 7)
        await sell(world, "D-1", "I-1", MONTH.first_on, 400, level=1)
        await execute("insert into import_source (id, code) values (1, 'erp')")
        await insert_rows(
            "payment",
            ("source", "number", "account", "paid_on", "amount_minor"),
            [(1, "PAY-1", world.dealers["D-1"], MONTH.last_on, 55)],
        )
    return run


async def behind_of(world: World, run: RunView, who: str, kpi: str, part: str = "", code: str = "D-1"):
    sheet = await get_sheet(world.people[who], await card_of(run, code))
    return await find_behind(world.people[who], sheet, part_of(kpi, part))


@pytest.mark.parametrize(
    ("kpi", "part", "total", "numbers"),
    [
        (GROWTH, "", DocumentTotal(2, 1200), ["A-1", "A-2"]),
        (GROWTH, "last_year", DocumentTotal(1, 1000), ["L-1"]),
        ("stability", "window", DocumentTotal(2, 1200), ["A-1", "A-2"]),
        ("return_rate", "returns", DocumentTotal(1, -100), ["A-2"]),
        ("collection_rate", "due", DocumentTotal(1, 5410), ["I-1"]),
        ("collection_rate", "paid", DocumentTotal(1, 55), ["PAY-1"]),
    ],
)
async def test_the_documents_of_each_part_add_up(
    world: World, sold: RunView, kpi: str, part: str, total: DocumentTotal, numbers: list[str]
) -> None:
    behind = await behind_of(world, sold, "manager", kpi, part)
    assert behind is not None
    assert await total_of(behind) == total
    assert [row.number for row in (await list_documents(behind, Cursor())).rows] == numbers


async def test_pages_go_on_and_back(world: World, sold: RunView, monkeypatch: pytest.MonkeyPatch) -> None:
    behind = await behind_of(world, sold, "manager", GROWTH)
    assert behind is not None
    first = await list_documents(behind, Cursor(), limit=1)
    second = await list_documents(behind, cursor_from(first.next_after, None, str, int), limit=1)
    back = await list_documents(behind, cursor_from(None, second.previous_before, str, int), limit=1)
    assert [page.rows[0].number for page in (first, second, back)] == ["A-1", "A-2", "A-1"]
    assert second.next_after is None
    monkeypatch.setattr(documents, "EXPORT_BATCH", 1)
    assert [row["number"] for rows in [rows async for rows in iter_documents(behind)] for row in rows] == [
        "A-1",
        "A-2",
    ]


async def test_what_is_no_longer_shared_is_not_shown(world: World, sold: RunView) -> None:
    async with unit_of_work():
        await execute("update dealer set sell_through_owner = 'dealer'")
    assert await behind_of(world, sold, "manager", GROWTH) is None
    assert await behind_of(world, sold, "manager", "collection_rate") is not None


async def test_a_representative_sees_the_documents_of_his_dealers(world: World, sold: RunView) -> None:
    run = await evaluate(world, kind=SubjectKind.REPRESENTATIVE)
    key = f"user-{world.people['representative'].user_id}"
    for who in ("manager", "admin"):
        behind = await behind_of(world, run, who, GROWTH, code=key)
        assert behind is not None
        assert await total_of(behind) == DocumentTotal(2, 1200)


async def test_a_value_that_has_no_documents(world: World, sold: RunView) -> None:
    with pytest.raises(NotFound):
        part_of("sales_level", "")
    with pytest.raises(NotFound):
        part_of(GROWTH, "paid")
    assert await behind_of(world, sold, "admin", GROWTH, code="D-4") is None
    assert list(PARTS) == [
        GROWTH,
        "active_terminals_yoy",
        "stability",
        "return_rate",
        "sales_attainment",
        "collection_rate",
    ]


@pytest.mark.parametrize("locale", ["ko", "en"])
async def test_pages_and_files_open(client: Client, world: World, sold: RunView, locale: str) -> None:
    card = await card_of(sold, "D-1")
    for rest in ("", "?part=last_year", "/file?form=csv", "/file"):
        answer = await client.get(
            "manager", f"/evaluations/2026-01/{card}/documents/{GROWTH}{rest}", **{"x-locale": locale}
        )
        assert answer.status_code == 200
    panel = await client.get("manager", f"/evaluations/2026-01/{card}/panel", **{"x-locale": "en"})
    assert f'href="/evaluations/2026-01/{card}/documents/{GROWTH}"' in panel.text
    assert (
        "A-2"
        in (await client.get("manager", f"/evaluations/2026-01/{card}/documents/{GROWTH}/file?form=csv")).text
    )
    empty = await card_of(sold, "D-4")
    assert (
        await client.get("admin", f"/evaluations/2026-01/{empty}/documents/{GROWTH}/file")
    ).status_code == 404
    assert (await client.get("admin", f"/evaluations/2026-01/{empty}/documents/{GROWTH}")).status_code == 200
    assert (
        await client.get("admin", f"/evaluations/2026-01/{empty}/documents/collection_rate")
    ).status_code == 200


async def test_one_s_own_documents_once_published(client: Client, sold: RunView) -> None:
    path = f"/my/evaluations/2026-01/documents/{GROWTH}"
    assert (await client.get("owner", path)).status_code == 404
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published'")
    page = await client.get("owner", path)
    assert (page.status_code, "A-1" in page.text, "B-1" in page.text) == (200, True, False)
    assert (await client.get("owner", f"{path}/file")).status_code == 200
    assert (await client.get("other_owner", path)).status_code == 200
    assert "A-1" not in (await client.get("other_owner", path)).text


@pytest.mark.parametrize(("who", "status"), [("other_manager", 404), ("owner", 404), ("auditor", 200)])
async def test_documents_of_somebody_else(client: Client, sold: RunView, who: str, status: int) -> None:
    card = await card_of(sold, "D-1")
    for rest in ("", "/file"):
        answer = await client.get(who, f"/evaluations/2026-01/{card}/documents/{GROWTH}{rest}")
        assert answer.status_code == status
