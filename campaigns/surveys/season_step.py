"""The survey step of the season page: how many answered, and where the result is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from campaigns.surveys.model import SurveyState
from campaigns.surveys.policies import ANSWER, READ
from campaigns.surveys.queries.surveys import list_askable, list_given_back, list_surveys
from campaigns.surveys.queries.target import expected_change
from portal.errors import Message
from portal.seasons.demand import Demand
from portal.seasons.steps import StepStanding

if TYPE_CHECKING:
    from campaigns.surveys.queries.surveys import SurveyRow
    from portal.access import Viewer
    from portal.seasons.queries.seasons import SeasonRow

_SAYS = {
    SurveyState.DRAFT: "The form is being built: %(questions)s questions",
    SurveyState.OPEN: "%(answers)s answers so far",
    SurveyState.CLOSED: "%(answers)s answers; the result is not given back yet",
    SurveyState.PUBLISHED: "%(answers)s answers; the result was given back",
}


async def survey_standing(viewer: Viewer, season: SeasonRow) -> StepStanding | None:
    """Return how many of the season's surveys were given back, and what the newest of them says.

    Dealers see what they answered or are asked; None when there is none for this viewer.
    """
    if viewer.allowed(READ):
        surveys = [row for row in await list_surveys(viewer, READ) if row.season_id == season.id]
        if not surveys:
            return None
        given_back = [row for row in surveys if row.state is SurveyState.PUBLISHED]
        shown = (given_back or surveys)[0]
        return replace(_standing(shown, f"/surveys/{shown.id}"), done=len(given_back), of=len(surveys))
    if not viewer.allowed(ANSWER):
        return None
    for survey in await list_given_back(viewer):
        if survey.season_id == season.id:
            return _standing(survey, f"/my/surveys/{survey.id}/result")
    for survey in await list_askable(viewer, ANSWER):
        if survey.season_id == season.id:
            return _standing(survey, f"/my/surveys/{survey.id}")
    return None


async def season_demand(season_id: int) -> tuple[Demand, ...]:
    """Return what the newest published survey of a season says about demand, for its target pages."""
    return tuple(
        Demand(row.label, row.n, row.least, row.median_bp, f"/surveys/{row.survey_id}/result")
        for row in await expected_change(season_id)
    )


def _standing(survey: SurveyRow, href: str) -> StepStanding:
    values = {"answers": survey.answers, "questions": survey.questions}
    if survey.state is SurveyState.PUBLISHED:
        paper = f"{href.removesuffix('/result')}/print"
        return StepStanding(1, 1, Message(_SAYS[survey.state], values), href, paper)
    return StepStanding(0, 1, Message(_SAYS[survey.state], values), href)
