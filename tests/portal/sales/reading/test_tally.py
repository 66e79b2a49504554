"""What the reader counts of order lines, beside the same row by row; both forms of handing rows over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from portal.sales.reading import tally
from portal.sales.reading.handover import Blocks, block_text, copy_text
from portal.sales.reading.report import NULL
from portal.sales.reading.tally import LineTally

if TYPE_CHECKING:
    import pytest

NAMES = "level kind number line buyer seller product line_kind quantity amount vat deposit".split()
AMOUNTS = st.sampled_from(["5", "-3", "700", "0"])
ROW = st.tuples(
    st.sampled_from([NULL, "sell_in", "sell_through"]),
    st.sampled_from([NULL, "order", "return", "correction"]),
    st.sampled_from(["N1", "N2", "N3"]),
    st.sampled_from([NULL, "1", "2", "300", "-1"]),
    st.sampled_from(["B1", "B2"]),
    st.sampled_from([NULL, "S1"]),
    st.sampled_from(["P1", "P2"]),
    st.sampled_from([NULL, "goods", "deposit"]),
    AMOUNTS,
    AMOUNTS,
    AMOUNTS | st.just(NULL),
    AMOUNTS | st.just(NULL),
)
CHUNKS = st.lists(st.lists(ROW, min_size=1, max_size=6), max_size=4)
Row = dict[str, str]


def counted(chunks: list[list[tuple[str, ...]]]) -> LineTally:
    taken = LineTally()
    for chunk in chunks:
        columns = dict(zip(NAMES, map(list, zip(*chunk, strict=True)), strict=True))
        summed = ("quantity", "amount", "vat", "deposit")
        taken.take(columns, {name: sum(map(number, columns[name])) for name in summed})
    return taken


def number(cell: str) -> int:
    return 0 if cell == NULL else int(cell)


def identity(row: Row) -> tuple[str, str]:
    return row["number"], "order" if row["kind"] == NULL else row["kind"]


@given(CHUNKS)
def test_a_tally_is_what_the_rows_say(chunks: list[list[tuple[str, ...]]]) -> None:
    rows = [dict(zip(NAMES, row, strict=True)) for chunk in chunks for row in chunk]
    goods = [row for row in rows if row["line_kind"] != "deposit"]
    deposits = [row for row in rows if row["line_kind"] == "deposit"]
    found = counted(chunks).plain()
    assert found["sums"] == {
        "net": sum(number(row["amount"]) for row in goods),
        "returns": sum(number(row["amount"]) for row in goods if row["kind"] == "return"),
        "vat": sum(number(row["vat"]) for row in rows),
        "deposit": sum(number(row["deposit"]) for row in rows)
        + sum(number(row["amount"]) for row in deposits),
        "quantity": sum(number(row["quantity"]) for row in goods),
    }
    assert found["lines"] == len(rows)
    assert found["products"] == sorted({row["product"] for row in rows})
    for role in ("buyer", "seller"):
        pairs = {(row["level"], row[role]) for row in rows if row[role] != NULL}
        assert {(level, code) for level, codes in found["codes"][role].items() for code in codes} == pairs
    assert found["unnumbered"] is any(row["line"] == NULL for row in rows)
    numbers = {identity(row) for row in rows}
    buyers = {one: {row["buyer"] for row in rows if identity(row) == one} for one in numbers}
    numbered = [(*identity(row), row["line"]) for row in rows if row["line"] != NULL]
    if comes_back([{identity(dict(zip(NAMES, row, strict=True))) for row in chunk} for chunk in chunks]):
        assert found["numbers"] is None
        return
    assert found["numbers"] == {
        "documents": len(numbers),
        "reused": sum(len(known) > 1 for known in buyers.values()),
        "repeated": len(set(numbered)) < len(numbered),
    }


def comes_back(chunks: list[set[tuple[str, str]]]) -> bool:
    return any(
        chunk & set().union(*chunks[: max(place - 1, 0)]) - chunks[place - 1]
        for place, chunk in enumerate(chunks)
        if place
    )


def a_line(of: str, line: str = "1") -> tuple[str, ...]:
    return ("sell_in", NULL, of, line, "B1", NULL, "P1", NULL, "1", "1", NULL, NULL)


def test_numbers_that_come_back_or_are_too_many_are_left_to_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    three = [[a_line("N1", "1")], [a_line("N1", "2")], [a_line("N1", "1")]]
    assert counted(three).plain()["numbers"] == {"documents": 1, "reused": 0, "repeated": True}
    assert counted([[a_line("N1")], [a_line("N2")], [a_line("N1", "2")]]).plain()["numbers"] is None
    monkeypatch.setattr(tally, "MOST_NUMBERS", 1)
    assert counted([[a_line("N1"), a_line("N2")], [a_line("N3")]]).plain()["numbers"] is None


CELL = st.sampled_from([NULL, "a", "b_1", "A\\\\B", "한라", ""])
TABLE = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=5)


@given(st.lists(st.tuples(TABLE, st.booleans()), max_size=4), st.integers(1, 40))
def test_blocks_and_copy_text_say_the_same(
    parts: list[tuple[list[tuple[str, ...]], bool]], lines_at_once: int
) -> None:
    names, text, rows, start = ["x", "y", "z"], "", [], 2
    for table, gaps in parts:
        numbers = range(start, start + len(table))
        kept = [at * 2 for at in numbers] if gaps else numbers
        columns = list(map(list, zip(*table, strict=True)))
        text += block_text(kept, names, columns)
        rows += copy_text(kept, names, columns).splitlines()
        start += 3 * len(table)
    blocks, found, lines = Blocks(), [], text.splitlines(keepends=True)
    for at in range(0, len(lines), lines_at_once):
        for block in blocks.add("".join(lines[at : at + lines_at_once])):
            whole = [
                block.columns.get(name) or [block.words.get(name, NULL)] * len(block.numbers)
                for name in names
            ]
            found += ["\t".join((str(at), *cells)) for at, *cells in zip(block.numbers, *whole, strict=True)]
            assert {name for name, column in block.columns.items() if "\\" in "".join(column)} == set(
                block.escaped
            )
    assert found == rows
