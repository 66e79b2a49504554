"""Read days as people, exports and spreadsheets write them, into ISO text."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.sales.reading.numbers_read import BadValueError

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_YEAR, LAST_YEAR = 1900, 2199
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
SERIAL_FIRST, SERIAL_LAST = 20_000, 99_999
"""Bare numbers read as spreadsheet days, inclusive: 1954 to 2173 in the 1900 epoch."""

_TIME = (
    r"(?:[ T]+(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?)"
    r" ?(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<y>[0-9]{4}|[0-9]{2}) ?(?P<s>[-./]) ?(?P<m>[0-9]{1,2}) ?(?P=s) ?(?P<d>[0-9]{1,2}) ?\.?" + _TIME
)
_KOREAN = re.compile(r"(?:(?P<y>[0-9]{4}|[0-9]{2})년 ?)?(?P<m>[0-9]{1,2})월 ?(?P<d>[0-9]{1,2})일" + _TIME)
_COMPACT = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})" + _TIME)
_YEAR_LAST = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{4}.*")
_NO_YEAR = re.compile(r"[0-9]{1,2}[-./ ][0-9]{1,2}\.?")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_WEEKDAY = re.compile(r" ?\([월화수목금토일]\)")
_PARTS = {
    "YYYY": "(?P<y>[0-9]{4})",
    "YY": "(?P<y>[0-9]{2})",
    "MM": "(?P<m>[0-9]{1,2})",
    "DD": "(?P<d>[0-9]{1,2})",
}


def day_reader(
    zone: str, *, date_format: str | None = None, epoch: date = EPOCH_1900
) -> Callable[[str], tuple[str, bool]]:
    """Build the reader of days.

    Args:
        zone: Business zone, into which instants with an offset are moved before the time is dropped.
        date_format: Order that the map declares, such as MM/DD/YYYY or YYYYMMDD; then nothing else is read.
        epoch: Day number zero of spreadsheet serials.

    Returns:
        Text → (ISO day, whether it was a spreadsheet day number); raises BadValueError.
    """
    declared = declared_pattern(date_format) if date_format else None
    patterns = (declared,) if declared else (_YEAR_FIRST, _COMPACT, _KOREAN)
    business_zone = ZoneInfo(zone)

    def read(text: str) -> tuple[str, bool]:
        plain = _WEEKDAY.sub("", unicodedata.normalize("NFKC", text)).strip()
        for pattern in patterns:
            found = pattern.fullmatch(plain)
            if found is not None:
                return _day_of(found, business_zone).isoformat(), False
        if declared is None and _SERIAL.fullmatch(plain):
            return _serial_day(float(plain), epoch).isoformat(), True
        raise BadValueError(_why_not(plain))

    return read


def declared_pattern(date_format: str) -> re.Pattern[str]:
    """Compile a declared order: YYYY or YY, MM and DD once each, anything else literal; a time may follow.

    Raises:
        ValueError: A part is missing or written twice.
    """
    pieces = re.split(r"(YYYY|YY|MM|DD)", date_format)
    named = [piece for piece in pieces if piece in _PARTS]
    if sorted(piece[0] for piece in named) != ["D", "M", "Y"]:
        raise ValueError(f"date format {date_format!r} needs YYYY or YY, MM and DD once each")
    body = "".join(_PARTS.get(piece) or re.escape(piece) for piece in pieces)
    if "".join(pieces) == "".join(named):
        body = body.replace("{1,2}", "{2}")
    return re.compile(body + _TIME)


def _day_of(found: re.Match[str], zone: ZoneInfo) -> date:
    if found["y"] is None:
        raise BadValueError("date_without_year")
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)  # noqa: PLR2004  two-digit years
    try:
        day = date(year, int(found["m"]), int(found["d"]))
    except ValueError:
        raise BadValueError("impossible_date") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadValueError("date_far_away", first=FIRST_YEAR, last=LAST_YEAR)
    return _in_zone(day, found["time"], found["offset"], zone)


def _in_zone(day: date, time: str | None, offset: str | None, zone: ZoneInfo) -> date:
    if not time:
        return day
    try:
        clock = datetime.strptime(_clock(time), "%H:%M:%S").time()  # noqa: DTZ007  the offset follows
        if not offset:
            return day
        shift = datetime.strptime(offset, "%z").tzinfo or UTC
        return datetime.combine(day, clock, shift).astimezone(zone).date()
    except ValueError:
        raise BadValueError("bad_date") from None


def _clock(time: str) -> str:
    digits = time.rstrip("AaPpMm ").partition(".")[0]
    return digits if digits.count(":") == 2 else digits + ":00"  # noqa: PLR2004  hh:mm:ss


def _serial_day(number: float, epoch: date) -> date:
    if not SERIAL_FIRST <= number < SERIAL_LAST + 1:
        raise BadValueError("bad_date")
    return epoch + timedelta(days=int(number))


def _why_not(plain: str) -> str:
    if _YEAR_LAST.fullmatch(plain):
        return "date_order_unknown"
    return "date_without_year" if _NO_YEAR.fullmatch(plain) else "bad_date"
