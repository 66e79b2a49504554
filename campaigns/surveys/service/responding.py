"""Taking answers, once: the same key with the same content again changes nothing, however often sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from campaigns.surveys.answers import payload_sha256, read_answers
from campaigns.surveys.model import SurveyState
from campaigns.surveys.policies import ANSWER
from campaigns.surveys.queries.places import get_place, side_of
from campaigns.surveys.queries.surveys import get_survey, list_questions
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Problem, message

if TYPE_CHECKING:
    from campaigns.surveys.answers import Given
    from campaigns.surveys.commands import ResponseCommand
    from campaigns.surveys.queries.places import Place
    from campaigns.surveys.queries.surveys import SurveyRow
    from portal.access import Viewer
    from portal.errors import Message


class OutcomeKind(StrEnum):
    """What became of one item of an outbox."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    """The key came before with other content."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it, and what is wrong when it was not kept."""

    kind: OutcomeKind
    problems: tuple[Problem, ...] = ()


def _rejected(text: Message) -> Outcome:
    return Outcome(OutcomeKind.REJECTED, (Problem("", text),))


async def respond(viewer: Viewer, command: ResponseCommand) -> Outcome:
    """Keep one side's answers about a place.

    Answers typed before a survey was closed are taken until it is published: phones may be offline for days.

    Raises:
        NotFound: The survey or the place is not in the viewer's part.
    """
    digest = payload_sha256(command)
    async with unit_of_work():
        known = await fetch_one(
            "select payload_sha256, respondent_user_id from survey_response where client_key = {}",
            command.client_key,
        )
        if known is not None:
            same = (known["payload_sha256"], known["respondent_user_id"]) == (digest, viewer.user_id)
            return Outcome(OutcomeKind.DUPLICATE if same else OutcomeKind.CONFLICT)
        survey = await get_survey(viewer, command.survey_id, ANSWER)
        place = await get_place(viewer, survey, command.account_id)
        at = min(command.answered_at, dt.datetime.now(dt.UTC))
        if not _is_taken(survey, at):
            return _rejected(message("This survey takes no more answers."))
        if await _is_answered(viewer, survey, place):
            return _rejected(message("Somebody of your side has answered about this place already."))
        given: list[Given] = []
        if not command.declined:
            given, problems = read_answers(await list_questions(survey.id), command.fields)
            if problems:
                return Outcome(OutcomeKind.REJECTED, tuple(problems))
        response_id = await _insert(viewer, command, place, at, digest, given)
        if response_id is None:
            return _rejected(message("Somebody of your side has answered about this place already."))
        by = survey.signature(viewer, ANSWER)
        note = f"survey {survey.id}" + (" declined" if command.declined else "")
        await record(by, "surveys.answered", Subject.of("survey_response", response_id), note=note)
    return Outcome(OutcomeKind.CREATED)


def _is_taken(survey: SurveyRow, at: dt.datetime) -> bool:
    if survey.state is SurveyState.OPEN:
        return True
    return survey.state is SurveyState.CLOSED and survey.closed_at is not None and at <= survey.closed_at


async def _is_answered(viewer: Viewer, survey: SurveyRow, place: Place) -> bool:
    found = await fetch_value(
        "select id from survey_response where survey = {} and account = {} and side = {}",
        survey.id,
        place.id,
        side_of(viewer),
    )
    return found is not None


async def _insert(
    viewer: Viewer,
    command: ResponseCommand,
    place: Place,
    at: dt.datetime,
    digest: str,
    given: list[Given],
) -> int | None:
    by = viewer.signature(ANSWER)
    response_id = await fetch_value(
        "insert into survey_response (client_key, survey, account, side, area, respondent_user_id,"
        " respondent_for_user_id, answered_at, received_at, payload_sha256, declined)"
        " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        " on conflict (survey, account, side) do nothing returning id",
        command.client_key,
        command.survey_id,
        place.id,
        side_of(viewer),
        place.area,
        by.user_id,
        by.on_behalf_of,
        at,
        dt.datetime.now(dt.UTC),
        digest,
        command.declined,
    )
    if response_id is None:
        return None
    await insert_rows(
        "survey_answer",
        ("response", "question", "option", "number", "text"),
        [(response_id, one.question_id, one.option_id, one.number, one.text) for one in given],
    )
    return int(response_id)
