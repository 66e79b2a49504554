"""Noting talks about money that is open, and finishing what was to be followed up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.credit.policies import COLLECT
from portal.credit.queries.collection import list_owners
from portal.credit.queries.dealers import get_dealer
from portal.db import execute, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.credit.commands import ContactCommand


async def note_contact(viewer: Viewer, account_id: int, command: ContactCommand, today: dt.date) -> None:
    """Write down what was said with a dealer.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Invalid: The day is still to come, or the person named does not look after the dealer.
    """
    async with unit_of_work():
        dealer = await get_dealer(viewer, account_id, COLLECT)
        if command.held_on > today:
            raise Invalid.of("held_on", "This day is still to come.")
        owners = {number for number, _ in await list_owners(dealer, today)}
        if command.owner_user_id is not None and command.owner_user_id not in owners:
            raise Invalid.of("owner", "This person does not look after the dealer.")
        by = dealer.signature(viewer, COLLECT)
        await execute(
            "insert into credit_contact (account, held_on, channel, text, promised_minor, promised_on,"
            " owner_user_id, due_on, actor_user_id, actor_for_user_id, at)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            account_id,
            command.held_on,
            command.channel.value,
            command.text,
            command.promised_minor,
            command.promised_on,
            command.owner_user_id,
            command.due_on,
            by.user_id,
            by.on_behalf_of,
            dt.datetime.now(dt.UTC),
        )
        changes = {
            "promised_minor": (None, command.promised_minor),
            "promised_on": (None, command.promised_on),
        }
        await record(by, "credit.contact", Subject.of("credit", account_id), changes, note=command.text)


async def finish_follow_up(viewer: Viewer, account_id: int, contact_id: int) -> None:
    """Say that what was to be followed up is done.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network, or has no such talk.
        Conflict: It is done already, or nothing was to be followed up.
    """
    async with unit_of_work():
        dealer = await get_dealer(viewer, account_id, COLLECT)
        known = await fetch_one(
            "select 1 from credit_contact where id = {} and account = {}", contact_id, account_id
        )
        if known is None:
            raise NotFound
        by = dealer.signature(viewer, COLLECT)
        done = await execute(
            "update credit_contact set done_by_user_id = {}, done_at = {}"
            " where id = {} and done_at is null and due_on is not null",
            by.user_id,
            dt.datetime.now(dt.UTC),
            contact_id,
        )
        if not done:
            raise Conflict("This is done already.")
        await record(
            by, "credit.contact_done", Subject.of("credit", account_id), {"contact": (contact_id, None)}
        )
