"""One dealer, outlet or terminal: its page, its forms, its history."""

from typing import TYPE_CHECKING, Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import HistoryRow, Subject
from portal.audit.queries import list_history
from portal.audit.service import record_read
from portal.db import fetch_value
from portal.errors import Invalid, Message, NotAllowed
from portal.network import forms, words
from portal.network.charts import sales_charts
from portal.network.controllers.requests import (
    AnyRequest,
    entered,
    form_page,
    query_of,
    translated,
    word_tables,
)
from portal.network.model import NEXT_STATES, SUPPLIERS_OF, Kind
from portal.network.policies import EDIT, EDIT_PEOPLE, MERGE, NOTES, PEOPLE, READ
from portal.network.queries import accounts
from portal.network.queries.contacts import list_contacts_of
from portal.network.queries.duplicates import list_merges, survivor_of
from portal.network.queries.regions import list_regions
from portal.network.queries.sharing import list_sharing
from portal.network.scope import today, visible_sell_through
from portal.network.service import accounts as service
from portal.network.service.notes import add_note
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import fragment, page, redirect

if TYPE_CHECKING:
    from portal.network.commands import AccountCommand

PATHS = {Kind.DEALER: "/dealers", Kind.OUTLET: "/outlets", Kind.TERMINAL: "/terminals"}


class AccountPages(Controller):
    """What the pages of dealers, outlets and terminals share."""

    kind: ClassVar[Kind]

    @get("/{account_id:int}", opt=policy(READ))
    async def show(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any] | Template:
        """Show an account: summary, sales, who supplies it, whom it supplies, notes.

        A merged account leads to the one it was merged into.
        """
        account = await accounts.get_account(viewer, account_id, self.kind)
        stands = await survivor_of(viewer, self.kind, account.merged_into)
        if stands is not None:
            told = Message("%(name)s was merged into this record.", {"name": account.name})
            return redirect(request, f"{PATHS[self.kind]}/{stands}", toast=told)
        return page(request, "network/account.html", **await _shown(viewer, account), **word_tables())

    @get("/new", opt=policy(EDIT))
    async def ask(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Template:
        """Ask for a new account."""
        _require(viewer, self.kind)
        return await _form(request, self.kind, {"dealer": query_of(request).get("dealer", "")}, None)

    @post("/new", opt=policy(EDIT))
    async def add(self, request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """Make an account."""
        _require(viewer, self.kind)
        form = await FormReader.of(request)
        try:
            command = forms.read_account(form, self.kind, is_new=True)
            account_id = await service.create_account(viewer, command)
        except Invalid as error:
            return await _form(request, self.kind, form.values, error)
        return redirect(request, f"{PATHS[self.kind]}/{account_id}", toast="Saved.")

    @get("/{account_id:int}/edit", opt=policy(EDIT))
    async def ask_edit(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Ask for changes."""
        account = await accounts.get_editable(viewer, account_id)
        return await _form(request, account.kind, _values(account), None, account)

    @post("/{account_id:int}/edit", opt=policy(EDIT))
    async def edit(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any]:
        """Change an account; a form filled from an older version is refused."""
        account = await accounts.get_editable(viewer, account_id)
        form = await FormReader.of(request)
        try:
            command: AccountCommand = forms.read_account(form, account.kind, is_new=False)
            await service.edit_account(viewer, account_id, command, forms.read_version(form))
        except Invalid as error:
            return await _form(request, account.kind, entered(form, _values(account)), error, account)
        return redirect(request, f"{PATHS[account.kind]}/{account_id}", toast="Saved.")


class DealerPages(AccountPages):
    """대리점."""

    path = "/dealers"
    kind = Kind.DEALER


class OutletPages(AccountPages):
    """2차점."""

    path = "/outlets"
    kind = Kind.OUTLET


class TerminalPages(AccountPages):
    """소매점."""

    path = "/terminals"
    kind = Kind.TERMINAL


class AccountParts(Controller):
    """What every account has, whatever its kind."""

    path = "/accounts/{account_id:int}"

    @get("/history", opt=policy(READ))
    async def history(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Return who changed what, newest first."""
        await accounts.get_account(viewer, account_id)
        events = _for(viewer, await list_history(Subject.of("account", account_id)))
        return fragment(request, "audit/_history.html", history=events)

    @get("/contacts", opt=policy(PEOPLE))
    async def contacts(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Return the account's contacts; the look at them is recorded."""
        account = await accounts.get_account(viewer, account_id)
        found = await list_contacts_of(viewer, account_id)
        await record_read(viewer, Subject.of("account", account_id), note="contacts")
        return fragment(
            request,
            "network/_contacts_of.html",
            account=account,
            contacts=found,
            roles=translated(words.ROLES),
            may_edit_people=viewer.allowed(EDIT_PEOPLE),
        )

    @post("/state", opt=policy(EDIT))
    async def change_state(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any]:
        """Move the account along its life cycle, with the reason."""
        account = await accounts.get_editable(viewer, account_id)
        form = await FormReader.of(request)
        command = forms.read_state(form)
        await service.change_state(viewer, account_id, command, forms.read_version(form))
        return redirect(request, f"{PATHS[account.kind]}/{account_id}", toast="Saved.")

    @post("/notes", opt=policy(NOTES))
    async def note(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any]:
        """Add a note."""
        account = await accounts.get_account(viewer, account_id)
        await add_note(viewer, account_id, forms.read_note(await FormReader.of(request)))
        return redirect(request, f"{PATHS[account.kind]}/{account_id}", toast="Saved.")


async def _shown(viewer: Viewer, account: accounts.AccountDetail) -> dict[str, Any]:
    is_dealer = account.kind is Kind.DEALER
    opened = await _sell_through_open(viewer, account)
    may_edit = accounts.may_edit(viewer, account) and await accounts.is_editable_scope(viewer, account)
    return {
        "account": account,
        "path": PATHS[account.kind],
        "sell_through_open": opened,
        "charts": await sales_charts(account, today(viewer), sell_through=opened),
        "suppliers": () if is_dealer else await accounts.list_suppliers(viewer, account.id),
        "buyers": await accounts.list_buyers(viewer, account.id) if account.kind is Kind.OUTLET else (),
        "downstream": await accounts.count_downstream(viewer, account.id) if is_dealer else {},
        "sharing": await list_sharing(account.id) if is_dealer else (),
        "purposes": translated(words.PURPOSES),
        "notes": await accounts.list_notes(viewer, account.id),
        "past_states": await accounts.list_states(account.id),
        "next_states": sorted(NEXT_STATES[account.state]),
        "supplier_kinds": sorted(SUPPLIERS_OF[account.kind]),
        "may_edit": may_edit,
        "may_note": viewer.allowed(NOTES),
        "may_merge": not is_dealer and account.merged_into is None and viewer.allowed(MERGE),
        "merges": () if is_dealer else await list_merges(viewer, account.id),
        "sources": translated(words.SOURCES),
        "may_see_people": viewer.allowed(PEOPLE),
        "today": today(viewer),
    }


async def _sell_through_open(viewer: Viewer, account: accounts.AccountDetail) -> bool:
    seen = visible_sell_through(viewer, "a")
    sql = f"select 1 from account a where a.id = {{}} and {seen.sql}"  # noqa: S608  from code
    return await fetch_value(sql, account.id, *seen.args) is not None


def _for(viewer: Viewer, events: tuple[HistoryRow, ...]) -> tuple[HistoryRow, ...]:
    """A dealer's people are not told which other dealers supply a shop, nor of merges over their border."""
    if not viewer.is_dealer_side:
        return events
    return tuple(
        event
        for event in events
        if not event.action.startswith("network.supply_") and not event.action.endswith("_across")
    )


def _require(viewer: Viewer, kind: Kind) -> None:
    if not viewer.allowed(accounts.edit_policy(kind)):
        raise NotAllowed


def _values(account: accounts.AccountDetail) -> dict[str, Any]:
    return {
        "name": account.name,
        "code": account.code,
        "region": account.region_id or "",
        "area": account.area,
        "dealer": account.dealer_code,
        "business_number": account.business_number or "",
        "address": account.address,
        "phone": account.phone,
        "channel": account.channel,
        "trade_type": account.trade_type,
        "coordinates": account.coordinates,
        "opened_on": account.opened_on or "",
        "payment_terms_days": "" if account.payment_terms_days is None else account.payment_terms_days,
        "version": account.version,
    }


async def _form(
    request: AnyRequest,
    kind: Kind,
    values: dict[str, Any],
    error: Invalid | None,
    account: accounts.AccountDetail | None = None,
) -> Template:
    return form_page(
        request,
        "network/account_form.html",
        values,
        error,
        kind=kind.value,
        title=words.KINDS[kind],
        path=PATHS[kind],
        account=account,
        regions=await list_regions(),
    )
