"""What dealers were given in a calendar year by trips and hospitality together, for limits and reviews."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from campaigns.trips.queries.hospitality import hosted_between
from portal.db import fetch

if TYPE_CHECKING:
    from collections.abc import Sequence


async def given_in_years(dealer_ids: Sequence[int], year: int) -> dict[int, int]:
    """Return dealer → what he was given in a calendar year, with VAT; every id is a key; no scope."""
    if not dealer_ids:
        return {}
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    marks = ", ".join("{}" for _ in dealer_ids)
    rows = await fetch(
        "select dealer, sum(amount_minor) as given from trip_benefit"  # noqa: S608  marks from code
        f" where booked_on >= {{}} and booked_on <= {{}} and dealer in ({marks}) group by dealer",
        first,
        last,
        *dealer_ids,
    )
    trips = {row["dealer"]: int(row["given"]) for row in rows}
    hosted = await hosted_between(dealer_ids, first, last)
    return {dealer: trips.get(dealer, 0) + hosted.get(dealer, 0) for dealer in dealer_ids}
