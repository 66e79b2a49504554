"""Paying what is owed: proposed by one person of finance, approved by another, paid and told by the ERP."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rebates.model import REFERENCE_CHARACTERS, Books, Entry, OperationKind, PayoutState
from portal.rebates.policies import PAY
from portal.rebates.queries.ledger import postings_of
from portal.rebates.queries.payouts import get_payout, list_owed, payout_lines_of
from portal.rebates.service.checks import checked_reason
from portal.rebates.service.ledger import opposite, post, unique_or_conflict
from rules.months import Month
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.access import Viewer
    from portal.audit.model import Change
    from portal.db.sql import Row
    from portal.rebates.queries.payouts import Owed, PayoutLine


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the ERP says about one line.

    Attributes:
        line_id: The payout line.
        reference: How the ERP names its payment.
        paid_on: Day of the payment.
        amount_minor: What was paid; it must be the line's amount.
    """

    line_id: int
    reference: str
    paid_on: dt.date
    amount_minor: int


async def propose_payout(viewer: Viewer, account_ids: Sequence[int] = ()) -> int:
    """Propose to pay everybody, or some, all that is owed to them, and return the proposal.

    Raises:
        Invalid: Nobody is owed anything that is not proposed already.
        Conflict: Somebody else proposed the same at this moment.
    """
    by, now = viewer.signature(PAY), _now()
    async with unit_of_work():
        owed = await list_owed(tuple(account_ids))
        if not owed:
            raise Invalid.of("accounts", "Nobody is owed anything that is not proposed already.")
        payout_id: int = await fetch_value(
            "insert into rebate_payout (state, total_minor, lines, content_sha256, proposed_by_user_id,"
            " proposed_for_user_id, proposed_at) values ('proposed', {}, {}, {}, {}, {}, {}) returning id",
            sum(each.amount_minor for each in owed),
            len(owed),
            _content(owed),
            by.user_id,
            by.on_behalf_of,
            now,
        )
        with unique_or_conflict():
            await insert_rows(
                "rebate_payout_line",
                ("payout", "account", "amount_minor", "state", "reference"),
                [(payout_id, each.account_id, each.amount_minor, "open", "") for each in owed],
            )
        await _note(by, "propose", payout_id, {"lines": (None, len(owed))})
    return payout_id


async def approve_payout(viewer: Viewer, payout_id: int, content_sha256: str) -> None:
    """Approve exactly the proposal that was looked at.

    Args:
        viewer: A second person of finance.
        payout_id: The proposal.
        content_sha256: Hash of the content on the approver's screen.

    Raises:
        NotFound: There is none.
        Conflict: It is decided already, has other content, or pays more than is owed by now.
        NotAllowed: The viewer proposed it, or stands for the one who did.
    """
    by = viewer.signature(PAY)
    async with unit_of_work():
        payout = await get_payout(payout_id)
        if payout.state is not PayoutState.PROPOSED or payout.content_sha256 != content_sha256:
            raise Conflict
        if not different_people(Signature(payout.proposed_by, payout.proposed_for), viewer):
            raise NotAllowed("A payout takes two different people.")
        if await _more_than_owed(payout_id):
            raise Conflict("Less is owed than when this was proposed; decline it and propose it again.")
        changed = await execute(
            "update rebate_payout set state = 'approved', approved_by_user_id = {},"
            " approved_for_user_id = {}, approved_at = {} where id = {} and state = 'proposed'",
            by.user_id,
            by.on_behalf_of,
            _now(),
            payout_id,
        )
        if not changed:
            raise Conflict
        await _note(by, "approve", payout_id, {"content_sha256": (None, content_sha256)})


async def decline_payout(viewer: Viewer, payout_id: int, reason: str) -> None:
    """Decline or withdraw a proposal before it is approved; what it named can be proposed again.

    Raises:
        NotFound: There is none.
        Conflict: It is decided already.
        Invalid: No reason is given.
    """
    written = checked_reason(reason)
    by = viewer.signature(PAY)
    async with unit_of_work():
        await get_payout(payout_id)
        changed = await execute(
            "update rebate_payout set state = 'declined', reason = {} where id = {} and state = 'proposed'",
            written,
            payout_id,
        )
        if not changed:
            raise Conflict
        await execute("update rebate_payout_line set state = 'refused' where payout = {}", payout_id)
        await _note(by, "decline", payout_id, note=written)


async def export_payout(viewer: Viewer, payout_id: int) -> list[PayoutLine]:
    """Return the lines for the ERP; exporting again gives the same lines.

    Raises:
        NotFound: There is none.
        Conflict: It is not approved.
    """
    by = viewer.signature(PAY)
    async with unit_of_work():
        payout = await get_payout(payout_id)
        if payout.state not in (PayoutState.APPROVED, PayoutState.EXPORTED, PayoutState.PAID):
            raise Conflict("Only an approved payout can be exported.")
        await execute(
            "update rebate_payout set state = 'exported', exported_by_user_id = {}, exported_at = {}"
            " where id = {} and state = 'approved'",
            by.user_id,
            _now(),
            payout_id,
        )
        await _note(by, "export", payout_id)
    return await payout_lines_of(payout_id)


async def acknowledge_payout(viewer: Viewer | None, payout_id: int, said: Sequence[Acknowledgement]) -> int:
    """Book what the ERP paid and return how many lines were new; the same said again changes nothing.

    Raises:
        NotFound: A line is not of this payout.
        Conflict: It is not exported, or a line was acknowledged with another reference, day or amount.
        Invalid: An amount is not the line's, a reference is missing, or the month is closed.
    """
    by = viewer.signature(PAY) if viewer else None
    async with unit_of_work():
        # One acknowledgement of a payout at a time: the same line twice at once is booked once.
        await execute("update rebate_payout set state = state where id = {}", payout_id)
        payout = await get_payout(payout_id)
        if payout.state not in (PayoutState.EXPORTED, PayoutState.PAID):
            raise Conflict("Only an exported payout can be acknowledged.")
        fresh = [each for each in said if await _is_new(payout_id, each)]
        for each in fresh:
            await _book(by, payout_id, each)
        left = await fetch_one(
            "select 1 from rebate_payout_line where payout = {} and state = 'open' limit 1", payout_id
        )
        if left is None:
            await execute("update rebate_payout set state = 'paid' where id = {}", payout_id)
        if fresh:
            await _note(by, "acknowledge", payout_id, {"lines": (None, len(fresh))})
    return len(fresh)


async def refuse_line(viewer: Viewer, line_id: int, reason: str) -> None:
    """Note that the ERP will not pay a line; what is owed can then be proposed again.

    Raises:
        NotFound: There is none.
        Conflict: It is not open in an exported payout.
        Invalid: No reason is given.
    """
    written = checked_reason(reason)
    async with unit_of_work():
        row = await fetch_one("select payout from rebate_payout_line where id = {}", line_id)
        if row is None:
            raise NotFound
        changed = await execute(
            "update rebate_payout_line set state = 'refused' where id = {} and state = 'open' and payout in"
            " (select id from rebate_payout where state in ('approved', 'exported'))",
            line_id,
        )
        if not changed:
            raise Conflict
        await _note(viewer.signature(PAY), "refuse", row["payout"], {"line": (line_id, "refused")}, written)


async def return_line(viewer: Viewer, line_id: int, booked: Month, reason: str) -> int:
    """Book that a payment came back, in an open month, and return the reversal; it is owed again.

    Raises:
        NotFound: There is no such line.
        Conflict: It was not paid, or came back already.
        Invalid: The month is closed, or no reason is given.
    """
    written = checked_reason(reason)
    by = viewer.signature(PAY)
    async with unit_of_work():
        row = await fetch_one(
            "select payout, account, operation, state from rebate_payout_line where id = {}", line_id
        )
        if row is None:
            raise NotFound
        if row["state"] != "paid":
            raise Conflict
        entry = Entry(
            key=f"reversal:{row['operation']}",
            kind=OperationKind.REVERSAL,
            booked_on=booked.first_on,
            account_id=row["account"],
            postings=opposite(await postings_of(row["operation"])),
            reverses=row["operation"],
            reason=written,
        )
        operation = (await post([entry], by))[entry.key]
        await execute("update rebate_payout_line set state = 'returned' where id = {}", line_id)
        await _note(by, "return", row["payout"], {"line": (line_id, "returned")}, written)
    return operation


async def _more_than_owed(payout_id: int) -> bool:
    """Tell whether a correction since has made somebody's line larger than what he is owed."""
    row = await fetch_one(
        "select 1 from rebate_payout_line n where n.payout = {} and n.amount_minor > coalesce((select"
        " -sum(p.amount_minor) from ledger_posting p join ledger_account l on l.id = p.ledger_account"
        " where l.account = n.account and l.kind = 'payable'), 0) limit 1",
        payout_id,
    )
    return row is not None


async def _is_new(payout_id: int, said: Acknowledgement) -> bool:
    """Tell whether a line is still open; refuse what contradicts the line or an earlier acknowledgement."""
    row = await _line_row(payout_id, said.line_id)
    if not said.reference.strip() or len(said.reference) > REFERENCE_CHARACTERS:
        raise Invalid.of("reference", "A payment needs its reference, at most %(count)s characters.",
                         count=REFERENCE_CHARACTERS)  # fmt: skip
    if said.amount_minor != row["amount_minor"]:
        raise Invalid.of("amount_minor", "What was paid is not the amount of the line.")
    if row["state"] == "open":
        return True
    same = row["state"] == "paid" and (row["reference"], str(row["paid_on"])) == (
        said.reference,
        said.paid_on.isoformat(),
    )
    if not same:
        raise Conflict("This line was acknowledged otherwise.")
    return False


async def _line_row(payout_id: int, line_id: int) -> Row:
    row = await fetch_one(
        "select account, amount_minor, state, reference, paid_on from rebate_payout_line"
        " where id = {} and payout = {}",
        line_id,
        payout_id,
    )
    if row is None:
        raise NotFound
    return row


async def _book(by: Signature | None, payout_id: int, said: Acknowledgement) -> None:
    row = await _line_row(payout_id, said.line_id)
    approved = await fetch_one(
        "select approved_by_user_id as by, approved_for_user_id as behalf from rebate_payout where id = {}",
        payout_id,
    )
    approver = Signature(approved["by"], approved["behalf"]) if approved else None
    entry = Entry(
        key=f"payout:{said.line_id}",
        kind=OperationKind.PAYOUT,
        booked_on=Month.of(said.paid_on).first_on,
        account_id=row["account"],
        postings=((Books.PAYABLE, said.amount_minor), (Books.BANK, -said.amount_minor)),
        reason=said.reference,
    )
    operation = (await post([entry], by, approver))[entry.key]
    await execute(
        "update rebate_payout_line set state = 'paid', reference = {}, paid_on = {}, operation = {}"
        " where id = {}",
        said.reference,
        said.paid_on,
        operation,
        said.line_id,
    )


def _content(owed: Sequence[Owed]) -> str:
    rows = [[each.account_id, each.amount_minor] for each in owed]
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()


async def _note(
    by: Signature | None,
    action: str,
    payout_id: int,
    changes: dict[str, Change] | None = None,
    note: str = "",
) -> None:
    await record(by, f"rebates.payout_{action}", Subject.of("rebate_payout", payout_id), changes, note=note)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
