"""What the manufacturer's people did for a dealer in a span of days, counted from the logs; no scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits of the manufacturer's people that were made and not cancelled: to the dealer, and below him."""

    dealer: int
    below: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Concerns and complaints of a dealer: how many were raised and answered, and after how many days.

    Attributes:
        days: From being raised to the answer, all together.
    """

    raised: int
    answered: int
    days: int


async def count_visits(dealer_id: int, since: dt.date, until: dt.date) -> Visits:
    """Count visits between two days, both inclusive."""
    row = await fetch_one(
        "select coalesce(sum(case when a.id = {} then 1 else 0 end), 0) as dealer,"
        " coalesce(sum(case when a.id <> {} then 1 else 0 end), 0) as below"
        " from visit v join account a on a.id = v.account where a.dealer = {} and v.owner = 'manufacturer'"
        " and v.cancelled_at is null and v.visited_on >= {} and v.visited_on <= {}",
        dealer_id,
        dealer_id,
        dealer_id,
        since,
        until,
    )
    return Visits(int(row["dealer"]), int(row["below"])) if row else Visits(0, 0)


async def count_answers(dealer_id: int, since: dt.date, until: dt.date) -> Answers:
    """Count concerns and complaints the dealer reads that were raised between two days, both inclusive."""
    rows = await fetch(
        "select date(raised_at) as raised_on, date(answered_at) as answered_on from voice_item"
        " where dealer = {} and kind in ('concern', 'complaint') and dealer_reads"
        " and date(raised_at) >= {} and date(raised_at) <= {}",
        dealer_id,
        since,
        until,
    )
    pairs = [(as_date(row["raised_on"]), as_date(row["answered_on"])) for row in rows]
    waits = [(answered - raised).days for raised, answered in pairs if raised and answered]
    return Answers(len(rows), len(waits), sum(waits))
