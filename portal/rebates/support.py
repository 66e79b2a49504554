"""What a dealer gets from the manufacturer beside incentives, for the sheet for comparing offers.

Only what is on record counts: the service tier by the dealer's own orders and payments, visits and answers by
the logs, and what packages above add through ``join``. Nothing is estimated that nobody measured.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from portal.credit.queries.tiers import service_of
from portal.errors import Message, message
from portal.rebates.queries.support import count_answers, count_visits
from portal.web import formats
from portal.web.i18n import choose, gettext, translate
from portal.web.printing.switching import SupportLine
from rules.money import BASIS_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.credit.queries.entries import DealerAccount
    from portal.credit.queries.tiers import ServiceStanding

YEAR = dt.timedelta(days=365)
MONTHS_A_YEAR, DAYS_A_YEAR = 12, 365


@dataclass(frozen=True, slots=True)
class Support:
    """One thing a dealer gets, in words to be translated where they are shown.

    Attributes:
        what: What it is.
        figure: How much of it.
        detail: What the figure follows from, and where it is kept.
    """

    what: Message
    figure: Message
    detail: Message


class SupportSource(Protocol):
    """Support that a package above has on record, such as training, trips or equipment."""

    async def list_support(self, dealer_id: int, since: dt.date, until: dt.date) -> list[Support]:
        """Return what a dealer got between two days, both inclusive; empty where there is nothing."""


_SOURCES: list[SupportSource] = []


def join(source: SupportSource) -> None:
    """Show what a package has on record on every sheet from now on."""
    _SOURCES.append(source)


async def list_support(dealer_id: int, until: dt.date) -> list[Support]:
    """Return what a dealer got in the 365 days through a day, by the logs; no scope.

    Args:
        dealer_id: The dealer.
        until: Last day that counts.
    """
    since = until - YEAR + dt.timedelta(days=1)
    found = [*await _visits(dealer_id, since, until), *await _answers(dealer_id, since, until)]
    for source in _SOURCES:
        found += await source.list_support(dealer_id, since, until)
    return found


async def _visits(dealer_id: int, since: dt.date, until: dt.date) -> list[Support]:
    visits = await count_visits(dealer_id, since, until)
    if not (visits.dealer or visits.below):
        return []
    return [
        Support(
            message("Visits by our people in 12 months"),
            message("%(count)s visits", count=visits.dealer + visits.below),
            message(
                "%(dealer)s to you, %(below)s to your outlets and shops; by the visit log",
                dealer=visits.dealer,
                below=visits.below,
            ),
        )
    ]


async def _answers(dealer_id: int, since: dt.date, until: dt.date) -> list[Support]:
    answers = await count_answers(dealer_id, since, until)
    if not answers.answered:
        return []
    days = (2 * answers.days + answers.answered) // (2 * answers.answered)
    return [
        Support(
            message("Your concerns and complaints answered in 12 months"),
            message("%(answered)s of %(raised)s", answered=answers.answered, raised=answers.raised),
            message("answered after %(days)s days on average; by the log of concerns", days=days),
        )
    ]


def support_lines(account: DealerAccount | None, found: list[Support]) -> tuple[SupportLine, ...]:
    """Return what the sheet says, in the language of the page: the service tier, then what is on record."""
    service = service_of(account) if account else None
    tier = _tier_lines(service) if service and service.tier else ()
    logged = (SupportLine(translate(one.what), translate(one.figure), translate(one.detail)) for one in found)
    return (*tier, *logged)


def _tier_lines(service: ServiceStanding) -> Iterator[SupportLine]:
    """Yield the benefits of a tier that are more than nothing, each with what it comes to.

    A month's orders are the average of the complete months the tier looks at, supply value; what is paid
    later is the purchases of as many days.
    """
    tier, book = service.tier, service.book
    if tier is None:
        return
    gives, orders = tier.benefits, service.order_minor
    where = translate(
        "Service tier %(tier)s, announced on %(day)s; by your average month of orders, %(amount)s",
        tier=choose(tier.label["ko"], tier.label["en"]),
        day=formats.day(book.announced_on),
        amount=formats.money(orders),
    )
    if gives.deliveries_a_week:
        yield SupportLine(gettext("Deliveries a week"), str(gives.deliveries_a_week), where)
    if gives.extra_terms_days:
        later = orders * MONTHS_A_YEAR * gives.extra_terms_days // DAYS_A_YEAR
        yield SupportLine(
            gettext("Days to pay beyond the contract"),
            translate("%(count)s days", count=gives.extra_terms_days),
            translate("purchases of about %(amount)s are paid that much later", amount=formats.money(later)),
        )
    if gives.early_payment_bp:
        most = orders * gives.early_payment_bp // BASIS_POINTS
        yield SupportLine(
            translate("Taken off what is paid %(days)s days early", days=book.early_days),
            formats.percent_bp(gives.early_payment_bp),
            translate("%(amount)s a month at most", amount=formats.money(most)),
        )
