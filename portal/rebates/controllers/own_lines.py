"""Behind a line of a statement: the sales it adds up, down to a document; and the appeal against it."""

import datetime as dt
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Conflict, Invalid, NotFound
from portal.files.queries import get_file
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.paging import cursor_from
from portal.rebates import exports_own, forms_own, views_own, views_sources, views_statement
from portal.rebates.policies import APPEAL, OWN
from portal.rebates.queries import own, sources
from portal.rebates.queries.settlements import get_settlement
from portal.rebates.queries.versions import program_of, programs_of
from portal.rebates.service.appeals import raise_appeal
from portal.rebates.views_sources import Behind
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import download, page, redirect, shown
from portal.web.spreadsheet import Format
from rules.months import Month

PATH = views_own.PATH + "/lines/{line_id:int}"


class OwnLine(Controller):
    """The sales behind a line."""

    path = PATH

    @get("/documents", name="rebates.own_documents", opt=policy(OWN))
    async def documents(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        line_id: FromPath[int],
        part: FromQuery[str] = "this",
        month: FromQuery[str] = "",
    ) -> Template:
        """Add the figure up by month; with a month, list its documents."""
        behind = await _behind(viewer, line_id, part)
        chosen = _month(month)
        params = request.query_params
        cursor = cursor_from(params.get("after"), params.get("before"), str, int)
        context = await views_sources.documents_view(behind, chosen, cursor)
        return page(request, "rebates/own/documents.html", **context)

    @get("/documents/file", name="rebates.own_documents_file", opt=policy(OWN))
    async def file(
        self,
        viewer: NamedDependency[Viewer],
        line_id: FromPath[int],
        part: FromQuery[str] = "this",
        form: FromQuery[Format] = Format.XLSX,
    ) -> Response[Any]:
        """Send every document of the figure."""
        behind = await _behind(viewer, line_id, part)
        title = f"{behind.line.code}-{behind.line.component}-{behind.settlement.through_on}-{part}"
        name, content = exports_own.documents_file(behind.source, title, form)
        return download(name, content, form.media_type)

    @get("/documents/{document_id:int}", name="rebates.own_document", opt=policy(OWN))
    async def document(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        line_id: FromPath[int],
        document_id: FromPath[int],
        part: FromQuery[str] = "this",
    ) -> Template:
        """Show a document with every line, and which of them count."""
        behind = await _behind(viewer, line_id, part)
        opened = await sources.open_document(behind.source, document_id)
        return page(request, "rebates/own/document.html", **views_sources.document_view(behind, opened))


class OwnAppeals(Controller):
    """Objections against lines, with evidence, and their answers."""

    path = views_own.PATH

    @get("/appeals", name="rebates.own_appeals", opt=policy(OWN))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """List one's appeals with their answers and what they changed."""
        appeals = await own.list_own_appeals(viewer)
        programs = await programs_of([appeal.version_id for appeal in appeals])
        return page(
            request,
            "rebates/own/appeals.html",
            appeals=[views_statement.appeal_view(appeal, programs[appeal.version_id]) for appeal in appeals],
        )

    @get("/appeals/{appeal_id:int}/file", name="rebates.own_evidence", opt=policy(OWN))
    async def evidence(self, viewer: NamedDependency[Viewer], appeal_id: FromPath[int]) -> Response[Any]:
        """Send the file that was attached."""
        file_id, name = await own.find_own_evidence(viewer, appeal_id)
        stored = await get_file(file_id)
        if stored is None:
            raise NotFound
        return download(name, stored.content, stored.media_type)

    @get("/lines/{line_id:int}/appeal", name="rebates.own_appeal", opt=policy(APPEAL))
    async def ask(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        line_id: FromPath[int],
    ) -> Template:
        """Show the line and the form for an objection."""
        return await _appeal_page(request, viewer, settings, line_id)

    @post("/lines/{line_id:int}/appeal", name="rebates.own_appeal_send", opt=policy(APPEAL), status_code=200)
    async def send(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        line_id: FromPath[int],
    ) -> Response[Any]:
        """Register the objection with its evidence."""
        await own.find_own_line(viewer, line_id)
        form = await FormReader.of(request)
        try:
            text, evidence = await forms_own.read_appeal(form, settings.rebate_evidence_max_bytes)
            await raise_appeal(viewer, line_id, text, today(viewer), evidence, settings.rebate_appeal_days)
        except (Invalid, Conflict) as error:
            return await _appeal_page(request, viewer, settings, line_id, error, form.values.get("text", ""))
        return redirect(request, f"{views_own.PATH}/appeals", toast="Your appeal was registered.")


async def _appeal_page(
    request: AnyRequest,
    viewer: Viewer,
    settings: Settings,
    line_id: int,
    error: Invalid | Conflict | None = None,
    text: str = "",
) -> Template:
    line = await own.find_own_line(viewer, line_id)
    settlement = await get_settlement(line.settlement_id)
    program = await program_of(settlement.version_id)
    problems = error.problems if isinstance(error, Invalid) else ()
    due_on = today(viewer) + dt.timedelta(days=settings.rebate_appeal_days)
    return page(
        request,
        "rebates/own/appeal.html",
        status=(422 if problems else 409) if error else 200,
        line=views_statement.appealed_view(line, program),
        settlement=settlement,
        due_on=due_on,
        most_megabytes=max(1, settings.rebate_evidence_max_bytes // forms_own.MEGABYTE),
        text=text,
        problems={problem.field: shown(problem.message) for problem in problems},
        problem=shown(error.message) if error and not problems else "",
        here_url=f"{views_own.PATH}/lines/{line_id}/appeal",
        back_href=views_own.own_path(settlement.version_id, f"/statement?settlement={settlement.id}"),
    )


async def _behind(viewer: Viewer, line_id: int, part: str) -> Behind:
    line = await own.find_own_line(viewer, line_id)
    settlement = await get_settlement(line.settlement_id)
    program = await program_of(settlement.version_id)
    component = program.component(line.component)
    source = sources.source_of(program, component, line.account_id, settlement.through_on, part)
    return Behind(line, settlement, program, component, part, source)


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text) if text else None
    except ValueError as error:
        raise NotFound from error


HANDLERS = [OwnLine, OwnAppeals]
