"""Courses, lecturers and venues as files."""

from typing import Any

from litestar import Controller, Response, post
from litestar.di import NamedDependency

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.network.controllers.requests import AnyRequest
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.list_files import read_format, send_file
from training.courses import exports
from training.courses.policies import COSTS, EXPORT


class TrainingExports(Controller):
    """Lists as files."""

    path = "/training"

    @post("/courses/export", name="training.export_courses", opt=policy(EXPORT), status_code=200)
    async def courses(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the courses with their modules."""
        return await _send(
            request, viewer, "courses", gettext("Courses"), exports.course_columns(), exports.iter_courses()
        )

    @post("/lecturers/export", name="training.export_lecturers", opt=policy(EXPORT), status_code=200)
    async def lecturers(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the lecturers; fees only to those who may see costs."""
        columns = exports.lecturer_columns(costs=viewer.allowed(COSTS))
        return await _send(
            request, viewer, "lecturers", gettext("Lecturers"), columns, exports.iter_lecturers()
        )

    @post("/venues/export", name="training.export_venues", opt=policy(EXPORT), status_code=200)
    async def venues(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the rooms of all venues; prices only to those who may see costs."""
        columns = exports.room_columns(costs=viewer.allowed(COSTS))
        return await _send(request, viewer, "venues", gettext("Venues"), columns, exports.iter_rooms())


async def _send(
    request: AnyRequest, viewer: Viewer, what: str, title: str, columns: Any, batches: Any
) -> Response[Any]:
    file_format = read_format(await FormReader.of(request))
    by = viewer.signature(EXPORT)
    await record_alone(by, "training.exported", Subject.of("training", what), note=file_format.value)
    return send_file(columns, batches, file_format, title)
