"""Certificates for those who came and passed, with a code nobody can guess; revoked with a reason."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.occasions.model import OccasionState
from training.courses.policies import PLAN
from training.sessions.queries.results import list_results
from training.sessions.queries.sessions import get_session

if TYPE_CHECKING:
    from portal.access import Viewer

# Without letters and digits that look alike (Crockford's base 32): 5 bits each, 100 bits together.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 4, 5
_ALIKE = str.maketrans("OIL", "011")


def new_code() -> str:
    """Return a code of 100 random bits, such as ``7K3QZ-…``."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def code_of(text: str) -> str:
    """Return a code as it is kept, however it was typed; text that is none comes back changed and unknown."""
    letters = "".join(c for c in text.upper() if c.isascii() and c.isalnum()).translate(_ALIKE)
    return "-".join(letters[place : place + _GROUP] for place in range(0, len(letters), _GROUP))[:40]


async def issue_certificates(viewer: Viewer, session_id: int) -> int:
    """Give a certificate to everybody who came and passed and has none; return how many were given.

    Raises:
        NotFound: The session is not in the viewer's part.
        Conflict: It was not held yet.
    """
    now = dt.datetime.now(dt.UTC)
    async with unit_of_work():
        session = await get_session(viewer, session_id, PLAN)
        if session.state is not OccasionState.HELD:
            raise Conflict("Certificates are given after the session was held.")
        given = 0
        for person in await list_results(viewer, session, PLAN):
            if person.came and person.passed and person.certificate_id is None:
                given += await execute(
                    "insert into certificate (session, enrollment, code, issued_at, issued_by_user_id)"
                    " values ({}, {}, {}, {}, {}) on conflict (enrollment) do nothing",
                    session_id,
                    person.enrollment_id,
                    new_code(),
                    now,
                    viewer.user_id,
                )
        if given:
            by = session.signature(viewer, PLAN)
            subject = Subject.of("training_session", session_id)
            await record(by, "training.certified", subject, note=str(given))
    return given


async def revoke_certificate(viewer: Viewer, session_id: int, certificate_id: int, reason: str) -> None:
    """Revoke a certificate; its public page says so from now on.

    Raises:
        NotFound: The session is not in the viewer's part, or has no such certificate.
        Invalid: There is no reason.
        Conflict: It was revoked before.
    """
    async with unit_of_work():
        session = await get_session(viewer, session_id, PLAN)
        if not await fetch_one(
            "select id from certificate where id = {} and session = {}", certificate_id, session_id
        ):
            raise NotFound
        if not reason:
            raise Invalid.of("reason", "Please say why.")
        if not await execute(
            "update certificate set revoked_at = {}, revoked_by_user_id = {}, revoke_reason = {}"
            " where id = {} and session = {} and revoked_at is null",
            dt.datetime.now(dt.UTC),
            viewer.user_id,
            reason,
            certificate_id,
            session_id,
        ):
            raise Conflict
        by = session.signature(viewer, PLAN)
        subject = Subject.of("training_session", session_id)
        await record(by, "training.certificate_revoked", subject, note=reason)
