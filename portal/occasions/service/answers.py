"""A dealer's answer to an invitation other than coming."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute
from portal.errors import Conflict, NotFound
from portal.occasions.policies import OWN
from portal.occasions.queries.invitations import list_own_invitations
from portal.occasions.queries.occasions import get_occasion
from portal.occasions.service.units import own_or_open_unit

if TYPE_CHECKING:
    from portal.access import Viewer


async def decline(viewer: Viewer, occasion_id: int, dealer_id: int, reason: str) -> None:
    """Say that nobody of a dealer comes; signing up later takes it back.

    Raises:
        NotFound: The dealer is not the viewer's, or is not invited.
        Conflict: Somebody of the dealer is signed up, or the occasion takes no answers any more.
    """
    async with own_or_open_unit():
        occasion = await get_occasion(viewer, occasion_id, OWN)
        found = [
            one for one in await list_own_invitations(viewer, [occasion_id]) if one.dealer_id == dealer_id
        ]
        if not found or not found[0].is_invited:
            raise NotFound
        now = dt.datetime.now(dt.UTC)
        if found[0].signed_up or not occasion.takes_sign_ups(now):
            raise Conflict
        await execute(
            "update occasion_invitation set declined_at = {}, decline_reason = {} where id = {}",
            now,
            reason,
            found[0].id,
        )
        by = viewer.signature(OWN, account_id=dealer_id)
        subject = Subject.of("occasion", occasion_id)
        await record(by, "occasions.declined", subject, note=f"dealer {dealer_id}: {reason}")
