"""Settlements and their lines, for services, screens and documents."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import ALWAYS, Condition, visible_accounts
from portal.rebates.model import SettlementKind, SettlementState
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement as services and screens see it; amounts in minor units.

    Attributes:
        period_on: First day of the programme's period.
        through_on: Last day that counts.
        total_minor: Cumulative calculation of everybody.
        delta_minor: What it posts.
        booked_on: Accounting month, None before it is posted.
        preview_until_on: Last day on which dealers look at it before it is posted, or None.
    """

    id: int
    version_id: int
    program: str
    label: str
    kind: SettlementKind
    state: SettlementState
    period_on: dt.date
    through_on: dt.date
    sequence: int
    as_of_at: dt.datetime
    program_sha256: str
    inputs_id: int | None
    inputs_sha256: str
    results_sha256: str
    accounts: int
    total_minor: int
    delta_minor: int
    booked_on: dt.date | None
    preview_until_on: dt.date | None
    reason: str
    job_id: int | None
    opened_by: int | None
    posted_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a settlement; see the columns of ``rebate_settlement_line``.

    Attributes:
        tier: Place of the tier from 0, or None.
        exact: Amount before its one rounding, in minor units.
        amount_minor: Cumulative calculation.
        paid_minor: What earlier settlements posted.
        delta_minor: What this one posts.
        tier_table: Tier table the conditions chose; empty for the line's own tiers.
    """

    id: int
    settlement_id: int
    account_id: int
    code: str
    name: str
    component: str
    is_missing: bool
    basis: int
    compare: int | None
    months_with_orders: int
    grade: str
    tier: int | None
    rate_bp: int | None
    exact: Fraction
    amount_minor: int
    paid_minor: int
    delta_minor: int
    accrued_minor: int
    notes: tuple[str, ...]
    inputs_sha256: str
    tier_table: str = ""


_SELECT = (
    "select s.id, s.version as version_id, v.program, v.label, s.kind, s.state, s.period_on, s.through_on,"
    " s.sequence, s.as_of_at, s.program_sha256, s.inputs as inputs_id, s.inputs_sha256, s.results_sha256,"
    " s.accounts, s.total_minor, s.delta_minor, s.booked_on, s.preview_until_on, s.reason, s.job_id,"
    " s.opened_by_user_id as opened_by, s.posted_at"
    " from rebate_settlement s join rebate_version v on v.id = s.version"
)
_LINES = (
    "select n.id, n.settlement as settlement_id, n.account as account_id, a.code, a.name, n.component,"
    " n.is_missing, n.basis, n.compare, n.months_with_orders, n.grade, n.tier, n.rate_bp, n.exact_numerator,"
    " n.exact_denominator, n.amount_minor, n.paid_minor, n.delta_minor, n.accrued_minor, n.notes,"
    " n.inputs_sha256, n.tier_table from rebate_settlement_line n join account a on a.id = n.account"
)


async def get_settlement(settlement_id: int) -> Settlement:
    """Return a settlement.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_one(f"{_SELECT} where s.id = {{}}", settlement_id)
    if row is None:
        raise NotFound
    return _settlement(row)


async def list_settlements(version_id: int, *, accruals: bool = False) -> list[Settlement]:
    """Return the settlements of a version, newest first; accruals only when asked for."""
    hidden = "" if accruals else " and s.kind <> 'accrual'"
    rows = await fetch(f"{_SELECT} where s.version = {{}}{hidden} order by s.id desc", version_id)
    return [_settlement(row) for row in rows]


async def find_latest(version_id: int, period_on: dt.date) -> Settlement | None:
    """Return the latest posted settlement of a period, accruals apart, or None."""
    row = await fetch_one(
        f"{_SELECT} where s.version = {{}} and s.period_on = {{}} and s.state = 'posted'"
        " and s.kind <> 'accrual' order by s.id desc limit 1",
        version_id,
        period_on,
    )
    return None if row is None else _settlement(row)


async def find_open(version_id: int) -> int | None:
    """Return the settlement of a version that is on its way, not booked yet, or None."""
    row = await fetch_one(
        "select id from rebate_settlement where version = {} and state in ('computing', 'draft', 'posting')",
        version_id,
    )
    return None if row is None else int(row["id"])


async def list_lines(
    viewer: Viewer, settlement_id: int, *, after: tuple[str, int] = ("", 0), limit: int = 50
) -> list[Line]:
    """Return lines of a settlement the viewer may see, by account code.

    Args:
        viewer: Who asks.
        settlement_id: The settlement.
        after: Code and id of the last line of the page before.
        limit: At most so many.
    """
    seen = visible_accounts(viewer, "a") & shown_to(viewer)
    rows = await fetch(
        f"{_LINES} join rebate_settlement s on s.id = n.settlement where n.settlement = {{}}"
        f" and (a.code > {{}} or (a.code = {{}} and n.id > {{}})) and {seen.sql}"
        " order by a.code, n.id limit {}",
        settlement_id,
        after[0],
        after[0],
        after[1],
        *seen.args,
        limit,
    )
    return [_line(row) for row in rows]


async def find_line(viewer: Viewer, line_id: int) -> Line:
    """Return one line with the scope of the viewer applied.

    Raises:
        NotFound: There is none for the viewer.
    """
    seen = visible_accounts(viewer, "a") & shown_to(viewer)
    row = await fetch_one(
        f"{_LINES} join rebate_settlement s on s.id = n.settlement where n.id = {{}} and {seen.sql}",
        line_id,
        *seen.args,
    )
    if row is None:
        raise NotFound
    return _line(row)


def shown_to(viewer: Viewer) -> Condition:
    """Say that the viewer's side may see a settlement ``s``: dealers when it is posted, or under preview."""
    if not viewer.is_dealer_side:
        return ALWAYS
    preview = "(s.state = 'draft' and s.preview_until_on is not null)"
    return Condition(f"s.kind <> 'accrual' and (s.state in ('posting', 'posted') or {preview})")


async def lines_of(settlement_id: int, account_ids: tuple[int, ...] = ()) -> list[Line]:
    """Return the lines of a settlement, of all or some beneficiaries, by account and place; no scope."""
    marks = ", ".join("{}" for _ in account_ids)
    chosen = f" and n.account in ({marks})" if account_ids else ""
    rows = await fetch(
        f"{_LINES} where n.settlement = {{}}{chosen} order by n.account, n.place", settlement_id, *account_ids
    )
    return [_line(row) for row in rows]


async def results_sha256(settlement_id: int) -> str:
    """Return the hash of every stored line: a settlement run again has the same one."""
    digest = hashlib.sha256()
    for line in await lines_of(settlement_id):
        content = [
            line.code, line.component, line.is_missing, line.basis, line.compare, line.months_with_orders,
            line.grade, line.tier, str(line.exact), line.amount_minor, line.paid_minor, line.delta_minor,
            line.accrued_minor, list(line.notes), line.inputs_sha256,
            *([line.tier_table] if line.tier_table else []),
        ]  # fmt: skip
        digest.update(canonical_json(content).encode() + b"\n")
    return digest.hexdigest()


def _settlement(row: Row) -> Settlement:
    return Settlement(
        **{
            **row,
            "kind": SettlementKind(row["kind"]),
            "state": SettlementState(row["state"]),
            **{
                name: as_date(row[name])
                for name in ("period_on", "through_on", "booked_on", "preview_until_on")
            },
        }
    )


def _line(row: Row) -> Line:
    values = dict(row)
    exact = Fraction(int(values.pop("exact_numerator")), int(values.pop("exact_denominator")))
    values["is_missing"] = bool(values["is_missing"])
    values["notes"] = tuple(values["notes"].split())
    return Line(exact=exact, **values)
