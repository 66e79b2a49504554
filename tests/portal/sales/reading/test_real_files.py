"""Real files, read from the folder that BISUGI_REFERENCE_DATA names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.sales.reading import ColumnSpec, Kind, TableSpec, iter_problems, load_column_map, read_file
from portal.sales.reading.known import ready_map_text, table_spec

FOLDER = os.environ.get("BISUGI_REFERENCE_DATA")
pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not FOLDER, reason="BISUGI_REFERENCE_DATA names no folder of reference data"),
]
CODE, TEXT, DAY, COUNT = Kind.CODE, Kind.TEXT, Kind.DAY, Kind.QUANTITY

WITHOUT_SUBTOTALS = """
skip: [{from: "동별(2)", equals: 소계}, {from: "동별(3)", equals: 소계}]
columns: {district: "동별(2)", people: "2013"}
"""
WITH_PROVINCES = """
fill_down: [시도명]
columns: {province: 시도명, code: {from: 시군구(자치단체)코드, decimal_code: true}}
"""

MESSY = {
    # file: columns, map, (read, good, rejected, skipped), first good row
    "CCTV_in_Seoul.csv": (
        {"기관명": CODE, "소계": COUNT}, None, (25, 25, 0, 0), ["강남구", "2780"],
    ),
    "crime_in_Seoul_euckr.csv": (
        {"관서명": CODE, "절도 발생": COUNT}, None, (31, 31, 0, 0), ["중부서", "1395"],
    ),
    "online_oversea_sale.csv.zip": (
        {"국가(대륙)별": TEXT, "2014 1/4": COUNT}, None, (450, 450, 0, 0), ["합계", "148272"],
    ),
    "online_oversea_sale_202210.csv.zip": (
        {"국가(대륙)별": TEXT, "데이터": COUNT}, None, (2772, 2772, 0, 0), ["미국", "1054"],
    ),
    "population_in_Seoul_3-row-header.xls": (
        {"자치구": CODE, "인구 / 등록외국인 / 여자": COUNT}, None, (26, 25, 0, 1), ["종로구", "5167"],
    ),
    "population_raw_data_2-row-header_blank-fill.xlsx": (
        {"area": TEXT, "people": COUNT},
        'fill_down: ["행정구역(동읍면)별(1)"]\ncolumns: {area: "행정구역(동읍면)별(1)", people: 2016 / 계}',
        (846, 840, 6, 0), ["전국", "51696216"],
    ),
    "sigungu_codes_forward-fill.csv": (
        {"province": TEXT, "code": CODE},
        WITH_PROVINCES,
        (230, 229, 1, 0), ["서울특별시", "3000000"],
    ),
    "wholesale_customers_semicolon_stray-notes.csv": (
        {"Channel": CODE, "Delicassen": COUNT}, None, (440, 440, 0, 0), ["2", "1338"],
    ),
    "대형마트_seoul_utf8bom_excel-mangled.csv": (
        {"관리번호": CODE, "인허가일자": DAY}, None, (741, 0, 741, 0), None,
    ),
    "서울_사업체현황_2011-2013_utf8bom_subtotals.csv": (
        {"district": TEXT, "people": COUNT},
        WITHOUT_SUBTOTALS,
        (5460, 5148, 0, 312), ["종로구", "3466"],
    ),
    "서울시_영화상영관_인허가_cp949.csv": (
        {"관리번호": CODE, "인허가일자": DAY}, None, (903, 903, 0, 0), ["CDFF4220002005000002", "2005-03-22"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MESSY)
def test_messy_files_are_read_or_refused_row_by_row(name, tmp_path):
    columns, map_text, counts, first = MESSY[name]
    spec = TableSpec(
        "messy",
        tuple(
            ColumnSpec(label, kind, required=kind is not COUNT, aliases=(label,))
            for label, kind in columns.items()
        ),
    )
    column_map = load_column_map(map_text) if map_text else None
    report = read_file(Path(FOLDER, "messy", name), spec, column_map, tmp_path)
    assert (report.rows_read, report.rows_good, report.rows_rejected, report.rows_skipped) == counts
    assert (list(report.sample[0].values()) if report.sample else None) == first


def test_ids_destroyed_by_excel_are_named_with_their_cell(tmp_path):
    spec = TableSpec("messy", (ColumnSpec("관리번호", CODE, required=True),))
    source = Path(FOLDER, "messy", "대형마트_seoul_utf8bom_excel-mangled.csv")
    report = read_file(source, spec, None, tmp_path)
    assert report.problem_counts == {"code_decimal": 1, "code_scientific": 740}
    first = next(iter_problems(report))
    assert (first["cell"], first["value"]) == ("B2", "2.0133170142075e+18")
    assert [warning["code"] for warning in report.warnings] == ["warn_excel_column"]


def read_ready(tmp_path, name, file, kind):
    spec = table_spec(kind, scale=2, currency="USD")
    return read_file(Path(FOLDER, file), spec, load_column_map(ready_map_text(name)), tmp_path)


def test_iowa_in_portal_format(tmp_path):
    report = read_ready(
        tmp_path, "iowa_portal_orders", "iowa/order_lines_2022-10_portal_format.csv.gz", "orders"
    )
    assert (report.rows_good, report.rows_rejected) == (213_014, 0)
    assert report.totals == {"quantity": 2_728_062, "amount": 3_968_863_258}
    assert report.months == {"2022-10": 213_014}


def test_iowa_shops_and_items(tmp_path):
    shops = read_ready(tmp_path / "s", "iowa_stores", "iowa/stores.csv", "terminals")
    items = read_ready(tmp_path / "i", "iowa_items", "iowa/items.csv.gz", "products")
    assert (shops.rows_good, shops.rows_rejected) == (2_822, 0)
    assert (items.rows_good, items.rows_rejected) == (12_263, 0)
    assert shops.sample[0]["latitude"] == "42517182"


def test_online_retail(tmp_path):
    report = read_ready(tmp_path, "online_retail", "online_retail/online_retail.csv.gz", "orders")
    assert (report.rows_good, report.rows_rejected, len(report.months)) == (541_909, 0, 13)
    assert report.totals == {"quantity": 5_176_450, "amount": 974_774_793}


@pytest.mark.nightly
def test_iowa_in_parquet(tmp_path):
    report = read_ready(tmp_path, "iowa_parquet_orders", "iowa/order_lines_2019-11_2022-10.parquet", "orders")
    assert (report.rows_good, report.rows_rejected, len(report.months)) == (7_759_582, 0, 36)
    assert report.totals == {"quantity": 90_858_855, "amount": 123_769_524_030}
    assert report.peak_bytes < 400 * 1024 * 1024
