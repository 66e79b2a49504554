"""Numbers are accepted when they can exist, and resident registration numbers never."""

from __future__ import annotations

import pytest

from portal.network.identifiers import (
    business_number,
    holds_resident_number,
    phone,
    shown_business_number,
)


@pytest.mark.parametrize("text", ["116-82-00276", "1348672683", "220-81-62517", " 120 81 47521 "])
def test_business_numbers_with_a_right_check_digit(text):
    assert business_number(text) == "".join(filter(str.isdigit, text))


@pytest.mark.parametrize("text", ["123-45-67890", "116-82-00277", "11682002", "", "１１６８２００２７６"])
def test_other_business_numbers(text):
    assert business_number(text) is None


def test_business_numbers_are_shown_with_hyphens():
    assert (shown_business_number("1168200276"), shown_business_number(None)) == ("116-82-00276", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("02 312 3456", "02-312-3456"),
        ("01012345678", "010-1234-5678"),
        ("+82 10-1234-5678", "010-1234-5678"),
        ("1588-1234", "1588-1234"),
        ("07012345678", "070-1234-5678"),
        ("+1 202 456 1111", "+1 202-456-1111"),
        ("010-1234", None),
        ("전화", None),
        ("", None),
    ],
)
def test_phones(text, shown):
    assert phone(text) == shown


@pytest.mark.parametrize("text", ["900101-1234567", "9001011234567 끝", "010101 3234567", "850229–5000000"])
def test_resident_numbers_are_noticed(text):
    assert holds_resident_number(text) is (text != "850229–5000000")


@pytest.mark.parametrize("text", ["901301-1234567", "02-312-3456", "900101-9234567", "19001011234567"])
def test_other_numbers_are_not(text):
    assert not holds_resident_number(text)
