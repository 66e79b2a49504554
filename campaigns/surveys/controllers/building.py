"""The form builder: one survey with its questions, each changed, moved and removed on its own."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from campaigns.surveys import forms
from campaigns.surveys.controllers.context import form_context, word_tables
from campaigns.surveys.model import OPTIONS_MOST, Question, QuestionKind, SurveyState
from campaigns.surveys.policies import BUILD, READ
from campaigns.surveys.queries.results import list_coverage
from campaigns.surveys.queries.surveys import get_survey, list_questions, list_stayable, product_names
from campaigns.surveys.service import building
from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest, query_of
from portal.network.scope import today
from portal.seasons.queries.seasons import list_categories
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect

_STEPS = {"up": -1, "down": 1, "first": -1000, "last": 1000}


class SurveyBuilder(Controller):
    """One survey of the manufacturer's side."""

    path = "/surveys/{survey_id:int}"

    @get("/", name="surveys.survey", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], survey_id: FromPath[int]
    ) -> Template:
        """Show the form while it is a draft, and who answered afterwards."""
        return await survey_page(request, viewer, survey_id)

    @get("/preview", name="surveys.preview", opt=policy(READ))
    async def preview(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], survey_id: FromPath[int]
    ) -> Template:
        """Show the form as those who answer see it."""
        survey = await get_survey(viewer, survey_id, READ)
        questions = await list_questions(survey_id)
        return page(
            request,
            "surveys/preview.html",
            survey=survey,
            questions=questions,
            **form_context(None, None),
            **word_tables(),
        )

    @post("/", name="surveys.edit", opt=policy(BUILD), status_code=200)
    async def edit(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], survey_id: FromPath[int]
    ) -> Response[Any]:
        """Change titles and the last day."""
        survey = await get_survey(viewer, survey_id, BUILD)
        form = await FormReader.of(request)
        try:
            if survey.state is not SurveyState.DRAFT:
                form.values["title"] = survey.title
            await building.edit_survey(viewer, survey_id, forms.read_survey(form))
        except Invalid as error:
            return await survey_page(request, viewer, survey_id, error, form)
        return redirect(request, f"/surveys/{survey_id}", toast="Saved.")

    @post("/questions", name="surveys.add", opt=policy(BUILD), status_code=200)
    async def add(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], survey_id: FromPath[int]
    ) -> Response[Any]:
        """Add a question at the end."""
        await get_survey(viewer, survey_id, BUILD)
        form = await FormReader.of(request)
        try:
            command = await _read(form)
            question_id = await building.add_question(viewer, survey_id, command)
        except Invalid as error:
            return await survey_page(request, viewer, survey_id, error, form)
        return redirect(request, f"/surveys/{survey_id}#q{question_id}", toast="Saved.")

    @post("/questions/{question_id:int}", name="surveys.change", opt=policy(BUILD), status_code=200)
    async def change(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        survey_id: FromPath[int],
        question_id: FromPath[int],
    ) -> Response[Any]:
        """Write a question anew."""
        await get_survey(viewer, survey_id, BUILD)
        form = await FormReader.of(request)
        try:
            await building.edit_question(viewer, survey_id, question_id, await _read(form))
        except Invalid as error:
            return await survey_page(request, viewer, survey_id, error, form, question_id)
        return redirect(request, f"/surveys/{survey_id}#q{question_id}", toast="Saved.")

    @post("/questions/{question_id:int}/move", name="surveys.move", opt=policy(BUILD), status_code=200)
    async def move(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        survey_id: FromPath[int],
        question_id: FromPath[int],
    ) -> Response[Any]:
        """Move a question up or down."""
        await get_survey(viewer, survey_id, BUILD)
        form = await FormReader.of(request)
        step = form.choice("to", tuple(_STEPS))
        await building.move_question(viewer, survey_id, question_id, _STEPS[step])
        return redirect(request, f"/surveys/{survey_id}?moved={question_id}-{step}#q{question_id}")

    @post("/questions/{question_id:int}/remove", name="surveys.remove", opt=policy(BUILD), status_code=200)
    async def remove(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        survey_id: FromPath[int],
        question_id: FromPath[int],
    ) -> Response[Any]:
        """Take a question out."""
        await building.remove_question(viewer, survey_id, question_id)
        return redirect(request, f"/surveys/{survey_id}", toast="The question is out of the form.")


async def _read(form: FormReader) -> Any:
    codes = [line.partition("|")[0].strip() for line in form.values.get("options", "").splitlines()]
    products = await product_names([code[:40] for code in codes if code][:OPTIONS_MOST])
    return forms.read_question(form, await list_categories(), products)


async def survey_page(
    request: AnyRequest,
    viewer: Viewer,
    survey_id: int,
    error: Invalid | None = None,
    form: FormReader | None = None,
    question_id: int = 0,
) -> Template:
    """Show one survey; with what is wrong when a form was not accepted.

    Args:
        request: Current request.
        viewer: Who looks.
        survey_id: The survey.
        error: What is wrong.
        form: What was typed.
        question_id: Question the form is about; 0 for the survey's own or a new question.
    """
    survey = await get_survey(viewer, survey_id, READ)
    query = query_of(request)
    adding = (form.values.get("kind", "") if form and not question_id else "") or query.get("add", "")
    is_draft = survey.state is SurveyState.DRAFT
    moved, _, step = query.get("moved", "").partition("-")
    return page(
        request,
        "surveys/survey.html",
        status=422 if error else 200,
        survey=survey,
        questions=[(question, _lines(question)) for question in await list_questions(survey_id)],
        coverage=[] if is_draft else await list_coverage(survey_id),
        may_build=viewer.allowed(BUILD),
        adding=adding if adding in list(QuestionKind) else "",
        starting_options=await _starting_options(adding),
        wrong_question=question_id,
        moved=int(moved) if moved.isdecimal() and len(moved) < len(str(2**31)) else 0,
        moved_step=step,
        today=today(viewer),
        history_rows=await list_history(Subject.of("survey", survey_id)),
        **form_context(form, error),
        **word_tables(),
    )


async def _starting_options(kind: str) -> str:
    if kind == QuestionKind.PERCENT:
        return "\n".join(await list_categories())
    if kind == QuestionKind.PRODUCTS:
        return "\n".join(code for code, _ in await list_stayable(OPTIONS_MOST))
    return ""


def _lines(question: Question) -> str:
    """Return a question's options as the lines of its form."""
    named = [
        (option.code if question.kind is QuestionKind.PRODUCTS else option.label, option.label_en)
        for option in question.options
    ]
    return "\n".join(f"{korean} | {english}" if english else korean for korean, english in named)
