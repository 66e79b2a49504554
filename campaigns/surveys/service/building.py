"""Writing the form: only drafts change; a question's options are written anew with it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from campaigns.surveys.commands import OptionCommand, QuestionCommand, SurveyCommand
from campaigns.surveys.model import OPTIONS_MOST, QUESTIONS_MOST, Question, SurveyState
from campaigns.surveys.policies import BUILD
from campaigns.surveys.queries.surveys import get_survey, list_questions, list_stayable
from campaigns.surveys.template import season_questions
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotFound
from portal.seasons.queries.seasons import get_season, list_categories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from campaigns.surveys.queries.surveys import SurveyRow
    from portal.access import Viewer


async def create_survey(
    viewer: Viewer, season_id: int, command: SurveyCommand, least_answers: int, copied_from: int | None = None
) -> int:
    """Start a season's survey from the season template, or from the questions of an earlier survey.

    Args:
        viewer: Who builds it.
        season_id: Its season.
        command: Titles and the last day.
        least_answers: Floor under which nothing is said, from the settings.
        copied_from: Survey whose questions are copied; None = the season template.

    Returns:
        The survey's id.

    Raises:
        NotFound: The season or the earlier survey is not in the viewer's part.
    """
    async with unit_of_work():
        season = await get_season(viewer, season_id, BUILD)
        survey_id = int(
            await fetch_value(
                "insert into survey (season, title, title_en, intro, intro_en, state, due_on, least_answers,"
                " version, created_by_user_id, created_at)"
                " values ({}, {}, {}, {}, {}, 'draft', {}, {}, 1, {}, {}) returning id",
                season_id,
                command.title,
                command.title_en,
                command.intro,
                command.intro_en,
                command.due_on,
                least_answers,
                viewer.user_id,
                dt.datetime.now(dt.UTC),
            )
        )
        for position, question in enumerate(await _starting(viewer, copied_from), start=1):
            await _insert(survey_id, position, question)
        by = season.signature(viewer, BUILD)
        await record(by, "surveys.created", Subject.of("survey", survey_id), note=command.title)
    return survey_id


async def _starting(viewer: Viewer, copied_from: int | None) -> Sequence[QuestionCommand]:
    if copied_from is None:
        return season_questions(await list_categories(), await list_stayable(OPTIONS_MOST))
    await get_survey(viewer, copied_from, BUILD)
    return [_copied(question) for question in await list_questions(copied_from)]


def _copied(question: Question) -> QuestionCommand:
    names = ("kind label label_en help help_en is_required feeds_target scale_least scale_most low_anchor"
             " low_anchor_en high_anchor high_anchor_en").split()  # fmt: skip
    options = tuple(OptionCommand(option.code, option.label, option.label_en) for option in question.options)
    return QuestionCommand(**{name: getattr(question, name) for name in names}, options=options)


async def edit_survey(viewer: Viewer, survey_id: int, command: SurveyCommand) -> None:
    """Change titles and the last day of a draft; of an open survey only the last day.

    Raises:
        NotFound: The survey is not in the viewer's part.
        Conflict: It is closed.
    """
    async with unit_of_work():
        survey = await get_survey(viewer, survey_id, BUILD)
        if survey.state not in (SurveyState.DRAFT, SurveyState.OPEN):
            raise Conflict
        if survey.state is SurveyState.OPEN:
            if command.due_on is None:
                raise Invalid.of("due_on", "Please fill this in.")
            await execute("update survey set due_on = {} where id = {}", command.due_on, survey_id)
        else:
            await execute(
                "update survey set title = {}, title_en = {}, intro = {}, intro_en = {}, due_on = {},"
                " version = version + 1 where id = {} and state = 'draft'",
                command.title,
                command.title_en,
                command.intro,
                command.intro_en,
                command.due_on,
                survey_id,
            )
        by = survey.signature(viewer, BUILD)
        changes = {"due_on": (str(survey.due_on), str(command.due_on))}
        await record(by, "surveys.changed", Subject.of("survey", survey_id), changes)


async def add_question(viewer: Viewer, survey_id: int, command: QuestionCommand) -> int:
    """Add a question at the end of a draft and return its id.

    Raises:
        NotFound: The survey is not in the viewer's part.
        Conflict: It is no draft.
        Invalid: It has as many questions as it may.
    """
    async with unit_of_work():
        survey = await _draft(viewer, survey_id)
        questions = await list_questions(survey_id)
        if len(questions) >= QUESTIONS_MOST:
            raise Invalid.of("label", "A survey has at most %(count)s questions.", count=QUESTIONS_MOST)
        question_id = await _insert(survey_id, len(questions) + 1, command)
        await _changed(viewer, survey, question_id)
    return question_id


async def edit_question(viewer: Viewer, survey_id: int, question_id: int, command: QuestionCommand) -> None:
    """Write a draft's question anew; its place stays.

    Raises:
        NotFound: The survey or the question is not there for the viewer.
        Conflict: The survey is no draft.
    """
    async with unit_of_work():
        survey = await _draft(viewer, survey_id)
        question = await _question(survey_id, question_id)
        await execute("delete from survey_option where question = {}", question_id)
        sets = ", ".join(f"{name} = {{}}" for name in _COLUMNS)
        await _one_feeds(survey_id, command)
        await execute(
            f"update survey_question set {sets} where id = {{}}",  # noqa: S608  names come from code
            *_values(command),
            question_id,
        )
        await _insert_options(question_id, command)
        await _changed(viewer, survey, question.id)


async def move_question(viewer: Viewer, survey_id: int, question_id: int, by: int) -> None:
    """Move a draft's question by so many places; beyond the ends it stays at the end.

    Raises:
        NotFound: The survey or the question is not there for the viewer.
        Conflict: The survey is no draft.
    """
    async with unit_of_work():
        survey = await _draft(viewer, survey_id)
        question = await _question(survey_id, question_id)
        order = [one.id for one in await list_questions(survey_id)]
        place = order.index(question.id)
        order.insert(max(0, min(len(order) - 1, place + by)), order.pop(place))
        await _number(order)
        await _changed(viewer, survey, question_id)


async def remove_question(viewer: Viewer, survey_id: int, question_id: int) -> None:
    """Take a question out of a draft.

    Raises:
        NotFound: The survey or the question is not there for the viewer.
        Conflict: The survey is no draft.
    """
    async with unit_of_work():
        survey = await _draft(viewer, survey_id)
        question = await _question(survey_id, question_id)
        await execute("delete from survey_option where question = {}", question.id)
        await execute("delete from survey_question where id = {}", question.id)
        await _number([one.id for one in await list_questions(survey_id)])
        await _changed(viewer, survey, question_id)


_COLUMNS = (
    "kind", "label", "label_en", "help", "help_en", "is_required", "feeds_target", "scale_least",
    "scale_most", "low_anchor", "low_anchor_en", "high_anchor", "high_anchor_en",
)  # fmt: skip


def _values(command: QuestionCommand) -> tuple[object, ...]:
    return (command.kind.value, *(getattr(command, name) for name in _COLUMNS[1:]))


async def _insert(survey_id: int, position: int, command: QuestionCommand) -> int:
    await _one_feeds(survey_id, command)
    marks = ", ".join("{}" for _ in _COLUMNS)
    question_id = await fetch_value(
        f"insert into survey_question (survey, position, {', '.join(_COLUMNS)})"  # noqa: S608  from code
        f" values ({{}}, {{}}, {marks}) returning id",
        survey_id,
        position,
        *_values(command),
    )
    await _insert_options(int(question_id), command)
    return int(question_id)


async def _insert_options(question_id: int, command: QuestionCommand) -> None:
    await insert_rows(
        "survey_option",
        ("question", "position", "code", "label", "label_en"),
        [
            (question_id, place, option.code, option.label, option.label_en)
            for place, option in enumerate(command.options, start=1)
        ],
    )


async def _one_feeds(survey_id: int, command: QuestionCommand) -> None:
    """Only one question gives the target page its figures: the last one said to."""
    if command.feeds_target:
        await execute(
            "update survey_question set feeds_target = false where survey = {} and feeds_target", survey_id
        )


async def _number(order: Sequence[int]) -> None:
    for position, question_id in enumerate(order, start=1):
        await execute("update survey_question set position = {} where id = {}", position, question_id)


async def _draft(viewer: Viewer, survey_id: int) -> SurveyRow:
    """Return a draft that nobody else changes until the end of the unit of work."""
    await get_survey(viewer, survey_id, BUILD)
    if not await execute(
        "update survey set version = version + 1 where id = {} and state = 'draft'", survey_id
    ):
        raise Conflict("Only a draft can be changed.")
    return await get_survey(viewer, survey_id, BUILD)


async def _question(survey_id: int, question_id: int) -> Question:
    for question in await list_questions(survey_id):
        if question.id == question_id:
            return question
    raise NotFound


async def _changed(viewer: Viewer, survey: SurveyRow, question_id: int) -> None:
    by = survey.signature(viewer, BUILD)
    await record(by, "surveys.changed", Subject.of("survey", survey.id), note=f"question {question_id}")
