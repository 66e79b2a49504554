"""Deciding on late records: written in the name of who logged them, or refused with a reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.field.handlers import handler_of
from portal.field.model import Item, Late
from portal.field.policies import DECIDE
from portal.field.queries.late import LateView, get_late
from portal.identity.queries import load_viewer

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer
    from portal.field.commands import Decision


async def decide(viewer: Viewer, late_id: int, decision: Decision, now: dt.datetime) -> None:
    """Accept a late record, which writes it and flags a closed month for correction, or refuse it.

    Raises:
        NotFound: The record is not the viewer's to decide on.
        Conflict: It is decided already.
        Invalid: It can no longer be written; the sentence says why.
    """
    author = await _author(await get_late(viewer, late_id, DECIDE), viewer)
    async with unit_of_work():
        late = await get_late(viewer, late_id, DECIDE)
        by = late.signature(viewer)
        changed = await execute(
            "update late_record set state = {}, decided_by_user_id = {}, decided_for_user_id = {},"
            " decided_at = {}, decision = {} where id = {} and state = 'waiting'",
            *("accepted" if decision.accept else "refused", by.user_id, by.on_behalf_of, now),
            *(decision.words, late_id),
        )
        if not changed:
            raise Conflict
        if decision.accept:
            await _write(author, late, now)
        else:
            await execute("update field_item set state = 'refused' where client_key = {}", late.client_key)
        action = "field.late_accepted" if decision.accept else "field.late_refused"
        await record(by, action, Subject.of("late_record", late_id), note=decision.words)


async def _author(late: LateView, viewer: Viewer) -> Viewer:
    login = await fetch_value("select login from login_user where id = {} and active", late.user_id)
    try:
        return await load_viewer(login or "", viewer.zone)
    except NotFound as error:
        raise Invalid.of("", "Who logged this is not active any more. Refuse the record.") from error


async def _write(author: Viewer, late: LateView, now: dt.datetime) -> None:
    handler = handler_of(late.kind)
    if handler is None:
        raise Conflict
    item = Item(
        late.client_key, late.kind, json.loads(late.payload), late.device_at, late.made_at, now, settled=True
    )
    try:
        kept = await handler.keep(author, item)
    except NotFound as error:
        raise Invalid.of("", "The account is not there for who logged this any more.") from error
    if isinstance(kept, Late):
        raise Conflict
    await execute(
        "update field_item set state = 'accepted', record = {}, record_id = {} where client_key = {}",
        *(kept.record, kept.record_id, late.client_key),
    )
    photo = await fetch_value("select photo from field_item where client_key = {}", late.client_key)
    if photo is not None:
        await handler.attach(author, kept.record_id, int(photo))
