"""The questions of a course's tests, with their key; for the manufacturer's planners only."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect
from training.courses import forms
from training.courses.controllers.context import form_context, room_context
from training.courses.controllers.courses import PATH, archived_toast
from training.courses.model import Question
from training.courses.policies import PLAN
from training.courses.queries.courses import get_course, list_modules
from training.courses.queries.questions import list_questions
from training.courses.service import questions as service
from training.courses.service.records import Kept, archive


class QuestionPages(Controller):
    """The tests of a course."""

    path = f"{PATH}/{{course_id:int}}/questions"

    @get("/", name="training.questions", opt=policy(PLAN))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], course_id: FromPath[int]
    ) -> Template:
        """Show the questions."""
        return await _page(request, viewer, course_id)

    @post("/", name="training.add_question", opt=policy(PLAN), status_code=200)
    async def add(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], course_id: FromPath[int]
    ) -> Response[Any]:
        """Add a question."""
        await get_course(course_id)
        form = await FormReader.of(request)
        try:
            question_id = await service.add_question(viewer, course_id, forms.read_question(form))
        except Invalid as error:
            return await _page(request, viewer, course_id, form, error)
        return redirect(request, f"{PATH}/{course_id}/questions#q{question_id}", toast="Saved.")

    @post("/{question_id:int}", name="training.change_question", opt=policy(PLAN), status_code=200)
    async def change(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        course_id: FromPath[int],
        question_id: FromPath[int],
    ) -> Response[Any]:
        """Write a question anew."""
        await get_course(course_id)
        form = await FormReader.of(request)
        try:
            await service.change_question(viewer, course_id, question_id, forms.read_question(form))
        except Invalid as error:
            return await _page(request, viewer, course_id, form, error, question_id)
        return redirect(request, f"{PATH}/{course_id}/questions#q{question_id}", toast="Saved.")

    @post("/{question_id:int}/archive", name="training.archive_question", opt=policy(PLAN), status_code=200)
    async def put_away(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        course_id: FromPath[int],
        question_id: FromPath[int],
    ) -> Response[Any]:
        """Put a question away or take it back."""
        back = (await FormReader.of(request)).flag("back")
        await archive(viewer, Kept.QUESTION, question_id, back=back, parent_id=course_id)
        return redirect(request, f"{PATH}/{course_id}/questions", toast=archived_toast(back=back))


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    course_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
    wrong: int = 0,
) -> Template:
    return page(
        request,
        "training/questions.html",
        status=422 if error else 200,
        course=await get_course(course_id),
        questions=[(question, _lines(question)) for question in await list_questions(course_id)],
        modules=await list_modules(course_id),
        wrong=wrong if error else -1,
        **form_context(form, error),
        **room_context(viewer, PATH),
    )


def _lines(question: Question) -> str:
    """Return a question's choices as the lines of its form."""
    return "\n".join(
        (forms.RIGHT if choice.is_right else "") + " | ".join(filter(None, (choice.text, choice.text_en)))
        for choice in question.choices
    )
