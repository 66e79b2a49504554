"""Check codes and free text: nothing invisible, nothing a spreadsheet destroyed, no national ids.

Source: 개인정보 보호법 제24조의2 (resident registration numbers only where a law demands them).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from portal.sales.reading.numbers_read import FORMULA_ERRORS, BadValueError

TOTAL_WORDS = frozenset(
    {"합계", "소계", "총계", "누계", "총합계", "계", "월계", "total", "subtotal", "grandtotal", "sum"}
)

_PLAIN_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-/]{0,11}")
_DOUBTFUL_CODE = re.compile(r"[0-9]+[eE][0-9]+")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][-+][0-9]+|[0-9][.,][0-9]+[eE][0-9]+|[0-9]+[eE][0-9]+")
_DECIMAL = re.compile(r"[0-9]+\.0+")
_SPACE = re.compile(r"[ \t\r\n\u00a0\u3000\ufeff]+")
_NATIONAL_ID = re.compile(
    r"(?<![0-9])([0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([-–—‐ ]{0,3})([1-8])([0-9]{6})(?![0-9])"
)
_CENTURY = {"1": 1900, "2": 1900, "3": 2000, "4": 2000, "5": 1900, "6": 1900, "7": 2000, "8": 2000}
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def read_code(text: str, max_length: int, *, decimal_code: bool = False) -> str:
    """Check a code and return it as written, NFC, trimmed.

    Args:
        text: A non-blank cell.
        max_length: Longest accepted code, in characters.
        decimal_code: The map says that this source writes codes as ``17850.0``; drop the ``.0``.

    Raises:
        BadValueError: A spreadsheet destroyed it, or it may not be stored.
    """
    if _PLAIN_CODE.fullmatch(text) and not _DOUBTFUL_CODE.fullmatch(text) and len(text) <= max_length:
        return text
    code = clean(text, max_length)
    if code in FORMULA_ERRORS:
        raise BadValueError("formula_error", found=code)
    if _SCIENTIFIC.fullmatch(code):
        raise BadValueError("code_scientific")
    if _DECIMAL.fullmatch(code):
        if not decimal_code:
            raise BadValueError("code_decimal")
        code = code.partition(".")[0]
    if _has_national_id(code, whole=True):
        raise BadValueError("national_id")
    return code


def read_text(text: str, max_length: int) -> str:
    """Check free text and return it NFC, with runs of white space as one space.

    Raises:
        BadValueError: It is too long, invisible in part, or holds a national id.
    """
    value = clean(text, max_length)
    if value in FORMULA_ERRORS:
        raise BadValueError("formula_error", found=value)
    if not value.isalpha() and _has_national_id(value, whole=False):
        raise BadValueError("national_id")
    return value


def clean(text: str, max_length: int) -> str:
    """Normalise to NFC, trim, and refuse control characters, surrogates and overlong text."""
    value = _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not value.isprintable():
        value = _without_format_marks(value)
    if len(value) > max_length:
        raise BadValueError("too_long", limit=max_length)
    return value


def _without_format_marks(value: str) -> str:
    """Drop zero-width marks that copying leaves behind; refuse everything else that cannot be seen."""
    kept: list[str] = []
    for character in value:
        category = unicodedata.category(character)
        if category in {"Cc", "Cs", "Cn", "Co"}:
            raise BadValueError("control_character", character=f"U+{ord(character):04X}")
        if (
            character
            in "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u00ad"
        ):
            continue
        kept.append(character)
    return "".join(kept).strip()


def total_word(text: str) -> bool:
    """Tell whether a cell is a word that marks a total, such as 합계, 소 계 or Grand Total."""
    return text.replace(" ", "").strip(":[]()<>").casefold() in TOTAL_WORDS


def mask_national_ids(text: str) -> str:
    """Blot out the secret half of what may be a registration number, before text is kept or shown."""
    return _NATIONAL_ID.sub(r"\1\2\3\4\5******", text)


def _has_national_id(value: str, *, whole: bool) -> bool:
    """Find a resident or alien registration number whose date part is a real day.

    In a code, thirteen digits without a hyphen are judged by their check digit and spared when
    they are a valid EAN-13: article and document numbers look the same otherwise.
    """
    folded = value if value.isascii() else unicodedata.normalize("NFKC", value)
    for found in _NATIONAL_ID.finditer(folded):
        year, month, day, hyphen, gender, rest = found.groups()
        if not _real_day(_CENTURY[gender] + int(year), int(month), int(day)):
            continue
        digits = year + month + day + gender + rest
        if not whole or hyphen or (_check_digit_fits(digits, gender) and not _is_ean13(digits)):
            return True
    return False


def _real_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _check_digit_fits(digits: str, gender: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    base = 13 if gender in "5678" else 11
    return (base - total % 11) % 10 == int(digits[12])


def _is_ean13(digits: str) -> bool:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12]))
    return (10 - total % 10) % 10 == int(digits[12])
