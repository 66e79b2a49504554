"""What a beneficiary reads: earned, settled, paid and expected, line by line; and who is near a next tier."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import visible_accounts
from portal.rebates.model import Acceptance, SettlementState, VersionState
from portal.rebates.queries.ledger import Balance, balance_of, require_account
from portal.rebates.queries.settlements import Line, Settlement, get_settlement, lines_of, shown_to
from portal.rebates.queries.versions import get_version, has_accepted, program_of
from rules.rebate import Component, Program

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class StandingRow:
    """Where a beneficiary stands with a component as of a day; see ``rebate_standing``."""

    account_id: int
    code: str
    name: str
    component: str
    as_of_on: dt.date
    basis: int | None
    amount_minor: int
    projected_basis: int | None
    projected_minor: int
    next_from: int | None
    distance: int | None
    gain_minor: int | None
    reach_bp: int | None
    id: int = 0
    tier_table: str = ""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of a statement with everything that derives it.

    Attributes:
        line: As settled.
        component: What the programme says.
    """

    line: Line
    component: Component


@dataclass(frozen=True, slots=True)
class Statement:
    """A beneficiary's account with a version; amounts in minor units.

    Attributes:
        settlement: The settlement shown, or None before the first one.
        lines: Its lines; their amounts add up to ``earned_minor``.
        earned_minor: Cumulative calculation of the settlement.
        due_minor: What the settlement posts.
        is_preview: Whether it is shown before it is posted.
        settled_minor: Made payable for the version so far, by the ledger.
        accrued_minor: Expected on top of it, by the ledger.
        standings: To date, from the last accrual.
        projected_minor: What the standings expect at the end: no promise.
        balance: Everything the beneficiary is owed, by the ledger.
    """

    account_id: int
    code: str
    name: str
    version_id: int
    label: str
    program: Program
    accepted: bool
    settlement: Settlement | None
    lines: tuple[StatementLine, ...]
    earned_minor: int
    due_minor: int
    is_preview: bool
    settled_minor: int
    accrued_minor: int
    standings: tuple[StandingRow, ...]
    projected_minor: int
    balance: Balance


@dataclass(frozen=True, slots=True)
class ProgramOfAccount:
    """A version that concerns a beneficiary, for the list of his programmes."""

    version_id: int
    program: str
    label: str
    effective_from: dt.date
    effective_until: dt.date
    binding: Acceptance
    earned_minor: int
    projected_minor: int


_STANDING = (
    "select t.id, t.account as account_id, a.code, a.name, t.component, t.as_of_on, t.basis, t.amount_minor,"
    " t.projected_basis, t.projected_minor, t.next_from, t.distance, t.gain_minor, t.reach_bp,"
    " t.tier_table from rebate_standing t join account a on a.id = t.account"
)


async def statement_of(
    account_id: int, version_id: int, viewer: Viewer, settlement_id: int | None = None
) -> Statement:
    """Return the statement of a beneficiary for a version, as of its latest settlement or a chosen one.

    Dealers see posted settlements, and one under preview.

    Raises:
        NotFound: Account, version or settlement is not there for the viewer.
    """
    await require_account(viewer, account_id)
    version = await get_version(version_id)
    if version.state is not VersionState.APPROVED:
        raise NotFound
    program = await program_of(version_id)
    account = await fetch_one("select code, name, kind from account where id = {}", account_id)
    if account is None or account["kind"] != program.beneficiary:
        raise NotFound
    settlement = await _settlement_for(viewer, version_id, account_id, settlement_id)
    lines = await lines_of(settlement.id, (account_id,)) if settlement else []
    held = await fetch_one(_HELD, version_id, account_id)
    standings = tuple(
        _standing(row)
        for row in await fetch(
            f"{_STANDING} where t.version = {{}} and t.account = {{}} order by t.id", version_id, account_id
        )
    )
    return Statement(
        account_id=account_id,
        code=account["code"],
        name=account["name"],
        version_id=version_id,
        label=version.label,
        program=program,
        accepted=await has_accepted(version_id, account_id),
        settlement=settlement,
        lines=tuple(StatementLine(line, program.component(line.component)) for line in lines),
        earned_minor=sum(line.amount_minor for line in lines),
        due_minor=sum(line.delta_minor for line in lines),
        is_preview=settlement is not None and settlement.state is not SettlementState.POSTED,
        settled_minor=held["settled"] if held else 0,
        accrued_minor=held["accrued"] if held else 0,
        standings=standings,
        projected_minor=sum(row.projected_minor for row in standings),
        balance=await balance_of(account_id),
    )


_HELD = (
    "select coalesce(sum(case when l.kind = 'payable' then -p.amount_minor else 0 end), 0) as settled,"
    " coalesce(sum(case when l.kind = 'accrued' then -p.amount_minor else 0 end), 0) as accrued"
    " from ledger_operation o join ledger_posting p on p.operation = o.id"
    " join ledger_account l on l.id = p.ledger_account where o.version = {} and o.account = {}"
)


async def _settlement_for(
    viewer: Viewer, version_id: int, account_id: int, settlement_id: int | None
) -> Settlement | None:
    """Return the chosen settlement, or the latest that has lines of the beneficiary."""
    shown = "s.state in ('draft', 'posting', 'posted')"
    if viewer.is_dealer_side:
        shown = shown_to(viewer).sql
    chosen, args = ("", ()) if settlement_id is None else (" and s.id = {}", (settlement_id,))
    row = await fetch_one(
        f"select s.id from rebate_settlement s where s.version = {{}} and s.kind <> 'accrual' and {shown}"  # noqa: S608  from code
        " and exists (select 1 from rebate_settlement_line n where n.settlement = s.id and n.account = {})"
        f"{chosen} order by s.id desc limit 1",
        version_id,
        account_id,
        *args,
    )
    if row is None and settlement_id is not None:
        raise NotFound
    return None if row is None else await get_settlement(row["id"])


async def list_programs_of(viewer: Viewer, account_id: int, today: dt.date) -> list[ProgramOfAccount]:
    """Return approved and announced versions for the kind of an account, the one that begins last first.

    Raises:
        NotFound: There is no such account for the viewer.
    """
    await require_account(viewer, account_id)
    rows = await fetch(
        "select v.id, v.program, v.label, v.effective_from, v.effective_until,"
        " (v.is_by_contract or v.beneficiary <> 'dealer') as is_open, exists (select 1"
        " from rebate_acceptance x where x.version = v.id and x.account = a.id) as accepted,"
        " coalesce((select sum(t.amount_minor) from rebate_standing t where t.version = v.id"
        " and t.account = a.id), 0) as earned, coalesce((select sum(t.projected_minor) from rebate_standing t"
        " where t.version = v.id and t.account = a.id), 0) as projected"
        " from account a join rebate_version v on v.beneficiary = a.kind"
        " where a.id = {} and v.state = 'approved' and v.announced_on <= {}"
        " order by v.effective_from desc, v.id desc",
        account_id,
        today,
    )
    return [
        ProgramOfAccount(
            row["id"],
            row["program"],
            row["label"],
            as_date(row["effective_from"]) or dt.date.min,
            as_date(row["effective_until"]) or dt.date.min,
            _binding(row),
            row["earned"],
            row["projected"],
        )
        for row in rows
    ]


def _binding(row: Row) -> Acceptance:
    if row["accepted"]:
        return Acceptance.DEALER
    return Acceptance.CONTRACT if row["is_open"] else Acceptance.NONE


async def watch_list(
    version_id: int,
    viewer: Viewer,
    *,
    reach_bp: int = 1000,
    after: tuple[int, int] = (-1, 0),
    limit: int = 50,
) -> list[StandingRow]:
    """Return beneficiaries near their next tier that the viewer may see, the nearest first.

    Args:
        version_id: Programme version.
        viewer: Who asks.
        reach_bp: Farthest distance, in basis points of the sales the tier needs.
        after: ``reach_bp`` and id of the last row of the page before.
        limit: At most so many.
    """
    seen = visible_accounts(viewer, "a")
    rows = await fetch(
        f"{_STANDING} where t.version = {{}} and t.reach_bp <= {{}} and t.gain_minor > 0"
        " and (t.reach_bp > {} or (t.reach_bp = {} and t.id > {}))"
        f" and {seen.sql} order by t.reach_bp, t.id limit {{}}",
        version_id,
        reach_bp,
        after[0],
        after[0],
        after[1],
        *seen.args,
        limit,
    )
    return [_standing(row) for row in rows]


def _standing(row: Row) -> StandingRow:
    return StandingRow(**{**row, "as_of_on": as_date(row["as_of_on"])})
