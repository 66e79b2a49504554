"""The hospitality log (S121): what a dealer was invited to outside of trips; corrections are further rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from campaigns.trips.policies import HOSTED
from campaigns.trips.queries.hospitality import get_entry
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid
from portal.network.scope import today
from portal.voice.queries.dealers import find_voice_dealer

if TYPE_CHECKING:
    from campaigns.trips.commands import HospitalityCommand
    from portal.access import Viewer

_INSERT = (
    "insert into hospitality (client_key, dealer, kind, happened_on, place, purpose, heads, supply_minor,"
    " vat_minor, corrects, reason, actor_user_id, at)"
    " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) returning id"
)


async def note_hospitality(viewer: Viewer, command: HospitalityCommand) -> int:
    """Note what a dealer was invited to; the same key again changes nothing.

    Raises:
        Invalid: There is no such dealer in the viewer's part, or the day lies ahead.
    """
    async with unit_of_work():
        known = await fetch_one("select id from hospitality where client_key = {}", command.client_key)
        if known is not None:
            return int(known["id"])
        dealer = await find_voice_dealer(viewer, command.dealer_code, HOSTED)
        if dealer is None:
            raise Invalid.of("dealer", "There is no dealer with this code or name in your part.")
        if command.happened_on > today(viewer):
            raise Invalid.of("happened_on", "This day lies ahead.")
        entry_id = await fetch_value(
            _INSERT,
            command.client_key,
            dealer.id,
            command.kind.value,
            command.happened_on,
            command.place,
            command.purpose,
            command.heads,
            command.supply_minor,
            command.vat_minor,
            None,
            "",
            viewer.user_id,
            dt.datetime.now(dt.UTC),
        )
        by = dealer.signature(viewer, HOSTED)
        await record(by, "hospitality.noted", Subject.of("account", dealer.id), note=command.kind.value)
    return int(entry_id)


async def take_back(viewer: Viewer, entry_id: int, reason: str) -> None:
    """Write the counter entry of a wrong one.

    Raises:
        NotFound: The entry is not in the viewer's part.
        Conflict: It was taken back already, or is a counter entry itself.
        Invalid: No reason is given.
    """
    if not reason:
        raise Invalid.of("reason", "Please give a reason.")
    async with unit_of_work():
        entry = await get_entry(viewer, entry_id, HOSTED)
        if entry.corrects is not None or entry.is_taken_back:
            raise Conflict
        await fetch_value(
            _INSERT,
            f"back-{entry_id}",
            entry.dealer_id,
            entry.kind.value,
            entry.happened_on,
            entry.place,
            entry.purpose,
            entry.heads,
            -entry.supply_minor,
            -entry.vat_minor,
            entry_id,
            reason,
            viewer.user_id,
            dt.datetime.now(dt.UTC),
        )
        by = viewer.signature(HOSTED, entry.region_path, entry.dealer_id)
        await record(by, "hospitality.corrected", Subject.of("account", entry.dealer_id), note=reason)
