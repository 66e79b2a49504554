"""The sheet for comparing offers (거래 조건 비교표): what is earned here, and what lies ahead.

It gives figures and leaves a column for the other offer. It is no condition of anything: what was earned and
settled stays owed whatever the dealer decides, and the sheet says so.
Source: 대리점법 제9조, 제10조.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.web.ladder import Ladder, draw
from portal.web.printing.environment import environment, words
from portal.web.printing.formats import Formats
from portal.web.printing.protocol import PrintMetadata
from portal.web.printing.text import NAME_LENGTH, clamp

STYLESHEET = "statement.css"


@dataclass(frozen=True, slots=True)
class WayAhead:
    """Where a dealer stands with one line of a programme, in words; amounts in minor units.

    Attributes:
        label: Name of the component.
        basis: Measured so far.
        earned_minor: What that earns.
        distance: How far the next tier is; empty on the last one.
        gain_minor: What the next tier adds, or None.
        projected: Where it ends at the pace so far.
        projected_minor: What that earns: no promise.
        bar: The tiers to draw, or None for shares.
    """

    label: str
    basis: str
    earned_minor: int
    distance: str
    gain_minor: int | None
    projected: str
    projected_minor: int
    bar: Ladder | None


@dataclass(frozen=True, slots=True)
class ProgramAhead:
    """A programme under way, with its last day and its lines."""

    label: str
    until_on: date
    lines: tuple[WayAhead, ...]


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """Agreed terms of credit; amounts in minor units, None where nothing was agreed."""

    limit_minor: int | None
    terms_days: int | None
    balance_minor: int
    overdue_minor: int
    as_of: date


@dataclass(frozen=True, slots=True)
class SupportLine:
    """Something the dealer gets beside incentives, in words: what, how much, what the figure follows from."""

    what: str
    figure: str
    detail: str


@dataclass(frozen=True, slots=True)
class SwitchingDocument:
    """Everything on the sheet for comparing offers.

    Attributes:
        manufacturer: Who made it.
        dealer_name: For whom.
        dealer_code: His code.
        as_of: Day of the figures, from the last calculation.
        owed_minor: Earned, settled and owed: stays owed whatever is decided.
        paid_year: Calendar year of ``paid_minor``.
        paid_minor: Paid in that year.
        accrued_minor: Expected to date and not settled yet.
        programs: Programmes under way.
        credit: Terms of credit, or None where there are none.
        support: What the dealer gets beside incentives, as far as it is on record.
        figures_hash: SHA-256 of the figures on the sheet, hexadecimal.
        currency: ISO 4217 code of the amounts.
        currency_decimals: Digits of its minor unit.
        zone: Business zone.
    """

    manufacturer: str
    dealer_name: str
    dealer_code: str
    as_of: date
    owed_minor: int
    paid_year: int
    paid_minor: int
    accrued_minor: int
    programs: tuple[ProgramAhead, ...]
    credit: CreditTerms | None
    support: tuple[SupportLine, ...] = ()
    figures_hash: str = ""
    currency: str = "KRW"
    currency_decimals: int = 0
    zone: str = "Asia/Seoul"


def render_switching(document: SwitchingDocument, locale: str) -> str:
    """Return the HTML of the sheet, to be printed with ``STYLESHEET``."""
    template = environment(locale).get_template("switching.html")
    return template.render(d=document, f=_formats(document, locale), locale=locale, draw=draw)


def switching_metadata(document: SwitchingDocument, locale: str) -> PrintMetadata:
    """Return what the PDF says about itself; its date is the day of the figures."""
    translate = words(locale).gettext
    dealer = f"{clamp(document.dealer_name, NAME_LENGTH)} ({clamp(document.dealer_code, NAME_LENGTH)})"
    return PrintMetadata(
        title=f"{translate('Sheet for comparing offers')} · {dealer}",
        author=clamp(document.manufacturer, NAME_LENGTH),
        subject=translate("What is earned, what is expected and what lies ahead, in figures"),
        created_at=f"{document.as_of.isoformat()}T00:00:00Z",
        language=locale,
    )


def _formats(document: SwitchingDocument, locale: str) -> Formats:
    return Formats(locale, document.zone, document.currency, document.currency_decimals)
