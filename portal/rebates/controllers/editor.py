"""The editor: tiers as a grid with the text beside it, or the text alone; both save while one types."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Conflict
from portal.evaluations.sources import offered_kpis
from portal.network.controllers.requests import AnyRequest
from portal.rebates import forms, grid, program_views, views
from portal.rebates.grid_tables import sources_of
from portal.rebates.model import VersionState
from portal.rebates.policies import AUTHOR
from portal.rebates.queries.versions import Version, get_version
from portal.rebates.service.checks import check_text
from portal.rebates.service.versions import save_version
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import fragment, is_htmx, page, redirect
from rules.documents import read_document


class EditorController(Controller):
    """Edits one draft."""

    path = "/rebates/programs/{version_id:int}/edit"

    @get("/", name="rebates.edit", opt=policy(AUTHOR))
    async def show(self, request: AnyRequest, version_id: FromPath[int]) -> Response[Any]:
        """Show the grid; a text that cells cannot show opens as text."""
        version = await _draft(version_id)
        if not grid.is_grid(read_document(version.text).content):
            return redirect(request, views.version_path(version_id, "/edit/text"))
        return page(request, "rebates/office/edit.html", **await _context(version, version.text))

    @post("/", name="rebates.rearrange", opt=policy(AUTHOR), status_code=200)
    async def rearrange(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Response[Any]:
        """Save the cells, with a line added, removed or moved, and show the grid anew."""
        await _draft(version_id)
        form = await FormReader.of(request)
        text, number = forms.read_cells(form, request.query_params.get("do", ""))
        await save_version(viewer, version_id, text, number)
        if not is_htmx(request):
            return redirect(request, views.version_path(version_id, "/edit"), toast="Saved.")
        context = await _context(await get_version(version_id), text)
        return fragment(request, "rebates/office/_grid.html", **context)

    @post("/check", name="rebates.check", opt=policy(AUTHOR), status_code=200)
    async def check(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Template:
        """Save the cells and say what is wrong, with the text beside them."""
        await _draft(version_id)
        form = await FormReader.of(request)
        text, number = forms.read_cells(form)
        await save_version(viewer, version_id, text, number)
        context = await _context(await get_version(version_id), text)
        context |= {"out_of_band": True}
        context |= {"tables_changed": form.values.get("tables", "") != ",".join(context["tables"])}
        return fragment(request, "rebates/office/_saved.html", **context)

    @get("/text", name="rebates.text", opt=policy(AUTHOR))
    async def text(self, request: AnyRequest, version_id: FromPath[int]) -> Template:
        """Show the text."""
        version = await _draft(version_id)
        return page(request, "rebates/office/text.html", **await _context(version, version.text))

    @post("/text", name="rebates.text_check", opt=policy(AUTHOR), status_code=200)
    async def check_it(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], version_id: FromPath[int]
    ) -> Response[Any]:
        """Save the text and say what is wrong, with line and column."""
        await _draft(version_id)
        text, number = forms.read_text(await FormReader.of(request))
        await save_version(viewer, version_id, text, number)
        if not is_htmx(request):
            return redirect(request, views.version_path(version_id, "/edit/text"), toast="Saved.")
        context = await _context(await get_version(version_id), text)
        return fragment(request, "rebates/office/_saved.html", **{**context, "out_of_band": True})


async def _draft(version_id: int) -> Version:
    """Return a version that can be edited.

    Raises:
        NotFound: There is none.
        Conflict: It is no draft any more.
    """
    version = await get_version(version_id)
    if version.state is not VersionState.DRAFT:
        raise Conflict("This is no longer a draft.")
    return version


async def _context(version: Version, text: str) -> dict[str, Any]:
    program, findings = await check_text(text)
    content = read_document(text).content
    shown = grid.is_grid(content)
    sheet = grid.grid_of(content) if shown and isinstance(content, dict) else None
    return {
        "version": version,
        "text": text,
        "sheet": sheet,
        "source": grid.text_of(content) if shown and isinstance(content, dict) else text,
        "tables": list(dict.fromkeys(table.name for line in sheet.lines for table in line.tables))
        if sheet
        else [],
        "sources": sources_of(content, offered_kpis(), program_views.locale())
        if isinstance(content, dict)
        else [],
        "book": None if program.problems else program_views.program_view(program),
        "choices": program_views.choices_view(),
        "most_tiers": grid.MOST_TIERS,
        "here_url": views.version_path(version.id, "/edit"),
        "out_of_band": False,
        "tables_changed": False,
        **program_views.findings_view(program, findings),
    }
