"""The list of surveys, starting one, and its life: open, close, publish."""

from functools import partial
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from campaigns.surveys import forms
from campaigns.surveys.controllers.building import survey_page
from campaigns.surveys.controllers.context import form_context, word_tables
from campaigns.surveys.letters import result_letter
from campaigns.surveys.model import CONCLUSION_MAX
from campaigns.surveys.policies import BUILD, READ
from campaigns.surveys.queries.surveys import get_survey, list_surveys
from campaigns.surveys.service import building, life
from portal.access import Viewer
from portal.errors import Invalid, NotFound
from portal.identity.model import Postman
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.seasons.model import SeasonState
from portal.seasons.queries.seasons import list_seasons
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect

PATH = "/surveys"


class SurveyPages(Controller):
    """Surveys of the seasons the viewer may see."""

    path = PATH

    @get("/", name="surveys.index", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List the surveys, the newest first."""
        surveys = await list_surveys(viewer, READ)
        return page(
            request, "surveys/list.html", surveys=surveys, may_build=viewer.allowed(BUILD), **word_tables()
        )

    @get("/new", name="surveys.new", opt=policy(BUILD))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form to start one."""
        return await _new(request, viewer)

    @post("/", name="surveys.create", opt=policy(BUILD), status_code=200)
    async def create(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Start a survey from the season template or from an earlier one."""
        form = await FormReader.of(request)
        try:
            season = form.integer("season", least=1, most=2**31 - 1)
            copied = form.optional_integer("copied_from", least=1, most=2**31 - 1)
            command = forms.read_survey(form)
            least = settings.survey_least_answers
            survey_id = await building.create_survey(viewer, season, command, least, copied)
        except Invalid as error:
            return await _new(request, viewer, form, error)
        except NotFound:
            gone = Invalid.of("season", "Please choose one of the options.")
            return await _new(request, viewer, form, gone)
        return redirect(request, f"{PATH}/{survey_id}", toast="The form is there. Change what does not fit.")

    @post("/{survey_id:int}/open", name="surveys.open", opt=policy(BUILD), status_code=200)
    async def start(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], survey_id: FromPath[int]
    ) -> Response[Any]:
        """Let people answer."""
        try:
            await life.open_survey(viewer, survey_id, today(viewer))
        except Invalid as error:
            return await survey_page(request, viewer, survey_id, error)
        return redirect(
            request, f"{PATH}/{survey_id}", toast="The survey is open. It is on everybody’s list."
        )

    @post("/{survey_id:int}/close", name="surveys.close", opt=policy(BUILD), status_code=200)
    async def close(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], survey_id: FromPath[int]
    ) -> Response[Any]:
        """Stop asking."""
        await life.close_survey(viewer, survey_id)
        return redirect(request, f"{PATH}/{survey_id}", toast="No more answers are taken.")

    @post("/{survey_id:int}/publish", name="surveys.publish", opt=policy(BUILD), status_code=200)
    async def publish(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        postman: NamedDependency[Postman],
        survey_id: FromPath[int],
    ) -> Response[Any]:
        """Give the result back to everybody who answered."""
        await get_survey(viewer, survey_id, BUILD)
        form = await FormReader.of(request)
        conclusion = form.text("conclusion", longest=CONCLUSION_MAX, shortest=0, lines=True)
        if form.problems:
            return await survey_page(request, viewer, survey_id, Invalid(form.problems), form)
        letter = partial(result_letter, public_url=settings.public_url)
        await life.publish_survey(viewer, survey_id, conclusion, postman, letter)
        return redirect(
            request, f"{PATH}/{survey_id}/result", toast="Everybody who answered has the result now."
        )


async def _new(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    return page(
        request,
        "surveys/new.html",
        status=422 if error else 200,
        seasons=sorted(
            (season for season in await list_seasons(viewer) if season.state is not SeasonState.CLOSED),
            key=lambda season: season.state is not SeasonState.OPEN,
        ),
        earlier=await list_surveys(viewer, BUILD),
        **form_context(form, error),
        **word_tables(),
    )
