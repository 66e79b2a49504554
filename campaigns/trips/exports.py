"""Figures of trips as files, for the manufacturer's money roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campaigns.trips import words
from portal.web.i18n import gettext
from portal.web.spreadsheet import Column

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from campaigns.trips.queries.fairness import Given
    from campaigns.trips.queries.hospitality import HospitalityRow
    from campaigns.trips.queries.money import DealerBenefit

_BATCH = 500


def benefit_columns() -> list[Column]:
    """Return the columns of what each dealer was given by a trip."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Dealer"), 26),
        Column("heads", gettext("Heads")),
        Column("amount_minor", gettext("Given, with VAT"), 18),
    ]


async def benefit_rows(benefits: Sequence[DealerBenefit]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield what each dealer was given by a trip."""
    yield [
        {
            "code": one.dealer_code,
            "name": one.dealer_name,
            "heads": one.heads,
            "amount_minor": one.amount_minor,
        }
        for one in benefits
    ]


def fairness_columns() -> list[Column]:
    """Return the columns of the fairness report by dealer."""
    return [
        Column("code", gettext("Code")),
        Column("name", gettext("Dealer"), 26),
        Column("class", gettext("Class")),
        Column("purchases_minor", gettext("Purchases of 12 months"), 20),
        Column("trips", gettext("Trips")),
        Column("trips_minor", gettext("Given by trips"), 18),
        Column("hosted_minor", gettext("Hospitality"), 18),
        Column("total_minor", gettext("Given altogether"), 18),
        Column("share_bp", gettext("Share of purchases, 1/10,000"), 20),
    ]


async def fairness_rows(given: Sequence[Given]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield every dealer of the fairness report in batches."""
    for start in range(0, len(given), _BATCH):
        yield [
            {
                "code": one.dealer_code,
                "name": one.dealer_name,
                "class": one.code,
                "purchases_minor": one.purchases_minor,
                "trips": one.trips,
                "trips_minor": one.trips_minor,
                "hosted_minor": one.hosted_minor,
                "total_minor": one.total_minor,
                "share_bp": one.share_bp,
            }
            for one in given[start : start + _BATCH]
        ]


def hospitality_columns() -> list[Column]:
    """Return the columns of the hospitality log."""
    return [
        Column("happened_on", gettext("Day"), 14),
        Column("code", gettext("Code")),
        Column("name", gettext("Dealer"), 26),
        Column("kind", gettext("Kind"), 12, lambda kind: gettext(words.HOSPITALITY[kind])),
        Column("purpose", gettext("Purpose"), 40),
        Column("place", gettext("Venue"), 26),
        Column("heads", gettext("Heads")),
        Column("supply_minor", gettext("Supply value"), 16),
        Column("vat_minor", gettext("VAT"), 14),
        Column("reason", gettext("Why it was taken back"), 30),
        Column("who", gettext("By"), 16),
    ]


async def hospitality_rows(entries: Sequence[HospitalityRow]) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the hospitality log in batches."""
    names = ("happened_on", "kind", "purpose", "place", "heads", "supply_minor", "vat_minor", "reason", "who")
    for start in range(0, len(entries), _BATCH):
        yield [
            {
                "code": one.dealer_code,
                "name": one.dealer_name,
                **{name: getattr(one, name) for name in names},
            }
            for one in entries[start : start + _BATCH]
        ]
