"""The editor: a grid for people who live in spreadsheets, the text for experts; both save while one types."""

import secrets
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Conflict, Invalid
from portal.rulebooks import forms, policies, views
from portal.rulebooks.books import AnyBook
from portal.rulebooks.decision_table import is_table, table_of
from portal.rulebooks.findings import check_text
from portal.rulebooks.queries.proposals import Proposal, get_proposal
from portal.rulebooks.queries.versions import get_any
from portal.rulebooks.service.drafts import EditedElsewhere, create_draft, save_draft
from portal.rulebooks.sheet import MOST_BANDS, is_sheet, sheet_of
from portal.rulebooks.table_workbook import table_workbook_of
from portal.rulebooks.workbook import workbook_of
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import gettext
from portal.web.responses import download, fragment, is_htmx, page, redirect, shown
from portal.web.spreadsheet import Format
from rules.decisions.book import DecisionBook
from rules.documents import read_document

AnyRequest = Request[Any, Any, Any]


class EditorController(Controller):
    """Edits one draft."""

    path = "/rulebooks/{proposal_id:int}/edit"

    @get("/", name="rulebooks.edit", opt=policy(policies.AUTHOR))
    async def grid(self, request: AnyRequest, proposal_id: FromPath[int]) -> Response[Any]:
        """Show the grid; rules that are neither a score sheet nor a table open as text."""
        proposal = await _draft(proposal_id)
        content = read_document(proposal.text).content
        if not (is_sheet(content) or is_table(content)):
            return redirect(request, views.proposal_path(proposal_id, "/edit/text"))
        template = "rulebooks/table.html" if is_table(content) else "rulebooks/edit.html"
        return page(request, template, **await _grid(proposal, proposal.text))

    @post("/", name="rulebooks.rearrange", opt=policy(policies.AUTHOR), status_code=200)
    async def rearrange(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], proposal_id: FromPath[int]
    ) -> Response[Any]:
        """Save the grid, with lines added, removed or moved, and show it anew."""
        form = await FormReader.of(request)
        edit = forms.read_grid_edit(form, request.query_params.get("do", ""))
        try:
            await save_draft(viewer, proposal_id, edit.text, edit.version, edit.session)
        except EditedElsewhere as error:
            return _conflict(request, error, proposal_id)
        if not is_htmx(request):
            return redirect(request, views.proposal_path(proposal_id, "/edit"), toast="Saved.")
        proposal = await get_proposal(proposal_id)
        shape = is_table(read_document(edit.text).content)
        template = "rulebooks/_table_grid.html" if shape else "rulebooks/_grid.html"
        return fragment(request, template, **await _grid(proposal, edit.text, edit.session))

    @post("/check", name="rulebooks.check", opt=policy(policies.AUTHOR), status_code=200)
    async def check(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], proposal_id: FromPath[int]
    ) -> Template:
        """Save the cells and say what is wrong, beside each line."""
        edit = forms.read_grid_edit(await FormReader.of(request))
        return await _save(request, viewer, proposal_id, edit)

    @get("/text", name="rulebooks.text", opt=policy(policies.AUTHOR))
    async def text(self, request: AnyRequest, proposal_id: FromPath[int]) -> Template:
        """Show the text."""
        proposal = await _draft(proposal_id)
        return page(request, "rulebooks/text.html", **await _grid(proposal, proposal.text))

    @post("/text", name="rulebooks.text_check", opt=policy(policies.AUTHOR), status_code=200)
    async def check_text(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], proposal_id: FromPath[int]
    ) -> Response[Any]:
        """Save the text and say what is wrong, with line and column."""
        edit = forms.read_text_edit(await FormReader.of(request))
        if is_htmx(request):
            return await _save(request, viewer, proposal_id, edit)
        try:
            await save_draft(viewer, proposal_id, edit.text, edit.version, edit.session)
        except EditedElsewhere as error:
            return _conflict(request, error, proposal_id)
        return redirect(request, views.proposal_path(proposal_id, "/edit/text"), toast="Saved.")

    @post("/copy", name="rulebooks.copy", opt=policy(policies.AUTHOR), status_code=200)
    async def copy(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], proposal_id: FromPath[int]
    ) -> Response[Any]:
        """Keep what is on the page as a draft of its own, after somebody else changed this one."""
        proposal, form = await get_proposal(proposal_id), await FormReader.of(request)
        by_cells = any(name.startswith(("r0-", "h-")) for name in form.values)
        edit = forms.read_grid_edit(form) if by_cells else forms.read_text_edit(form)
        number = await create_draft(viewer, edit.text, proposal.base_sha256)
        return redirect(request, views.proposal_path(number, "/edit"), toast="A draft was made.")

    @get("/file", name="rulebooks.workbook", opt=policy(policies.AUTHOR))
    async def workbook(self, proposal_id: FromPath[int]) -> Response[Any]:
        """Send the score sheet or table as a workbook."""
        proposal = await get_proposal(proposal_id)
        content = read_document(proposal.text).content
        if is_table(content):
            book = table_workbook_of(table_of(content), (gettext("Rules"), gettext("About")))
        elif is_sheet(content):
            names = (gettext("Score sheet"), gettext("Grades"), gettext("About"))
            book = workbook_of(sheet_of(content), _headings(), names)
        else:
            raise Conflict("The text can no longer be read; mend it in the text view.")
        return download(f"{gettext('Criteria')}-{proposal.label}.xlsx", book, Format.XLSX.media_type)

    @post("/file", name="rulebooks.workbook_in", opt=policy(policies.AUTHOR), status_code=200)
    async def workbook_in(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], proposal_id: FromPath[int]
    ) -> Response[Any]:
        """Put a workbook's cells, or a text, into the draft."""
        proposal, form = await _draft(proposal_id), await FormReader.of(request)
        try:
            text = await forms.read_upload(form, proposal.text)
            await save_draft(viewer, proposal_id, text, proposal.version, secrets.token_urlsafe(12))
        except Invalid as error:
            problem = " ".join(shown(problem.message) for problem in error.problems)
            return redirect(request, views.proposal_path(proposal_id, "/edit"), toast=problem)
        return redirect(request, views.proposal_path(proposal_id, "/edit"), toast="The file was read.")


def _headings() -> list[str]:
    words = ("Id", "Line (Korean)", "Line (English)", "Measure", "Weight", "Sign")
    return [gettext(word) for word in words]


async def _draft(proposal_id: int) -> Proposal:
    """Return a proposal that can be edited.

    Raises:
        Conflict: It cannot any more.
    """
    proposal = await get_proposal(proposal_id)
    if proposal.state.value not in ("draft", "validated", "rehearsed"):
        raise Conflict("This is no longer a draft.")
    return proposal


async def _save(request: AnyRequest, viewer: Viewer, proposal_id: int, edit: forms.Edit) -> Template:
    try:
        saved = await save_draft(viewer, proposal_id, edit.text, edit.version, edit.session)
    except EditedElsewhere as error:
        return _conflict(request, error, proposal_id)
    checked = check_text(edit.text, await _base(await get_proposal(proposal_id)))
    content = checked.document.content
    return fragment(
        request,
        "rulebooks/_findings.html",
        saved_at=saved.saved_at,
        sheet=sheet_of(content) if is_sheet(content) else None,
        table=views.table_view(checked),
        reading=views.rules_view(checked),
        out_of_band=True,
        here=views.proposal_path(proposal_id, "/edit"),
        **views.findings_view(checked),
    )


def _conflict(request: AnyRequest, error: EditedElsewhere, proposal_id: int) -> Template:
    """Say who was faster; nothing on the page is touched."""
    return fragment(
        request,
        "rulebooks/_conflict.html",
        status=409,
        name=error.name,
        at=error.at,
        here=views.proposal_path(proposal_id, "/edit"),
    )


async def _base(proposal: Proposal) -> AnyBook | None:
    return await get_any(proposal.base_sha256) if proposal.base_sha256 else None


async def _grid(proposal: Proposal, text: str, session: str = "") -> dict[str, Any]:
    checked = check_text(text, await _base(proposal))
    content = checked.document.content
    return {
        "proposal": proposal,
        "text": text,
        "session": session or secrets.token_urlsafe(12),
        "saved_at": proposal.edited.at,
        "sheet": sheet_of(content) if is_sheet(content) else None,
        "most_bands": MOST_BANDS,
        "table": views.table_view(checked),
        "reading": views.rules_view(checked),
        "decision": isinstance(checked.book, DecisionBook),
        "measures": [] if isinstance(checked.book, DecisionBook) else views.measures_view(checked.book),
        "signs": views.signs_view(),
        "here": views.proposal_path(proposal.id, "/edit"),
        "out_of_band": False,
        **views.findings_view(checked),
    }
