"""Noting at the door who comes and goes; device and server time are both kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import execute, fetch_one, fetch_value
from portal.errors import Invalid, NotFound
from portal.occasions.model import DoorKind, OccasionState, SeatState
from portal.occasions.policies import DOOR
from portal.occasions.queries.occasions import get_occasion

if TYPE_CHECKING:
    from portal.access import Viewer


@dataclass(frozen=True, slots=True)
class DoorNote:
    """Somebody came or went.

    Attributes:
        client_key: Made on the device.
        enrollment_id: Whose sign-up.
        position: 0 for the seat holder, else the companion's.
        kind: Came or went.
        code: The QR code's random part when it was opened; empty when the name was tapped.
        noted_at: When, by the device's clock put right by the server's.
        received_at: When it arrived.
    """

    client_key: str
    enrollment_id: int
    position: int
    kind: DoorKind
    code: str
    noted_at: dt.datetime
    received_at: dt.datetime


async def note_at_door(viewer: Viewer, note: DoorNote, opens_days: int) -> int:
    """Write down who came or went, in the open unit of work; two devices noting the same do no harm.

    Args:
        viewer: Who stands at the door.
        note: What was noted.
        opens_days: Days before the beginning from which the door takes notes.

    Raises:
        NotFound: The sign-up is not of an occasion of the viewer's part, or there is no such companion.
        Invalid: The badge is not valid any more, the person has no seat, or the occasion is not near.
    """
    row = await fetch_one(
        "select e.occasion, e.state, e.door_code, g.id as guest from enrollment e left join guest g"
        " on g.enrollment = e.id and g.position = {} where e.id = {}",
        note.position,
        note.enrollment_id,
    )
    if row is None or row["guest"] is None:
        raise NotFound
    occasion = await get_occasion(viewer, row["occasion"], DOOR)
    if row["state"] != SeatState.CONFIRMED or (note.code and note.code != row["door_code"]):
        raise Invalid.of("", "This sign-up is not valid any more: somebody else comes, or nobody.")
    if occasion.state in (OccasionState.DRAFT, OccasionState.CANCELLED):
        raise Invalid.of("", "This occasion was called off.")
    if note.noted_at < occasion.starts_at - dt.timedelta(days=opens_days):
        raise Invalid.of(
            "", "The door is not open yet: it opens %(count)s days before the beginning.", count=opens_days
        )
    return int(
        await fetch_value(
            "insert into door_record (client_key, enrollment, guest_position, kind, how, noted_at,"
            " received_at, actor_user_id) values ({}, {}, {}, {}, {}, {}, {}, {}) returning id",
            note.client_key,
            note.enrollment_id,
            note.position,
            note.kind.value,
            "qr" if note.code else "hand",
            note.noted_at,
            note.received_at,
            viewer.user_id,
        )
    )


async def find_note(client_key: str) -> tuple[int, int] | None:
    """Return id and sign-up of what a device noted, or None while it has not arrived."""
    row = await fetch_one("select id, enrollment from door_record where client_key = {}", client_key)
    return (row["id"], row["enrollment"]) if row else None


async def undo_note(viewer: Viewer, record_id: int, enrollment_id: int) -> None:
    """Take back what was noted, in the open unit of work; the line stays, marked. Again changes nothing.

    Raises:
        NotFound: It is not of an occasion of the viewer's part.
    """
    occasion_id = await fetch_value("select occasion from enrollment where id = {}", enrollment_id)
    await get_occasion(viewer, int(occasion_id), DOOR)
    await execute(
        "update door_record set undone_at = {} where id = {} and undone_at is null",
        dt.datetime.now(dt.UTC),
        record_id,
    )
