"""Notes on accounts, read by the side that wrote them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.network.model import Owner
from portal.network.policies import NOTES
from portal.network.queries.accounts import get_account

if TYPE_CHECKING:
    from portal.access import Viewer


async def add_note(viewer: Viewer, account_id: int, text: str) -> None:
    """Add a note to an account; its text stays out of the audit log, which both sides' readers see.

    Raises:
        NotFound: The viewer may not see the account.
    """
    side = Owner.DEALER if viewer.is_dealer_side else Owner.MANUFACTURER
    async with unit_of_work():
        account = await get_account(viewer, account_id)
        await execute(
            "insert into account_note (account, author_user_id, side, text, at) values ({}, {}, {}, {}, {})",
            *(account_id, viewer.user_id, side.value, text, dt.datetime.now(dt.UTC)),
        )
        await record(
            viewer.signature(NOTES, account.region_path, account.dealer_id),
            f"network.note_added_by_{side.value}",
            Subject.of("account_note", account_id),
        )
