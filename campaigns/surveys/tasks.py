"""What awaits a person in surveys: forms to answer, results to read, forms past their day to close."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from campaigns.surveys.model import SurveyState
from campaigns.surveys.policies import ANSWER, BUILD
from campaigns.surveys.queries.surveys import list_askable, list_given_back, list_surveys
from portal.db import fetch
from portal.errors import Message
from portal.tasks import TaskItem, age_days

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from campaigns.surveys.queries.surveys import SurveyRow
    from portal.access import Viewer

RESULT_SHOWN = dt.timedelta(days=14)
"""For how long a result given back stands among things to do; it stays on the page of surveys."""


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what the viewer has to answer, to read or to close."""
    tasks: list[TaskItem] = []
    if viewer.allowed(ANSWER):
        answered = await _answered_by(viewer)
        tasks += [
            _task("surveys.answer", "Answer the survey: %(title)s", f"/my/surveys/{survey.id}", survey, today)
            for survey in await list_askable(viewer, ANSWER)
            if survey.id not in answered
        ]
        tasks += [
            _task(
                "surveys.read",
                "Read the result of: %(title)s",
                f"/my/surveys/{survey.id}/result",
                survey,
                today,
            )
            for survey in await list_given_back(viewer)
            if survey.published_at and today - survey.published_at.date() <= RESULT_SHOWN
        ]
    if viewer.allowed(BUILD):
        tasks += [
            _task(
                "surveys.close",
                "Close and publish the survey: %(title)s",
                f"/surveys/{survey.id}",
                survey,
                today,
            )
            for survey in await list_surveys(viewer, BUILD)
            if survey.state in (SurveyState.OPEN, SurveyState.CLOSED)
            and survey.due_on
            and survey.due_on < today
        ]
    return tasks


async def _answered_by(viewer: Viewer) -> set[int]:
    """Return the surveys that the viewer, or his dealership, has answered at least once; a refusal counts."""
    dealers = viewer.scope.dealer_ids if viewer.is_dealer_side else ()
    if dealers:
        marks = ", ".join("{}" for _ in dealers)
        rows = await fetch(
            "select distinct p.survey from survey_response p join account a on a.id = p.account"
            f" where p.side = 'dealer' and a.dealer in ({marks})",
            *dealers,
        )
    else:
        rows = await fetch(
            "select distinct survey from survey_response where respondent_user_id = {}", viewer.user_id
        )
    return {row["survey"] for row in rows}


def _task(kind: str, text: str, href: str, survey: SurveyRow, today: dt.date) -> TaskItem:
    due_on = survey.due_on if survey.state is SurveyState.OPEN else None
    since = survey.published_at or survey.opened_at
    return TaskItem(kind, Message(text, {"title": survey.title}), href, due_on, age_days(since, today))
