"""A list becomes a file with exactly its rows, and no name becomes a formula."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from python_calamine import CalamineWorkbook

from portal.web.spreadsheet import Column, Format, csv_stream, escaped, file_stream, xlsx_stream

COLUMNS = [
    Column("code", "코드"),
    Column("name", "이름", width=30),
    Column("amount", "공급가액"),
    Column("on", "날짜"),
    Column("state", "상태", show={"existing": "거래 중"}.get),
]
ROWS = [
    {"code": "00123", "name": "한빛 호프", "amount": -1200, "on": dt.date(2026, 11, 1), "state": "existing"},
    {"code": "D-2", "name": '=HYPERLINK("http://x","y")', "amount": 0, "on": None, "state": None},
    {"code": "-3", "name": '가람, "마트"\n2층', "amount": 5, "on": None, "state": "existing"},
]


async def batches(*groups):
    for group in groups:
        yield group


async def whole(stream) -> bytes:
    return b"".join([piece async for piece in stream])


async def test_csv_opens_in_korean_excel_and_runs_no_formula():
    content = await whole(csv_stream(COLUMNS, batches(ROWS[:2], ROWS[2:])))
    assert content.decode("utf-8") == (
        "\ufeff코드,이름,공급가액,날짜,상태\r\n"
        "00123,한빛 호프,-1200,2026-11-01,거래 중\r\n"
        'D-2,"\'=HYPERLINK(""http://x"",""y"")",0,,\r\n'
        '\'-3,"가람, ""마트""\n2층",5,,거래 중\r\n'
    )


async def test_xlsx_keeps_codes_as_text_and_amounts_as_numbers():
    content = await whole(xlsx_stream(COLUMNS, batches(ROWS[:2], ROWS[2:]), "대리점"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["대리점"]
    assert book.get_sheet_by_index(0).to_python() == [
        ["코드", "이름", "공급가액", "날짜", "상태"],
        ["00123", "한빛 호프", -1200.0, "2026-11-01", "거래 중"],
        ["D-2", '=HYPERLINK("http://x","y")', 0.0, "", ""],
        ["-3", '가람, "마트"\n2층', 5.0, "", "거래 중"],
    ]


async def test_no_rows_give_the_headings():
    content = await whole(file_stream(COLUMNS[:1], batches(), Format.CSV, "x"))
    assert content == "\ufeff코드\r\n".encode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_text_that_looks_like_a_formula_is_escaped(start):
    assert escaped(start + "1") == "'" + start + "1"


def test_numbers_are_not_text():
    assert (escaped(-5), escaped("5-")) == (-5, "5-")
