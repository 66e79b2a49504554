"""One item with everything said about it, for the manufacturer's side and for the dealer's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition, in_scope
from portal.voice.model import Cause, Evidence, VoiceEventKind, VoiceKind, VoiceState, VoiceTopic, is_late
from portal.voice.policies import OWN
from portal.voice.queries.dealers import VoiceDealer

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as its page shows it.

    Attributes:
        raised_by, owner, answered_by: Names; empty when nobody or not known any more.
        photo_id: Stored file of the photo, or None.
    """

    id: int
    kind: VoiceKind
    topic: VoiceTopic
    dealer: VoiceDealer
    text: str
    side: str
    dealer_reads: bool
    raised_by: str
    raised_at: dt.datetime
    photo_id: int | None
    competitor: str
    offer: str
    evidence: Evidence
    valid_until_on: dt.date | None
    owner_user_id: int | None
    owner: str
    due_on: dt.date
    state: VoiceState
    cause: Cause
    answer: str
    answered_by: str
    answered_at: dt.datetime | None
    reopened: int
    closed_at: dt.datetime | None

    def late(self, today: dt.date, zone: dt.tzinfo) -> bool:
        """Tell whether the deadline was missed."""
        answered = self.answered_at.astimezone(zone).date() if self.answered_at else None
        return is_late(self.state, self.due_on, answered, today)


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened to an item; ``who`` is empty when not known any more."""

    kind: VoiceEventKind
    text: str
    is_internal: bool
    who: str
    at: dt.datetime


_ITEM = (
    "select v.id, v.kind, v.topic, v.text, v.side, v.dealer_reads, coalesce(u.name, '') as raised_by,"
    " v.raised_at, v.photo as photo_id, v.competitor, v.offer, v.evidence, v.valid_until_on,"
    " v.owner_user_id, coalesce(o.name, '') as owner, v.due_on, v.state, v.cause, v.answer,"
    " coalesce(w.name, '') as answered_by, v.answered_at, v.reopened, v.closed_at, a.id as account_id,"
    " a.code as account_code, a.name as account_name, g.path as region_path"
    " from voice_item v join account a on a.id = v.dealer left join region g on g.id = a.region"
    " left join login_user u on u.id = v.raised_by_user_id left join login_user o on o.id = v.owner_user_id"
    " left join login_user w on w.id = v.answered_by_user_id"
)


async def get_item(viewer: Viewer, item_id: int, policy: str) -> ItemView:
    """Return an item of a dealer in the part of the network the viewer holds a policy for.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = in_scope(viewer, "a", policy=policy)
    if policy == OWN:
        seen = seen & Condition("v.dealer_reads")
    row = await fetch_one(f"{_ITEM} where v.id = {{}} and {seen.sql}", item_id, *seen.args)
    if row is None:
        raise NotFound
    return _item(row)


async def list_own(viewer: Viewer, *, limit: int = 100) -> list[ItemView]:
    """Return what the viewer's dealer raised or was recorded for him to read, newest first."""
    seen = in_scope(viewer, "a", policy=OWN)
    rows = await fetch(
        f"{_ITEM} where v.dealer_reads and {seen.sql} order by v.id desc limit {limit}", *seen.args
    )
    return [_item(row) for row in rows]


async def list_events(item_id: int, *, internal: bool) -> list[EventView]:
    """Return what happened to an item, oldest first; the caller has checked that the viewer may see it."""
    rows = await fetch(
        "select e.kind, e.text, e.is_internal, coalesce(u.name, '') as who, e.at from voice_event e"
        " left join login_user u on u.id = e.actor_user_id where e.item = {}"
        + ("" if internal else " and not e.is_internal")
        + " order by e.id",
        item_id,
    )
    return [EventView(**{**row, "kind": VoiceEventKind(row["kind"])}) for row in rows]


def _item(row: Row) -> ItemView:
    dealer = VoiceDealer(
        row.pop("account_id"), row.pop("account_code"), row.pop("account_name"), row.pop("region_path")
    )
    return ItemView(
        **{
            **row,
            "dealer": dealer,
            "kind": VoiceKind(row["kind"]),
            "topic": VoiceTopic(row["topic"]),
            "evidence": Evidence(row["evidence"]),
            "state": VoiceState(row["state"]),
            "cause": Cause(row["cause"]),
        }
    )
