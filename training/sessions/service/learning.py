"""Taking a test once, saying what one thinks once, and opening the key."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, NotAllowed
from training.courses.model import TestKind, share_bp
from training.courses.policies import OWN, PLAN
from training.courses.queries.courses import pass_mark_on
from training.courses.queries.questions import list_asked
from training.sessions.queries.own import get_seat, is_open, takes_feedback
from training.sessions.queries.sessions import get_own_session, get_session, list_blocks

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from portal.access import Viewer
    from training.sessions.commands import FeedbackCommand, TestCommand


async def take_test(
    viewer: Viewer, session_id: int, enrollment_id: int, command: TestCommand, zone: ZoneInfo
) -> int:
    """Keep the answers of a test with their score and return the attempt's id.

    Sending again, with the same key or another one, changes nothing: the first answers count.

    Raises:
        NotFound: The session or the seat is not the viewer's.
        Conflict: The test is not open, asks nothing, or has no pass mark.
    """
    now = dt.datetime.now(dt.UTC)
    async with unit_of_work():
        session = await get_own_session(viewer, session_id)
        await get_seat(viewer, session, enrollment_id)
        taken = await _taken(enrollment_id, command.kind)
        if taken is not None:
            return taken
        questions = await list_asked(session.course_id, command.kind)
        is_post = command.kind is TestKind.POST
        mark = await pass_mark_on(session.course_id, now.astimezone(zone).date()) if is_post else None
        blocks = await list_blocks(session_id)
        if (
            not questions
            or (is_post and mark is None)
            or not is_open(command.kind, session, blocks, now, zone)
        ):
            raise Conflict("This test is not open.")
        keys = {question.id: next(c.id for c in question.choices if c.is_right) for question in questions}
        right = sum(command.answers.get(question) == key for question, key in keys.items())
        score = share_bp(right, len(keys))
        if not await execute(
            "insert into test_attempt (client_key, session, enrollment, kind, user_id, sent_at, questions,"
            " right_answers, score_bp, pass_bp, passed) values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
            " on conflict do nothing",
            command.client_key,
            session_id,
            enrollment_id,
            command.kind.value,
            viewer.user_id,
            now,
            len(keys),
            right,
            score,
            mark,
            score >= mark if mark is not None else None,
        ):
            # Somebody sent it at the same moment, or the key belongs to another test.
            taken = await _taken(enrollment_id, command.kind)
            if taken is None:
                raise Conflict
            return taken
        attempt_id = await _taken(enrollment_id, command.kind) or 0
        await insert_rows(
            "test_answer",
            ("attempt", "question", "choice", "is_right"),
            [
                (attempt_id, question, command.answers.get(question), command.answers.get(question) == key)
                for question, key in keys.items()
            ],
        )
        by = viewer.signature(
            OWN, account_id=(await get_seat(viewer, session, enrollment_id)).person.dealer_id
        )
        subject = Subject.of("training_session", session_id)
        await record(by, "training.test_taken", subject, note=command.kind.value)
    return attempt_id


async def _taken(enrollment_id: int, kind: TestKind) -> int | None:
    found = await fetch_value(
        "select id from test_attempt where enrollment = {} and kind = {}", enrollment_id, kind.value
    )
    return None if found is None else int(found)


async def give_feedback(
    viewer: Viewer, session_id: int, enrollment_id: int, command: FeedbackCommand, zone: ZoneInfo
) -> None:
    """Keep what a participant thinks, without who and when; giving it again changes nothing.

    The audit log knows nothing of it: an entry beside it would say who wrote what.

    Raises:
        NotFound: The session or the seat is not the viewer's.
        NotAllowed: The door did not note him.
        Conflict: It is too early or too late.
    """
    async with unit_of_work():
        session = await get_own_session(viewer, session_id)
        seat = await get_seat(viewer, session, enrollment_id)
        if seat.person.came_in_at is None:
            raise NotAllowed("Feedback is for those who came.")
        if not takes_feedback(session, dt.datetime.now(dt.UTC), zone):
            raise Conflict("Feedback is not asked for just now.")
        if not await execute(
            "insert into feedback_given (enrollment, session) values ({}, {}) on conflict do nothing",
            enrollment_id,
            session_id,
        ):
            return
        await execute(
            "insert into session_feedback (id, session, content, lecturers, place, usefulness, text)"
            " values ({}, {}, {}, {}, {}, {}, {})",
            secrets.token_hex(16),
            session_id,
            command.content,
            command.lecturers,
            command.place,
            command.usefulness,
            command.text,
        )


async def show_key(viewer: Viewer, session_id: int, *, hide: bool = False) -> None:
    """Open the right answers to those who took the test after, or close them again.

    Raises:
        NotFound: The session is not in the viewer's part.
    """
    async with unit_of_work():
        session = await get_session(viewer, session_id, PLAN)
        known = await fetch_one("select key_shown_at from training_session where id = {}", session_id)
        if known is not None and (known["key_shown_at"] is None) == hide:
            return
        at = None if hide else dt.datetime.now(dt.UTC)
        await execute("update training_session set key_shown_at = {} where id = {}", at, session_id)
        by = session.signature(viewer, PLAN)
        subject = Subject.of("training_session", session_id)
        await record(by, "training.key_shown", subject, note="hidden" if hide else "")
