"""A dealer's owner opens one kind of his records to the manufacturer, and closes it again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.errors import Conflict, NotFound
from portal.network.policies import SHARE

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.network.model import Purpose

CONSENT_TEXT_VERSION = "2026-11"
"""Which wording of the sharing page people agree to; raise it when the page's promises change."""


def own_dealer(viewer: Viewer) -> int:
    """Return the dealership whose owner the viewer is.

    Raises:
        NotFound: The viewer owns none.
    """
    owned = viewer.scope_for(SHARE).dealer_ids
    if not owned:
        raise NotFound
    return owned[0]


async def grant_sharing(viewer: Viewer, purpose: Purpose) -> None:
    """Open a kind of records from now on; again is no harm.

    Raises:
        NotFound: The viewer owns no dealership.
    """
    dealer_id = own_dealer(viewer)
    async with unit_of_work():
        opened = await execute(
            "insert into sharing_grant"
            " (dealer, purpose, granted_at, granted_by_user_id, consent_text_version)"
            " values ({}, {}, {}, {}, {}) on conflict (dealer, purpose) where revoked_at is null do nothing",
            *(dealer_id, purpose.value, dt.datetime.now(dt.UTC), viewer.user_id, CONSENT_TEXT_VERSION),
        )
        if opened:
            await record(
                viewer.signature(SHARE, account_id=dealer_id),
                "network.sharing_granted",
                Subject.of("account", dealer_id),
                {purpose.value: (False, True)},
                note=CONSENT_TEXT_VERSION,
            )


async def revoke_sharing(viewer: Viewer, purpose: Purpose) -> None:
    """Close a kind of records from now on.

    Raises:
        NotFound: The viewer owns no dealership.
        Conflict: It is not open.
    """
    dealer_id = own_dealer(viewer)
    async with unit_of_work():
        closed = await execute(
            "update sharing_grant set revoked_at = {}, revoked_by_user_id = {}"
            " where dealer = {} and purpose = {} and revoked_at is null",
            *(dt.datetime.now(dt.UTC), viewer.user_id, dealer_id, purpose.value),
        )
        if not closed:
            raise Conflict
        await record(
            viewer.signature(SHARE, account_id=dealer_id),
            "network.sharing_revoked",
            Subject.of("account", dealer_id),
            {purpose.value: (True, False)},
        )
