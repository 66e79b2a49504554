"""XLSX, XLS and Parquet: types, sheets, merges, formulas, epochs."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pyarrow as pa
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from pyarrow import parquet

from portal.sales.reading import FileRefused, iter_rows, load_column_map

HEADER = ["거래처코드", "일자", "금액", "비고"]


def workbook(*rows, title="매출", change=None):
    """Bytes of an XLSX with a header and rows; ``change`` gets the book and its sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in (HEADER, *rows):
        sheet.append(row)
    if change:
        change(book, sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def warned(report):
    return [warning["code"] for warning in report.warnings]


def test_typed_cells_become_the_same_text_as_in_a_csv(reads):
    rows = [
        ["00123", dt.date(2026, 11, 21), 1234, "한라"],
        ["A-1", dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC).replace(tzinfo=None), 1234.0, 5],
        ["A-2", "2026.11.21", "1,234원", None],
        ["A-3", 45982, "(1,234)", True],
    ]
    report = reads(workbook(*rows))
    assert (report.format, report.sheet, report.rows_good) == ("xlsx", "매출", 4)
    assert list(iter_rows(report)) == [
        (2, "00123", "2026-11-21", 1234, "한라"),
        (3, "A-1", "2026-11-21", 1234, "5"),
        (4, "A-2", "2026-11-21", 1234, None),
        (5, "A-3", "2025-11-21", -1234, "TRUE"),
    ]
    assert warned(report) == ["warn_serial_days"]


def test_codes_kept_as_numbers_are_read_and_warned_of(reads):
    report = reads(workbook([2190, None, 1, None], [2191.0, None, 1, None]))
    assert [row[1] for row in iter_rows(report)] == ["2190", "2191"]
    assert warned(report) == ["warn_code_numbers"]


def test_numbers_shown_with_leading_zeros_keep_them(reads):
    def shown(_book, sheet):
        sheet["A2"].number_format = "00000"

    report = reads(workbook([123, None, 1, None], change=shown))
    assert [row[1] for row in iter_rows(report)] == ["00123"]
    assert warned(report) == []


def test_codes_destroyed_by_excel_are_refused_with_the_cell_named(reads, codes):
    rows = [
        [2013317014207500000, None, 1, None],
        [dt.date(2026, 3, 1), None, 1, None],
        ["1E+05", None, 1, None],
        [12.5, None, 1, None],
    ]
    report = reads(workbook(*rows))
    assert codes(report) == [
        ("매출!A2", "code_number_too_long"),
        ("매출!A3", "code_is_date"),
        ("매출!A4", "code_scientific"),
    ]
    assert "warn_excel_column" in warned(report)


def test_formulas_without_value_and_failed_formulas_are_refused(reads, codes):
    def formulas(_book, sheet):
        sheet["C2"] = "=1+1"
        sheet["C3"] = "#N/A"
        sheet["C3"].data_type = "e"

    report = reads(workbook(["A1", None, None, None], ["A2", None, None, None], change=formulas))
    assert codes(report) == [("매출!C2", "formula_without_value"), ("매출!C3", "formula_error")]


def test_merged_cells_fill_the_header_and_the_rows_below(reads):
    def merged(_book, sheet):
        sheet.delete_rows(1)
        sheet.insert_rows(1, 2)
        for cell, text in {"A1": "거래처코드", "B1": "실적", "B2": "금액", "C2": "비고"}.items():
            sheet[cell] = text
        for area in ("A1:A2", "B1:C1", "A3:A5"):
            sheet.merge_cells(area)

    report = reads(workbook(["A1", 1, "x"], [None, 2, "y"], [None, 3, "z"], change=merged))
    assert report.headers == ["거래처코드", "금액", "비고"]
    assert [(row[1], row[3]) for row in iter_rows(report)] == [("A1", 1), ("A1", 2), ("A1", 3)]


def test_hidden_and_other_sheets_are_left_and_named(reads):
    def sheets(book, _sheet):
        book.create_sheet("설명", 0)["A1"] = "이 파일은 …"
        book.create_sheet("숨김").sheet_state = "hidden"

    content = workbook(["A1", None, 1, None], change=sheets)
    report = reads(content)
    assert (report.sheet, report.rows_good) == ("매출", 1)
    assert [(warning["code"], warning["params"]["sheet"]) for warning in report.warnings] == [
        ("warn_hidden_sheet", "숨김"),
        ("warn_other_sheet", "설명"),
    ]
    with pytest.raises(FileRefused) as refusal:
        reads(content, load_column_map("sheet: 없음\ncolumns: {buyer: 거래처코드}"))
    assert refusal.value.message.code == "sheet_missing"


def test_both_epochs(reads):
    def macintosh(book, sheet):
        book.epoch = CALENDAR_MAC_1904
        sheet["B2"] = 44520

    report = reads(workbook(["A1", None, 1, None], ["A2", dt.date(2026, 11, 21), 1, None], change=macintosh))
    assert [row[2] for row in iter_rows(report)] == ["2025-11-21", "2026-11-21"]


def test_rows_and_columns_that_begin_later_keep_their_names(reads, codes):
    def shift(_book, sheet):
        sheet.insert_rows(1, 2)
        sheet.insert_cols(1)

    report = reads(workbook(["A1", None, "x", None], change=shift))
    assert (report.header_row, codes(report)) == (3, [("매출!D4", "bad_number")])


def test_an_old_workbook(reads):
    book = xlwt.Workbook()
    sheet = book.add_sheet("매출")
    for column, label in enumerate(HEADER):
        sheet.write(0, column, label)
    sheet.write(1, 0, "00123")
    sheet.write(1, 1, dt.date(2026, 11, 21), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    sheet.write(1, 2, 1234.0)
    content = io.BytesIO()
    book.save(content)
    report = reads(content.getvalue())
    assert (report.format, list(iter_rows(report))) == ("xls", [(2, "00123", "2026-11-21", 1234, None)])


def test_parquet_columns_are_read_by_type(reads):
    table = pa.table(
        {
            "Buyer": pa.array([2190.0, None, 7.0]),
            "Date": pa.array([dt.date(2026, 11, 21)] * 3),
            "Amount": pa.array([5, 6, None], pa.int64()),
            "Memo": pa.array(["a", "b", "c"]).dictionary_encode(),
        }
    )
    content = io.BytesIO()
    parquet.write_table(table, content)
    report = reads(content.getvalue())
    assert report.format == "parquet"
    assert list(iter_rows(report)) == [(1, "2190", "2026-11-21", 5, "a"), (3, "7", "2026-11-21", None, "c")]
    assert report.problem_counts == {"required": 1}
