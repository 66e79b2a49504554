"""Questions of a course's tests with their choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from training.courses.model import Choice, Question, TestKind

if TYPE_CHECKING:
    from portal.db.sql import Row


async def list_questions(course_id: int) -> tuple[Question, ...]:
    """Return all questions of a course with their key, those in use first."""
    rows = await fetch(
        "select q.id, q.position, q.text, q.text_en, q.module as module_id, q.in_pre, q.in_post,"
        " q.archived_at, exists (select 1 from test_answer t where t.question = q.id) as answered"
        " from course_question q where q.course = {}"
        " order by case when q.archived_at is null then 0 else 1 end, q.position, q.id",
        course_id,
    )
    choices: dict[int, list[Choice]] = {}
    for row in await fetch(
        "select c.id, c.question, c.text, c.text_en, c.is_right from course_choice c join course_question q"
        " on q.id = c.question where q.course = {} order by c.position, c.id",
        course_id,
    ):
        choice = Choice(row["id"], row["text"], row["text_en"], bool(row["is_right"]))
        choices.setdefault(row["question"], []).append(choice)
    return tuple(_question(row, choices.get(row["id"], [])) for row in rows)


async def list_asked(course_id: int, kind: TestKind) -> tuple[Question, ...]:
    """Return the questions a test asks now, in order."""
    return tuple(question for question in await list_questions(course_id) if question.is_in(kind))


def _question(row: Row, choices: list[Choice]) -> Question:
    flags = {name: bool(row[name]) for name in ("in_pre", "in_post", "answered")}
    return Question(**{**row, **flags, "choices": tuple(choices)})
