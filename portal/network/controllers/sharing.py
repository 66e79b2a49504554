"""What a dealer shares with the manufacturer: the owner's page, and the manufacturer's overview."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import NotFound
from portal.network import words
from portal.network.controllers.requests import AnyRequest, cursor_of, page_urls, query_of, translated
from portal.network.model import Purpose
from portal.network.policies import DEALERS_SHARING, SHARE, SHARING
from portal.network.queries import sharing as queries
from portal.network.service import sharing
from portal.web.guards import policy
from portal.web.responses import page, redirect


class SharingPages(Controller):
    """The owner's own decision, purpose by purpose."""

    path = "/sharing"

    @get("/", opt=policy(SHARING))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Show what is shared, since when, with whom and why; the manufacturer's people see all dealers."""
        if not viewer.is_dealer_side:
            return redirect(request, "/sharing/dealers")
        dealer_id = sharing.own_dealer(viewer)
        return page(
            request,
            "network/sharing.html",
            rows=await queries.list_sharing(dealer_id),
            history=await queries.list_grants(dealer_id),
            purposes=translated(words.PURPOSES),
            reasons=translated(words.PURPOSE_REASONS),
        )

    @post("/{purpose:str}/grant", opt=policy(SHARE))
    async def grant(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], purpose: FromPath[str]
    ) -> Response[Any]:
        """Open a kind of records."""
        await sharing.grant_sharing(viewer, _purpose(purpose))
        return redirect(request, "/sharing", toast="Shared from now on. You can end it at any time.")

    @post("/{purpose:str}/revoke", opt=policy(SHARE))
    async def revoke(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], purpose: FromPath[str]
    ) -> Response[Any]:
        """Close a kind of records."""
        await sharing.revoke_sharing(viewer, _purpose(purpose))
        return redirect(request, "/sharing", toast="No longer shared.")


class DealersSharing(Controller):
    """What the viewer's dealers share."""

    path = "/sharing/dealers"

    @get("/", opt=policy(DEALERS_SHARING))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of dealers with what each shares."""
        found = await queries.list_dealers_sharing(viewer, cursor_of(query_of(request)))
        return page(
            request,
            "network/dealers_sharing.html",
            found=found,
            counts=await queries.count_sharing(viewer),
            purposes=translated(words.PURPOSES),
            **page_urls("/sharing/dealers", {}, found),
        )


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(text)
    except ValueError as error:
        raise NotFound from error
