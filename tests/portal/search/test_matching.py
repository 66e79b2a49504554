"""The same records are found on both databases."""

from __future__ import annotations

import unicodedata

import pytest

from portal.db import engine_kind, execute, fetch, unit_of_work
from portal.search import queries
from portal.search.model import RecordKind
from portal.search.queries import matching, narrowed
from portal.search.service import remove_entries, remove_selected, write_entries

NAMES = {
    1: "한빛 호프",
    2: "한빛마트 둔산점",
    3: "호프한빛",
    4: "GS25 대전_본점",
    5: "까치 100% 식당",
    6: "하빛호프",
    7: "프 호",
}
TERMINAL = RecordKind.TERMINAL


@pytest.fixture
async def entries(database):
    async with unit_of_work():
        if engine_kind() == "sqlite":
            await execute("delete from search_fts")
        await write_entries((TERMINAL, number, (name, f"T-{number:04}")) for number, name in NAMES.items())
        await write_entries([(RecordKind.DEALER, 1, ("한빛 호프",))])


async def found(text: str, kind: RecordKind = TERMINAL) -> list[int]:
    condition, args = matching(kind, text, "v.n")
    values = " union all ".join(f"select {number} as n" for number in NAMES)
    return [
        row["n"] for row in await fetch(f"select v.n from ({values}) v where {condition} order by 1", *args)
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("호프", [1, 3, 6]),
        ("한빛", [1, 2, 3]),
        ("한빛호프", [1]),
        ("호프 한빛", [1, 3]),
        (unicodedata.normalize("NFD", "한빛호프"), [1]),
        ("ㅎㅂㅎ", [1, 6]),
        ("ㅎㅂㅎㅍ", [1, 6]),
        ("ㅎㅍㅎ", [3]),
        ("한ㅂㅎ", [1, 6]),
        ("ㄲ", [5]),
        ("호", [1, 3, 6, 7]),
        ("까", [5]),
        ("gs25", [4]),
        ("GS25대전", [4]),
        ("t-0003", [3]),
        ("T0003", [3]),
        ("5", [4, 5]),
        ("100%", [5]),
        ("_", []),
        ("%", []),
        ("", []),
        ('"', []),
        ("한빛 OR 호프", []),
        ("한빛마트둔산점t", []),
        ("없는이름", []),
    ],
)
async def test_finds_exactly(entries, text, numbers):
    assert await found(text) == numbers


async def test_kinds_are_apart(entries):
    assert await found("한빛", RecordKind.DEALER) == [1]


async def test_writing_again_replaces(entries):
    async with unit_of_work():
        await write_entries([(TERMINAL, 1, ("가람",))])
    assert (await found("한빛"), await found("가람")) == ([2, 3], [1])


async def test_removed_records_are_not_found(entries):
    async with unit_of_work():
        await remove_entries(TERMINAL, [1])
        await remove_selected((TERMINAL,), "select 2 as id")
    assert await found("한빛") == [3]


async def test_a_failed_change_leaves_the_keys(entries):
    async def fail() -> None:
        async with unit_of_work():
            await write_entries([(TERMINAL, 1, ("가람",))])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await found("한빛") == [1, 2, 3]


@pytest.mark.parametrize("text", ["호프", "한빛", "ㅎㅂㅎ", "호프 한빛", "호", "gs25", "없는이름", ""])
async def test_words_of_very_many_records_find_the_same(entries, monkeypatch, text):
    monkeypatch.setattr(queries, "_COMMON", 1)
    values = " union all ".join(f"select {number} as n" for number in NAMES)
    condition, args = await narrowed(TERMINAL, text, "v.n")
    rows = await fetch(f"select v.n from ({values}) v where {condition} order by 1", *args)
    assert [row["n"] for row in rows] == await found(text)
