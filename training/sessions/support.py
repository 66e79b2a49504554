"""What training a dealer got, for the sheet that compares offers: days on which somebody of his came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import fetch
from portal.errors import message
from portal.rebates.support import Support
from training.sessions.model import business_days

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class TrainingSupport:
    """Support source of training.

    Args:
        zone: Business zone.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    async def list_support(self, dealer_id: int, since: dt.date, until: dt.date) -> list[Support]:
        """Return the days of training a dealer's people attended between two days, both inclusive."""
        rows = await fetch(
            "select e.id, o.id as occasion, o.starts_at, o.ends_at from enrollment e"
            " join occasion o on o.id = e.occasion where e.dealer = {} and o.kind = 'training'"
            " and o.state = 'held' and o.starts_at >= {} and o.starts_at < {} and e.state = 'confirmed'"
            " and exists (select 1 from door_record d where d.enrollment = e.id and d.kind = 'in'"
            " and d.guest_position = 0 and d.undone_at is null)",
            dealer_id,
            self._instant(since),
            self._instant(until + dt.timedelta(days=1)),
        )
        if not rows:
            return []
        days = sum(len(business_days(row["starts_at"], row["ends_at"], self._zone)) for row in rows)
        sessions = len({row["occasion"] for row in rows})
        return [
            Support(
                message("Training attended in 12 months"),
                message("%(days)s days", days=days),
                message(
                    "%(people)s participants in %(sessions)s sessions; by the log of the door",
                    people=len(rows),
                    sessions=sessions,
                ),
            )
        ]

    def _instant(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time.min, self._zone).astimezone(dt.UTC)
