"""Modules of a course and their materials."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from portal.access import Viewer
from portal.errors import Invalid, NotFound
from portal.files.queries import get_file
from portal.network.controllers.requests import AnyRequest
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import download, redirect
from training.courses import forms
from training.courses.controllers.courses import PATH, archived_toast, course_page
from training.courses.policies import PLAN, READ
from training.courses.queries.courses import MaterialRow, get_course, get_material
from training.courses.service import courses as service
from training.courses.service import materials
from training.courses.service.records import Kept, archive

_STEPS = {"up": -1, "down": 1}


class ModulePages(Controller):
    """What a course is made of."""

    path = f"{PATH}/{{course_id:int}}"

    @post("/modules", name="training.add_module", opt=policy(PLAN), status_code=200)
    async def add(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        course_id: FromPath[int],
    ) -> Response[Any]:
        """Add a module at the end."""
        await get_course(course_id)
        form = await FormReader.of(request)
        try:
            module_id = await service.add_module(viewer, course_id, forms.read_module(form))
        except Invalid as error:
            return await course_page(request, viewer, settings, course_id, "module", form, error)
        return redirect(request, f"{PATH}/{course_id}#m{module_id}", toast="Saved.")

    @post("/modules/{module_id:int}", name="training.change_module", opt=policy(PLAN), status_code=200)
    async def change(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        course_id: FromPath[int],
        module_id: FromPath[int],
    ) -> Response[Any]:
        """Write a module anew."""
        await get_course(course_id)
        form = await FormReader.of(request)
        try:
            await service.change_module(viewer, course_id, module_id, forms.read_module(form))
        except Invalid as error:
            wrong = f"module-{module_id}"
            return await course_page(request, viewer, settings, course_id, wrong, form, error)
        return redirect(request, f"{PATH}/{course_id}#m{module_id}", toast="Saved.")

    @post("/modules/{module_id:int}/move", name="training.move_module", opt=policy(PLAN), status_code=200)
    async def move(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        course_id: FromPath[int],
        module_id: FromPath[int],
    ) -> Response[Any]:
        """Move a module up or down."""
        step = (await FormReader.of(request)).choice("to", tuple(_STEPS))
        await service.move_module(viewer, course_id, module_id, _STEPS[step])
        return redirect(request, f"{PATH}/{course_id}#m{module_id}")

    @post(
        "/modules/{module_id:int}/archive", name="training.archive_module", opt=policy(PLAN), status_code=200
    )
    async def put_away(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        course_id: FromPath[int],
        module_id: FromPath[int],
    ) -> Response[Any]:
        """Put a module away or take it back."""
        back = (await FormReader.of(request)).flag("back")
        await archive(viewer, Kept.MODULE, module_id, back=back, parent_id=course_id)
        return redirect(request, f"{PATH}/{course_id}", toast=archived_toast(back=back))

    @post(
        "/modules/{module_id:int}/materials", name="training.add_material", opt=policy(PLAN), status_code=200
    )
    async def add_material(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        course_id: FromPath[int],
        module_id: FromPath[int],
    ) -> Response[Any]:
        """Keep a file with a module."""
        await get_course(course_id)
        form = await FormReader.of(request)
        try:
            command = await forms.read_material(form, settings.training_material_max_bytes)
            await materials.add_material(viewer, course_id, module_id, command)
        except Invalid as error:
            wrong = f"material-{module_id}"
            return await course_page(request, viewer, settings, course_id, wrong, form, error)
        return redirect(request, f"{PATH}/{course_id}#m{module_id}", toast="The file is kept.")

    @get("/materials/{material_id:int}/file", name="training.material", opt=policy(READ))
    async def material(self, course_id: FromPath[int], material_id: FromPath[int]) -> Response[Any]:
        """Send a material."""
        return await send_material(await get_material(course_id, material_id))

    @post(
        "/materials/{material_id:int}/remove",
        name="training.remove_material",
        opt=policy(PLAN),
        status_code=200,
    )
    async def remove_material(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        course_id: FromPath[int],
        material_id: FromPath[int],
    ) -> Response[Any]:
        """Take a material out."""
        await materials.remove_material(viewer, course_id, material_id)
        return redirect(request, f"{PATH}/{course_id}", toast="The file is taken out.")


async def send_material(material: MaterialRow) -> Response[Any]:
    """Send a material's bytes to be saved.

    Raises:
        NotFound: The bytes are gone.
    """
    file = await get_file(material.file_id)
    if file is None:
        raise NotFound
    return download(material.name, file.content, "application/octet-stream")
