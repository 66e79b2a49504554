"""Read numbers as people and spreadsheets write them, into integer text.

``1,234원``, ``₩1,234``, ``(1,234)``, ``1,234-``, full-width digits and spaces are read;
ambiguous separators, surplus decimals and other currencies are refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from portal.sales.reading.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable

HIGHEST_INTEGER = 2**53 - 1
"""Largest magnitude accepted: exact in JSON, in browsers and in spreadsheets too."""

CURRENCY_MARKS = {
    "원": "KRW", "₩": "KRW", "KRW": "KRW",
    "$": "USD", "US$": "USD", "USD": "USD",
    "€": "EUR", "EUR": "EUR",
    "£": "GBP", "GBP": "GBP",
    "¥": "JPY", "円": "JPY", "엔": "JPY", "JPY": "JPY",
    "元": "CNY", "CNY": "CNY",
}  # fmt: skip
RATE_UNITS = {"basis_points": 0, "percent": 2, "ratio": 4}
"""Unit of a bare rate → decimal places of a basis point in it."""

QUANTITY_MARKS = frozenset({"개", "EA", "본", "병", "박스", "BOX", "CS", "상자", "PCS"})
BLANK_NUMBERS = frozenset({"", "-", "–", "—", "−"})
FORMULA_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "####"}
)

_USUAL_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}|-?[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4}")
"""Whole numbers as nearly every file writes them; removing the commas gives the stored text."""

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_MARK = re.compile(
    r"(?P<before>[^0-9.,\-+()\s]*)\s*(?P<sign>[-+]?)\s*(?P<digits>[0-9.,]+)\s*(?P<after>.*)", re.DOTALL
)
_SPACED = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_SCIENTIFIC = re.compile(r"[-+]?[0-9.,]+[eE][-+]?[0-9]+")


class BadValueError(ValueError):
    """A value cannot be read; carries the message for the person."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.message = Message(code, params)


def read_decimal(text: str, marks: Callable[[str], None]) -> tuple[bool, str, str]:
    """Split a written number into sign, whole digits and decimal digits.

    Args:
        text: A non-blank cell.
        marks: Called with each mark that stands before or after the digits; raises if it is unwelcome.

    Returns:
        (negative, whole digits without separators, decimal digits without trailing zeros).

    Raises:
        BadValueError: It is not one unambiguous number.
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if plain in FORMULA_ERRORS:
        raise BadValueError("formula_error", found=plain)
    inner = _without_parentheses(plain)
    negative = inner is not None
    plain = plain if inner is None else inner
    if plain.endswith("-"):
        negative, plain = not negative, plain[:-1].rstrip()
    found = _MARK.fullmatch(_SPACED.sub("", plain))
    if found is None or _SCIENTIFIC.fullmatch(plain):
        raise BadValueError("bad_number")
    before, sign, digits, after = found["before"], found["sign"], found["digits"], found["after"]
    if before.startswith("-"):
        raise BadValueError("bad_number")
    for mark in (before.strip(), after.strip()):
        if mark:
            marks(mark)
    return _parts(digits, negative=negative != (sign == "-"))


def _without_parentheses(plain: str) -> str | None:
    """Inside of an accounting negative such as (1,234) or ₩(1,234); None when it is no such thing."""
    head, opening, rest = plain.partition("(")
    if not opening or not rest.endswith(")") or any(sign in rest for sign in "-+"):
        return None
    return head + rest[:-1].strip()


def _parts(digits: str, *, negative: bool) -> tuple[bool, str, str]:
    if not _PLAIN.fullmatch(digits) and not _GROUPED.fullmatch(digits):
        raise BadValueError("bad_grouping" if "," in digits else "bad_number")
    whole, _, decimals = digits.replace(",", "").partition(".")
    return negative, whole.lstrip("0") or "0", decimals.rstrip("0")


def amount_reader(
    scale: int, currency: str, *, times: int = 1, rounded: bool = False
) -> Callable[[str], str]:
    """Build the reader of amounts.

    Args:
        scale: Decimal places of the minor unit.
        currency: The only accepted currency mark.
        times: What a written unit stands for, such as 1000 where a column is in thousands.
        rounded: Round surplus decimals half away from zero instead of refusing them.

    Returns:
        Text → integer minor units as text; raises BadValueError.
    """

    def marks(mark: str) -> None:
        known = CURRENCY_MARKS.get(mark.upper())
        if known is None:
            raise BadValueError("bad_number")
        if known != currency:
            raise BadValueError("other_currency", found=mark, currency=currency)

    usual = (
        _USUAL_WHOLE.fullmatch if scale == 0 else re.compile(rf"-?[0-9]{{1,12}}\.[0-9]{{{scale}}}").fullmatch
    )
    separators = str.maketrans("", "", ",.")
    canonical = scale == 0 and times == 1

    def read(text: str) -> str:
        if usual(text):
            digits = text.translate(separators)
            return digits if canonical else str(int(digits) * times)
        return scaled(read_decimal(text, marks), scale, times=times, rounded=rounded)

    return read


def quantity_reader(*, times: int = 1, rounded: bool = False) -> Callable[[str], str]:
    """Build the reader of whole units; ``12개`` and ``12.0`` are 12, ``12.5`` is refused."""

    def marks(mark: str) -> None:
        if mark.upper() not in QUANTITY_MARKS:
            raise BadValueError("bad_number")

    def read(text: str) -> str:
        if times == 1 and _USUAL_WHOLE.fullmatch(text):
            return text.replace(",", "")
        parts = read_decimal(text, marks)
        if parts[2] and not rounded and times == 1:
            raise BadValueError("not_whole")
        return scaled(parts, 0, times=times, rounded=rounded)

    return read


def basis_points_reader(unit: str) -> Callable[[str], str]:
    """Build the reader of rates: 12.5% → 1250, 1250bp → 1250; a bare number is read as ``unit``.

    Args:
        unit: basis_points (then it must be whole), percent or ratio.
    """
    bare = RATE_UNITS[unit]

    def read(text: str) -> str:
        seen: list[str] = []
        parts = read_decimal(text, seen.append)
        scales = {"%": 2, "bp": 0, "bps": 0, "퍼센트": 2}
        if len(seen) > 1 or (seen and seen[0].lower() not in scales):
            raise BadValueError("bad_percent")
        scale = scales[seen[0].lower()] if seen else bare
        if scale == 0 and parts[2]:
            raise BadValueError("bad_percent")
        return scaled(parts, scale, times=1, rounded=False)

    return read


def scaled(parts: tuple[bool, str, str], scale: int, *, times: int, rounded: bool) -> str:
    """Turn sign, whole and decimals into integer text at ``scale``; bounds ±(2**53 − 1) inclusive."""
    negative, whole, decimals = parts
    numerator = int(whole + decimals) * times * 10**scale if len(whole) + len(decimals) <= 40 else None  # noqa: PLR2004  far above any amount, below a costly int()
    if numerator is None:
        raise BadValueError("out_of_range")
    value, rest = divmod(numerator, 10 ** len(decimals))
    if rest and not rounded:
        raise BadValueError("too_many_decimals", scale=scale)
    if rest and 2 * rest >= 10 ** len(decimals):
        value += 1
    if value > HIGHEST_INTEGER:
        raise BadValueError("out_of_range")
    return str(-value if negative else value)
