"""What phones say about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import execute, fetch_value, unit_of_work

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer
    from portal.field.commands import PhoneReport


async def hear(viewer: Viewer, phone: PhoneReport, now: dt.datetime) -> int:
    """Keep what a phone says about itself and return its id."""
    async with unit_of_work():
        return int(
            await fetch_value(
                "insert into field_phone (user_id, phone_key, label, waiting, stuck, waiting_since_at,"
                " skew_seconds, first_seen_at, last_seen_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {})"
                " on conflict (user_id, phone_key) do update set label = excluded.label,"
                " waiting = excluded.waiting, stuck = excluded.stuck,"
                " waiting_since_at = excluded.waiting_since_at, skew_seconds = excluded.skew_seconds,"
                " last_seen_at = excluded.last_seen_at returning id",
                *(viewer.user_id, phone.phone_key, phone.label, phone.waiting, phone.stuck, phone.since_at),
                *(int(phone.skew.total_seconds()), now, now),
            )
        )


async def left_after(phone_id: int, taken: int) -> None:
    """Count down what waits on a phone by the records just taken from it."""
    async with unit_of_work():
        await execute(
            "update field_phone set"
            " waiting = case when waiting - {} > stuck then waiting - {} else stuck end,"
            " waiting_since_at = case when waiting > {} or stuck > 0 then waiting_since_at end where id = {}",
            *(taken, taken, taken, phone_id),
        )
