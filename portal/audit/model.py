"""What an audit event says, and how events are chained."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.audit.words import WORDS

Change = tuple[Any, Any]
GENESIS = "0" * 64
MASK = "***"


@dataclass(frozen=True, slots=True)
class Subject:
    """The record an event is about.

    Attributes:
        kind: Kind of record, such as ``scorecard``.
        key: Its id as text.
    """

    kind: str
    key: str

    @classmethod
    def of(cls, kind: str, key: int | str) -> Subject:
        """Name a record by kind and id."""
        return cls(kind, str(key))


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain.

    Attributes:
        seq: Position, from 1, without gaps.
        at: Instant, UTC, to the microsecond.
        actor_user_id: The person at the keyboard; None for the portal itself.
        on_behalf_of_user_id: The absent person a deputy acted for.
        action: ``slice.verb``.
        subject: The record.
        changes: Field → (before, after), JSON values; personal values are masked.
        note: Reason or purpose given by the person.
        request_id: Id of the request, empty outside of one.
    """

    seq: int
    at: dt.datetime
    actor_user_id: int | None
    on_behalf_of_user_id: int | None
    action: str
    subject: Subject
    changes: Mapping[str, Change]
    note: str = ""
    request_id: str = ""

    def canonical(self) -> str:
        """Return the one text of this event that is hashed."""
        parts = [
            self.seq,
            self.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            self.actor_user_id,
            self.on_behalf_of_user_id,
            self.action,
            self.subject.kind,
            self.subject.key,
            pack_changes(self.changes),
            self.note,
            self.request_id,
        ]
        return json.dumps(parts, ensure_ascii=True, separators=(",", ":"))


def pack_changes(changes: Mapping[str, Change]) -> str:
    """Write changes as JSON with sorted fields; dates become ISO text."""
    return json.dumps(
        {name: list(pair) for name, pair in changes.items()},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_as_text,
    )


def _as_text(value: object) -> str:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be kept in the audit log")


def link(previous_hash: str, canonical: str) -> str:
    """Return the hash of an event: SHA-256 over the hash before it and the event's text."""
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()


def changes_between(
    before: Mapping[str, Any], after: Mapping[str, Any], *, personal: frozenset[str] = frozenset()
) -> dict[str, Change]:
    """Return what differs between two states of a record.

    Args:
        before: Field → value; a missing field counts as None.
        after: Likewise.
        personal: Fields whose values must not enter the chain, because a person may be erased and the chain
            may not change (PIPA Art. 21); that they changed is kept, what they were is not.
    """
    found: dict[str, Change] = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            found[name] = (_masked(old), _masked(new)) if name in personal else (old, new)
    return found


def _masked(value: object) -> str | None:
    return None if value in (None, "") else MASK


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the chain found.

    Attributes:
        events: Number of events checked.
        broken_at: Position of the first wrong or missing event, or None when the chain is whole.
        reason: What is wrong there, in English; empty when nothing is.
        head: Hash of the last event.
    """

    events: int
    broken_at: int | None
    reason: str
    head: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered, removed, inserted or reordered."""
        return self.broken_at is None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One line of a record's history.

    Attributes:
        seq: Position in the chain.
        at: Instant, UTC.
        actor: Name of the person, or empty for the portal itself and erased people.
        on_behalf_of: Name of the absent person, or empty.
        action: ``slice.verb``.
        subject_kind: Kind of record.
        subject_key: Its id as text.
        changes: Field, before, after; in the order of the fields' names.
        note: Reason or purpose.
    """

    seq: int
    at: dt.datetime
    actor: str
    on_behalf_of: str
    action: str
    subject_kind: str
    subject_key: str
    changes: tuple[tuple[str, Any, Any], ...]
    note: str

    @property
    def words(self) -> str:
        """The action as an English sentence to be translated, or its code when nobody named it."""
        return WORDS.get(self.action, self.action)
