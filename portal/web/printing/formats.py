"""Numbers, dates and amounts as they are written on paper in each language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_currency, format_decimal

if TYPE_CHECKING:
    from datetime import tzinfo

MILLI = 1_000
_DAYS = {"ko": "yyyy. M. d.", "en": "d MMM yyyy"}
_MONTHS = {"ko": "yyyy년 M월", "en": "MMMM yyyy"}
_SHORT_MONTHS = {"ko": "M월", "en": "MMM"}


class Formats:
    """Writes values in one locale and one business zone.

    Args:
        locale: ``ko`` or ``en``.
        zone: IANA name of the business zone, in which instants are shown.
        currency: ISO 4217 code of all amounts.
        decimals: Digits of the currency's minor unit; 0 for KRW.
    """

    def __init__(self, locale: str, zone: str, currency: str, decimals: int) -> None:
        self.locale = locale
        self.zone = ZoneInfo(zone)
        self.currency = currency
        self._unit = 10**decimals
        self._decimals = decimals

    def day(self, on: date) -> str:
        """Write a date."""
        return format_date(on, _DAYS.get(self.locale, "yyyy-MM-dd"), locale=self.locale)

    def month(self, month: str) -> str:
        """Write a month given as ``2026-10``."""
        return format_date(
            date.fromisoformat(f"{month}-01"), _MONTHS.get(self.locale, "yyyy-MM"), locale=self.locale
        )

    def short_month(self, month: str) -> str:
        """Write a month given as ``2026-10`` without its year."""
        return format_date(
            date.fromisoformat(f"{month}-01"), _SHORT_MONTHS.get(self.locale, "MM"), locale=self.locale
        )

    def instant(self, at: datetime) -> str:
        """Write an instant in the business zone, to the minute on a 24-hour clock, with its offset."""
        local = at.astimezone(self.zone)
        return f"{self.day(local.date())} {local:%H:%M} ({_offset(local.tzinfo, local)})"

    def points(self, milli: int) -> str:
        """Write milli-points as points with at most one digit after the point, half away from zero."""
        tenths = (abs(milli) * 10 + MILLI // 2) // MILLI
        sign = "-" if milli < 0 and tenths else ""
        whole, rest = divmod(tenths, 10)
        return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"

    def amount(self, minor: int) -> str:
        """Write an amount of minor units in full, with its currency."""
        return str(
            format_currency(
                minor / self._unit if self._decimals else minor, self.currency, locale=self.locale
            )
        )

    def compact_amount(self, minor: int) -> str:
        """Write an amount of minor units for an axis or a headline: ``3.0억``, ``303M``."""
        whole = minor // self._unit
        return str(format_compact_decimal(whole, locale=self.locale, fraction_digits=1)).replace(".0", "")

    def percent_change(self, now: int, before: int) -> str:
        """Write how much ``now`` is above or below ``before`` (more than 0), with one digit and a sign."""
        tenths = round(1000 * (now - before) / before)
        return f"{format_decimal(tenths / 10, format='+#,##0.0;-#,##0.0', locale=self.locale)}%"


def _offset(zone: tzinfo | None, at: datetime) -> str:
    if isinstance(zone, ZoneInfo) and zone.key == "Asia/Seoul":
        return "KST"
    minutes = int((at.utcoffset() or timedelta()).total_seconds()) // 60
    return f"UTC{minutes // 60:+03d}:{abs(minutes) % 60:02d}"
