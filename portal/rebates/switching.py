"""The sheet for comparing offers, from the same figures as the dealer's own pages."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from portal.credit.model import CreditRules, data_day
from portal.credit.queries.entries import DealerAccount, last_payment_on, read_accounts
from portal.rebates.printing import language_of, printed
from portal.rebates.program_views import said
from portal.rebates.queries.ledger import Balance, balance_of
from portal.rebates.queries.own import OwnDealer, Payment, dealer_head, list_payments
from portal.rebates.queries.running import Running, list_running
from portal.rebates.support import Support, list_support, support_lines
from portal.rebates.views_own import card_view, paid_in
from portal.web.i18n import choose, gettext, in_locale
from portal.web.printing.bundle import file_name
from portal.web.printing.switching import (
    CreditTerms,
    ProgramAhead,
    SwitchingDocument,
    WayAhead,
    render_switching,
    switching_metadata,
)
from rules.lifecycle import State

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.settings import Settings
    from rules.kpis import Locale


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the sheet is made of."""

    dealer: OwnDealer
    balance: Balance
    payments: list[Payment]
    running: list[Running]
    credit: DealerAccount | None
    support: list[Support]
    day: dt.date


async def read_figures(viewer: Viewer, account_id: int, day: dt.date, settings: Settings) -> Figures:
    """Return the figures of a dealer for the sheet.

    Raises:
        NotFound: There is no such dealer for the viewer.
    """
    dealer = await dealer_head(viewer, account_id)
    running, _ = await list_running(viewer, account_id, day)
    rules = CreditRules.of(settings)
    as_of = data_day(day, await last_payment_on(), rules)
    credit = (await read_accounts([account_id], as_of, rules)).get(account_id)
    return Figures(
        dealer,
        await balance_of(account_id),
        await list_payments(viewer, account_id),
        [one for one in running if one.version.standing is State.ACTIVE],
        credit,
        await list_support(account_id, day),
        day,
    )


def switching_of(figures: Figures, settings: Settings, locale: Locale) -> SwitchingDocument:
    """Fill the document with the figures, in the language of the paper."""
    with in_locale(locale):
        days = [row.as_of_on for one in figures.running for row in one.standings]
        document = SwitchingDocument(
            manufacturer=choose(settings.company_name, settings.company_name_en),
            dealer_name=figures.dealer.name,
            dealer_code=figures.dealer.code,
            as_of=max(days, default=figures.day),
            owed_minor=figures.balance.payable_minor,
            paid_year=figures.day.year,
            paid_minor=paid_in(figures.payments, figures.day.year),
            accrued_minor=figures.balance.accrued_minor,
            programs=tuple(_program(one, figures.day) for one in figures.running if one.standings),
            credit=_credit(figures),
            support=support_lines(figures.credit, figures.support),
            currency=settings.currency,
            currency_decimals=settings.currency_decimals,
            zone=settings.business_zone,
        )
    content = msgspec.json.encode(document, order="deterministic")
    return replace(document, figures_hash=hashlib.sha256(content).hexdigest())


def _program(one: Running, day: dt.date) -> ProgramAhead:
    card = card_view(one, day)
    lines = tuple(
        WayAhead(
            label=row["label"],
            basis=row["basis"],
            earned_minor=row["earned_minor"],
            distance=row["next"],
            gain_minor=row["next_gain"] or None,
            projected=row["projected"],
            projected_minor=row["projected_minor"],
            bar=row["ladder"],
        )
        for row in card["components"]
        if not row["missing"]
    )
    return ProgramAhead(said(one.program.label), card["projected_on"], lines)


def _credit(figures: Figures) -> CreditTerms | None:
    account = figures.credit
    if account is None:
        return None
    terms = account.terms_on(figures.day)
    return CreditTerms(
        limit_minor=terms.limit_minor if terms else None,
        terms_days=terms.terms_days if terms else None,
        balance_minor=account.standing.balance_minor,
        overdue_minor=account.standing.overdue_minor,
        as_of=account.standing.as_of,
    )


async def print_switching(figures: Figures, settings: Settings, locale: str) -> bytes:
    """Return the sheet as PDF; an unknown language prints Korean.

    Raises:
        portal.web.printing.failures.PrintFailure: It could not be printed in time or at all.
    """
    language = language_of(locale)
    document = switching_of(figures, settings, language)
    about = switching_metadata(document, language)
    return await printed(
        settings, "switching", document, language, lambda: render_switching(document, language), about
    )


def switching_name(figures: Figures) -> str:
    """Return the name of the PDF on the reader's disk."""
    return file_name(gettext("Sheet for comparing offers"), str(figures.day), figures.dealer.code)
