"""Writing the questions of a course's tests; what somebody answered keeps its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.db import execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from training.courses.model import QUESTIONS_MOST
from training.courses.queries.courses import get_course
from training.courses.queries.questions import list_questions
from training.courses.service.records import log

if TYPE_CHECKING:
    from portal.access import Viewer
    from training.courses.commands import QuestionCommand


async def add_question(viewer: Viewer, course_id: int, command: QuestionCommand) -> int:
    """Add a question at the end and return its id.

    Raises:
        NotFound: There is no such course.
        Invalid: It has as many questions as it may, or no such module.
    """
    async with unit_of_work():
        await get_course(course_id)
        await _check_module(course_id, command)
        questions = await list_questions(course_id)
        if sum(question.archived_at is None for question in questions) >= QUESTIONS_MOST:
            raise Invalid.of("text", "A course has at most %(count)s questions.", count=QUESTIONS_MOST)
        question_id = int(
            await fetch_value(
                "insert into course_question (course, position, text, text_en, module, in_pre, in_post)"
                " values ({}, {}, {}, {}, {}, {}, {}) returning id",
                course_id,
                max((question.position for question in questions), default=0) + 1,
                command.text,
                command.text_en,
                command.module_id,
                command.in_pre,
                command.in_post,
            )
        )
        await _insert_choices(question_id, command)
        await log(viewer, "question_changed", Subject.of("course", course_id), note=f"question {question_id}")
    return question_id


async def change_question(viewer: Viewer, course_id: int, question_id: int, command: QuestionCommand) -> None:
    """Write a question and its choices anew.

    Raises:
        NotFound: The course has no such question.
        Conflict: Somebody answered it.
        Invalid: The course has no such module.
    """
    async with unit_of_work():
        await _check_module(course_id, command)
        if not await execute(
            "update course_question set text = {}, text_en = {}, module = {}, in_pre = {}, in_post = {}"
            " where id = {} and course = {}",
            command.text,
            command.text_en,
            command.module_id,
            command.in_pre,
            command.in_post,
            question_id,
            course_id,
        ):
            raise NotFound
        if await fetch_value("select count(*) from test_answer where question = {}", question_id):
            raise Conflict("Somebody answered this question: please put it away and write a new one.")
        await execute("delete from course_choice where question = {}", question_id)
        await _insert_choices(question_id, command)
        await log(viewer, "question_changed", Subject.of("course", course_id), note=f"question {question_id}")


async def _check_module(course_id: int, command: QuestionCommand) -> None:
    found = "select id from course_module where id = {} and course = {}"
    if command.module_id is not None and await fetch_one(found, command.module_id, course_id) is None:
        raise Invalid.of("module", "Please choose one of the options.")


async def _insert_choices(question_id: int, command: QuestionCommand) -> None:
    await insert_rows(
        "course_choice",
        ("question", "position", "text", "text_en", "is_right"),
        [
            (question_id, place, choice.text, choice.text_en, choice.is_right)
            for place, choice in enumerate(command.choices, start=1)
        ],
    )
