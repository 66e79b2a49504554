"""Payout proposals and what they pay to whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.rebates.model import PayoutState

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class Payout:
    """A proposal; ``open_lines`` are neither paid nor refused yet."""

    id: int
    state: PayoutState
    total_minor: int
    lines: int
    open_lines: int
    content_sha256: str
    proposed_by: int
    proposed_for: int | None
    proposed_at: dt.datetime
    approved_by: int | None
    approved_at: dt.datetime | None
    exported_at: dt.datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """What a proposal pays to one beneficiary; ``state`` is open, paid, refused or returned."""

    id: int
    payout_id: int
    account_id: int
    code: str
    name: str
    amount_minor: int
    state: str
    reference: str
    paid_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Owed:
    """A beneficiary who is owed something and not part of an open proposal."""

    account_id: int
    code: str
    amount_minor: int


_SELECT = (
    "select p.id, p.state, p.total_minor, p.lines, (select count(*) from rebate_payout_line n"
    " where n.payout = p.id and n.state = 'open') as open_lines, p.content_sha256,"
    " p.proposed_by_user_id as proposed_by, p.proposed_for_user_id as proposed_for, p.proposed_at,"
    " p.approved_by_user_id as approved_by, p.approved_at, p.exported_at, p.reason from rebate_payout p"
)
_LINES = (
    "select n.id, n.payout as payout_id, n.account as account_id, a.code, a.name, n.amount_minor, n.state,"
    " n.reference, n.paid_on from rebate_payout_line n join account a on a.id = n.account"
)


async def get_payout(payout_id: int) -> Payout:
    """Return a proposal.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_one(f"{_SELECT} where p.id = {{}}", payout_id)
    if row is None:
        raise NotFound
    return _payout(row)


async def payout_lines_of(payout_id: int) -> list[PayoutLine]:
    """Return every line of a proposal by account code; no scope."""
    return [
        _line(row) for row in await fetch(f"{_LINES} where n.payout = {{}} order by a.code, n.id", payout_id)
    ]


async def list_owed(account_ids: tuple[int, ...] = ()) -> list[Owed]:
    """Return who is owed something and is in no open proposal, by code; of all or of some beneficiaries."""
    marks = ", ".join("{}" for _ in account_ids)
    chosen = f" and a.id in ({marks})" if account_ids else ""
    rows = await fetch(
        "select a.id, a.code, -sum(p.amount_minor) as owed from ledger_posting p"  # noqa: S608  marks only
        " join ledger_account l on l.id = p.ledger_account join account a on a.id = l.account"
        " where l.kind = 'payable' and not exists (select 1 from rebate_payout_line n"
        f" where n.account = a.id and n.state = 'open'){chosen}"
        " group by a.id, a.code having sum(p.amount_minor) < 0 order by a.code",
        *account_ids,
    )
    return [Owed(row["id"], row["code"], row["owed"]) for row in rows]


def _payout(row: Row) -> Payout:
    return Payout(**{**row, "state": PayoutState(row["state"])})


def _line(row: Row) -> PayoutLine:
    return PayoutLine(**{**row, "paid_on": as_date(row["paid_on"])})
