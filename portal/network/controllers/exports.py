"""Exports that run as a job: progress, then the file, for the person who asked."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import NotFound
from portal.files.queries import get_file
from portal.jobs.model import JobState, JobView
from portal.jobs.queries import find_job
from portal.network.controllers.requests import AnyRequest
from portal.network.exports import JOB_KIND
from portal.network.policies import EXPORT
from portal.web.guards import policy
from portal.web.responses import download, fragment, page


class ExportPages(Controller):
    """One export."""

    path = "/exports/{job_id:int}"

    @get("/", opt=policy(EXPORT))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], job_id: FromPath[int]
    ) -> Template:
        """Show how far the file is."""
        return page(request, "network/export.html", job=await _own_job(viewer, job_id))

    @get("/progress", opt=policy(EXPORT))
    async def progress(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], job_id: FromPath[int]
    ) -> Template:
        """Return the progress; it asks again by itself until the file is there."""
        return fragment(request, "network/_export.html", job=await _own_job(viewer, job_id))

    @get("/file", opt=policy(EXPORT))
    async def file(self, viewer: NamedDependency[Viewer], job_id: FromPath[int]) -> Response[Any]:
        """Send the file."""
        job = await _own_job(viewer, job_id)
        stored = await get_file(job.result["file_id"]) if job.state is JobState.DONE else None
        if stored is None:
            raise NotFound
        return download(job.result["file_name"], stored.content, stored.media_type)


async def _own_job(viewer: Viewer, job_id: int) -> JobView:
    job = await find_job(job_id)
    if job is None or job.kind != JOB_KIND or job.created_by_user_id != viewer.user_id:
        raise NotFound
    return job
