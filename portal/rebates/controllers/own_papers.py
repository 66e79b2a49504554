"""Statements and the sheet for comparing offers as PDF, for the dealer and for those who look after him."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from portal.access import SIGNED_IN, Viewer
from portal.errors import NotFound
from portal.network.controllers.requests import AnyRequest
from portal.network.scope import today
from portal.rebates import printing, switching, views_own
from portal.rebates.policies import OWN, READ
from portal.rebates.program_views import locale
from portal.rebates.queries import own
from portal.rebates.queries.running import get_announced
from portal.rebates.queries.settlements import get_settlement
from portal.settings import Settings
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.responses import download, page

PDF = "application/pdf"


class OwnPapers(Controller):
    """The dealer's own papers."""

    path = views_own.PATH

    @get("/{version_id:int}/statement/print", name="rebates.own_statement_print", opt=policy(OWN))
    async def statement(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        version_id: FromPath[int],
        settlement: FromQuery[int | None] = None,
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send a statement as PDF."""
        await get_announced(version_id, today(viewer))
        dealer = await own.own_dealer(viewer)
        return await _statement(viewer, settings, (dealer.id, version_id, settlement), lang)

    @get("/switching", name="rebates.own_switching", opt=policy(OWN))
    async def compare(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
    ) -> Template:
        """Show the sheet for comparing offers."""
        dealer = await own.own_dealer(viewer)
        return await _sheet(request, viewer, settings, dealer.id, views_own.PATH)

    @get("/switching/print", name="rebates.own_switching_print", opt=policy(OWN))
    async def switching(
        self, viewer: NamedDependency[Viewer], settings: NamedDependency[Settings], lang: FromQuery[str] = ""
    ) -> Response[Any]:
        """Send the sheet for comparing offers as PDF."""
        dealer = await own.own_dealer(viewer)
        return await _switching(viewer, settings, dealer.id, lang)


class Papers(Controller):
    """Papers of a dealer somebody looks after, and the page that verifies one."""

    path = "/rebates/papers/{account_id:int}"

    @get("/statements/{settlement_id:int}/print", name="rebates.statement_print", opt=policy(READ))
    async def statement(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
        settlement_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send a dealer's statement as PDF."""
        await own.dealer_head(viewer, account_id)
        settlement = await get_settlement(settlement_id)
        return await _statement(viewer, settings, (account_id, settlement.version_id, settlement_id), lang)

    @get("/switching", name="rebates.switching", opt=policy(READ))
    async def compare(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
    ) -> Template:
        """Show a dealer's sheet for comparing offers."""
        return await _sheet(request, viewer, settings, account_id)

    @get("/switching/print", name="rebates.switching_print", opt=policy(READ))
    async def switching(
        self,
        viewer: NamedDependency[Viewer],
        settings: NamedDependency[Settings],
        account_id: FromPath[int],
        lang: FromQuery[str] = "",
    ) -> Response[Any]:
        """Send a dealer's sheet for comparing offers as PDF."""
        return await _switching(viewer, settings, account_id, lang)

    @get("/statements/{settlement_id:int}", name="rebates.verify_statement", opt=policy(SIGNED_IN))
    async def verify(
        self,
        request: AnyRequest,
        viewer: NamedDependency[Viewer],
        account_id: FromPath[int],
        settlement_id: FromPath[int],
    ) -> Template:
        """Show the sum and the hashes a printed statement must carry, to whoever may see the dealer."""
        if not (viewer.allowed(READ) or viewer.allowed(OWN)):
            raise NotFound
        await own.dealer_head(viewer, account_id)
        settlement = await get_settlement(settlement_id)
        paper = await printing.read_paper(viewer, account_id, settlement.version_id, settlement_id)
        return page(request, "rebates/own/verify.html", paper=paper, program_hash=settlement.program_sha256)


async def _statement(
    viewer: Viewer, settings: Settings, which: tuple[int, int, int | None], lang: str
) -> Response[Any]:
    paper = await printing.read_paper(viewer, *which)
    pdf = await printing.print_statement(paper, settings, lang or current_locale())
    return download(printing.statement_name(paper), pdf, PDF)


async def _sheet(
    request: AnyRequest, viewer: Viewer, settings: Settings, account_id: int, own_path: str = ""
) -> Template:
    figures = await switching.read_figures(viewer, account_id, today(viewer), settings)
    path = own_path or f"/rebates/papers/{account_id}"
    return page(
        request,
        "rebates/own/switching.html",
        d=switching.switching_of(figures, settings, locale()),
        pdf_href=f"{path}/switching/print",
        back_href=own_path or f"/rebates/ledger/accounts/{account_id}",
    )


async def _switching(viewer: Viewer, settings: Settings, account_id: int, lang: str) -> Response[Any]:
    figures = await switching.read_figures(viewer, account_id, today(viewer), settings)
    pdf = await switching.print_switching(figures, settings, lang or current_locale())
    return download(switching.switching_name(figures), pdf, PDF)


HANDLERS = [OwnPapers, Papers]
