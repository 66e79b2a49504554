"""Contacts: people at accounts. Their data never enters the audit chain, so that they can be erased."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject, changes_between
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import NotFound
from portal.network.indexing import index_contacts
from portal.network.model import Owner
from portal.network.policies import EDIT_PEOPLE
from portal.network.queries.accounts import get_account
from portal.network.queries.contacts import ContactRow, get_contact
from portal.network.scope import in_scope, today
from portal.search.model import RecordKind
from portal.search.service import remove_entries

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.network.commands import ContactCommand
    from portal.network.queries.accounts import AccountDetail

PERSONAL = frozenset({"name", "work_phone", "work_email"})


async def add_contact(viewer: Viewer, account_id: int, command: ContactCommand) -> int:
    """Add a person to an account and return the contact's id; the person belongs to the viewer's side.

    Raises:
        NotFound: The account is not one the viewer may add people to.
    """
    owner = Owner.DEALER if viewer.is_dealer_side else Owner.MANUFACTURER
    async with unit_of_work():
        account = await get_account(viewer, account_id)
        scope = in_scope(viewer, "a", policy=EDIT_PEOPLE)
        inside = f"select 1 from account a where a.id = {{}} and {scope.sql}"  # noqa: S608  from code
        if not await fetch_value(inside, account_id, *scope.args):
            raise NotFound
        person_id = await fetch_value("insert into person (name) values ({}) returning id", command.name)
        contact_id = await fetch_value(
            "insert into contact (account, person, title, role, owner, work_phone, work_email)"
            " values ({}, {}, {}, {}, {}, {}, {}) returning id",
            *(account_id, person_id, command.title, command.role.value, owner.value),
            *(command.work_phone, command.work_email),
        )
        await index_contacts([contact_id])
        await record(
            _signature(viewer, account),
            "network.contact_added",
            Subject.of("contact", contact_id),
            changes_between({}, _fields(command), personal=PERSONAL),
        )
    return int(contact_id)


async def edit_contact(viewer: Viewer, contact_id: int, command: ContactCommand) -> int:
    """Change a contact and return its account's id.

    Raises:
        NotFound: It is not the viewer's to change.
    """
    async with unit_of_work():
        before = await get_contact(viewer, contact_id, to_edit=True)
        account = await get_account(viewer, before.account_id)
        await execute("update person set name = {} where id = {}", command.name, before.person_id)
        await execute(
            "update contact set title = {}, role = {}, work_phone = {}, work_email = {} where id = {}",
            *(command.title, command.role.value, command.work_phone, command.work_email, contact_id),
        )
        await index_contacts([contact_id])
        await record(
            _signature(viewer, account),
            "network.contact_edited",
            Subject.of("contact", contact_id),
            changes_between(_fields(before), _fields(command), personal=PERSONAL),
        )
    return before.account_id


async def end_contact(viewer: Viewer, contact_id: int) -> int:
    """End a person's role at an account as of today and return the account's id.

    Raises:
        NotFound: It is not the viewer's to change.
    """
    async with unit_of_work():
        before = await get_contact(viewer, contact_id, to_edit=True)
        account = await get_account(viewer, before.account_id)
        on = today(viewer)
        await execute("update contact set ended_on = {} where id = {}", on, contact_id)
        await remove_entries(RecordKind.CONTACT, [contact_id])
        await record(
            _signature(viewer, account),
            "network.contact_ended",
            Subject.of("contact", contact_id),
            {"ended_on": (None, on)},
        )
    return before.account_id


async def erase_person(viewer: Viewer, contact_id: int, reason: str) -> int:
    """Erase a person's data everywhere and return the account's id; totals and audit chain stay whole.

    Source: 개인정보 보호법 제21조 (destroy without delay what is no longer needed).

    Raises:
        NotFound: It is not the viewer's to change.
    """
    async with unit_of_work():
        before = await get_contact(viewer, contact_id, to_edit=True)
        account = await get_account(viewer, before.account_id)
        await execute(
            "update person set name = '', mobile = '', email = '', erased_at = {} where id = {}",
            *(dt.datetime.now(dt.UTC), before.person_id),
        )
        await execute(
            "update contact set work_phone = '', work_email = '', ended_on = coalesce(ended_on, {})"
            " where person = {}",
            *(today(viewer), before.person_id),
        )
        await remove_entries(RecordKind.CONTACT, [contact_id])
        await record(
            _signature(viewer, account),
            "network.person_erased",
            Subject.of("contact", contact_id),
            note=reason,
        )
    return before.account_id


def _fields(contact: ContactCommand | ContactRow) -> dict[str, str]:
    return {
        "name": contact.name,
        "title": contact.title,
        "role": contact.role.value,
        "work_phone": contact.work_phone,
        "work_email": contact.work_email,
    }


def _signature(viewer: Viewer, account: AccountDetail) -> Signature:
    return viewer.signature(EDIT_PEOPLE, account.region_path, account.dealer_id)
