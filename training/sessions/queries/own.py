"""A participant's own side: seats, tests, feedback, certificates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.occasions.model import OccasionState, SeatState
from portal.occasions.queries.roster import RosterRow, list_own
from training.courses.model import TestKind

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row
    from training.sessions.queries.sessions import BlockRow, SessionRow

_RUNNING = (OccasionState.OPEN, OccasionState.CLOSED, OccasionState.HELD)


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """A test that was taken; pass mark and outcome only of the test after."""

    id: int
    enrollment_id: int
    kind: TestKind
    sent_at: dt.datetime
    questions: int
    right_answers: int
    score_bp: int
    pass_bp: int | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate of a seat holder."""

    id: int
    enrollment_id: int
    code: str
    issued_at: dt.datetime
    revoked_at: dt.datetime | None
    revoke_reason: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat the viewer answers for, with what was done on it."""

    person: RosterRow
    pre: AttemptRow | None
    post: AttemptRow | None
    gave_feedback: bool
    certificate: CertificateRow | None


async def list_seats(viewer: Viewer, session: SessionRow) -> list[Seat]:
    """Return the confirmed seats the viewer answers for: his, and those of colleagues without a sign-in."""
    people = [
        person
        for person in await list_own(viewer, [session.occasion_id])
        if person.state is SeatState.CONFIRMED and person.user_id in (None, viewer.user_id)
    ]
    ids = [person.enrollment_id for person in people]
    if not ids:
        return []
    marks = ", ".join("{}" for _ in ids)
    attempts = await list_attempts(ids)
    given = await fetch(f"select enrollment from feedback_given where enrollment in ({marks})", *ids)
    papers = await fetch(f"{_CERTIFICATE} where c.enrollment in ({marks})", *ids)
    said = {row["enrollment"] for row in given}
    certificates = {row["enrollment_id"]: CertificateRow(**row) for row in papers}
    return [
        Seat(
            person,
            attempts.get((person.enrollment_id, TestKind.PRE)),
            attempts.get((person.enrollment_id, TestKind.POST)),
            person.enrollment_id in said,
            certificates.get(person.enrollment_id),
        )
        for person in people
    ]


async def get_seat(viewer: Viewer, session: SessionRow, enrollment_id: int) -> Seat:
    """Return one of these seats.

    Raises:
        NotFound: It is not one the viewer answers for.
    """
    for seat in await list_seats(viewer, session):
        if seat.person.enrollment_id == enrollment_id:
            return seat
    raise NotFound


_CERTIFICATE = (
    "select c.id, c.enrollment as enrollment_id, c.code, c.issued_at, c.revoked_at, c.revoke_reason"
    " from certificate c"
)


async def list_attempts(enrollment_ids: list[int]) -> dict[tuple[int, TestKind], AttemptRow]:
    """Return the tests taken on seats, by seat and kind."""
    marks = ", ".join("{}" for _ in enrollment_ids) or "null"
    rows = await fetch(
        "select id, enrollment as enrollment_id, kind, sent_at, questions, right_answers, score_bp, pass_bp,"
        f" passed from test_attempt where enrollment in ({marks})",
        *enrollment_ids,
    )
    found = [_attempt(row) for row in rows]
    return {(one.enrollment_id, one.kind): one for one in found}


def _attempt(row: Row) -> AttemptRow:
    passed = None if row["passed"] is None else bool(row["passed"])
    return AttemptRow(**{**row, "kind": TestKind(row["kind"]), "passed": passed})


async def list_chosen(attempt_id: int) -> dict[int, int | None]:
    """Return what was chosen in a test, by question."""
    rows = await fetch("select question, choice from test_answer where attempt = {}", attempt_id)
    return {row["question"]: row["choice"] for row in rows}


def is_open(
    kind: TestKind, session: SessionRow, blocks: tuple[BlockRow, ...], now: dt.datetime, zone: dt.tzinfo
) -> bool:
    """Tell whether a test may be taken at an instant.

    The test before is open until the first module has ended, the test after from the beginning of the last
    module through the last day of feedback.
    """
    if session.state not in _RUNNING or not blocks:
        return False
    if kind is TestKind.PRE:
        return session.state is not OccasionState.HELD and now < min(block.ends_at for block in blocks)
    begins = max(block.starts_at for block in blocks)
    return begins <= now and now.astimezone(zone).date() <= session.feedback_until_on


def takes_feedback(session: SessionRow, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Tell whether those who came may say what they think: from the end through the last day of feedback."""
    return (
        session.state in _RUNNING
        and session.ends_at <= now
        and now.astimezone(zone).date() <= session.feedback_until_on
    )


@dataclass(frozen=True, slots=True)
class Verified:
    """What a certificate's public page shows to somebody who has its whole code."""

    code: str
    name: str
    name_en: str
    course_title: str
    course_title_en: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    issued_at: dt.datetime
    revoked_at: dt.datetime | None


async def find_certificate(code: str) -> Verified | None:
    """Return the certificate with a code, or None; the name is the one on paper, empty after an erasure."""
    row = await fetch_one(
        "select c.code, coalesce(g.name, '') as name, coalesce(g.name_en, '') as name_en,"
        " o.title as course_title, o.title_en as course_title_en, o.starts_at, o.ends_at, c.issued_at,"
        " c.revoked_at from certificate c join training_session t on t.id = c.session"
        " join occasion o on o.id = t.occasion"
        " left join guest g on g.enrollment = c.enrollment and g.position = 0 where c.code = {}",
        code,
    )
    return None if row is None else Verified(**row)


async def list_printable(session_id: int, enrollment_id: int | None = None) -> list[Verified]:
    """Return a session's certificates in force, or one seat holder's, in order of sign-up."""
    only = "" if enrollment_id is None else " and c.enrollment = {}"
    args = () if enrollment_id is None else (enrollment_id,)
    rows = await fetch(
        "select c.code, coalesce(g.name, '') as name, coalesce(g.name_en, '') as name_en,"
        " o.title as course_title, o.title_en as course_title_en, o.starts_at, o.ends_at, c.issued_at,"
        " c.revoked_at from certificate c join training_session t on t.id = c.session"
        " join occasion o on o.id = t.occasion join enrollment e on e.id = c.enrollment"
        " left join guest g on g.enrollment = c.enrollment and g.position = 0"
        f" where c.session = {{}} and c.revoked_at is null{only} order by e.number, e.id",
        session_id,
        *args,
    )
    return [Verified(**row) for row in rows]
