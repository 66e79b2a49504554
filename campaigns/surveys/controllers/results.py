"""Results for the manufacturer's side: page, paper, file."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from campaigns.surveys import exports, printing
from campaigns.surveys.controllers.context import word_tables
from campaigns.surveys.model import SurveyState
from campaigns.surveys.policies import BUILD, EXPORT, READ
from campaigns.surveys.queries.results import SIDES, list_coverage, list_results, list_texts
from campaigns.surveys.queries.surveys import get_survey, list_questions
from campaigns.surveys.results import result_views
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import NotFound
from portal.network.controllers.requests import AnyRequest
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale, gettext
from portal.web.list_files import read_format, send_file
from portal.web.responses import download, page


class SurveyResults(Controller):
    """What a survey says."""

    path = "/surveys/{survey_id:int}"

    @get("/result", name="surveys.result", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        survey_id: FromPath[int],
        side: FromQuery[str] = "",
    ) -> Template:
        """Show every question's sentence, table and areas."""
        survey = await get_survey(viewer, survey_id, READ)
        if survey.state is SurveyState.DRAFT:
            raise NotFound
        chosen = side if side in SIDES else ""
        results = await list_results(survey, await list_questions(survey_id), chosen)
        return page(
            request,
            "surveys/result.html",
            survey=survey,
            views=result_views(results, survey.least_answers, await list_texts(viewer, survey, chosen)),
            coverage=await list_coverage(survey_id),
            side=chosen,
            is_own=False,
            may_build=viewer.allowed(BUILD),
            may_export=viewer.allowed(EXPORT),
            **word_tables(),
        )

    @get("/print", name="surveys.print", opt=policy(READ))
    async def paper(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        survey_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send the summary as PDF."""
        survey = await get_survey(viewer, survey_id, READ)
        pdf = await printing.print_survey(survey, settings, lang or current_locale())
        return download(printing.file_name(survey), pdf, "application/pdf")

    @post("/export", name="surveys.export", opt=policy(EXPORT), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], survey_id: FromPath[int]
    ) -> Response[Any]:
        """Send the answers as a file."""
        survey = await get_survey(viewer, survey_id, EXPORT)
        form = await FormReader.of(request)
        file_format = read_format(form)
        subject = Subject.of("survey", survey.id)
        by = survey.signature(viewer, EXPORT)
        await record_alone(by, "surveys.exported", subject, note=file_format.value)
        title = gettext("Answers")
        name = f"{title}-{survey.season_code}-{survey.id}"
        return send_file(exports.columns(), exports.iter_answers(viewer, survey), file_format, title, name)
