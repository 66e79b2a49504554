"""Statements of a whole settlement in one file: asked for, under way, and taken."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_alone
from portal.errors import NotFound
from portal.network.controllers.requests import AnyRequest
from portal.rebates import bulk_papers, views
from portal.rebates.policies import SETTLE
from portal.rebates.queries.settlements import get_settlement
from portal.settings import Settings
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import LOCALES, gettext
from portal.web.printing.paper_bundle import PaperBundle
from portal.web.responses import download, fragment, redirect


class BulkController(Controller):
    """The file with the statements of everybody."""

    path = "/rebates/settlements/{settlement_id:int}/papers"

    @post("/", name="rebates.bulk", opt=policy(SETTLE), status_code=200)
    async def ask(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settlement_id: FromPath[int]
    ) -> Response[Any]:
        """Have them printed; what was printed before and did not change is taken over."""
        form = await FormReader.of(request)
        locale = form.choice("lang", list(LOCALES))
        form.check()
        await bulk_papers.ask_for_papers(viewer, settlement_id, locale)
        return redirect(
            request, views.settlement_path(settlement_id), toast="The statements are being printed."
        )

    @get("/progress", name="rebates.bulk_progress", opt=policy(SETTLE))
    async def progress(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        settlement_id: FromPath[int],
    ) -> Template:
        """Return how far the printing is; the fragment asks again until it is over."""
        settlement = await get_settlement(settlement_id)
        bulk_papers.require_bulk(viewer, settlement)
        return fragment(
            request,
            "rebates/office/_bulk.html",
            settlement=settlement,
            bulks=await bulk_papers.bulks_of(settlement, settings),
            here_url=views.settlement_path(settlement_id),
        )

    @post("/file", name="rebates.bulk_file", opt=policy(SETTLE), status_code=200)
    async def file(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        settlement_id: FromPath[int],
    ) -> Response[Any]:
        """Send the file that was made last."""
        settlement, form = await get_settlement(settlement_id), await FormReader.of(request)
        bulk_papers.require_bulk(viewer, settlement)
        locale = form.choice("lang", list(LOCALES))
        form.check()
        bundle = bulk_papers.bundle_of(settings, settlement_id, locale)
        if not bundle.path.is_file():
            raise NotFound
        subject = Subject.of("rebate_settlement", settlement_id)
        note = f"statements zip {locale}"
        await record_alone(viewer.signature(SETTLE), "rebates.exported", subject, note=note)
        name = f"{gettext('Incentive statements')}-{settlement.program}-{settlement.through_on}-{locale}.zip"
        return download(name, _sent(bundle), "application/zip")


async def _sent(bundle: PaperBundle) -> AsyncIterator[bytes]:
    for piece in bundle.pieces():
        yield piece
