"""Confirming that one has read what an announced version changes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.db import execute, unit_of_work
from portal.errors import Conflict
from portal.rulebooks.policies import CONFIRM
from portal.rulebooks.queries.notices import find_notice
from portal.rulebooks.service.drafts import note

if TYPE_CHECKING:
    from portal.access import Viewer


async def confirm(viewer: Viewer, sha256: str, today: dt.date) -> None:
    """Note that the viewer read an announced version; doing it again changes nothing.

    Raises:
        NotFound: It is not announced, or does not concern the viewer.
        Conflict: A version the product ships needs no confirmation.
    """
    notice = await find_notice(viewer, sha256, today)
    proposal_id = notice.version.proposal_id
    if proposal_id is None:
        raise Conflict("This version needs no confirmation.")
    dealers = viewer.scope.dealer_ids
    async with unit_of_work():
        added = await execute(
            "insert into rulebook_reading (proposal, user_id, account_id, at) values ({}, {}, {}, {})"
            " on conflict do nothing",
            proposal_id,
            viewer.user_id,
            dealers[0] if dealers else None,
            dt.datetime.now(dt.UTC),
        )
        if added:
            await note(viewer.signature(CONFIRM), "confirm", proposal_id)
