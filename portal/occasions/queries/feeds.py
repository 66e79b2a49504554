"""What a person's calendar address shows, and to whom it belongs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch_one
from portal.errors import NotFound
from portal.identity.queries import load_viewer
from portal.occasions.model import OccasionState, SeatState
from portal.occasions.policies import CALENDAR, OWN, READ
from portal.occasions.queries.occasions import list_between, list_own_occasions
from portal.occasions.queries.roster import list_own

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.occasions.queries.occasions import OccasionRow

# A calendar needs what was lately and what is planned, not the whole history.
BACK, AHEAD = dt.timedelta(days=92), dt.timedelta(days=400)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A person's calendar address: when it was made, and when a calendar last read it."""

    created_at: dt.datetime
    last_read_at: dt.datetime | None


async def get_feed(viewer: Viewer) -> FeedRow | None:
    """Return the viewer's address, or None when there is none."""
    row = await fetch_one(
        "select created_at, last_read_at from calendar_feed where user_id = {}", viewer.user_id
    )
    return FeedRow(**row) if row else None


async def viewer_of_feed(user_id: int, zone: str) -> Viewer:
    """Return a person as the portal sees him now: what was taken from him is not in his calendar either.

    Raises:
        NotFound: There is no such active person, or he holds no role any more.
    """
    row = await fetch_one("select login from login_user where id = {} and active", user_id)
    if row is None:
        raise NotFound
    viewer = await load_viewer(row["login"], zone)
    if not viewer.allowed(CALENDAR):
        raise NotFound
    return viewer


async def list_feed(viewer: Viewer, now: dt.datetime) -> list[OccasionRow]:
    """Return the occasions of a person's calendar in order of time, those called off included.

    A dealer's person sees what somebody of his dealer is signed up for; the manufacturer's people what
    happens in their part of the network.
    """
    if not viewer.is_dealer_side:
        rows = await list_between(viewer, now - BACK, now + AHEAD, READ)
        return [row for row in rows if row.opened_at is not None]
    occasions = {one.id: one for one in await list_own_occasions(viewer, OWN)}
    coming = {row.occasion_id for row in await list_own(viewer) if row.state is not SeatState.CANCELLED}
    found = [one for id_, one in occasions.items() if id_ in coming and one.state is not OccasionState.DRAFT]
    return sorted((one for one in found if one.ends_at > now - BACK), key=lambda one: (one.starts_at, one.id))
