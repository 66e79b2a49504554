"""Holds: one person places one, one asks for its release, a second person approves or declines it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.access import different_people
from portal.audit.model import Subject
from portal.audit.service import record
from portal.credit.model import HoldState
from portal.credit.policies import APPROVE, MANAGE
from portal.credit.queries.dealers import DealerHead, HoldRow, get_dealer, open_hold
from portal.db import engine_kind, execute, fetch, unit_of_work
from portal.errors import Conflict, NotAllowed

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.credit.commands import HoldCommand


async def place_hold(viewer: Viewer, account_id: int, command: HoldCommand) -> None:
    """Stop further credit to a dealer.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Conflict: A hold stands already.
    """
    async with unit_of_work():
        dealer, hold = await _found(viewer, account_id, MANAGE)
        if hold is not None:
            raise Conflict("This dealer is on hold already.")
        by = dealer.signature(viewer, MANAGE)
        await execute(
            "insert into credit_hold (account, reason_code, reason, placed_by_user_id, placed_for_user_id,"
            " placed_at) values ({}, {}, {}, {}, {}, {})",
            account_id,
            command.reason_code.value,
            command.reason,
            by.user_id,
            by.on_behalf_of,
            _now(),
        )
        await _note(by, dealer, "hold", command.reason)


async def request_release(viewer: Viewer, account_id: int, reason: str) -> None:
    """Ask for a hold to be released; somebody else decides.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Conflict: No hold stands, or its release is asked for already.
    """
    async with unit_of_work():
        dealer, hold = await _found(viewer, account_id, MANAGE)
        held = _standing(hold, HoldState.HELD)
        by = dealer.signature(viewer, MANAGE)
        await _change(
            held,
            "release_reason = {}, requested_by_user_id = {}, requested_for_user_id = {}, requested_at = {},"
            " declined_reason = ''",
            reason,
            by.user_id,
            by.on_behalf_of,
            _now(),
        )
        await _note(by, dealer, "release_requested", reason)


async def approve_release(viewer: Viewer, account_id: int) -> None:
    """Release a hold as the second person.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Conflict: No release is asked for.
        NotAllowed: The viewer asked for it, or deputises for who did.
    """
    async with unit_of_work():
        dealer, hold = await _found(viewer, account_id, APPROVE)
        held = _standing(hold, HoldState.RELEASE_REQUESTED)
        _require_second_person(held, viewer)
        by = dealer.signature(viewer, APPROVE)
        await _change(
            held,
            "released_by_user_id = {}, released_for_user_id = {}, released_at = {}",
            by.user_id,
            by.on_behalf_of,
            _now(),
        )
        await _note(by, dealer, "released", held.release_reason)


async def decline_release(viewer: Viewer, account_id: int, reason: str) -> None:
    """Decline a requested release as the second person; the hold stands and can be asked about again.

    Raises:
        NotFound: The dealer is not in the viewer's part of the network.
        Conflict: No release is asked for.
        NotAllowed: The viewer asked for it, or deputises for who did.
    """
    async with unit_of_work():
        dealer, hold = await _found(viewer, account_id, APPROVE)
        held = _standing(hold, HoldState.RELEASE_REQUESTED)
        _require_second_person(held, viewer)
        await _change(
            held,
            "declined_reason = {}, requested_by_user_id = null, requested_for_user_id = null,"
            " requested_at = null",
            reason,
        )
        await _note(dealer.signature(viewer, APPROVE), dealer, "release_declined", reason)


async def _found(viewer: Viewer, account_id: int, policy: str) -> tuple[DealerHead, HoldRow | None]:
    """Return a dealer and the hold that stands, nobody else changing it until the end of the unit of work."""
    dealer = await get_dealer(viewer, account_id, policy)
    if engine_kind() == "postgres":
        await fetch("select id from account where id = {} for update", account_id)
    return dealer, await open_hold(account_id)


def _standing(hold: HoldRow | None, state: HoldState) -> HoldRow:
    if hold is None:
        raise Conflict("No hold stands for this dealer.")
    if hold.state is not state:
        if state is HoldState.HELD:
            raise Conflict("The release is asked for already.")
        raise Conflict("Nobody has asked for the release.")
    return hold


def _require_second_person(hold: HoldRow, viewer: Viewer) -> None:
    if hold.requested is None or not different_people(hold.requested, viewer):
        raise NotAllowed("Somebody else has to decide about a release you asked for.")


async def _change(hold: HoldRow, sets: str, *values: object) -> None:
    await execute(
        f"update credit_hold set {sets} where id = {{}} and released_at is null",  # noqa: S608  from code
        *values,
        hold.id,
    )


async def _note(by: Signature, dealer: DealerHead, action: str, reason: str) -> None:
    await record(by, f"credit.{action}", Subject.of("credit", dealer.id), note=reason)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
