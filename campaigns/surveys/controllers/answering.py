"""Answering, for dealers and representatives, made for a phone; and the result given back to them."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from campaigns.surveys import forms, printing
from campaigns.surveys.controllers.context import form_context, word_tables
from campaigns.surveys.model import SurveyState
from campaigns.surveys.policies import ANSWER
from campaigns.surveys.queries import places
from campaigns.surveys.queries.results import list_coverage, list_results
from campaigns.surveys.queries.surveys import (
    SurveyRow,
    get_given_back,
    get_survey,
    list_askable,
    list_given_back,
    list_questions,
)
from campaigns.surveys.results import result_views
from campaigns.surveys.service.responding import OutcomeKind, respond
from portal.access import Viewer
from portal.errors import Invalid, NotFound
from portal.network.controllers.requests import AnyRequest
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.responses import download, page, redirect

PATH = "/my/surveys"


class OwnSurveys(Controller):
    """What the viewer is asked, and what came of what he answered."""

    path = PATH

    @get("/", name="surveys.own", opt=policy(ANSWER))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List open surveys by dealer, and results given back."""
        asked = [
            (survey, await places.list_dealers(viewer, survey))
            for survey in await list_askable(viewer, ANSWER)
        ]
        given_back = await list_given_back(viewer)
        return page(request, "surveys/own.html", asked=asked, given_back=given_back, **word_tables())

    @get("/{survey_id:int}", name="surveys.answer", opt=policy(ANSWER))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        survey_id: FromPath[int],
        dealer: FromQuery[int] = 0,
    ) -> Template:
        """Show the form for the places of one dealer."""
        return await _form(request, viewer, survey_id, dealer)

    @post("/{survey_id:int}", name="surveys.send", opt=policy(ANSWER), status_code=200)
    async def send(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        survey_id: FromPath[int],
        dealer: FromQuery[int] = 0,
    ) -> Response[Any]:
        """Take answers sent by the form itself, where a browser runs no script."""
        await get_survey(viewer, survey_id, ANSWER)
        form = await FormReader.of(request)
        try:
            outcome = await respond(viewer, forms.read_response(form, survey_id))
        except Invalid as error:
            return await _form(request, viewer, survey_id, dealer, error, form)
        if outcome.kind is OutcomeKind.REJECTED:
            return await _form(request, viewer, survey_id, dealer, Invalid(outcome.problems), form)
        target = f"{PATH}/{survey_id}?dealer={dealer}" if dealer else f"{PATH}/{survey_id}"
        return redirect(request, target, toast="Thank you. The answer is kept.")

    @get("/{survey_id:int}/result", name="surveys.own_result", opt=policy(ANSWER))
    async def result(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], survey_id: FromPath[int]
    ) -> Template:
        """Show the result to somebody who answered."""
        survey = await get_given_back(viewer, survey_id)
        results = await list_results(survey, await list_questions(survey_id))
        return page(
            request,
            "surveys/result.html",
            survey=survey,
            views=result_views(results, survey.least_answers),
            coverage=await list_coverage(survey_id),
            side="",
            is_own=True,
            may_build=False,
            may_export=False,
            **word_tables(),
        )

    @get("/{survey_id:int}/print", name="surveys.own_print", opt=policy(ANSWER))
    async def paper(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        survey_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the summary as PDF."""
        survey = await get_given_back(viewer, survey_id)
        pdf = await printing.print_survey(survey, settings, lang or current_locale())
        return download(printing.file_name(survey), pdf, "application/pdf")


async def _form(
    request: AnyRequest,
    viewer: Viewer,
    survey_id: int,
    dealer_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
) -> Template:
    survey = await get_survey(viewer, survey_id, ANSWER)
    if survey.state is not SurveyState.OPEN:
        raise NotFound
    dealers = await places.list_dealers(viewer, survey)
    chosen = next((one for one in dealers if one.id == dealer_id), dealers[0] if dealers else None)
    return page(
        request,
        "surveys/answer.html",
        status=422 if error else 200,
        survey=survey,
        dealers=dealers,
        dealer=chosen,
        places=await places.list_places(viewer, survey, chosen.id) if chosen else [],
        given=await places.list_given(viewer, survey, chosen.id) if chosen else [],
        questions=await list_questions(survey_id),
        client_key=forms.new_key(),
        address=_address(survey, chosen),
        **form_context(form, error),
        **word_tables(),
    )


def _address(survey: SurveyRow, dealer: places.DealerPlaces | None) -> str:
    return f"{PATH}/{survey.id}?dealer={dealer.id}" if dealer else f"{PATH}/{survey.id}"
