"""What a dealer reads of his own: his settlements, what changed between them, his payments and appeals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition, in_regions, in_scope, visible_accounts
from portal.rebates.model import AppealOutcome, SettlementKind, SettlementState
from portal.rebates.policies import OWN
from portal.rebates.queries.ledger import require_account
from portal.rebates.queries.settlements import Line, find_line, shown_to
from portal.rebates.queries.statements import StandingRow

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class OwnDealer:
    """The dealer whose incentives are read."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class OwnSettlement:
    """A settlement as one beneficiary sees it; amounts in minor units.

    Attributes:
        amount_minor: What he earned to date, by this settlement.
        delta_minor: What it posts for him.
        posted_at: When it was booked; None while it is under preview.
    """

    id: int
    version_id: int
    program: str
    label: str
    kind: SettlementKind
    state: SettlementState
    period_on: dt.date
    through_on: dt.date
    preview_until_on: dt.date | None
    posted_at: dt.datetime | None
    amount_minor: int
    delta_minor: int

    @property
    def is_preview(self) -> bool:
        """Whether it is shown before it is booked."""
        return self.state is not SettlementState.POSTED


@dataclass(frozen=True, slots=True)
class Before:
    """What the settlement before said of the same line; None where there was none."""

    basis: int | None
    rate_bp: int | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment to a beneficiary, made or on its way.

    Attributes:
        state: ``open``, ``paid`` or ``returned``.
        is_approved: Whether two people agreed to pay it.
        reference: How the bank or the ERP names it; empty before.
    """

    id: int
    amount_minor: int
    state: str
    is_approved: bool
    reference: str
    paid_on: dt.date | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal of a beneficiary with its answer, and what the correction made of the line.

    Attributes:
        component: Component of the line.
        before_minor: The line's amount when he appealed.
        after_minor: Its amount in the correction; None without one, or while it is not shown yet.
    """

    id: int
    line_id: int
    version_id: int
    settlement_id: int
    program: str
    label: str
    component: str
    through_on: dt.date
    text: str
    evidence_name: str
    raised_at: dt.datetime
    due_on: dt.date
    outcome: AppealOutcome
    answer: str
    answered_at: dt.datetime | None
    correction_id: int | None
    before_minor: int
    after_minor: int | None


async def own_dealer(viewer: Viewer) -> OwnDealer:
    """Return the dealer the viewer belongs to, the first by id where he belongs to several.

    Raises:
        NotFound: He belongs to none.
    """
    own = viewer.scope_for(OWN).dealer_ids
    return await dealer_head(viewer, own[0] if own else 0)


async def dealer_head(viewer: Viewer, account_id: int) -> OwnDealer:
    """Return a beneficiary the viewer may see.

    Raises:
        NotFound: Unknown, or not the viewer's.
    """
    seen = visible_accounts(viewer, "a")
    row = await fetch_one(
        f"select a.id, a.code, a.name from account a where a.id = {{}} and {seen.sql}", account_id, *seen.args
    )
    if row is None:
        raise NotFound
    return OwnDealer(**row)


async def list_own_settlements(
    viewer: Viewer, account_id: int, version_id: int | None = None
) -> list[OwnSettlement]:
    """Return settlements with lines of a beneficiary that the viewer's side may see, newest first.

    Raises:
        NotFound: There is no such account for the viewer.
    """
    await require_account(viewer, account_id)
    shown = shown_to(viewer).sql if viewer.is_dealer_side else "s.state in ('draft', 'posting', 'posted')"
    chosen, args = ("", ()) if version_id is None else (" and s.version = {}", (version_id,))
    rows = await fetch(
        "select s.id, s.version as version_id, v.program, v.label, s.kind, s.state, s.period_on,"
        " s.through_on, s.preview_until_on, s.posted_at, sum(n.amount_minor) as amount_minor,"
        " sum(n.delta_minor) as delta_minor from rebate_settlement s"
        " join rebate_version v on v.id = s.version"
        f" join rebate_settlement_line n on n.settlement = s.id where n.account = {{}} and {shown}"
        f" and s.kind <> 'accrual'{chosen} group by s.id, s.version, v.program, v.label, s.kind, s.state,"
        " s.period_on, s.through_on, s.preview_until_on, s.posted_at order by s.id desc",
        account_id,
        *args,
    )
    return [_settlement(row) for row in rows]


async def lines_before(settlement_id: int, account_id: int) -> dict[str, Before]:
    """Return what the posted settlement before it in the period said, by component."""
    rows = await fetch(
        "select n.component, n.basis, n.rate_bp, n.amount_minor, n.is_missing from rebate_settlement_line n"
        " where n.account = {} and n.settlement = (select max(p.id) from rebate_settlement p"
        " join rebate_settlement s on s.version = p.version and s.period_on = p.period_on"
        " where s.id = {} and p.id < s.id and p.state = 'posted' and p.kind <> 'accrual')",
        account_id,
        settlement_id,
    )
    return {
        row["component"]: Before(
            None if row["is_missing"] else row["basis"], row["rate_bp"], row["amount_minor"]
        )
        for row in rows
    }


async def list_payments(viewer: Viewer, account_id: int) -> list[Payment]:
    """Return payments made, returned and on their way to a beneficiary, newest first.

    Raises:
        NotFound: There is no such account for the viewer.
    """
    await require_account(viewer, account_id)
    rows = await fetch(
        "select n.id, n.amount_minor, n.state, p.approved_at, p.proposed_at, n.reference, n.paid_on"
        " from rebate_payout_line n join rebate_payout p on p.id = n.payout"
        " where n.account = {} and n.state <> 'refused' and p.state <> 'declined' order by n.id desc",
        account_id,
    )
    return [
        Payment(
            row["id"],
            row["amount_minor"],
            row["state"],
            row["approved_at"] is not None,
            row["reference"],
            as_date(row["paid_on"]),
            row["approved_at"] or row["proposed_at"],
        )
        for row in rows
    ]


_APPEALS = (
    "select p.id, p.line as line_id, s.version as version_id, n.settlement as settlement_id, v.program,"
    " v.label, n.component, s.through_on, p.text, p.evidence_name, p.raised_at, p.due_on, p.outcome,"
    " p.answer, p.answered_at, p.correction as correction_id, n.amount_minor as before_minor,"
    " (select c.amount_minor from rebate_settlement_line c join rebate_settlement cs on cs.id = c.settlement"
    " where c.settlement = p.correction and c.account = p.account and c.component = n.component"
    " and (cs.state = 'posted' or cs.preview_until_on is not null)) as after_minor"
    " from rebate_appeal p join rebate_settlement_line n on n.id = p.line"
    " join rebate_settlement s on s.id = n.settlement join rebate_version v on v.id = s.version"
    " join account a on a.id = p.account"
)


async def list_own_appeals(viewer: Viewer, settlement_id: int | None = None) -> list[Appeal]:
    """Return the appeals of the viewer's dealers, newest first; of one settlement only when it is given."""
    own = in_scope(viewer, "a", policy=OWN)
    chosen, args = ("", ()) if settlement_id is None else (" and n.settlement = {}", (settlement_id,))
    rows = await fetch(f"{_APPEALS} where {own.sql}{chosen} order by p.id desc", *own.args, *args)
    return [_appeal(row) for row in rows]


async def find_own_evidence(viewer: Viewer, appeal_id: int) -> tuple[int, str]:
    """Return the stored file of an appeal's evidence and its name.

    Raises:
        NotFound: There is no such appeal of the viewer's, or it has no evidence.
    """
    own = in_scope(viewer, "a", policy=OWN)
    row = await fetch_one(
        "select p.evidence, p.evidence_name from rebate_appeal p join account a on a.id = p.account"
        f" where p.id = {{}} and p.evidence is not null and {own.sql}",
        appeal_id,
        *own.args,
    )
    if row is None:
        raise NotFound
    return row["evidence"], row["evidence_name"]


async def find_own_line(viewer: Viewer, line_id: int) -> Line:
    """Return a line of one of the viewer's dealers.

    Raises:
        NotFound: There is none, or it is of an account that is not a dealer of the viewer's.
    """
    line = await find_line(viewer, line_id)
    if line.account_id not in viewer.scope_for(OWN).dealer_ids:
        raise NotFound
    return line


def _settlement(row: Row) -> OwnSettlement:
    days = {name: as_date(row[name]) for name in ("period_on", "through_on", "preview_until_on")}
    sums = {name: int(row[name]) for name in ("amount_minor", "delta_minor")}
    kinds = {"kind": SettlementKind(row["kind"]), "state": SettlementState(row["state"])}
    return OwnSettlement(**{**row, **days, **sums, **kinds})


def _appeal(row: Row) -> Appeal:
    return Appeal(
        **{
            **row,
            "through_on": as_date(row["through_on"]),
            "due_on": as_date(row["due_on"]),
            "outcome": AppealOutcome(row["outcome"]),
        }
    )


async def accrued_by_version(account_id: int) -> dict[int, int]:
    """Return what is expected to date and not settled yet, by version, from the ledger; no scope."""
    rows = await fetch(
        "select o.version, -sum(p.amount_minor) as accrued from ledger_operation o"
        " join ledger_posting p on p.operation = o.id join ledger_account l on l.id = p.ledger_account"
        " where o.account = {} and o.version is not null and l.kind = 'accrued' group by o.version",
        account_id,
    )
    return {row["version"]: int(row["accrued"]) for row in rows}


async def list_standings(account_id: int) -> dict[int, list[StandingRow]]:
    """Return where a beneficiary stands with every component, by version; no scope."""
    rows = await fetch(
        "select t.version, t.id, t.account as account_id, '' as code, '' as name, t.component, t.as_of_on,"
        " t.basis, t.amount_minor, t.projected_basis, t.projected_minor, t.next_from, t.distance,"
        " t.gain_minor, t.reach_bp, t.tier_table from rebate_standing t where t.account = {} order by t.id",
        account_id,
    )
    found: dict[int, list[StandingRow]] = {}
    for row in rows:
        version = row.pop("version")
        found.setdefault(version, []).append(StandingRow(**{**row, "as_of_on": as_date(row["as_of_on"])}))
    return found


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted the terms for the dealer, and when."""

    on: dt.date
    name: str


async def find_acceptance(version_id: int, account_id: int) -> Acceptance | None:
    """Return a dealer's acceptance of a version; the name is empty for somebody not known any more."""
    row = await fetch_one(
        "select x.accepted_on, coalesce(u.name, '') as name from rebate_acceptance x"
        " left join login_user u on u.id = x.user_id where x.version = {} and x.account = {}",
        version_id,
        account_id,
    )
    return None if row is None else Acceptance(as_date(row["accepted_on"]) or dt.date.min, row["name"])


async def find_accounts(
    viewer: Viewer, settlement_id: int | None, *, code: str = "", region: str = ""
) -> dict[int, str]:
    """Return id and code of dealers the viewer may see, by code.

    Args:
        viewer: Who prints.
        settlement_id: Only those with lines in this settlement; None is any.
        code: Code of one dealer; empty = every one.
        region: Path of a region; its children are included. Empty = every region.
    """
    wanted = visible_accounts(viewer, "a")
    if settlement_id is not None:
        sql = "exists (select 1 from rebate_settlement_line n where n.settlement = {} and n.account = a.id)"
        wanted &= Condition(sql, (settlement_id,))
    if code:
        wanted &= Condition("a.code = {}", (code,))
    if region:
        wanted &= in_regions((region,), "a.region")
    rows = await fetch(f"select a.id, a.code from account a where {wanted.sql} order by a.code", *wanted.args)
    return {row["id"]: row["code"] for row in rows}
