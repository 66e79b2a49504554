"""Lists of accounts, contacts and products: a page, its rows for htmx, and the file of what is shown."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_read
from portal.errors import NotAllowed
from portal.network import exports, words
from portal.network.controllers.requests import (
    AnyRequest,
    cursor_of,
    page_urls,
    query_of,
    translated,
    word_tables,
)
from portal.network.model import Kind
from portal.network.policies import EXPORT, EXPORT_PEOPLE, PEOPLE, READ
from portal.network.queries import contacts, lists, products
from portal.network.queries.accounts import edit_policy
from portal.network.queries.regions import list_regions
from portal.network.queries.views import list_views
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.i18n import current_locale
from portal.web.list_files import read_format
from portal.web.responses import download, fragment, page, redirect


class AccountList(Controller):
    """What the lists of dealers, outlets and terminals share."""

    kind: ClassVar[Kind]

    @get("/", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of the list with its filters and saved views."""
        rows = await self._rows(request, viewer)
        return page(
            request,
            "network/list.html",
            regions=await list_regions(),
            views=await list_views(viewer, self.path[1:]),
            may_add=viewer.allowed(edit_policy(self.kind)),
            **rows,
        )

    @get("/rows", opt=policy(READ))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter; the address bar gets the page's own address."""
        context = await self._rows(request, viewer)
        return pushed(fragment(request, "network/_rows.html", **context), self.path, context["params"])

    @post("/export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file, or start a job when it is long."""
        return await answer_export(request, viewer, self.path[1:])

    async def _rows(self, request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
        query = query_of(request)
        wanted = lists.AccountFilter.of(query)
        found = await lists.list_accounts(viewer, self.kind, wanted, cursor_of(query))
        return {
            "kind": self.kind.value,
            "title": words.LISTS[self.kind],
            "path": self.path,
            "found": found,
            "wanted": wanted,
            "params": wanted.params,
            **page_urls(self.path, wanted.params, found),
            **word_tables(),
        }


class DealerList(AccountList):
    """대리점."""

    path = "/dealers"
    kind = Kind.DEALER


class OutletList(AccountList):
    """2차점."""

    path = "/outlets"
    kind = Kind.OUTLET


class TerminalList(AccountList):
    """소매점."""

    path = "/terminals"
    kind = Kind.TERMINAL


class ContactList(Controller):
    """People at accounts; every look at them is recorded."""

    path = "/contacts"

    @get("/", opt=policy(PEOPLE))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of contacts with its filters."""
        rows = await _contact_rows(request, viewer)
        return page(
            request,
            "network/contacts.html",
            regions=await list_regions(),
            views=await list_views(viewer, "contacts"),
            may_export=viewer.allowed(EXPORT_PEOPLE),
            **rows,
        )

    @get("/rows", opt=policy(PEOPLE))
    async def rows(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Return the rows for a changed filter."""
        context = await _contact_rows(request, viewer)
        return pushed(
            fragment(request, "network/_contact_rows.html", **context), self.path, context["params"]
        )

    @post("/export", opt=policy(EXPORT_PEOPLE), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file, or start a job when it is long."""
        return await answer_export(request, viewer, "contacts")


async def _contact_rows(request: AnyRequest, viewer: Viewer) -> dict[str, Any]:
    query = query_of(request)
    wanted = contacts.ContactFilter.of(query)
    found = await contacts.list_contacts(viewer, wanted, cursor_of(query))
    await record_read(viewer, Subject.of("list", "contacts"), note=urlencode(wanted.params))
    return {
        "path": "/contacts",
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "roles": translated(words.ROLES),
        **page_urls("/contacts", wanted.params, found),
        **word_tables(),
    }


class ProductList(Controller):
    """What is sold, by the manufacturer and by competitors."""

    path = "/products"

    @get("/", opt=policy(READ))
    async def index(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Show one page of products with its filters."""
        rows = await _product_rows(request)
        return page(
            request,
            "network/products.html",
            categories=await products.list_categories(),
            views=await list_views(viewer, "products"),
            **rows,
        )

    @get("/rows", opt=policy(READ))
    async def rows(self, request: AnyRequest) -> Template:
        """Return the rows for a changed filter."""
        context = await _product_rows(request)
        return pushed(
            fragment(request, "network/_product_rows.html", **context), self.path, context["params"]
        )

    @post("/export", opt=policy(EXPORT), status_code=200)
    async def export(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Send the list as a file, or start a job when it is long."""
        return await answer_export(request, viewer, "products")


async def _product_rows(request: AnyRequest) -> dict[str, Any]:
    query = query_of(request)
    wanted = products.ProductFilter.of(query)
    found = await products.list_products(wanted, cursor_of(query))
    return {
        "path": "/products",
        "found": found,
        "wanted": wanted,
        "params": wanted.params,
        "statuses": translated(words.PRODUCT_STATUSES),
        **page_urls("/products", wanted.params, found),
    }


def pushed(answer: Template, path: str, params: dict[str, str]) -> Template:
    """Let the browser's address bar show the page that these rows belong to."""
    answer.headers["HX-Push-Url"] = f"{path}?{urlencode(params)}" if params else path
    return answer


async def answer_export(request: AnyRequest, viewer: Viewer, name: str) -> Response[Any]:
    """Send a list's file at once, or go to the page of a job when it has more rows than that allows.

    Raises:
        NotAllowed: The viewer may not take this list out of the portal.
    """
    listing = exports.LISTINGS[name]
    if not viewer.allowed(listing.policy):
        raise NotAllowed
    form = await FormReader.of(request)
    file_format = read_format(form)
    query = {key: value for key, value in form.values.items() if key not in ("format", "_csrf")}
    most = exports.DIRECT_ROWS_MAX
    if await listing.count(viewer, query, most + 1) > most:
        job_id = await exports.enqueue_export(viewer, listing, query, file_format, current_locale())
        return redirect(request, f"/exports/{job_id}")
    await exports.record_export(viewer, listing, query, file_format)
    content = exports.file_of(listing, viewer, query, file_format)
    return download(exports.file_name(listing, file_format), content, file_format.media_type)
