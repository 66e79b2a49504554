"""Who came, when the server says a visit was, and when two reports are the same visit. Pure."""

from __future__ import annotations

import datetime as dt
import json
from hashlib import sha256
from typing import TYPE_CHECKING

from portal.access import DEALER_SIDE, Role
from portal.plans.model import Rank

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from portal.plans.commands_visits import VisitCommand

NOTE_MAX, REASON_MAX, MINUTES_MOST, CASES_MOST = 2000, 400, 960, 100_000
_ID_DIGITS = 18
_RANKS = (
    (DEALER_SIDE, Rank.DEALER_STAFF),
    (frozenset({Role.REGIONAL_MANAGER}), Rank.MANAGER),
    (frozenset({Role.SALES_REPRESENTATIVE}), Rank.REPRESENTATIVE),
)


def rank_of(roles: Iterable[Role]) -> Rank:
    """Return as what somebody with these roles comes; a manager who also sells comes as manager.

    Source: FEATURES S56: all ranks serve dealers, so it is kept who came.
    """
    held = frozenset(roles)
    return next((rank for wanted, rank in _RANKS if held & wanted), Rank.HEAD_OFFICE)


def moment_of(
    visited_on: dt.date, device_at: dt.datetime | None, now: dt.datetime, zone: ZoneInfo
) -> dt.datetime:
    """Return when the server takes a visit to have been.

    A phone's clock is believed only when it lies on the visit's day and not in the future; else it was now
    when the day is today, and noon of an earlier day.

    Args:
        visited_on: Day of the visit in the business zone.
        device_at: What the phone says, aware, or None.
        now: Current instant, UTC.
        zone: Business zone.
    """
    if device_at is not None and device_at <= now and device_at.astimezone(zone).date() == visited_on:
        return device_at.astimezone(dt.UTC)
    if now.astimezone(zone).date() == visited_on:
        return now
    return dt.datetime.combine(visited_on, dt.time(12), zone).astimezone(dt.UTC)


def content_of(command: VisitCommand, visitor_user_id: int) -> str:
    """Return the SHA-256 of what a report says, in hexadecimal; the phone's clock is not part of it."""
    return sha256(
        json.dumps(
            {
                "account": command.account_id,
                "cases": command.cases,
                "minutes": command.minutes,
                "note": command.note,
                "outcome": command.outcome.value,
                "visited_on": command.visited_on.isoformat(),
                "visitor": visitor_user_id,
            },
            ensure_ascii=False,
            sort_keys=True,
        ).encode()
    ).hexdigest()


def id_in(text: str) -> int | None:
    """Return the record number a URL or a form names, or None when the text is no such number."""
    fits = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS
    return int(text) if fits else None
