"""Numbers, money, rates and times as people write them in Korean and in English.

Amounts arrive as integer minor units, rates as basis points or thousandths, instants in UTC. A missing value
is the word for *not available*, never zero and never blank.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.numbers import format_currency, get_currency_symbol

from portal.web.i18n import current_locale, gettext

if TYPE_CHECKING:
    from jinja2 import Environment

    from rules.months import Month

_EOK, _MAN = 100_000_000, 10_000
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ().-]{2,30}")
_THOUSAND, _MILLION, _BILLION = 1_000, 1_000_000, 1_000_000_000


@dataclass(frozen=True, slots=True)
class Conventions:
    """What an installation writes amounts and times with.

    Attributes:
        currency: ISO 4217 code.
        decimals: Digits of the minor unit: 0 for won, 2 for cents.
        zone: Business time zone.
    """

    currency: str = "KRW"
    decimals: int = 0
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Seoul"))


class _Installed:
    conventions = Conventions()


def set_conventions(conventions: Conventions) -> None:
    """Set what the whole process writes amounts and times with; called once at start."""
    _Installed.conventions = conventions


def missing() -> str:
    """Return the words for a value that is not known."""
    return gettext("n/a")


def money(minor: int | None) -> str:
    """Return an amount with its currency, such as ₩11,165,000 or $12.50."""
    if minor is None:
        return missing()
    kept = _Installed.conventions
    amount = minor if kept.decimals == 0 else _scaled(minor, kept.decimals)
    return str(format_currency(amount, kept.currency, locale=_babel_locale()))


def money_short(minor: int | None) -> str:
    """Return an amount rounded for a tile: ₩3.04억, ₩52만, $1.2M; exact figures stand in tables."""
    if minor is None:
        return missing()
    kept = _Installed.conventions
    units = minor // 10**kept.decimals
    symbol = get_currency_symbol(kept.currency, locale=_babel_locale())
    shortened = _short_korean(abs(units)) if current_locale() == "ko" else _short_english(abs(units))
    return f"{'-' * (units < 0)}{symbol}{shortened}"


def _short_korean(units: int) -> str:
    if units >= _EOK:
        return f"{_tenths(units * 100, _EOK, 2)}억"
    return f"{units // _MAN:,}만" if units >= _MAN else f"{units:,}"


def _short_english(units: int) -> str:
    if units >= _BILLION:
        return f"{_tenths(units * 100, _BILLION, 2)}B"
    if units >= _MILLION:
        return f"{_tenths(units * 10, _MILLION, 1)}M"
    return f"{units // _THOUSAND:,}K" if units >= _THOUSAND else f"{units:,}"


def _tenths(scaled: int, unit: int, digits: int) -> str:
    whole, rest = divmod(scaled // unit, 10**digits)
    return f"{whole:,}.{rest:0{digits}d}"


def _scaled(minor: int, decimals: int) -> str:
    sign, digits = "-" * (minor < 0), str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def number(value: int | None) -> str:
    """Return a whole number with thousands separated."""
    return missing() if value is None else f"{value:,}"


def scaled(value: int | None, decimals: int) -> str:
    """Return a fixed-point number: 12345 with 2 decimals is 123.45."""
    if value is None:
        return missing()
    if decimals == 0:
        return f"{value:,}"
    whole, rest = divmod(abs(value), 10**decimals)
    return f"{'-' * (value < 0)}{whole:,}.{rest:0{decimals}d}"


def points(milli: int | None) -> str:
    """Return points from thousandths with one decimal, half away from zero."""
    if milli is None:
        return missing()
    tenths = (abs(milli) + 50) // 100
    return f"{'-' * (milli < 0 and tenths > 0)}{tenths // 10}.{tenths % 10}"


def percent_bp(basis_points: int | None) -> str:
    """Return a rate from basis points with one decimal: 1234 is 12.3%."""
    if basis_points is None:
        return missing()
    tenths = (abs(basis_points) + 5) // 10
    return f"{'-' * (basis_points < 0 and tenths > 0)}{tenths // 10}.{tenths % 10}%"


def change_bp(basis_points: int | None) -> str:
    """Return a change with its sign: +12.3%."""
    text = percent_bp(basis_points)
    return f"+{text}" if basis_points is not None and basis_points > 0 else text


def day(value: dt.date | None) -> str:
    """Return a day: 2026. 10. 31. in Korean, 31 Oct 2026 in English."""
    if value is None:
        return ""
    if current_locale() == "ko":
        return f"{value.year}. {value.month}. {value.day}."
    return f"{value.day} {value:%b} {value.year}"


def instant(value: dt.datetime | None) -> str:
    """Return an instant in the business zone with 24 hours: 2026. 10. 31. 14:05."""
    if value is None:
        return ""
    local = value.astimezone(_Installed.conventions.zone)
    return f"{day(local.date())} {local:%H:%M}"


def month(value: Month | dt.date | None) -> str:
    """Return a month: 2026년 10월, October 2026."""
    if value is None:
        return ""
    first = value if isinstance(value, dt.date) else value.first_on
    return f"{first.year}년 {first.month}월" if current_locale() == "ko" else f"{first:%B} {first.year}"


def business_number(value: str | None) -> str:
    """Return a 사업자등록번호 with its hyphens: 123-45-67890."""
    return f"{value[:3]}-{value[3:5]}-{value[5:]}" if value else ""


def telephone_href(value: str | None) -> str:
    """Return the address that calls a number, ``tel:+82212345678``; empty when the text is no number.

    A text with anything but digits, a leading plus, spaces, dots, hyphens and brackets leads nowhere: what
    stands in it was typed by people, and ``tel://`` would be read as a host.
    """
    text = (value or "").strip()
    return f"tel:{re.sub(r'[^0-9+]', '', text)}" if _TELEPHONE.fullmatch(text) else ""


def _babel_locale() -> str:
    return "ko_KR" if current_locale() == "ko" else "en_US"


def install(environment: Environment) -> None:
    """Give a Jinja environment the filters of this module."""
    environment.filters.update(
        won=money,
        won_short=money_short,
        money=money,
        money_short=money_short,
        number=number,
        scaled=scaled,
        points=points,
        percent_bp=percent_bp,
        change_bp=change_bp,
        day=day,
        instant=instant,
        month=month,
        business_number=business_number,
        telephone_href=telephone_href,
    )
