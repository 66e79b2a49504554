"""Contacts: add to an account, change, end, erase."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from portal.access import Viewer
from portal.audit.model import Subject
from portal.audit.service import record_read
from portal.errors import Invalid
from portal.network import forms, words
from portal.network.controllers.accounts import PATHS
from portal.network.controllers.requests import AnyRequest, entered, form_page, translated
from portal.network.policies import EDIT_PEOPLE
from portal.network.queries.accounts import AccountDetail, get_account
from portal.network.queries.contacts import ContactRow, get_contact
from portal.network.service import contacts
from portal.web.forms import FormReader
from portal.web.guards import policy
from portal.web.responses import redirect

_EMPTY = {"name": "", "title": "", "role": "user", "work_phone": "", "work_email": ""}


class AccountContacts(Controller):
    """New contacts of an account."""

    path = "/accounts/{account_id:int}/contacts/new"

    @get("/", opt=policy(EDIT_PEOPLE))
    async def ask(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Template:
        """Ask for a new contact."""
        return _form(request, await get_account(viewer, account_id), _EMPTY, None)

    @post("/", opt=policy(EDIT_PEOPLE))
    async def add(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], account_id: FromPath[int]
    ) -> Response[Any]:
        """Add a contact."""
        account = await get_account(viewer, account_id)
        form = await FormReader.of(request)
        try:
            await contacts.add_contact(viewer, account_id, forms.read_contact(form))
        except Invalid as error:
            return _form(request, account, entered(form, _EMPTY), error)
        return redirect(request, f"{PATHS[account.kind]}/{account_id}", toast="Saved.")


class ContactPages(Controller):
    """One contact."""

    path = "/contacts/{contact_id:int}"

    @get("/edit", opt=policy(EDIT_PEOPLE))
    async def ask(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], contact_id: FromPath[int]
    ) -> Template:
        """Ask for changes; the look at the person's data is recorded."""
        contact = await get_contact(viewer, contact_id, to_edit=True)
        await record_read(viewer, Subject.of("contact", contact_id))
        return _form(request, await get_account(viewer, contact.account_id), _values(contact), None, contact)

    @post("/edit", opt=policy(EDIT_PEOPLE))
    async def edit(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], contact_id: FromPath[int]
    ) -> Response[Any]:
        """Change a contact."""
        contact = await get_contact(viewer, contact_id, to_edit=True)
        account = await get_account(viewer, contact.account_id)
        form = await FormReader.of(request)
        try:
            await contacts.edit_contact(viewer, contact_id, forms.read_contact(form))
        except Invalid as error:
            return _form(request, account, entered(form, _values(contact)), error, contact)
        return redirect(request, f"{PATHS[account.kind]}/{account.id}", toast="Saved.")

    @post("/end", opt=policy(EDIT_PEOPLE))
    async def end(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], contact_id: FromPath[int]
    ) -> Response[Any]:
        """End the person's role at the account."""
        account = await get_account(viewer, await contacts.end_contact(viewer, contact_id))
        return redirect(request, f"{PATHS[account.kind]}/{account.id}", toast="Saved.")

    @post("/erase", opt=policy(EDIT_PEOPLE))
    async def erase(
        self, request: AnyRequest, viewer: NamedDependency[Viewer], contact_id: FromPath[int]
    ) -> Response[Any]:
        """Erase the person's data for good."""
        reason = forms.read_reason(await FormReader.of(request))
        account = await get_account(viewer, await contacts.erase_person(viewer, contact_id, reason))
        return redirect(request, f"{PATHS[account.kind]}/{account.id}", toast="The person's data is erased.")


def _values(contact: ContactRow) -> dict[str, Any]:
    return {
        "name": contact.name,
        "title": contact.title,
        "role": contact.role.value,
        "work_phone": contact.work_phone,
        "work_email": contact.work_email,
    }


def _form(
    request: AnyRequest,
    account: AccountDetail,
    values: dict[str, Any],
    error: Invalid | None,
    contact: ContactRow | None = None,
) -> Template:
    return form_page(
        request,
        "network/contact_form.html",
        values,
        error,
        account=account,
        account_url=f"{PATHS[account.kind]}/{account.id}",
        contact=contact,
        roles=translated(words.ROLES),
    )
