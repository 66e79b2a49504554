"""The documents behind a value of a scorecard: paged, and as a file; for managers and for the evaluated."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import Viewer
from portal.errors import NotFound
from portal.evaluations.controllers.own import PATH as OWN_PATH
from portal.evaluations.controllers.requests import BY_MONTH, AnyRequest
from portal.evaluations.document_views import columns, document_view
from portal.evaluations.policies import OWN, READ
from portal.evaluations.queries.documents import find_behind, iter_documents, part_of
from portal.evaluations.queries.sheets import Sheet, get_own_sheet, get_sheet
from portal.evaluations.views import card_path
from portal.paging import cursor_from
from portal.web.guards import policy
from portal.web.responses import download, page
from portal.web.spreadsheet import Format, file_stream
from rules.months import Month


class CardDocumentsController(Controller):
    """Behind a scorecard in the viewer's part of the network."""

    path = "/evaluations/{month_text:str}/{card_id:int}/documents/{kpi:str}"

    @get("/", name="evaluations.documents", opt=policy(READ))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        card_id: FromPath[int],
        kpi: FromPath[str],
        part: FromQuery[str] = "",
    ) -> Template:
        """List the documents behind a value."""
        sheet = await get_sheet(viewer, card_id)
        return await _page(request, viewer, sheet, kpi, part, card_path(sheet.head.month, card_id))

    @get("/file", name="evaluations.documents_file", opt=policy(READ))
    async def file(
        self,
        viewer: NamedDependency[Viewer],
        card_id: FromPath[int],
        kpi: FromPath[str],
        part: FromQuery[str] = "",
        form: FromQuery[Format] = Format.XLSX,
    ) -> Response[Any]:
        """Send them as a file."""
        return await _file(viewer, await get_sheet(viewer, card_id), kpi, part, form)


class OwnDocumentsController(Controller):
    """Behind one's own sheet."""

    path = OWN_PATH + "/{month_text:str}/documents/{kpi:str}"
    dependencies = BY_MONTH

    @get("/", name="evaluations.own_documents", opt=policy(OWN))
    async def show(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kpi: FromPath[str],
        part: FromQuery[str] = "",
    ) -> Template:
        """List the documents behind a value."""
        sheet = await get_own_sheet(viewer, month)
        return await _page(request, viewer, sheet, kpi, part, f"{OWN_PATH}/{month}")

    @get("/file", name="evaluations.own_documents_file", opt=policy(OWN))
    async def file(
        self,
        viewer: NamedDependency[Viewer],
        month: NamedDependency[Month],
        kpi: FromPath[str],
        part: FromQuery[str] = "",
        form: FromQuery[Format] = Format.XLSX,
    ) -> Response[Any]:
        """Send them as a file."""
        return await _file(viewer, await get_own_sheet(viewer, month), kpi, part, form)


async def _page(
    request: AnyRequest, viewer: Viewer, sheet: Sheet, kpi: str, name: str, card_href: str
) -> Template:
    params = request.query_params
    cursor = cursor_from(params.get("after"), params.get("before"), str, int)
    context = await document_view(viewer, sheet, kpi, part_of(kpi, name), cursor, card_href)
    return page(request, "evaluations/documents.html", **context)


async def _file(viewer: Viewer, sheet: Sheet, kpi: str, name: str, form: Format) -> Response[Any]:
    part = part_of(kpi, name)
    behind = await find_behind(viewer, sheet, part)
    if behind is None:
        raise NotFound
    title = f"{sheet.head.code}-{sheet.head.month}-{kpi}-{part.name}"
    content = file_stream(columns(), iter_documents(behind), form, title)
    return download(f"{title}.{form.value}", content, form.media_type)
