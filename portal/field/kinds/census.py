"""Looks at outlets and retail points: "seen today", from the phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import fetch_value
from portal.errors import NotFound
from portal.field.census import Finding
from portal.field.kinds.known import account_of
from portal.field.model import Kept, day_of
from portal.plans.policies import VISIT
from portal.plans.queries.visits import get_visitable
from portal.web.forms import FormReader

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer
    from portal.field.model import Item, Late


@dataclass(frozen=True, slots=True)
class CensusHandler:
    """Takes looks at places; no month is closed to them, because no figure of a month is made from them.

    Attributes:
        back_days: Days before the day of keeping that a place may have been looked at.
    """

    back_days: int
    kind: str = "census"
    policy: str = VISIT
    rank: int = 40

    async def keep(self, viewer: Viewer, item: Item) -> Kept | Late:
        """Keep that the place was there, or gone; nothing else changes.

        Raises:
            Invalid: With everything found wrong.
            NotFound: The account is not one the viewer may visit.
            NotYet: The account is new and has not arrived.
        """
        account = await get_visitable(viewer, await account_of(viewer, item))
        form = FormReader(item.fields)
        finding = Finding(form.choice("finding", [each.value for each in Finding]))
        chosen_on = form.date("seen_on")
        form.check()
        day, back = day_of(chosen_on, item, ZoneInfo(viewer.zone))
        if not 0 <= back <= self.back_days:
            form.refuse(
                "seen_on", "Please choose today or one of the %(days)s days before.", days=self.back_days
            )
            form.check()
        return Kept("census", await self._write(viewer, item, account.id, finding, day))

    async def attach(self, viewer: Viewer, record_id: int, file_id: int) -> None:  # noqa: ARG002  protocol
        """Refuse: a look has no photo; a visit has.

        Raises:
            NotFound: Always.
        """
        raise NotFound

    async def _write(
        self, viewer: Viewer, item: Item, account_id: int, finding: Finding, day: dt.date
    ) -> int:
        return int(
            await fetch_value(
                "insert into census_record (client_key, account, owner, finding, seen_on, by_user_id,"
                " device_at, created_at) values ({}, {}, {}, {}, {}, {}, {}, {}) returning id",
                *(item.key, account_id, "dealer" if viewer.is_dealer_side else "manufacturer"),
                *(finding.value, day, viewer.user_id, item.device_at, item.received_at),
            )
        )
