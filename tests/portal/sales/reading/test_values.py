"""Every value rule, one spelling at a time."""

from __future__ import annotations

import pytest

from portal.sales.reading.bulk import decimal_numbers, plain_codes, whole_numbers
from portal.sales.reading.column_map import ColumnRule
from portal.sales.reading.converters import Bad, Converter
from portal.sales.reading.spec import ColumnSpec, Kind, TableSpec

NULL = "\\N"
OTHER = ColumnSpec("other", Kind.CODE, required=True)


def convert(kind, text, *, rule=None, epoch_1904=False, currency="KRW", **column):
    """Convert one cell; a refusal gives the message's code in brackets."""
    spec = ColumnSpec("value", kind, **{"required": True, **column})
    converter = Converter(
        spec, rule or ColumnRule(), TableSpec("test", (spec, OTHER), currency), epoch_1904=epoch_1904
    )
    cell = converter[text]
    return f"<{cell.message.code}>" if isinstance(cell, Bad) else cell


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234", "1234"),
        ("1,234원", "1234"),
        ("₩1,234", "1234"),
        ("￦1,234", "1234"),
        ("1,234 KRW", "1234"),
        ("(1,234)", "-1234"),
        ("₩(1,234)", "-1234"),
        ("(1,234)원", "<bad_number>"),
        ("1,234-", "-1234"),
        ("-1,234", "-1234"),
        ("−1,234", "-1234"),
        ("１，２３４", "1234"),
        (" 1 234 ", "1234"),
        ("1\u00a0234", "1234"),
        ("+5", "5"),
        ("007", "7"),
        ("-0", "0"),
        ("1234.00", "1234"),
        ("1234.5", "<too_many_decimals>"),
        ("1,23", "<bad_grouping>"),
        ("1.234,56", "<bad_grouping>"),
        ("12000,29773", "<bad_grouping>"),
        ("1e5", "<bad_number>"),
        ("1.2.3", "<bad_number>"),
        ("abc", "<bad_number>"),
        ("--5", "<bad_number>"),
        ("5천원", "<bad_number>"),
        ("$5", "<other_currency>"),
        ("9007199254740991", "9007199254740991"),
        ("9007199254740992", "<out_of_range>"),
        ("9" * 60, "<out_of_range>"),
        ("#N/A", "<formula_error>"),
        ("", "<required>"),
        ("-", "<required>"),
        ("Infinity", "<bad_number>"),
        ("NaN", "<bad_number>"),
        ("1\x0034", "<bad_number>"),
    ],
)
def test_amounts_in_won(text, expected):
    assert convert(Kind.AMOUNT, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("251.52", "25152"),
        ("$1,234.5", "123450"),
        ("-0.05", "-5"),
        (".5", "50"),
        ("62.280", "6228"),
        ("0.001", "<too_many_decimals>"),
        ("12", "1200"),
        ("₩5", "<other_currency>"),
    ],
)
def test_amounts_in_cents(text, expected):
    assert convert(Kind.AMOUNT, text, scale=2, currency="USD") == expected


def test_amounts_by_the_map():
    assert convert(Kind.AMOUNT, "25152", scale=2, rule=ColumnRule(unit="minor")) == "25152"
    assert convert(Kind.AMOUNT, "12", rule=ColumnRule(times=1000)) == "12000"
    assert convert(Kind.AMOUNT, "1.5", rule=ColumnRule(times=1000)) == "1500"
    assert convert(Kind.AMOUNT, "-0.5", rule=ColumnRule(rounded=True)) == "-1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", "12"),
        ("12개", "12"),
        ("12 EA", "12"),
        ("12.0", "12"),
        ("12.5", "<not_whole>"),
        ("12kg", "<bad_number>"),
        ("-3", "-3"),
    ],
)
def test_quantities(text, expected):
    assert convert(Kind.QUANTITY, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.5%", "1250"),
        ("1250", "1250"),
        ("1250bp", "1250"),
        ("12.5", "<bad_percent>"),
        ("0.001%", "<too_many_decimals>"),
    ],
)
def test_rates(text, expected):
    assert convert(Kind.BASIS_POINTS, text) == expected


def test_bare_rates_follow_the_unit_of_the_map():
    assert convert(Kind.BASIS_POINTS, "0.125", rule=ColumnRule(unit="ratio")) == "1250"
    assert convert(Kind.BASIS_POINTS, "12.5", rule=ColumnRule(unit="percent")) == "1250"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21", "2026-11-21"),
        ("2026.11.21", "2026-11-21"),
        ("2026. 11. 21.", "2026-11-21"),
        ("26-11-21", "2026-11-21"),
        ("2026/1/5", "2026-01-05"),
        ("2026년 11월 21일", "2026-11-21"),
        ("26년 1월 5일", "2026-01-05"),
        ("20261121", "2026-11-21"),
        ("2026-11-21 (토)", "2026-11-21"),
        ("２０２６－１１－２１", "2026-11-21"),
        ("11월 21일", "<date_without_year>"),
        ("11/21", "<date_without_year>"),
        ("11/21/2026", "<date_order_unknown>"),
        ("21.11.2026", "<date_order_unknown>"),
        ("45982", "2025-11-21"),
        ("45982.5", "2025-11-21"),
        ("2026-02-30", "<impossible_date>"),
        ("2026-13-01", "<impossible_date>"),
        ("9999-01-01", "<date_far_away>"),
        ("어제", "<bad_date>"),
        ("2026-11.21", "<bad_date>"),
        ("2026-11-21 08:26:00", "2026-11-21"),
        ("2026-11-21T20:00:00Z", "2026-11-22"),
        ("2026-11-21T20:00:00+09:00", "2026-11-21"),
        ("2026-11-21 25:00", "<bad_date>"),
        ("123", "<bad_date>"),
        ("", "<required>"),
    ],
)
def test_days(text, expected):
    assert convert(Kind.DAY, text) == expected


def test_days_by_the_map():
    american = ColumnRule(date_format="MM/DD/YYYY")
    assert convert(Kind.DAY, "10/02/2022", rule=american) == "2022-10-02"
    assert convert(Kind.DAY, "2022-10-02", rule=american) == "<bad_date>"
    assert convert(Kind.DAY, "13/02/2022", rule=american) == "<impossible_date>"
    assert convert(Kind.DAY, "021022", rule=ColumnRule(date_format="DDMMYY")) == "2022-10-02"
    assert convert(Kind.DAY, "44520", epoch_1904=True) == "2025-11-21"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00123", "00123"),
        (" A-1 ", "A-1"),
        ("２１９０", "２１９０"),
        ("2.0133170142075e+18", "<code_scientific>"),
        ("1E+05", "<code_scientific>"),
        ("1e05", "<code_scientific>"),
        ("123.0", "<code_decimal>"),
        ("12.5", "12.5"),
        ("E123", "E123"),
        ("A\x00B", "<control_character>"),
        ("A\x07", "<control_character>"),
        ("\ud800", "<control_character>"),
        ("\u1112\u1161\u11ab", "한"),
        ("A\u200bB", "AB"),
        ("x" * 41, "<too_long>"),
        ("900101-1234568", "<national_id>"),
        ("9001011234568", "<national_id>"),
        ("8801056038861", "8801056038861"),
        ("2611211000001", "2611211000001"),
        ("#REF!", "<formula_error>"),
        ("합계", "<skipped_total>"),
        ("Grand Total", "<skipped_total>"),
        ("C:\\x", "C:\\\\x"),
    ],
)
def test_codes(text, expected):
    assert convert(Kind.CODE, text, max_length=40) == expected


def test_codes_written_as_decimals_only_if_the_map_says_so():
    assert convert(Kind.CODE, "17850.0", rule=ColumnRule(decimal_code=True)) == "17850"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("한라\n상회\t1층", "한라 상회 1층"),
        ("x" * 21, "<too_long>"),
        ("김 900101-1234567", "<national_id>"),
        ("9001011234567님", "<national_id>"),
        ("９００１０１－１２３４５６７", "<national_id>"),
        ("901301-1234567", "901301-1234567"),
        ("02-2109-7000", "02-2109-7000"),
        ("A\x01", "<control_character>"),
    ],
)
def test_free_text(text, expected):
    assert convert(Kind.TEXT, text, max_length=20) == expected


def test_blank_is_null_where_it_may_be():
    for kind in (Kind.AMOUNT, Kind.TEXT, Kind.DAY, Kind.CODE, Kind.BOOLEAN):
        assert convert(kind, " ", required=False) == NULL
    assert convert(Kind.AMOUNT, "-", required=False) == NULL
    assert convert(Kind.TEXT, "-", required=False) == "-"


def test_booleans_and_choices():
    assert [convert(Kind.BOOLEAN, word) for word in ("Y", "예", "0", "아니오", "maybe")] == [
        "1",
        "1",
        "0",
        "0",
        "<bad_boolean>",
    ]
    kinds = {"주문": "order", "반품": "return"}
    assert [convert(Kind.ENUM, word, enum=kinds) for word in ("주 문", "RETURN", "x")] == [
        "order",
        "return",
        "<bad_choice>",
    ]


def test_a_column_judged_at_once_equals_its_cells():
    cells = ["0", "12", "-3", "1,234", "999999999999999"]
    assert whole_numbers(cells) == [convert(Kind.AMOUNT, cell) for cell in cells]
    for other in ("012", "1;2", "", "1.5"):
        assert whole_numbers([*cells, other]) is None
    cents = ["0.05", "-0.50", "12.34"]
    assert decimal_numbers(2)(cents) == [convert(Kind.AMOUNT, cell, scale=2) for cell in cents]
    assert decimal_numbers(2)([*cents, "1.234"]) is None
    assert plain_codes(["A-1", "00123"], 40)
    for suspicious in ("1E05", "total", "123.0", "", " A", "x" * 13, "a;b"):
        assert not plain_codes(["A-1", suspicious], 40), suspicious
