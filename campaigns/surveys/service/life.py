"""Opening, closing and publishing; publication gives the result back to everybody who answered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from campaigns.surveys.model import CHOOSING, QuestionKind, SurveyState, next_state
from campaigns.surveys.policies import BUILD
from campaigns.surveys.queries.surveys import get_survey, list_questions
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, unit_of_work
from portal.errors import Conflict, Invalid, Problem, message
from portal.seasons.model import SeasonState
from portal.seasons.queries.seasons import get_season

if TYPE_CHECKING:
    from collections.abc import Callable

    from campaigns.surveys.model import Question
    from campaigns.surveys.queries.surveys import SurveyRow
    from portal.access import Viewer
    from portal.identity.model import Postman

Letter = tuple[str, str]


async def open_survey(viewer: Viewer, survey_id: int, today: dt.date) -> None:
    """Let dealers and representatives answer; from now on the questions stay as they are.

    Raises:
        NotFound: The survey is not in the viewer's part.
        Conflict: It is no draft.
        Invalid: Something is missing, all of it at once.
    """
    async with unit_of_work():
        survey = await get_survey(viewer, survey_id, BUILD)
        state = next_state(survey.state, SurveyState.OPEN)
        season = await get_season(viewer, survey.season_id, BUILD)
        problems = _not_ready(survey, await list_questions(survey_id), today)
        if season.state is not SeasonState.OPEN:
            problems.append(
                Problem("", message("The season is not open yet: dealers would not see the survey."))
            )
        if problems:
            raise Invalid(problems)
        await _move(survey, state, "opened_at")
        await record(survey.signature(viewer, BUILD), "surveys.opened", Subject.of("survey", survey_id))


def _not_ready(survey: SurveyRow, questions: tuple[Question, ...], today: dt.date) -> list[Problem]:
    problems = []
    if survey.due_on is None or survey.due_on < today:
        problems.append(Problem("due_on", message("Say until when answers are wanted, today or later.")))
    if not questions:
        problems.append(Problem("", message("The survey has no question yet.")))
    needing = (QuestionKind.ONE, *CHOOSING)
    problems += [
        Problem("", message("“%(label)s” has nothing to choose from.", label=question.label))
        for question in questions
        if question.kind in needing and not question.options
    ]
    return problems


async def close_survey(viewer: Viewer, survey_id: int) -> None:
    """Stop asking; answers given on phones before this moment still arrive until publication.

    Raises:
        NotFound: The survey is not in the viewer's part.
        Conflict: It is not open.
    """
    async with unit_of_work():
        survey = await get_survey(viewer, survey_id, BUILD)
        await _move(survey, next_state(survey.state, SurveyState.CLOSED), "closed_at")
        await record(survey.signature(viewer, BUILD), "surveys.closed", Subject.of("survey", survey_id))


async def publish_survey(
    viewer: Viewer,
    survey_id: int,
    conclusion: str,
    postman: Postman,
    letter: Callable[[SurveyRow, str], Letter],
) -> int:
    """Give the result to everybody who answered: on their page, among their things to do, and by mail.

    Args:
        viewer: Who publishes.
        survey_id: The survey.
        conclusion: What follows from it, in the planner's words; may be empty.
        postman: Where letters are queued.
        letter: Makes subject and text for a locale.

    Returns:
        How many letters were queued.

    Raises:
        NotFound: The survey is not in the viewer's part.
        Conflict: It is not closed, or nobody answered.
    """
    async with unit_of_work():
        survey = await get_survey(viewer, survey_id, BUILD)
        state = next_state(survey.state, SurveyState.PUBLISHED)
        if not survey.answers:
            raise Conflict("Nobody has answered yet: there is nothing to publish.")
        await _move(survey, state, "published_at")
        await execute(
            "update survey set conclusion = {}, published_by_user_id = {} where id = {}",
            conclusion,
            viewer.user_id,
            survey_id,
        )
        readers = await fetch(
            "select distinct u.id, u.work_email, u.locale from survey_response p"
            " join login_user u on u.id = p.respondent_user_id where p.survey = {} and u.active"
            " and u.work_email <> '' order by u.id",
            survey_id,
        )
        for reader in readers:
            subject, text = letter(survey, reader["locale"])
            await postman.queue(reader["work_email"], subject, text)
        by = survey.signature(viewer, BUILD)
        await record(by, "surveys.published", Subject.of("survey", survey_id), note=f"{len(readers)} letters")
    return len(readers)


async def _move(survey: SurveyRow, state: SurveyState, column: str) -> None:
    moved = await execute(
        f"update survey set state = {{}}, {column} = {{}} where id = {{}} and state = {{}}",  # noqa: S608  from code
        state.value,
        dt.datetime.now(dt.UTC),
        survey.id,
        survey.state.value,
    )
    if not moved:
        raise Conflict
