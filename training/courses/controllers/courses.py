"""Curricula and courses: the list, making one, one course with its modules, pass marks and history."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.queries import list_history
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect
from training.courses import forms
from training.courses.controllers.context import form_context, room_context, version_of
from training.courses.policies import PLAN, READ
from training.courses.queries.courses import (
    get_course,
    list_courses,
    list_curricula,
    list_modules,
    list_pass_marks,
)
from training.courses.service import courses as service
from training.courses.service.records import Kept, archive

PATH = "/training/courses"


class CoursePages(Controller):
    """What is taught."""

    path = "/training"

    @get("/courses", name="training.courses", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List courses by curriculum."""
        return await _index(request, viewer)

    @post("/curricula", name="training.make_curriculum", opt=policy(PLAN), status_code=200)
    async def make_curriculum(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Write down a curriculum."""
        form = await FormReader.of(request)
        try:
            await service.make_curriculum(viewer, forms.read_curriculum(form))
        except Invalid as error:
            return await _index(request, viewer, form, error)
        return redirect(request, PATH, toast="Saved.")

    @post(
        "/curricula/{curriculum_id:int}", name="training.change_curriculum", opt=policy(PLAN), status_code=200
    )
    async def change_curriculum(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], curriculum_id: FromPath[int]
    ) -> Response[Any]:
        """Write a curriculum anew."""
        form = await FormReader.of(request)
        try:
            version = version_of(form)
            await service.change_curriculum(viewer, curriculum_id, forms.read_curriculum(form), version)
        except Invalid as error:
            return await _index(request, viewer, form, error, curriculum_id)
        return redirect(request, PATH, toast="Saved.")

    @post(
        "/curricula/{curriculum_id:int}/archive",
        name="training.archive_curriculum",
        opt=policy(PLAN),
        status_code=200,
    )
    async def archive_curriculum(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], curriculum_id: FromPath[int]
    ) -> Response[Any]:
        """Put a curriculum away or take it back."""
        back = (await FormReader.of(request)).flag("back")
        await archive(viewer, Kept.CURRICULUM, curriculum_id, back=back)
        return redirect(request, PATH, toast=archived_toast(back=back))

    @get("/courses/new", name="training.new_course", opt=policy(PLAN))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form for a new course."""
        return await _new(request, viewer)

    @post("/courses", name="training.make_course", opt=policy(PLAN), status_code=200)
    async def make(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Write down a course."""
        form = await FormReader.of(request)
        try:
            course_id = await service.make_course(viewer, forms.read_course(form))
        except Invalid as error:
            return await _new(request, viewer, form, error)
        return redirect(request, f"{PATH}/{course_id}", toast="The course is there. Add its modules.")

    @get("/courses/{course_id:int}", name="training.course", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        course_id: FromPath[int],
    ) -> Template:
        """Show a course."""
        return await course_page(request, viewer, settings, course_id)

    @post("/courses/{course_id:int}", name="training.change_course", opt=policy(PLAN), status_code=200)
    async def change(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        course_id: FromPath[int],
    ) -> Response[Any]:
        """Write a course anew."""
        await get_course(course_id)
        form = await FormReader.of(request)
        try:
            version = version_of(form)
            await service.change_course(viewer, course_id, forms.read_course(form), version)
        except Invalid as error:
            return await course_page(request, viewer, settings, course_id, "basics", form, error)
        return redirect(request, f"{PATH}/{course_id}", toast="Saved.")

    @post(
        "/courses/{course_id:int}/archive", name="training.archive_course", opt=policy(PLAN), status_code=200
    )
    async def archive(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], course_id: FromPath[int]
    ) -> Response[Any]:
        """Put a course away or take it back."""
        back = (await FormReader.of(request)).flag("back")
        await archive(viewer, Kept.COURSE, course_id, back=back)
        return redirect(request, f"{PATH}/{course_id}", toast=archived_toast(back=back))

    @post("/courses/{course_id:int}/pass-marks", name="training.pass_mark", opt=policy(PLAN), status_code=200)
    async def pass_mark(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        course_id: FromPath[int],
    ) -> Response[Any]:
        """Set the share of right answers that passes from a day on."""
        await get_course(course_id)
        form = await FormReader.of(request)
        try:
            await service.set_pass_mark(viewer, course_id, forms.read_pass_mark(form), today(viewer))
        except Invalid as error:
            return await course_page(request, viewer, settings, course_id, "mark", form, error)
        return redirect(request, f"{PATH}/{course_id}#marks", toast="Saved.")


def archived_toast(*, back: bool) -> str:
    """Return what is said after something was put away or taken back."""
    return "It is in use again." if back else "It is put away. It can be taken back at any time."


async def _index(
    request: AnyRequest,
    viewer: Viewer,
    form: FormReader | None = None,
    error: Invalid | None = None,
    wrong: int = 0,
) -> Template:
    return page(
        request,
        "training/courses.html",
        status=422 if error else 200,
        curricula=await list_curricula(),
        courses=await list_courses(),
        wrong=wrong if error else -1,
        **form_context(form, error),
        **room_context(viewer, PATH),
    )


async def _new(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    return page(
        request,
        "training/course_new.html",
        status=422 if error else 200,
        curricula=[one for one in await list_curricula() if one.archived_at is None],
        **form_context(form, error, {"curriculum": request.query_params.get("curriculum", "")}),
        **room_context(viewer, PATH),
    )


async def course_page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    course_id: int,
    wrong: str = "",
    form: FormReader | None = None,
    error: Invalid | None = None,
) -> Template:
    """Show one course, with what is wrong when a form of it was not accepted.

    Args:
        request: Current request.
        viewer: Who looks.
        settings: For the largest file.
        course_id: The course.
        wrong: Which form it was: ``basics``, ``mark``, ``module``, or ``module-`` and an id.
        form: What was typed.
        error: What is wrong.
    """
    course = await get_course(course_id)
    return page(
        request,
        "training/course.html",
        status=422 if error else 200,
        course=course,
        curricula=await list_curricula(),
        modules=await list_modules(course_id),
        marks=await list_pass_marks(course_id),
        wrong=wrong if error else "",
        today=today(viewer),
        most_megabytes=max(1, settings.training_material_max_bytes // forms.MEGABYTE),
        endings=",".join(f".{ending}" for ending in forms.MATERIALS),
        history_rows=await list_history(Subject.of("course", course_id)),
        **form_context(form, error),
        **room_context(viewer, PATH),
    )
