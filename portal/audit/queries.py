"""Reading the audit log: the history of a record, and the log as a whole for the auditor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from portal.audit.model import HistoryRow
from portal.db import fetch
from portal.paging import PAGE_SIZE, Cursor, Page, page_of

if TYPE_CHECKING:
    from portal.audit.model import Subject

_COLUMNS = (
    "select e.seq, e.at, e.action, e.subject_kind, e.subject_key, e.changes, e.note,"
    " coalesce(a.name, '') as actor, coalesce(b.name, '') as on_behalf_of from audit_event e"
    " left join login_user a on a.id = e.actor_user_id"
    " left join login_user b on b.id = e.on_behalf_of_user_id"
)
HISTORY_LIMIT = 100


def _row(row: dict[str, Any]) -> HistoryRow:
    changes = json.loads(row["changes"])
    return HistoryRow(
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        on_behalf_of=row["on_behalf_of"],
        action=row["action"],
        subject_kind=row["subject_kind"],
        subject_key=row["subject_key"],
        changes=tuple((name, pair[0], pair[1]) for name, pair in changes.items()),
        note=row["note"],
    )


async def list_history(subject: Subject, *, limit: int = HISTORY_LIMIT) -> tuple[HistoryRow, ...]:
    """Return a record's newest events first; the caller has checked that the viewer may see the record."""
    rows = await fetch(
        _COLUMNS + " where e.subject_kind = {} and e.subject_key = {} order by e.seq desc limit {}",
        subject.kind,
        subject.key,
        limit,
    )
    return tuple(_row(row) for row in rows)


async def list_events(cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[HistoryRow]:
    """Return one page of the whole log, newest first; for administrators and auditors only."""
    last = cursor.key[0] if cursor.key else 2**62
    if cursor.backwards:
        where, order = " where e.seq > {} order by e.seq limit {}", last
    else:
        where, order = " where e.seq < {} order by e.seq desc limit {}", last
    rows = [_row(row) for row in await fetch(_COLUMNS + where, order, limit + 1)]
    return page_of(rows, cursor, lambda row: (row.seq,), limit=limit)
