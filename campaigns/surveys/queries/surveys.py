"""Surveys of seasons the viewer may see, with their questions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.surveys.model import Option, Question, QuestionKind, SurveyState
from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition
from portal.seasons.queries.seasons import seen_seasons

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey with its season.

    Attributes:
        least_answers: Under so many answers nothing is said.
        region_path: Region of the season, or None for the whole network.
        questions, answers: How many questions, and how many responses that are not a refusal.
    """

    id: int
    season_id: int
    season_label: str
    season_label_en: str
    season_code: str
    region_path: str | None
    title: str
    title_en: str
    intro: str
    intro_en: str
    state: SurveyState
    due_on: dt.date | None
    least_answers: int
    version: int
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    published_at: dt.datetime | None
    conclusion: str
    questions: int
    answers: int

    def signature(self, viewer: Viewer, policy: str) -> Signature:
        """Return whose name an action on this survey carries."""
        return viewer.signature(policy, self.region_path)


_SURVEY = (
    "select v.id, v.season as season_id, s.label as season_label, s.label_en as season_label_en,"
    " s.code as season_code, r.path as region_path, v.title, v.title_en, v.intro, v.intro_en, v.state,"
    " v.due_on, v.least_answers, v.version, v.opened_at, v.closed_at, v.published_at, v.conclusion,"
    " (select count(*) from survey_question q where q.survey = v.id) as questions,"
    " (select count(*) from survey_response p where p.survey = v.id and not p.declined) as answers"
    " from survey v join season s on s.id = v.season left join region r on r.id = s.region"
)


async def list_surveys(viewer: Viewer, policy: str) -> tuple[SurveyRow, ...]:
    """Return the surveys of the seasons the viewer may see, the newest first."""
    seen = seen_seasons(viewer, policy)
    rows = await fetch(f"{_SURVEY} where {seen.sql} order by v.id desc limit 200", *seen.args)
    return tuple(_survey(row) for row in rows)


async def get_survey(viewer: Viewer, survey_id: int, policy: str) -> SurveyRow:
    """Return one survey.

    Raises:
        NotFound: There is none, or none for this viewer.
    """
    seen = seen_seasons(viewer, policy)
    row = await fetch_one(f"{_SURVEY} where v.id = {{}} and {seen.sql}", survey_id, *seen.args)
    if row is None:
        raise NotFound
    return _survey(row)


async def list_askable(viewer: Viewer, policy: str) -> tuple[SurveyRow, ...]:
    """Return the surveys the viewer may answer now, the first deadline first."""
    seen = seen_seasons(viewer, policy) & Condition("v.state = 'open'")
    rows = await fetch(f"{_SURVEY} where {seen.sql} order by v.due_on, v.id limit 50", *seen.args)
    return tuple(_survey(row) for row in rows)


async def list_given_back(viewer: Viewer) -> tuple[SurveyRow, ...]:
    """Return the published surveys the viewer's side of the dealer, or the viewer, answered; newest first."""
    answered = given_by(viewer)
    rows = await fetch(
        f"{_SURVEY} where v.state = 'published' and {answered.sql}"
        " order by v.published_at desc, v.id limit 50",
        *answered.args,
    )
    return tuple(_survey(row) for row in rows)


async def get_given_back(viewer: Viewer, survey_id: int) -> SurveyRow:
    """Return a published survey to somebody who answered it.

    Raises:
        NotFound: There is none, or the viewer's side gave no answer.
    """
    answered = given_by(viewer)
    row = await fetch_one(
        f"{_SURVEY} where v.id = {{}} and v.state = 'published' and {answered.sql}", survey_id, *answered.args
    )
    if row is None:
        raise NotFound
    return _survey(row)


def given_by(viewer: Viewer) -> Condition:
    """Say that a survey (alias ``v``) holds a response of the viewer or his dealership; a refusal counts."""
    dealers = viewer.scope.dealer_ids
    if not viewer.is_dealer_side or not dealers:
        return Condition(
            "exists (select 1 from survey_response p where p.survey = v.id and p.respondent_user_id = {})",
            (viewer.user_id,),
        )
    marks = ", ".join("{}" for _ in dealers)
    return Condition(
        "exists (select 1 from survey_response p join account pa on pa.id = p.account where p.survey = v.id"
        f" and p.side = 'dealer' and pa.dealer in ({marks}))",
        dealers,
    )


async def list_questions(survey_id: int) -> tuple[Question, ...]:
    """Return a survey's questions with their options, in order; the caller has checked the survey."""
    questions = await fetch(
        "select id, position, kind, label, label_en, help, help_en, is_required, feeds_target, scale_least,"
        " scale_most, low_anchor, low_anchor_en, high_anchor, high_anchor_en from survey_question"
        " where survey = {} order by position, id",
        survey_id,
    )
    options = await fetch(
        "select o.id, o.question, o.code, o.label, o.label_en from survey_option o"
        " join survey_question q on q.id = o.question where q.survey = {} order by o.position, o.id",
        survey_id,
    )
    by_question: dict[int, list[Option]] = {}
    for row in options:
        by_question.setdefault(row["question"], []).append(
            Option(row["id"], row["code"], row["label"], row["label_en"])
        )
    return tuple(_question(row, by_question.get(row["id"], [])) for row in questions)


async def list_stayable(limit: int) -> tuple[tuple[str, str], ...]:
    """Return code and name of the manufacturer's products on sale, by category and name."""
    rows = await fetch(
        "select code, name from product where is_own and status = 'active' and not is_stub"
        f" order by category, name limit {limit}"
    )
    return tuple((row["code"], row["name"]) for row in rows)


async def product_names(codes: list[str]) -> dict[str, str]:
    """Return code → name of the products that exist."""
    if not codes:
        return {}
    marks = ", ".join("{}" for _ in codes)
    rows = await fetch(f"select code, name from product where code in ({marks})", *codes)
    return {row["code"]: row["name"] for row in rows}


def _question(row: Row, options: list[Option]) -> Question:
    flags = {"is_required": bool(row["is_required"]), "feeds_target": bool(row["feeds_target"])}
    return Question(**{**row, **flags, "kind": QuestionKind(row["kind"]), "options": tuple(options)})


def _survey(row: Row) -> SurveyRow:
    return SurveyRow(**{**row, "state": SurveyState(row["state"])})
