"""Who came along, by the record at the door; counts and ids alone, no scope."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_value

if TYPE_CHECKING:
    from collections.abc import Sequence

_CAME = (
    " from trip t join occasion o on o.id = t.occasion join enrollment e on e.occasion = o.id"
    " where e.state = 'confirmed' and exists (select 1 from door_record d where d.enrollment = e.id"
    " and d.kind = 'in' and d.undone_at is null)"
)


async def dealers_there(trip_id: int) -> frozenset[int]:
    """Return the dealers of whom somebody came along on a trip."""
    rows = await fetch(f"select distinct e.dealer{_CAME} and t.id = {{}}", trip_id)
    return frozenset(row["dealer"] for row in rows)


async def list_gone_along(dealer_ids: Sequence[int]) -> frozenset[int]:
    """Return the trips on which somebody of some dealers came along."""
    if not dealer_ids:
        return frozenset()
    marks = ", ".join("{}" for _ in dealer_ids)
    rows = await fetch(f"select distinct t.id{_CAME} and e.dealer in ({marks})", *dealer_ids)
    return frozenset(row["id"] for row in rows)


async def count_joined(dealer_id: int, since: dt.date, until: dt.date) -> int:
    """Return on how many trips somebody of a dealer came along between two days, both inclusive (UTC)."""
    first = dt.datetime.combine(since, dt.time(), dt.UTC)
    last = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), dt.UTC)
    return int(
        await fetch_value(
            f"select count(distinct t.id){_CAME} and e.dealer = {{}} and o.starts_at >= {{}} and o.starts_at < {{}}",  # noqa: E501  as above
            dealer_id,
            first,
            last,
        )
    )
