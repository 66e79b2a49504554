"""Asking for the mails about an occasion; a job writes them, each person's in that person's language."""

from __future__ import annotations

from enum import StrEnum

from portal.jobs.service import enqueue

JOB = "occasions.notice"


class Notice(StrEnum):
    """What a mail says; at most 10 characters, since the sign-up's id follows in the table."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    PROMOTED = "promoted"
    WITHDRAWN = "withdrawn"
    """A sign-up was cancelled."""
    CHANGED = "changed"
    """Time or place are other than they were."""
    CALLED_OFF = "called_off"
    REMINDER = "reminder"


# Asked for again and again; who had the mail does not get it twice.
_AGAIN = frozenset({Notice.INVITED, Notice.REMINDER})


async def announce(notice: Notice, occasion_id: int, about: int = 0) -> None:
    """Ask for a mail inside the open unit of work: it goes out exactly when the change stands.

    Args:
        notice: What it says.
        occasion_id: The occasion.
        about: The sign-up it is about, the version for a change; 0 = everybody concerned.
    """
    key = f"{notice.value}:{about}" if about else notice.value
    await enqueue(
        JOB,
        {"occasion_id": occasion_id, "notice": notice.value, "about": about},
        idempotency_key=f"occasion-{occasion_id}-{key}" if notice not in _AGAIN else None,
    )
