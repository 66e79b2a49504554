"""Supply links of an account: begin and end."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.errors import Invalid
from portal.network import forms, words
from portal.network.controllers.accounts import PATHS
from portal.network.controllers.requests import AnyRequest, form_page, translated
from portal.network.model import SUPPLIERS_OF
from portal.network.policies import EDIT
from portal.network.queries import accounts
from portal.network.scope import today
from portal.network.service import links
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import redirect


class AccountSuppliers(Controller):
    """Who supplies an account."""

    path = "/accounts/{account_id:int}/suppliers"

    @get("/", opt=policy(EDIT))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Show present and past suppliers, with the form for another."""
        account = await accounts.get_editable(viewer, account_id)
        values = {"from_on": today(viewer), "is_primary": "1"}
        return await _page(request, viewer, account, values, None)

    @post("/", opt=policy(EDIT))
    async def add(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any]:
        """Begin a supply link."""
        account = await accounts.get_editable(viewer, account_id)
        form = await FormReader.of(request)
        try:
            await links.start_supply(viewer, account_id, forms.read_supply(form))
        except Invalid as error:
            return await _page(request, viewer, account, form.values, error)
        return redirect(request, f"/accounts/{account_id}/suppliers", toast="Saved.")


class SupplyLinks(Controller):
    """One supply link."""

    path = "/supply-links/{link_id:int}"

    @post("/end", opt=policy(EDIT))
    async def end(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], link_id: FromPath[int]
    ) -> Response[Any]:
        """End the link on a day."""
        to_on = forms.read_end(await FormReader.of(request))
        buyer_id = await links.end_supply(viewer, link_id, to_on)
        return redirect(request, f"/accounts/{buyer_id}/suppliers", toast="Saved.")

    @post("/main", opt=policy(EDIT))
    async def main(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], link_id: FromPath[int]
    ) -> Response[Any]:
        """Make this supplier the main one."""
        buyer_id = await links.make_main(viewer, link_id)
        return redirect(request, f"/accounts/{buyer_id}/suppliers", toast="Saved.")


async def _page(
    request: AnyRequest,
    viewer: Viewer,
    account: accounts.AccountDetail,
    values: dict[str, Any],
    error: Invalid | None,
) -> Template:
    return form_page(
        request,
        "network/suppliers.html",
        {"supplier_kind": "", "supplier": "", "from_on": "", "is_primary": "", "source": "", **values},
        error,
        account=account,
        account_url=f"{PATHS[account.kind]}/{account.id}",
        suppliers=await accounts.list_suppliers(viewer, account.id),
        sources=translated(words.SOURCES),
        supplier_kinds=sorted(SUPPLIERS_OF[account.kind]),
        today=today(viewer),
    )
