"""Visits from phones, with the promise and the competitor's share noted at them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.db import execute
from portal.errors import NotFound
from portal.field.kinds.known import account_of
from portal.field.model import Kept, Late, LateReason, day_of
from portal.plans.forms_visits import free_text, read_visit
from portal.plans.policies import VISIT
from portal.plans.queries.visits import get_visitable
from portal.plans.service.visits import is_closed, keep_visit
from portal.voice.forms_promises import read_promise
from portal.voice.service.promises import note_promise
from portal.web.forms import FormReader
from rules.months import Month

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.field.model import Item
    from portal.plans.commands_visits import VisitCommand
    from portal.voice.promising import PromiseCommand

RECORD = "visit"
SOURCES = ("observed", "told", "estimated", "declined")
COMPETITOR_MAX, PERCENT_MOST = 80, 100
_BP_PER_PERCENT = 100
_PROMISE_DAYS_MOST = 366


@dataclass(frozen=True, slots=True)
class Share:
    """A competitor's share as it was seen or said; ``percent`` is None when it was declined."""

    competitor: str
    percent: int | None
    source: str


@dataclass(frozen=True, slots=True)
class VisitHandler:
    """Takes visits.

    Attributes:
        back_days: Days before the day of keeping that a visit may have been made.
        late_days: Days after which a record waits for a person's decision.
    """

    back_days: int
    late_days: int
    kind: str = "visit"
    policy: str = VISIT
    rank: int = 20

    async def keep(self, viewer: Viewer, item: Item) -> Kept | Late:
        """Log the visit; one of a closed month, or from long ago, is late.

        Raises:
            Invalid: With everything found wrong.
            NotFound: The account is not one the viewer may visit.
            NotYet: The account is new and has not arrived.
        """
        account_id = await account_of(viewer, item)
        command, promise, share = self._read(item, account_id, viewer)
        if not item.settled and (late := await self._late(viewer, item, command)):
            return late
        visit_id = await keep_visit(viewer, command, item.received_at)
        if promise is not None:
            await note_promise(viewer, replace(promise, visit_id=visit_id), item.made_at)
        if share is not None:
            await _keep_share(viewer, visit_id, command, share)
        return Kept(RECORD, visit_id)

    async def attach(self, viewer: Viewer, record_id: int, file_id: int) -> None:
        """Add the photo of the viewer's own visit; a second one is not taken.

        Raises:
            NotFound: The visit is not the viewer's.
        """
        changed = await execute(
            "update visit set photo = coalesce(photo, {}) where id = {} and visitor_user_id = {}",
            *(file_id, record_id, viewer.user_id),
        )
        if not changed:
            raise NotFound

    def _read(
        self, item: Item, account_id: int, viewer: Viewer
    ) -> tuple[VisitCommand, PromiseCommand | None, Share | None]:
        form = FormReader(item.fields)
        promise = self._promise(form, item, account_id)
        share = None if viewer.is_dealer_side else _share(form)
        chosen_on = form.date("visited_on")
        day, back = (
            day_of(chosen_on, item, ZoneInfo(viewer.zone)) if chosen_on != dt.date.min else (chosen_on, 0)
        )
        if not 0 <= back <= self.back_days:
            form.refuse(
                "visited_on", "Please choose today or one of the %(days)s days before.", days=self.back_days
            )
        command = read_visit(form, account_id)
        return (
            replace(
                command, client_key=item.key, visited_on=day, device_at=item.device_at, made_at=item.made_at
            ),
            promise,
            share,
        )

    def _promise(self, form: FormReader, item: Item, account_id: int) -> PromiseCommand | None:
        if not form.values.get("promise_text"):
            return None
        key = str(uuid.uuid5(uuid.UUID(item.key), "promise"))
        promise = read_promise(form, key, account_id, "promise_")
        made_on = item.device_at.date()
        if promise.due_on != dt.date.min and abs((promise.due_on - made_on).days) > _PROMISE_DAYS_MOST:
            form.refuse("promise_due_on", "Please choose a day within a year.")
        return promise

    async def _late(self, viewer: Viewer, item: Item, command: VisitCommand) -> Late | None:
        month = Month.of(command.visited_on)
        closed = await is_closed(month)
        if not closed and item.received_at - item.made_at <= dt.timedelta(days=self.late_days):
            return None
        account = await get_visitable(viewer, command.account_id)
        reason = LateReason.CLOSED_MONTH if closed else LateReason.LONG_AGO
        return Late(reason, month.first_on, account.id)


def _share(form: FormReader) -> Share | None:
    """Read what is said of a competitor; nothing said is nothing kept (FEATURES L3)."""
    if not form.values.get("share_source"):
        return None
    source = form.choice("share_source", SOURCES)
    competitor = free_text(form, "competitor", COMPETITOR_MAX, shortest=0)
    if source == "declined":
        return Share(competitor, None, source)
    return Share(competitor, form.integer("share_percent", most=PERCENT_MOST), source)


async def _keep_share(viewer: Viewer, visit_id: int, command: VisitCommand, share: Share) -> None:
    await execute(
        "insert into share_observation (visit, account, competitor, share_bp, source, observed_on,"
        " by_user_id) values ({}, {}, {}, {}, {}, {}, {}) on conflict (visit) do nothing",
        *(visit_id, command.account_id, share.competitor),
        *(None if share.percent is None else share.percent * _BP_PER_PERCENT, share.source),
        *(command.visited_on, viewer.user_id),
    )
