"""Bookings by hand: undoing an operation in an open month, and adjustments that two people sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.access import different_people
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import as_date, fetch_one, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rebates.model import Books, Entry, LineKey, OperationKind
from portal.rebates.policies import ADJUST
from portal.rebates.queries.ledger import postings_of, require_account
from portal.rebates.service.checks import checked_reason
from portal.rebates.service.ledger import opposite, post

if TYPE_CHECKING:
    from portal.access import Signature, Viewer
    from portal.db.sql import Row
    from rules.months import Month


async def reverse_operation(viewer: Viewer, operation_id: int, booked: Month, reason: str) -> int:
    """Undo an operation by its opposite in an open accounting month and return the reversal.

    Undoing a settled line makes it due again: the next settlement of the period posts it anew from the
    figures of that day.

    Raises:
        NotFound: There is no such operation.
        Conflict: It was undone already, is itself a reversal, or a settlement of its version is on its way.
        Invalid: The month is closed, or no reason is given.
    """
    written = checked_reason(reason)
    by = viewer.signature(ADJUST)
    async with unit_of_work():
        row = await _reversible(operation_id)
        entry = Entry(
            key=f"reversal:{operation_id}",
            kind=OperationKind.REVERSAL,
            booked_on=booked.first_on,
            account_id=row["account"],
            postings=opposite(await postings_of(operation_id)),
            line=_line_of(row),
            program_sha256=row["program_sha256"],
            inputs_sha256=row["inputs_sha256"],
            reverses=operation_id,
            reason=written,
        )
        operation = (await post([entry], by))[entry.key]
        await record(
            by,
            "rebates.reverse",
            Subject.of("ledger_operation", operation_id),
            {"reversal": (None, operation)},
        )
    return operation


async def adjust(
    viewer: Viewer, approver: Viewer, account_id: int, amount_minor: int, booked: Month, reason: str, key: str
) -> int:
    """Book an agreed amount outside of any calculation and return the operation.

    Args:
        viewer: Who proposes it.
        approver: Somebody else, who agrees.
        account_id: The beneficiary.
        amount_minor: Added to what is owed; negative takes off.
        booked: Accounting month.
        reason: Why, in words.
        key: Idempotency key of the request.

    Raises:
        NotFound: There is no such account for the viewer.
        NotAllowed: The two are not two people who may adjust.
        Conflict: The key was used for something else.
        Invalid: No amount or reason, or a closed month.
    """
    if not (viewer.allowed(ADJUST) and approver.allowed(ADJUST) and different_people(viewer, approver)):
        raise NotAllowed("An adjustment takes two different people.")
    await require_account(viewer, account_id)
    async with unit_of_work():
        by, second = viewer.signature(ADJUST), approver.signature(ADJUST)
        return await book_adjustment(by, second, account_id, amount_minor, booked, reason, key)


async def book_adjustment(
    by: Signature,
    approver: Signature,
    account_id: int,
    amount_minor: int,
    booked: Month,
    reason: str,
    key: str,
) -> int:
    """Book an amount that two people have signed, in the caller's unit of work, and return the operation.

    Raises:
        Conflict: The key was used for something else.
        Invalid: No amount or reason, or a closed month.
        RuntimeError: No unit of work is open.
    """
    written = checked_reason(reason)
    if amount_minor == 0:
        raise Invalid.of("amount_minor", "Please give an amount.")
    entry = Entry(
        key=f"adjustment:{key}"[:160],
        kind=OperationKind.ADJUSTMENT,
        booked_on=booked.first_on,
        account_id=account_id,
        postings=((Books.EXPENSE, amount_minor), (Books.PAYABLE, -amount_minor)),
        reason=written,
    )
    operation = (await post([entry], by, approver))[entry.key]
    await record(
        by,
        "rebates.adjust",
        Subject.of("ledger_operation", operation),
        {"amount_minor": (None, amount_minor)},
    )
    return operation


async def _reversible(operation_id: int) -> Row:
    row = await fetch_one(
        "select o.kind, o.account, o.version, o.period_on, o.component, o.program_sha256, o.inputs_sha256,"
        " (select r.id from ledger_operation r where r.reverses = o.id) as reversal,"
        " (select s.id from rebate_settlement s where s.version = o.version"
        " and s.state in ('computing', 'draft', 'posting')) as on_its_way"
        " from ledger_operation o where o.id = {}",
        operation_id,
    )
    if row is None:
        raise NotFound
    if row["kind"] in (OperationKind.REVERSAL, OperationKind.PAYOUT):
        raise Conflict("This booking is not undone by hand.")
    if row["reversal"] is not None:
        raise Conflict("This booking was undone already.")
    if row["on_its_way"] is not None:
        raise Conflict("A settlement of this programme is on its way; post or cancel it first.")
    return row


def _line_of(row: Row) -> LineKey | None:
    period_on = as_date(row["period_on"])
    if row["version"] is None or period_on is None:
        return None
    return LineKey(row["version"], period_on, row["account"], row["component"])
