"""Whole files through the child process: counts, totals, rows, rejections."""

from __future__ import annotations

import json

from portal.sales.reading import ReadReport, iter_problems, iter_rows, read_file
from portal.sales.reading.known import table_spec

HEADER = "전표번호,행번호,일자,거래처코드,제품코드,수량,공급가액(원)\n"


def test_good_rows_are_handed_over_with_their_source_row(tmp_path):
    source = tmp_path / "orders.csv"
    source.write_text(HEADER + '2611-1,1,2026.11.21,00123,P-1,3,"1,234원"\n', encoding="cp949")

    report = read_file(source, table_spec("orders"), None, tmp_path / "out")

    assert (report.rows_read, report.rows_good, report.rows_rejected) == (1, 1, 0)
    assert (report.format, report.encoding, report.header_row) == ("csv", "cp949", 1)
    assert report.months == {"2026-11": 1}
    assert report.totals["amount"] == 1234
    names = ["row", *(name for name, _ in report.columns)]
    row = dict(zip(names, next(iter_rows(report)), strict=True))
    assert (row["row"], row["buyer"], row["day"], row["amount"]) == (2, "00123", "2026-11-21", 1234)
    assert row["vat"] is None


def test_bad_rows_are_listed_with_their_cell_and_kept_out(tmp_path):
    source = tmp_path / "orders.csv"
    source.write_text(
        HEADER + "1,1,11월 21일,00123,P-1,3,100\n2,1,2026-11-21,1E+05,P-1,x,100\n", encoding="utf-8"
    )

    report = read_file(source, table_spec("orders"), None, tmp_path / "out")

    found = [(problem["cell"], problem["code"]) for problem in iter_problems(report)]
    assert found == [("C2", "date_without_year"), ("D3", "code_scientific"), ("F3", "bad_number")]
    assert (report.rows_good, report.rows_rejected) == (0, 2)


def test_a_report_goes_through_json(tmp_path):
    source = tmp_path / "orders.csv"
    source.write_text(HEADER, encoding="utf-8")
    report = read_file(source, table_spec("orders"), None, tmp_path / "out")
    assert ReadReport.from_plain(json.loads(json.dumps(report.plain()))) == report
