"""Who is expected at the door: no telephone, no food, only what is needed to know a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.occasions.model import SeatState
from portal.occasions.queries.roster import list_roster

if TYPE_CHECKING:
    import datetime as dt


async def list_door(occasion_id: int) -> list[dict[str, Any]]:
    """Return everybody with a seat, companions beside their seat holder; the caller has checked the occasion.

    ``in`` and ``out`` are instants as text or None; ``code`` is the QR code's, empty for companions.
    """
    people = []
    for row in await list_roster(occasion_id, (SeatState.CONFIRMED,)):
        shared = {"id": row.enrollment_id, "number": row.number, "dealer": row.dealer_name}
        times = {"in": _text(row.came_in_at), "out": _text(row.went_out_at)}
        people.append(shared | times | {"position": 0, "name": row.name, "with": "", "code": row.door_code})
        people += [
            shared
            | {"in": _text(guest.came_in_at), "out": _text(guest.went_out_at)}
            | {"position": guest.position, "name": guest.name, "with": row.name, "code": ""}
            for guest in row.companions
        ]
    return people


def _text(value: dt.datetime | None) -> str | None:
    return value.isoformat() if value else None
