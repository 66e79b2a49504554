"""Many plans, or all route sheets of a plan, printed into one file: asked for, under way, and taken."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.network.controllers.requests import AnyRequest
from portal.plans import bulk
from portal.plans.policies import EXPORT
from portal.plans.queries.plans import PlanFilter
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import LOCALES, gettext
from portal.web.printing.paper_bundle import PaperBundle
from portal.web.responses import download, fragment, page, redirect

PATH = "/plans/papers"
LANGUAGES = {"ko": "한국어", "en": "English"}


class Printings(Controller):
    """Files of many papers."""

    path = PATH

    @get("/", name="plans.papers", opt=policy(EXPORT))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show what the viewer had printed last."""
        found = await bulk.list_printings(viewer, settings)
        return page(request, "plans/papers.html", found=found, languages=LANGUAGES)

    @get("/rows", name="plans.papers_rows", opt=policy(EXPORT))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Return how far the printing is; the fragment asks again until it is over."""
        found = await bulk.list_printings(viewer, settings)
        return fragment(request, "plans/_papers.html", found=found, languages=LANGUAGES)

    @post("/", name="plans.papers_ask", opt=policy(EXPORT), status_code=200)
    async def ask(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Have the plans of a list printed, or the route sheets of one plan."""
        form = await FormReader.of(request)
        locale = form.choice("lang", list(LOCALES))
        plan_id = form.optional_integer("plan")
        form.check()
        if plan_id is None:
            await bulk.ask_for_plans(viewer, PlanFilter.of(form.values), locale)
        else:
            await bulk.ask_for_routes(viewer, plan_id, locale)
        return redirect(request, PATH, toast="They are being printed.")

    @post("/{job_id:int}/file", name="plans.papers_file", opt=policy(EXPORT), status_code=200)
    async def file(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        job_id: FromPath[int],
    ) -> Response[Any]:
        """Send a finished file."""
        bundle = await bulk.bundle_of(viewer, settings, job_id)
        by = viewer.signature(EXPORT)
        await record_alone(by, "plans.exported", Subject.of("list", "plans"), note=f"zip {bundle.path.stem}")
        return download(f"{gettext('Development plans')}.zip", _sent(bundle), "application/zip")


async def _sent(bundle: PaperBundle) -> AsyncIterator[bytes]:
    for piece in bundle.pieces():
        yield piece
