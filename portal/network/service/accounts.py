"""Dealers, outlets and terminals: make, change, move along the life cycle."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from portal.audit.model import Subject, changes_between
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.network.indexing import index_accounts
from portal.network.model import NEXT_STATES, Kind, Owner
from portal.network.queries.accounts import (
    AccountDetail,
    edit_policy,
    find_by_code,
    get_editable,
)
from portal.network.queries.regions import get_region
from portal.network.scope import today
from portal.network.service.duplicates import look_at

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.network.commands import AccountCommand, StateCommand

_PART_COLUMNS = {
    Kind.DEALER: ("business_number", "address", "phone", "opened_on", "payment_terms_days"),
    Kind.OUTLET: ("business_number", "address", "phone", "latitude_micro", "longitude_micro"),
    Kind.TERMINAL: ("channel", "trade_type", "address", "phone", "latitude_micro", "longitude_micro"),
}
KINDS_MADE = tuple(_PART_COLUMNS)


async def create_account(viewer: Viewer, command: AccountCommand) -> int:
    """Make a dealer, outlet or terminal and return its id; what a dealer's person makes is the dealer's.

    Raises:
        NotAllowed: The viewer may not make this kind of record there.
        Invalid: The code is taken, or dealer or region is not known to the viewer or not his.
    """
    async with unit_of_work():
        return await add_account(viewer, command)


async def add_account(viewer: Viewer, command: AccountCommand) -> int:
    """Make an account in the open unit of work; see ``create_account``.

    Raises:
        NotAllowed: The viewer may not make this kind of record there.
        Invalid: The code is taken, or dealer or region is not known to the viewer or not his.
    """
    if not viewer.allowed(edit_policy(command.kind)):
        raise NotAllowed
    now = dt.datetime.now(dt.UTC)
    owner = Owner.DEALER if viewer.is_dealer_side else Owner.MANUFACTURER
    dealer_id, region_id = await _place(viewer, command)
    await _refuse_taken(command)
    account_id = int(
        await fetch_value(
            "insert into account (kind, code, name, region, area, dealer, owner, state, version,"
            " created_at, updated_at) values ({}, {}, {}, {}, {}, {}, {}, {}, 1, {}, {})"
            " returning id",
            *(command.kind.value, command.code or uuid4().hex, command.name, region_id, command.area),
            *(dealer_id, owner.value, command.state.value, now, now),
        )
    )
    await _finish_new(account_id, command)
    await _write_part(account_id, command, is_new=True)
    account = await _still_editable(viewer, account_id)
    await index_accounts([account_id])
    await look_at([account_id])
    await record(
        _signature(viewer, account),
        "network.account_created",
        Subject.of("account", account_id),
        changes_between({}, audited(account)),
    )
    return account_id


async def _place(viewer: Viewer, command: AccountCommand) -> tuple[int | None, int | None]:
    """Return dealer and region of a new or changed account.

    Raises:
        Invalid: The viewer knows no such dealer or region.
    """
    region_id = command.region_id
    if region_id is not None:
        await get_region(region_id)
    if command.kind is Kind.DEALER:
        return None, region_id
    dealer = await find_by_code(viewer, Kind.DEALER, command.dealer_code)
    if dealer is None:
        raise Invalid.of("dealer", "There is no dealer with this code.")
    return dealer["id"], region_id if region_id is not None else dealer["region"]


async def _still_editable(viewer: Viewer, account_id: int) -> AccountDetail:
    """Return what was just written; a place outside of the viewer's own part of the network is refused."""
    try:
        return await get_editable(viewer, account_id)
    except NotFound as error:
        raise Invalid.of("region", "Please choose a region of your own.") from error


async def _refuse_taken(command: AccountCommand) -> None:
    sql = "select 1 from account where kind = {} and code = {}"
    if command.code and await fetch_value(sql, command.kind.value, command.code):
        raise Invalid.of("code", "This code is taken.")


async def _finish_new(account_id: int, command: AccountCommand) -> None:
    """A dealer is his own dealer; a code nobody gave is made of the id."""
    if command.kind is Kind.DEALER:
        await execute("update account set dealer = id where id = {}", account_id)
    if not command.code:
        await execute("update account set code = {} where id = {}", f"P{account_id}", account_id)


async def edit_account(viewer: Viewer, account_id: int, command: AccountCommand, version: int) -> None:
    """Change an account; kind and code stay.

    Args:
        viewer: Who does it.
        account_id: The account.
        command: What it shall be.
        version: The version the form was filled from.

    Raises:
        NotFound: It is not the viewer's to change.
        Conflict: Somebody changed it since.
        Invalid: Dealer or region is not known to the viewer.
    """
    async with unit_of_work():
        before = await get_editable(viewer, account_id)
        dealer_id, region_id = await _place(viewer, command)
        if before.kind is Kind.DEALER:
            dealer_id = account_id
        changed = await execute(
            "update account set name = {}, region = {}, area = {}, dealer = {}, version = version + 1,"
            " updated_at = {} where id = {} and version = {}",
            *(command.name, region_id, command.area, dealer_id, dt.datetime.now(dt.UTC), account_id, version),
        )
        if not changed:
            raise Conflict
        await _write_part(account_id, command, is_new=False)
        after = await _still_editable(viewer, account_id)
        await index_accounts([account_id])
        await look_at([account_id])
        await record(
            _signature(viewer, before),
            "network.account_edited",
            Subject.of("account", account_id),
            changes_between(audited(before), audited(after)),
        )


async def _write_part(account_id: int, command: AccountCommand, *, is_new: bool) -> None:
    columns = _PART_COLUMNS[command.kind]
    values = [getattr(command, column) for column in columns]
    table = command.kind.value
    if not is_new:
        sets = ", ".join(f"{column} = {{}}" for column in columns)
        if await execute(f"update {table} set {sets} where account = {{}}", *values, account_id):  # noqa: S608  from code
            return
    names, marks = ", ".join(columns), ", ".join("{}" for _ in columns)
    sql = f"insert into {table} (account, {names}) values ({{}}, {marks})"  # noqa: S608  from code
    await execute(sql, account_id, *values)


async def change_state(viewer: Viewer, account_id: int, command: StateCommand, version: int) -> None:
    """Move an account along its life cycle, from today on, with the reason.

    Raises:
        NotFound: It is not the viewer's to change.
        Invalid: The life cycle knows no such step.
        Conflict: Somebody changed it since.
    """
    async with unit_of_work():
        before = await get_editable(viewer, account_id)
        if command.state not in NEXT_STATES[before.state]:
            raise Invalid.of("state", "An account cannot go from its present state to this one.")
        now = dt.datetime.now(dt.UTC)
        changed = await execute(
            "update account set state = {}, version = version + 1, updated_at = {}"
            " where id = {} and version = {}",
            *(command.state.value, now, account_id, version),
        )
        if not changed:
            raise Conflict
        await execute(
            "insert into account_state (account, state, from_on, reason, actor_user_id, at)"
            " values ({}, {}, {}, {}, {}, {})",
            *(account_id, command.state.value, today(viewer), command.reason, viewer.user_id, now),
        )
        await record(
            _signature(viewer, before),
            "network.state_changed",
            Subject.of("account", account_id),
            {"state": (before.state.value, command.state.value)},
            note=command.reason,
        )


def audited(account: AccountDetail) -> dict[str, Any]:
    """Return the business data of an account as the audit log keeps it; nothing in it is personal."""
    return {
        "code": account.code,
        "name": account.name,
        "region": account.region,
        "area": account.area,
        "dealer": account.dealer_code,
        "owner": account.owner.value,
        "business_number": account.business_number,
        "opened_on": account.opened_on,
        "address": account.address,
        "phone": account.phone,
        "payment_terms_days": account.payment_terms_days,
        "channel": account.channel,
        "trade_type": account.trade_type,
        "latitude_micro": account.latitude_micro,
        "longitude_micro": account.longitude_micro,
    }


def _signature(viewer: Viewer, account: AccountDetail) -> Signature:
    return viewer.signature(edit_policy(account.kind), account.region_path, account.dealer_id)
