"""Lecturers: the list, one lecturer with CV, days away and what he teaches."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import page, redirect
from training.courses import forms
from training.courses.controllers.context import form_context, room_context, version_of
from training.courses.controllers.courses import archived_toast
from training.courses.policies import PLAN, READ
from training.courses.queries.lecturers import get_lecturer, list_away, list_lecturers, list_taught
from training.courses.service import lecturers as service
from training.courses.service.records import Kept, archive

PATH = "/training/lecturers"


class LecturerPages(Controller):
    """Who teaches."""

    path = PATH

    @get("/", name="training.lecturers", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List lecturers."""
        return page(
            request, "training/lecturers.html", lecturers=await list_lecturers(), **room_context(viewer, PATH)
        )

    @get("/new", name="training.new_lecturer", opt=policy(PLAN))
    async def new(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show the form for a new lecturer."""
        return _new(request, viewer)

    @post("/", name="training.make_lecturer", opt=policy(PLAN), status_code=200)
    async def make(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Write down a lecturer."""
        form = await FormReader.of(request)
        try:
            lecturer_id = await service.make_lecturer(viewer, forms.read_lecturer(form))
        except Invalid as error:
            return _new(request, viewer, form, error)
        return redirect(request, f"{PATH}/{lecturer_id}", toast="Saved.")

    @get("/{lecturer_id:int}", name="training.lecturer", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], lecturer_id: FromPath[int]
    ) -> Template:
        """Show a lecturer."""
        return await _page(request, viewer, lecturer_id)

    @post("/{lecturer_id:int}", name="training.change_lecturer", opt=policy(PLAN), status_code=200)
    async def change(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], lecturer_id: FromPath[int]
    ) -> Response[Any]:
        """Write a lecturer anew."""
        await get_lecturer(lecturer_id)
        form = await FormReader.of(request)
        try:
            version = version_of(form)
            await service.change_lecturer(viewer, lecturer_id, forms.read_lecturer(form), version)
        except Invalid as error:
            return await _page(request, viewer, lecturer_id, form, error)
        return redirect(request, f"{PATH}/{lecturer_id}", toast="Saved.")

    @post("/{lecturer_id:int}/archive", name="training.archive_lecturer", opt=policy(PLAN), status_code=200)
    async def put_away(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], lecturer_id: FromPath[int]
    ) -> Response[Any]:
        """Put a lecturer away or take him back."""
        back = (await FormReader.of(request)).flag("back")
        await archive(viewer, Kept.LECTURER, lecturer_id, back=back)
        return redirect(request, f"{PATH}/{lecturer_id}", toast=archived_toast(back=back))

    @post("/{lecturer_id:int}/away", name="training.add_away", opt=policy(PLAN), status_code=200)
    async def add_away(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], lecturer_id: FromPath[int]
    ) -> Response[Any]:
        """Note days away."""
        await get_lecturer(lecturer_id)
        form = await FormReader.of(request)
        try:
            await service.add_away(viewer, lecturer_id, forms.read_away(form))
        except Invalid as error:
            return await _page(request, viewer, lecturer_id, form, error, is_away=True)
        return redirect(request, f"{PATH}/{lecturer_id}#away", toast="Saved.")

    @post(
        "/{lecturer_id:int}/away/{row:int}/remove",
        name="training.remove_away",
        opt=policy(PLAN),
        status_code=200,
    )
    async def remove_away(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        lecturer_id: FromPath[int],
        row: FromPath[int],
    ) -> Response[Any]:
        """Take days away back."""
        await service.remove_away(viewer, lecturer_id, row)
        return redirect(request, f"{PATH}/{lecturer_id}#away", toast="The days are free again.")


def _new(
    request: AnyRequest, viewer: Viewer, form: FormReader | None = None, error: Invalid | None = None
) -> Template:
    return page(
        request,
        "training/lecturer_new.html",
        status=422 if error else 200,
        **form_context(form, error),
        **room_context(viewer, PATH),
    )


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    lecturer_id: int,
    form: FormReader | None = None,
    error: Invalid | None = None,
    *,
    is_away: bool = False,
) -> Template:
    lecturer = await get_lecturer(lecturer_id)
    kept = {name: getattr(lecturer, name) for name in
            ("name", "name_en", "organisation", "title", "cv", "email", "phone")}  # fmt: skip
    kept |= {"kind": lecturer.kind.value, "fee": lecturer.fee_minor}
    return page(
        request,
        "training/lecturer.html",
        status=422 if error else 200,
        lecturer=lecturer,
        away=await list_away(lecturer_id),
        taught=await list_taught(lecturer_id),
        today=today(viewer),
        is_away=is_away,
        **form_context(form, error, {} if is_away else kept),
        kept=kept,
        **room_context(viewer, PATH),
    )
