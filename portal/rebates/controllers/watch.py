"""The watch list: who is within reach of a next tier, how far, and what it is worth."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.network.controllers.lists import pushed
from portal.network.controllers.requests import AnyRequest, page_urls, query_of
from portal.network.queries.regions import list_regions
from portal.network.scope import today
from portal.paging import cursor_from
from portal.rebates import office_exports, views
from portal.rebates.policies import READ, SETTLE
from portal.rebates.program_views import locale
from portal.rebates.queries import office_watch
from portal.rebates.queries.versions import list_approved, programs_of
from portal.rebates.service.settlements import accrue
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.list_files import read_format
from portal.web.responses import download, fragment, page, redirect
from rules.lifecycle import State

PATH = "/rebates/watch"


class WatchController(Controller):
    """Who is near a next tier."""

    path = PATH

    @get("/", name="rebates.watch", opt=policy(READ))
    async def index(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show one page of the list with its filters and sums."""
        return page(
            request,
            "rebates/office/watch.html",
            sections=views.sections("watch"),
            regions=await list_regions(),
            may_refresh=viewer.allowed(SETTLE),
            sorts=views.translated(views.WATCH_SORTS),
            **await _rows(request, viewer, settings),
        )

    @get("/rows", name="rebates.watch_rows", opt=policy(READ))
    async def rows(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await _rows(request, viewer, settings)
        return pushed(fragment(request, "rebates/office/_watch.html", **context), PATH, context["params"])

    @post("/export", name="rebates.watch_export", opt=policy(READ), status_code=200)
    async def export(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Response[Any]:
        """Send the list as a file."""
        form = await FormReader.of(request)
        file_format = read_format(form)
        wanted = office_watch.WatchFilter.of(form.values)
        subject = Subject.of("list", "rebates.watch")
        await record_alone(viewer.signature(READ), "rebates.exported", subject, note=file_format.value)
        rows = office_watch.iter_watched(viewer, wanted, settings.rebate_reach_bp)
        content = office_exports.watch_file(rows, file_format)
        return download(f"within-reach.{file_format.value}", content, file_format.media_type)

    @post("/refresh", name="rebates.accrue", opt=policy(SETTLE), status_code=200)
    async def refresh(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Have what everybody earned to date calculated for every version in force."""
        day = today(viewer)
        active = [version for version in await list_approved(day) if version.standing is State.ACTIVE]
        for number, program in (await programs_of(version.id for version in active)).items():
            if program.covers(day):
                await accrue(viewer, number, day)
        return redirect(request, PATH, toast="The figures are being computed. Reload in a moment.")


async def _rows(request: AnyRequest, viewer: Viewer, settings: Settings) -> dict[str, Any]:
    query = query_of(request)
    wanted = office_watch.WatchFilter.of(query)
    cursor = cursor_from(query.get("after"), query.get("before"), int, int)
    found = await office_watch.list_watched(viewer, wanted, settings.rebate_reach_bp, cursor)
    active = [each for each in await list_approved(today(viewer)) if each.standing is State.ACTIVE]
    names = await views.names_of_versions(active)
    programs = await programs_of(version.id for version in active)
    parts = {(number, part.id): part for number, one in programs.items() for part in one.components}
    return {
        "path": PATH,
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "names": names,
        "labels": {key: part.label[locale()] for key, part in parts.items()},
        "units": {key: part.basis.measure for key, part in parts.items()},
        "versions": [(str(number), f"{name}") for number, name in names.items()],
        "sums": await office_watch.sum_watched(viewer, wanted, settings.rebate_reach_bp),
        "reach_bp": settings.rebate_reach_bp,
        "as_of": await office_watch.last_as_of(),
        **page_urls(PATH, wanted.params, found),
    }
