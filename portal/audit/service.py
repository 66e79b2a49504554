"""Adding to the audit log and checking that nobody tampered with it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from portal.access import REQUEST_ID, Signature, Viewer
from portal.audit.model import GENESIS, Event, Subject, Verdict, link, pack_changes
from portal.db import execute, fetch, fetch_one, unit_of_work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.audit.model import Change

NOTE_MAX = 1000
_BATCH = 5000


async def record(
    actor: Viewer | Signature | None,
    action: str,
    subject: Subject,
    changes: Mapping[str, Change] | None = None,
    *,
    note: str = "",
) -> None:
    """Append an event inside the caller's unit of work: it stands exactly when the change does.

    Call it last in the unit of work: from here to the commit no other writer can append.

    Args:
        actor: Who did it; pass ``viewer.signature(policy)`` where deputies may act. None is the portal.
        action: ``slice.verb``, at most 60 characters.
        subject: The record it was done to.
        changes: Field → (before, after); see ``changes_between`` for personal data.
        note: Reason given; longer than 1,000 characters is cut.

    Raises:
        RuntimeError: No unit of work is open.
    """
    seq, previous = await _next_position()
    by = Signature(actor.user_id) if isinstance(actor, Viewer) else actor
    event = Event(
        seq=seq,
        at=dt.datetime.now(dt.UTC),
        actor_user_id=by.user_id if by else None,
        on_behalf_of_user_id=by.on_behalf_of if by else None,
        action=action,
        subject=subject,
        changes=changes or {},
        note=note[:NOTE_MAX],
        request_id=REQUEST_ID.get()[:64],
    )
    digest = link(previous, event.canonical())
    await execute(
        "insert into audit_event (seq, at, actor_user_id, on_behalf_of_user_id, action, subject_kind,"
        " subject_key, changes, note, request_id, hash) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        event.seq,
        event.at,
        event.actor_user_id,
        event.on_behalf_of_user_id,
        event.action,
        subject.kind,
        subject.key,
        pack_changes(event.changes),
        event.note,
        event.request_id,
        digest,
    )
    await execute("update audit_head set hash = {} where id = 1", digest)


async def record_alone(actor: Viewer | Signature, action: str, subject: Subject, *, note: str = "") -> None:
    """Append an event in a unit of work of its own, for what changes nothing: reading and taking out."""
    async with unit_of_work():
        await record(actor, action, subject, note=note)


async def record_read(viewer: Viewer, subject: Subject, *, note: str = "") -> None:
    """Append that somebody looked at personal data, in a unit of work of its own.

    Source: 개인정보의 안전성 확보조치 기준 (access records: who, when, whose data, what was done).
    """
    await record_alone(viewer, "data.read", subject, note=note)


async def _next_position() -> tuple[int, str]:
    """Move the head one on, which locks it until commit, and return the position and the hash before it."""
    if not await execute("update audit_head set seq = seq + 1 where id = 1"):
        await execute(
            "insert into audit_head (id, seq, hash) values (1, 0, {}) on conflict (id) do nothing", GENESIS
        )
        await execute("update audit_head set seq = seq + 1 where id = 1")
    head = await fetch_one("select seq, hash from audit_head where id = 1")
    if head is None:
        raise RuntimeError("the audit log has no head")
    return head["seq"], head["hash"]


async def verify_chain() -> Verdict:
    """Recompute every hash from the first event to the head and name the first position that is wrong."""
    position, previous = 0, GENESIS
    while rows := await fetch(
        "select seq, at, actor_user_id, on_behalf_of_user_id, action, subject_kind, subject_key, changes,"
        " note, request_id, hash from audit_event where seq > {} order by seq limit {}",
        position,
        _BATCH,
    ):
        for row in rows:
            position += 1
            if row["seq"] != position:
                return Verdict(position - 1, position, "an event is missing", previous)
            if link(previous, _event(row).canonical()) != row["hash"]:
                return Verdict(position, position, "the event was altered", previous)
            previous = row["hash"]
    head = await fetch_one("select seq, hash from audit_head where id = 1")
    expected = (head["seq"], head["hash"]) if head else (0, GENESIS)
    if expected != (position, previous):
        return Verdict(position, position + 1, "events at the end are missing or foreign", previous)
    return Verdict(position, None, "", previous)


def _event(row: dict[str, object]) -> Event:
    at, changes = row["at"], json.loads(str(row["changes"]))
    if isinstance(at, str):
        at = dt.datetime.fromisoformat(at)
    return Event(
        seq=row["seq"],  # type: ignore[arg-type]  # columns of audit_event, all integers
        at=at,  # type: ignore[arg-type]  # as above
        actor_user_id=row["actor_user_id"],  # type: ignore[arg-type]  # as above
        on_behalf_of_user_id=row["on_behalf_of_user_id"],  # type: ignore[arg-type]  # as above
        action=str(row["action"]),
        subject=Subject(str(row["subject_kind"]), str(row["subject_key"])),
        changes={name: (pair[0], pair[1]) for name, pair in changes.items()},
        note=str(row["note"]),
        request_id=str(row["request_id"]),
    )
