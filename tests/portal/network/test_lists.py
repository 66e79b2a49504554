"""Lists show what the viewer may see, in order, page by page, whatever happens between two pages."""

from __future__ import annotations

import pytest

from portal.db import execute, unit_of_work
from portal.network.indexing import index_accounts, index_products, reindex_accounts_where
from portal.network.model import Kind
from portal.network.queries.lists import AccountFilter, count_accounts, iter_accounts, list_accounts
from portal.network.queries.products import ProductFilter, iter_products, list_products
from portal.paging import Cursor, cursor_from
from tests.portal.network.conftest import NOW, VIEWERS, insert_rows, share

FIRST = Cursor()
ALL = AccountFilter()


def names(rows) -> list[str]:
    return [row["name"] for row in rows]


async def all_rows(batches) -> list[dict]:
    return [row async for batch in batches for row in batch]


async def terminals(viewer, **wanted) -> list[str]:
    page = await list_accounts(viewer, Kind.TERMINAL, AccountFilter(**wanted), FIRST)
    assert page.total == len(page.rows)
    exported = await all_rows(iter_accounts(viewer, Kind.TERMINAL, AccountFilter(**wanted)))
    assert names(exported) == names(page.rows)
    assert await count_accounts(viewer, Kind.TERMINAL, AccountFilter(**wanted), cap=100) == page.total
    return names(page.rows)


@pytest.fixture
async def indexed(network):
    async with unit_of_work():
        await reindex_accounts_where("1 = 1")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("administrator", ["가람마트", "나래마트", "다온편의점", "한빛 호프"]),
        ("manager", ["가람마트", "나래마트", "한빛 호프"]),
        ("south", ["다온편의점"]),
        ("representative", ["가람마트", "한빛 호프"]),
        ("owner", ["공주식당", "나래마트"]),
        ("nobody", []),
    ],
)
async def test_lists_exports_and_counts_obey_scope_and_sharing(network, name, expected):
    assert await terminals(getattr(VIEWERS, name)) == expected


async def test_sharing_opens_the_list(network, viewers):
    await share(20, "terminals")
    assert await terminals(viewers.manager) == ["가람마트", "공주식당", "나래마트", "한빛 호프"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"q": "마트"}, ["가람마트", "나래마트"]),
        ({"q": "ㅎㅂㅎ"}, ["한빛 호프"]),
        ({"q": "공주"}, []),
        ({"q": "t23"}, ["나래마트"]),
        ({"q": "%"}, []),
        ({"region": "/KR/CC/"}, ["가람마트", "나래마트", "한빛 호프"]),
        ({"region": "/KR/CC/DJ/"}, ["가람마트", "한빛 호프"]),
        ({"area": "유성구"}, ["가람마트", "한빛 호프"]),
        ({"state": "existing"}, ["가람마트", "나래마트", "다온편의점", "한빛 호프"]),
        ({"state": "closed"}, []),
        ({"state": "' or 1=1"}, []),
        ({"owner": "dealer"}, ["한빛 호프"]),
        ({"dealer": "D20"}, ["나래마트"]),
        ({"channel": "restaurant", "q": "마트"}, ["가람마트", "나래마트"]),
        ({"channel": "mart"}, []),
        ({"shared": "yes"}, ["가람마트", "한빛 호프"]),
        ({"shared": "no"}, ["나래마트", "다온편의점"]),
        ({"sort": "code"}, ["한빛 호프", "가람마트", "나래마트", "다온편의점"]),
    ],
)
async def test_filters(indexed, viewers, wanted, expected):
    assert await terminals(viewers.administrator, **wanted) == expected


def test_the_url_is_the_whole_filter():
    query = {"q": " 호프 ", "region": "/KR/", "sort": "x'", "after": "zzz", "unknown": "1"}
    assert AccountFilter.of(query) == AccountFilter(q="호프", region="/KR/")
    assert AccountFilter.of(query).params == {"q": "호프", "region": "/KR/"}


async def test_dealers_show_how_many_purposes_they_share(network, viewers):
    page = await list_accounts(viewers.administrator, Kind.DEALER, ALL, FIRST)
    assert [(row["name"], row["purposes"]) for row in page.rows] == [
        ("대청상사", 3),
        ("영남물산", 0),
        ("한빛유통", 0),
    ]


async def add_terminals(*rows: tuple[int, str]) -> None:
    columns = ("id", "kind", "code", "name", "region", "dealer", "owner", "created_at", "updated_at")
    async with unit_of_work():
        await insert_rows(
            "account",
            columns,
            [(n, "terminal", f"N{n}", name, 4, 30, "manufacturer", NOW, NOW) for n, name in rows],
        )


@pytest.mark.parametrize("sort", ["name", "code"])
async def test_pages_neither_repeat_nor_skip_when_rows_are_added(network, viewers, sort):
    await add_terminals(*((100 + n, "같은 이름") for n in range(7)))
    wanted = AccountFilter(sort=sort)
    kinds = (str, int)
    seen: list[int] = []
    after: str | None = None
    for turn in range(20):
        cursor = cursor_from(after, None, *kinds)
        page = await list_accounts(viewers.south, Kind.TERMINAL, wanted, cursor, limit=3)
        seen += [row["id"] for row in page.rows]
        await add_terminals((500 + turn, "가가"))
        if page.next_after is None:
            break
        after = page.next_after
    before = {33, *range(100, 107)}
    assert sorted(set(seen) & before) == sorted(before)
    assert len(seen) == len(set(seen))
    back = await list_accounts(
        viewers.south, Kind.TERMINAL, wanted, cursor_from(None, page.previous_before, *kinds), limit=3
    )
    assert len(back.rows) == 3


async def test_one_statement_however_many_rows(network, viewers, statements):
    await list_accounts(viewers.south, Kind.TERMINAL, ALL, FIRST)
    one = statements.take()
    await add_terminals((100, "하나"), (101, "둘"))
    statements.take()
    page = await list_accounts(viewers.south, Kind.TERMINAL, ALL, FIRST)
    assert (len(page.rows), one, statements.take()) == (3, 1, 1)


async def test_counts_stop_above_a_thousand(network, viewers):
    await add_terminals(*((10_000 + n, f"소매점 {n:05}") for n in range(1100)))
    page = await list_accounts(viewers.south, Kind.TERMINAL, ALL, FIRST)
    assert (page.shown_total, len(page.rows)) == ("1,000+", 50)
    exported = await all_rows(iter_accounts(viewers.south, Kind.TERMINAL, ALL, batch=100))
    assert len(exported) == 1101


async def test_bulk_inserts_are_found_after_one_call(network, viewers):
    await add_terminals(*((10_000 + n, f"새로 온 집 {n}") for n in range(50)))
    async with unit_of_work():
        await reindex_accounts_where("a.id >= {}", 10_000, are_new=True)
        await index_accounts([10])
    page = await list_accounts(viewers.south, Kind.TERMINAL, AccountFilter(q="새로온"), FIRST)
    assert page.total == 50


async def test_merged_accounts_are_not_listed(network, viewers):
    async with unit_of_work():
        await execute("update account set merged_into = 13 where id = 12")
    assert await terminals(viewers.representative) == ["가람마트"]


@pytest.fixture
async def products(database):
    columns = ("id", "code", "name", "category", "vendor_name", "is_own", "updated_at")
    async with unit_of_work():
        await insert_rows(
            "product",
            columns,
            [
                (1, "001", "한빛 사이다 355ml", "탄산", "", True, NOW),
                (2, "002", "한빛 보리차", "차", "", True, NOW),
                (3, "C01", "다른 콜라", "탄산", "다른음료", False, NOW),
            ],
        )
        await index_products()


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({}, ["C01", "002", "001"]),
        ({"q": "사이다"}, ["001"]),
        ({"q": "ㅎㅂ"}, ["002", "001"]),
        ({"category": "탄산", "own": "no"}, ["C01"]),
        ({"own": "yes"}, ["002", "001"]),
        ({"status": "active"}, ["C01", "002", "001"]),
    ],
)
async def test_products(products, wanted, codes):
    page = await list_products(ProductFilter(**wanted), FIRST)
    exported = await all_rows(iter_products(ProductFilter(**wanted)))
    assert [row["code"] for row in page.rows] == [row["code"] for row in exported] == codes
