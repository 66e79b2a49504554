"""Text files: charsets, delimiters, headers, rows that are none."""

from __future__ import annotations

import gzip
import io
import unicodedata
import zipfile
from dataclasses import replace

import pytest

from portal.sales.reading import FileRefused, iter_rows, load_column_map, write_error_file
from portal.sales.reading.known import table_spec

ROWS = '거래처코드,일자,금액,비고\n00123,2026-11-21,"1,234",한라상회\n'


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (ROWS.encode("utf-8"), "utf-8"),
        (ROWS.encode("utf-8-sig"), "utf-8-sig"),
        (ROWS.encode("cp949"), "cp949"),
        (ROWS.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + ROWS.encode("utf-16-be"), "utf-16"),
        (unicodedata.normalize("NFD", ROWS).encode(), "utf-8"),
        (ROWS.replace("\n", "\r\n").encode(), "utf-8"),
    ],
)
def test_charsets(reads, content, encoding):
    report = reads(content)
    assert report.encoding == encoding
    assert list(iter_rows(report)) == [(2, "00123", "2026-11-21", 1234, "한라상회")]


def test_mixed_charsets_are_refused_with_the_line(reads):
    with pytest.raises(FileRefused) as refusal:
        reads(ROWS.encode() + "둘째,,,\n".encode() + b"\xb0\xa1\xff,,,\n")
    assert refusal.value.message.code == "charset_unknown"
    assert refusal.value.message.params == {"line": 4}


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_delimiters(reads, delimiter):
    report = reads(f"Buyer{delimiter}Amount\nA1{delimiter}5\nA2{delimiter}6\n")
    assert (report.delimiter, report.rows_good, report.totals) == (delimiter, 2, {"amount": 11})


def test_notes_above_the_header_are_passed_over(reads):
    report = reads("2026년 11월 매출\n작성: 영업1팀\n,실적,\n거래처코드,금액,비고\nA1,5,\nA2,6,\n")
    assert (report.header_row, report.rows_good) == (4, 2)
    assert report.headers == ["거래처코드", "금액", "비고"]


def test_totals_blank_rows_and_repeated_headers_are_skipped_and_said(reads, codes):
    report = reads("거래처코드,금액\nA1,5\n\n,\n소계,5\n거래처코드,금액\nA2,6\n,합 계,\n")
    assert (report.rows_read, report.rows_good, report.rows_rejected, report.rows_skipped) == (5, 2, 0, 3)
    assert [code for _, code in codes(report)] == ["skipped_total", "skipped_header", "skipped_total"]


def test_rows_cut_wrongly_are_refused_and_notes_beside_are_not(reads, codes):
    report = reads("Buyer,Amount,,\nA1,5,,\nA2,1,234,x,y\nA3,6,,note\n")
    assert codes(report) == [("", "extra_cells")]
    assert [row[1] for row in iter_rows(report)] == ["A1", "A3"]
    assert [warning["code"] for warning in report.warnings] == ["warn_notes"]


def test_required_columns_that_are_missing_are_named(reads):
    report = reads("이름,값\n가,1\n나,2\n")
    assert (report.missing, report.rows_read, report.rows_good) == (["buyer"], 2, 0)
    assert (report.headers, report.raw_sample) == (["이름", "값"], [["가", "1"], ["나", "2"]])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        ("Buyer,Buyer\nA,B\n", "header_twice"),
        ("거래처코드,금액(천원)\nA,5\n", "header_in_thousands"),
        ('Buyer,Amount\n"A,5\nB,6\n', "bad_quotes"),
        ('Buyer,Amount\n"' + "A" * 40_000 + "\n", "cell_too_long"),
        ("<html><table><tr><td>거래처코드</td></tr></table>", "html_as_excel"),
        ("%PDF-1.7 abc", "not_a_table"),
        (b"Buyer\x00,Amount\n", "not_a_table"),
        ("Buyer" + ",x" * 1000 + "\n", "too_many_columns"),
    ],
)
def test_files_that_are_refused_say_why(reads, content, code):
    with pytest.raises(FileRefused) as refusal:
        reads(content)
    assert refusal.value.message.code == code


def test_nul_inside_a_long_file_is_a_bad_cell(reads, codes):
    report = reads("Buyer,Amount\n" + "A1,5\n" * 2000 + "A\x00B,6\n")
    assert codes(report) == [("A2002", "control_character")]


def test_archives_of_one_table(reads):
    assert reads(gzip.compress(ROWS.encode("cp949"))).container == "gz"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("매출.csv", ROWS.encode("cp949"))
        archive.writestr("__MACOSX/._매출.csv", b"x")
    assert (reads(packed.getvalue()).container, reads(packed.getvalue()).rows_good) == ("zip", 1)


def test_lost_leading_zeros_are_warned_of(reads):
    report = reads("Buyer,Amount\n00123,1\n00456,2\n789,3\n")
    assert report.warnings[0]["code"] == "warn_leading_zeros"
    assert report.warnings[0]["params"] == {"header": "Buyer", "example": "789"}


def test_maps_cut_join_count_fill_and_skip(reads, spec):
    column_map = load_column_map(
        "fill_down: [shop]\nskip: [{from: doc, equals: [취소]}]\n"
        "columns:\n  buyer: {join: [shop, doc], separator: '-', if_blank: '?'}\n"
        "  day: {from: day, date_format: MM/DD/YYYY}\n  amount: {multiply: [n, price]}\n"
        "  memo: {from: doc, split: '([A-Z])(?P<number>[0-9]+)', group: number}\n"
    )
    report = reads(
        "shop,doc,day,n,price\nS1,A1,11/21/2026,3,2.5\n,B22,11/22/2026,-3,2.5\n,취소,,,\n", column_map
    )
    assert list(iter_rows(report)) == [
        (2, "S1-A1", "2026-11-21", 8, "1"),
        (3, "S1-B22", "2026-11-22", -8, "22"),
    ]
    assert report.problem_counts == {"skipped_by_map": 1}


def test_a_map_that_does_not_fit_the_file_is_refused(reads):
    with pytest.raises(FileRefused) as refusal:
        reads(ROWS, load_column_map("columns: {buyer: 없는열}"))
    assert refusal.value.message.params == {"header": "없는열"}


def test_the_error_file_is_the_rows_and_an_error_column(reads, tmp_path):
    report = reads("거래처코드,금액,비고\nA1,5,\n=1+1,x,@cmd\nA3,-5.5,\nA4,6,좋음\n")
    target = tmp_path / "errors.csv"
    assert write_error_file(report, target, extra={5: ["Unknown code."]}) == 3
    assert target.read_text(encoding="utf-8-sig").splitlines() == [
        "Row,거래처코드,금액,비고,Error",
        "3,'=1+1,x,'@cmd,금액: This is not a number.",
        "4,A3,-5.5,,금액: This amount has more than 0 decimal places.",
        "5,A4,6,좋음,Unknown code.",
    ]


def test_problems_are_capped_and_counted(reads, limits):
    report = reads("Buyer,Amount\n" + "A,x\n" * 30, bounds=replace(limits, problems=10, error_rows=5))
    assert report.problem_counts == {"bad_number": 30}
    assert len(report.problems_path.read_text().splitlines()) == 10
    assert {warning["code"] for warning in report.warnings} == {
        "warn_problems_capped",
        "warn_error_rows_capped",
    }


def test_registration_numbers_are_never_kept(reads, tmp_path):
    report = reads("Buyer,Memo\nA1,900101-1234567\n900101-1234567,\n")
    assert report.problem_counts == {"national_id": 2}
    kept = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "1234567" not in kept
    assert report.raw_sample[0] == ["A1", "900101-1******"]


def test_a_note_that_amounts_are_in_thousands_refuses_the_file(reads):
    rows = "매출 현황,단위: 천원\n거래처코드,금액\nA1,5\n"
    with pytest.raises(FileRefused) as refusal:
        reads(rows)
    assert refusal.value.message.params == {"header": "단위: 천원"}
    report = reads(rows, load_column_map("columns: {buyer: 거래처코드, amount: {from: 금액, times: 1000}}"))
    assert report.totals == {"amount": 5000}


def test_files_without_a_header_are_read_by_position(reads):
    report = reads("A1,x,5\nA2,y,6\n", load_column_map("header_rows: 0\ncolumns: {buyer: 0, amount: 2}"))
    assert [(row[0], row[1], row[3]) for row in iter_rows(report)] == [(1, "A1", 5), (2, "A2", 6)]


def test_a_dealer_code_is_the_seller_only_beside_a_buyer(reads):
    orders = table_spec("orders")
    rest = "전표번호,일자,제품코드,수량,금액\n"
    one = reads("대리점코드," + rest + "D1,1,2026-11-21,P,1,5\n", table=orders)
    both = reads("대리점코드,소매점코드," + rest + "D1,T1,1,2026-11-21,P,1,5\n", table=orders)
    assert [(report.sample[0]["seller"], report.sample[0]["buyer"]) for report in (one, both)] == [
        (None, "D1"),
        ("D1", "T1"),
    ]
