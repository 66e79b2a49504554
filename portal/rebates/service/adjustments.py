"""Amounts outside of any calculation: proposed by one person with a reason, booked or declined by another."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed
from portal.rebates.policies import ADJUST
from portal.rebates.queries.adjustments import find_adjustment
from portal.rebates.queries.ledger import require_account
from portal.rebates.service.bookings import book_adjustment
from portal.rebates.service.checks import checked_reason
from portal.rebates.service.ledger import is_closed
from rules.months import Month

if TYPE_CHECKING:
    from portal.access import Viewer


async def propose_adjustment(
    viewer: Viewer, account_id: int, amount_minor: int, booked: Month, reason: str
) -> int:
    """Propose an amount and return the proposal; nothing is booked yet.

    Args:
        viewer: Who proposes it.
        account_id: The beneficiary.
        amount_minor: Added to what is owed; negative takes off.
        booked: Accounting month it is to be booked into.
        reason: Why, in words.

    Raises:
        NotAllowed: The viewer does not adjust.
        NotFound: There is no such account for the viewer.
        Invalid: No amount or reason, or a closed month.
    """
    if not viewer.allowed(ADJUST):
        raise NotAllowed
    written, by = checked_reason(reason), viewer.signature(ADJUST)
    if amount_minor == 0:
        raise Invalid.of("amount", "Please give an amount.")
    await require_account(viewer, account_id)
    if await is_closed(booked.first_on):
        raise Invalid.of("month", "The month %(month)s is closed.", month=str(booked))
    async with unit_of_work():
        number: int = await fetch_value(
            "insert into rebate_adjustment (account, amount_minor, booked_on, reason, state,"
            " proposed_by_user_id, proposed_for_user_id, proposed_at, answer)"
            " values ({}, {}, {}, {}, 'proposed', {}, {}, {}, '') returning id",
            account_id,
            amount_minor,
            booked.first_on,
            written,
            by.user_id,
            by.on_behalf_of,
            _now(),
        )
        await record(
            by,
            "rebates.adjust_propose",
            Subject.of("rebate_adjustment", number),
            {"amount_minor": (None, amount_minor)},
            note=written,
        )
    return number


async def approve_adjustment(viewer: Viewer, adjustment_id: int) -> int:
    """Book a proposal as the second person and return the operation.

    Raises:
        NotFound: There is no such proposal for the viewer.
        NotAllowed: The viewer proposed it, stands for the one who did, or does not adjust.
        Conflict: It is decided already.
        Invalid: Its month is closed by now.
    """
    by = viewer.signature(ADJUST)
    async with unit_of_work():
        row = await find_adjustment(viewer, adjustment_id)
        first = Signature(row["proposed_by_id"], row["proposed_for_id"])
        if not (viewer.allowed(ADJUST) and different_people(first, viewer)):
            raise NotAllowed("An adjustment takes two different people.")
        if row["state"] != "proposed":
            raise Conflict("This adjustment is decided already.")
        operation = await book_adjustment(
            first,
            by,
            row["account_id"],
            row["amount_minor"],
            Month.of(row["booked_on"]),
            row["reason"],
            f"proposal-{adjustment_id}",
        )
        changed = await execute(
            "update rebate_adjustment set state = 'approved', operation = {}, approved_by_user_id = {},"
            " approved_for_user_id = {}, approved_at = {} where id = {} and state = 'proposed'",
            operation,
            by.user_id,
            by.on_behalf_of,
            _now(),
            adjustment_id,
        )
        if not changed:
            raise Conflict("This adjustment is decided already.")
        await record(
            by,
            "rebates.adjust_approve",
            Subject.of("rebate_adjustment", adjustment_id),
            {"operation": (None, operation)},
        )
    return operation


async def decline_adjustment(viewer: Viewer, adjustment_id: int, reason: str) -> None:
    """Put a proposal away with a reason; the one who made it may take it back the same way.

    Raises:
        NotFound: There is no such proposal for the viewer.
        Conflict: It is decided already.
        Invalid: No reason is given.
    """
    written, by = checked_reason(reason), viewer.signature(ADJUST)
    async with unit_of_work():
        await find_adjustment(viewer, adjustment_id)
        changed = await execute(
            "update rebate_adjustment set state = 'declined', answer = {}, declined_by_user_id = {},"
            " declined_for_user_id = {}, declined_at = {} where id = {} and state = 'proposed'",
            written,
            by.user_id,
            by.on_behalf_of,
            _now(),
            adjustment_id,
        )
        if not changed:
            raise Conflict("This adjustment is decided already.")
        await record(
            by, "rebates.adjust_decline", Subject.of("rebate_adjustment", adjustment_id), note=written
        )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
