"""Taking records from phones, each exactly once; the rule in words: docs/algorithms/sync.md."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from portal.db import execute, fetch_one, fetch_value, in_unit_of_work, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, message
from portal.field.handlers import handler_of
from portal.field.model import ANSWER_AGAIN, Answer, ItemState, Late, NotYet, Status
from portal.field.service.phones import hear, left_after

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.errors import Message
    from portal.field.commands import Batch
    from portal.field.handlers import SyncHandler
    from portal.field.model import Item

TAKEN = frozenset({Status.CREATED, Status.DUPLICATE, Status.LATE, Status.REFUSED})
_LAST = 1_000


async def take(viewer: Viewer, batch: Batch, now: dt.datetime) -> list[Answer]:
    """Take a batch and say of each record what became of it, in the order of sending, damaged ones last.

    Each record has a transaction of its own; what is taken stays taken when a later one fails.

    Args:
        viewer: Who made the records.
        batch: What the phone sent.
        now: Current instant, UTC.
    """
    phone_id = await hear(viewer, batch.phone, now)
    order = sorted(range(len(batch.items)), key=lambda place: (_rank(batch.items[place]), place))
    answers = {place: await take_one(viewer, batch.items[place], phone_id) for place in order}
    taken = sum(answer.status in TAKEN for answer in answers.values())
    if taken:
        await left_after(phone_id, taken)
    damaged = message("This record is damaged and cannot be read.")
    return [
        *(answers[place] for place in range(len(batch.items))),
        *(_rejected(key, damaged) for key in batch.damaged),
    ]


async def take_one(viewer: Viewer, item: Item, phone_id: int | None) -> Answer:
    """Take one record in a transaction of its own."""
    handler = handler_of(item.kind)
    if handler is None or not viewer.allowed(handler.policy):
        return _rejected(item.key, message("You may not log this kind of record."))
    try:
        status = await in_unit_of_work(_take, viewer, item, handler, phone_id)
    except Invalid as error:
        return Answer(item.key, Status.REJECTED, error.problems)
    except NotFound:
        return _rejected(item.key, message("This account is not there for you any more."))
    except NotAllowed as error:
        return _rejected(item.key, error.message)
    except Conflict:
        status = Status.CONFLICT
    except NotYet:
        status = Status.WAITS
    return Answer(item.key, status)


async def _take(viewer: Viewer, item: Item, handler: SyncHandler, phone_id: int | None) -> Status:
    digest = item.digest(viewer.user_id)
    # Of two transactions with one key the second waits here for the end of the first.
    item_id = await fetch_value(
        "insert into field_item (client_key, user_id, kind, content_sha256, phone, state, device_at,"
        " received_at) values ({}, {}, {}, {}, {}, 'late', {}, {})"
        " on conflict (client_key) do nothing returning id",
        *(item.key, viewer.user_id, item.kind, digest, phone_id, item.device_at, item.received_at),
    )
    if item_id is None:
        return await _known(viewer, item, digest)
    kept = await handler.keep(viewer, item)
    if isinstance(kept, Late):
        await _queue(viewer, item, kept)
        return Status.LATE
    await execute(
        "update field_item set state = 'accepted', record = {}, record_id = {} where id = {}",
        *(kept.record, kept.record_id, item_id),
    )
    return Status.CREATED


async def _known(viewer: Viewer, item: Item, digest: str) -> Status:
    row = await fetch_one(
        "select user_id, content_sha256, state from field_item where client_key = {}", item.key
    )
    if row is None or (row["user_id"], row["content_sha256"]) != (viewer.user_id, digest):
        return Status.CONFLICT
    return ANSWER_AGAIN[ItemState(row["state"])]


async def _queue(viewer: Viewer, item: Item, late: Late) -> None:
    owner = "dealer" if viewer.is_dealer_side else "manufacturer"
    await execute(
        "insert into late_record (client_key, kind, account, owner, user_id, reason, month_on, payload,"
        " device_at, made_at, received_at, state)"
        " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 'waiting')",
        *(item.key, item.kind, late.account_id, owner, viewer.user_id, late.reason.value, late.month_on),
        *(json.dumps(dict(item.fields), ensure_ascii=False), item.device_at, item.made_at, item.received_at),
    )


async def forget_keys(keep_days: int, now: dt.datetime | None = None) -> int:
    """Delete keys of records taken more than so many days ago, but none that awaits a decision; run daily.

    Args:
        keep_days: Days a key is kept.
        now: Current instant, UTC; None reads the clock.

    Returns:
        How many were deleted, at most ``_LAST`` a call.
    """
    limit = (now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=keep_days)
    async with unit_of_work():
        return await execute(
            "delete from field_item where id in (select id from field_item where received_at < {}"
            " and state <> 'late' order by received_at limit {})",
            *(limit, _LAST),
        )


def _rank(item: Item) -> int:
    handler = handler_of(item.kind)
    return handler.rank if handler else _LAST


def _rejected(key: str, text: Message) -> Answer:
    return Answer(key, Status.REJECTED, (Problem("", text),))
