"""Numbers and times as people read them, in Korean and in English."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.web import formats, i18n
from rules.months import Month

AT = dt.datetime(2026, 10, 31, 15, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("locale", "value", "text"),
    [
        ("ko", 11_165_000, "₩11,165,000"),
        ("en", 11_165_000, "₩11,165,000"),
        ("ko", -5, "-₩5"),
        ("ko", None, "해당 없음"),
    ],
)
def test_money(locale, value, text):
    with i18n.in_locale(locale):
        assert formats.money(value) == text


@pytest.mark.parametrize(
    ("locale", "value", "text"),
    [
        ("ko", 304_123_456, "₩3.04억"),
        ("ko", 523_999, "₩52만"),
        ("ko", 9_999, "₩9,999"),
        ("ko", -120_000_000, "-₩1.20억"),
        ("en", 1_234_567, "₩1.2M"),
        ("en", 2_500_000_000, "₩2.50B"),
        ("en", 52_399, "₩52K"),
    ],
)
def test_money_in_short(locale, value, text):
    with i18n.in_locale(locale):
        assert formats.money_short(value) == text


def test_cents_are_written_with_two_decimals():
    formats.set_conventions(formats.Conventions("USD", 2))
    try:
        with i18n.in_locale("en"):
            assert (formats.money(775_274_474), formats.money(-5)) == ("$7,752,744.74", "-$0.05")
    finally:
        formats.set_conventions(formats.Conventions())


@pytest.mark.parametrize(
    ("value", "text"), [(1234, "12.3%"), (-1235, "-12.4%"), (4, "0.0%"), (-4, "0.0%"), (10_000, "100.0%")]
)
def test_percent_rounds_half_away_from_zero(value, text):
    assert formats.percent_bp(value) == text


def test_change_carries_its_sign():
    assert [formats.change_bp(value) for value in (1200, 0, -3500)] == ["+12.0%", "0.0%", "-35.0%"]


@pytest.mark.parametrize(("milli", "text"), [(74_950, "75.0"), (74_949, "74.9"), (-50, "-0.1"), (0, "0.0")])
def test_points(milli, text):
    assert formats.points(milli) == text


def test_fixed_point():
    assert [formats.scaled(-12_345, 2), formats.scaled(5, 3), formats.scaled(1_234, 0)] == [
        "-123.45",
        "0.005",
        "1,234",
    ]


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        ("ko", ["2026. 10. 31.", "2026. 11. 1. 00:30", "2026년 10월"]),
        ("en", ["31 Oct 2026", "1 Nov 2026 00:30", "October 2026"]),
    ],
)
def test_days_and_instants_in_the_business_zone(locale, texts):
    with i18n.in_locale(locale):
        shown = [formats.day(AT.date()), formats.instant(AT), formats.month(Month.parse("2026-10"))]
    assert shown == texts


def test_business_number_gets_its_hyphens():
    assert formats.business_number("1168200276") == "116-82-00276"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("010-1234-5678", "tel:01012345678"),
        (" +82 (2) 123.4567 ", "tel:+8221234567"),
        ("119", "tel:119"),
        ("//evil.test", ""),
        ("02-123-4567 교환 3", ""),
        ("1" * 40, ""),
        ("", ""),
        (None, ""),
    ],
)
def test_only_a_number_can_be_called(typed, address):
    assert formats.telephone_href(typed) == address
