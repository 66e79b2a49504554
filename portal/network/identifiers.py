"""Numbers people write down: 사업자등록번호, telephone numbers, and the one number that may not be kept."""

from __future__ import annotations

import datetime as dt
import re

import phonenumbers

REGION = "KR"
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_BUSINESS_DIGITS = 10
_RESIDENT = re.compile(r"(?<!\d)(\d{6})[-\s–]?([1-8])\d{6}(?!\d)")
_BORN_IN_1900S = "1256"


def business_number(text: str) -> str | None:
    """Return a 사업자등록번호 as ten digits, or None when its check digit is wrong.

    Source: the National Tax Service's check digit: weights 1 3 7 1 3 7 1 3 5, and the tens of the ninth digit
    times five.
    """
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        return None
    numbers = [int(digit) for digit in digits]
    total = sum(weight * number for weight, number in zip(_BUSINESS_WEIGHTS, numbers, strict=False))
    total += numbers[8] * 5 // 10
    return digits if (10 - total % 10) % 10 == numbers[9] else None


def shown_business_number(digits: str | None) -> str:
    """Return ten digits as they are written: ``123-45-67890``; anything else as it is."""
    if digits is None or len(digits) != _BUSINESS_DIGITS:
        return digits or ""
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def phone(text: str) -> str | None:
    """Return a telephone number in its national form (``02-312-3456``), or None when there is none such.

    Numbers of other countries keep their country code.
    """
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    is_home = phonenumbers.region_code_for_number(number) == REGION
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return str(phonenumbers.format_number(number, form))


def holds_resident_number(text: str) -> bool:
    """Tell whether a text holds what looks like a 주민등록번호: birth date, sex, six digits.

    Source: 개인정보 보호법 제24조의2: such numbers may not be kept without a law that demands it.
    """
    return any(_is_birthday(match[1], match[2]) for match in _RESIDENT.finditer(text))


def _is_birthday(digits: str, century: str) -> bool:
    year = (1900 if century in _BORN_IN_1900S else 2000) + int(digits[:2])
    try:
        dt.date(year, int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return True
