"""What the manufacturer's people list of programmes and settlements, with their scope applied in SQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one, fetch_value
from portal.network.scope import ALWAYS, Condition, all_of, in_regions, visible_accounts
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.rebates.model import SettlementKind, SettlementState
from portal.rebates.policies import READ
from portal.search.model import RecordKind
from portal.search.queries import narrowed

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from portal.access import Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
_KINDS = {"dealer": RecordKind.DEALER, "outlet": RecordKind.OUTLET, "terminal": RecordKind.TERMINAL}
_TRADING = "a.kind = 'dealer' and a.merged_into is null and a.state in ('existing', 'dormant')"
SHOWN = {
    "more": "n.delta_minor > 0",
    "less": "n.delta_minor < 0",
    "nothing": "n.amount_minor = 0",
    "noted": "n.notes <> ''",
    "missing": "n.is_missing",
}


def scope_of(viewer: Viewer) -> Condition:
    """Say that the viewer may see an account ``a``."""
    return visible_accounts(viewer, "a")


def sees_all(viewer: Viewer) -> bool:
    """Tell whether sums of everybody may be shown to the viewer."""
    return viewer.scope_for(READ).everything


async def names_of(user_ids: Collection[int | None]) -> dict[int, str]:
    """Return the names of people by id."""
    wanted = sorted({number for number in user_ids if number is not None})
    if not wanted:
        return {}
    marks = ", ".join("{}" for _ in wanted)
    rows = await fetch(f"select id, name from login_user where id in ({marks})", *wanted)
    return {row["id"]: row["name"] for row in rows}


async def people_of(version_id: int) -> Row:
    """Return who wrote, submitted and approved a version, with the instants."""
    row = await fetch_one(
        "select author_user_id as author, created_at, edited_by_user_id as editor, edited_at,"
        " submitted_by_user_id as submitter, submitted_at, approved_by_user_id as approver, approved_at"
        " from rebate_version where id = {}",
        version_id,
    )
    found = dict(row or {})
    names = await names_of([found.get(part) for part in ("author", "editor", "submitter", "approver")])
    for part in ("author", "editor", "submitter", "approver"):
        found[part] = names.get(found.get(part) or 0, "")
    return found


async def count_acceptances(viewer: Viewer) -> tuple[dict[int, int], int]:
    """Return by version how many dealers of the viewer's accepted it, and how many dealers there are."""
    seen = scope_of(viewer)
    rows = await fetch(
        "select x.version, count(*) as n from rebate_acceptance x join account a on a.id = x.account"
        f" where {seen.sql} group by x.version",
        *seen.args,
    )
    dealers = await fetch_value(f"select count(*) from account a where {_TRADING} and {seen.sql}", *seen.args)
    return {row["version"]: row["n"] for row in rows}, dealers


async def list_acceptances(
    viewer: Viewer, version_id: int, cursor: Cursor, *, waiting: bool = False, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return trading dealers with the day they accepted a version, by code.

    Args:
        viewer: Who asks.
        version_id: The version.
        cursor: Code and id of the row next to the page.
        waiting: Only those that have not accepted.
        limit: Rows of a page.
    """
    seen = scope_of(viewer)
    only = " and x.id is null" if waiting else ""
    sql = (
        "select a.id, a.code, a.name, r.name as region, r.name_en as region_en, x.accepted_on, u.name as who"
        " from account a left join region r on r.id = a.region"
        " left join rebate_acceptance x on x.account = a.id and x.version = {}"
        f" left join login_user u on u.id = x.user_id where {_TRADING} and {seen.sql}{only}"
    )
    page, args = keyed(cursor, "a.code", "a.id", limit)
    rows = await fetch(f"{sql}{page}", version_id, *seen.args, *args)
    for row in rows:
        row["accepted_on"] = as_date(row["accepted_on"])
    return page_of(rows, cursor, _code_key, limit=limit)


async def owners_waiting(version_id: int) -> list[Row]:
    """Return people who can accept a version for a dealer that has not: login, name, e-mail, dealer."""
    return await fetch(
        "select distinct u.id, u.name, u.work_email as email, u.locale, a.name as dealer from account a"
        " join role_grant g on g.account_id = a.id and g.role = 'dealer_owner' and g.state = 'active'"
        " join login_user u on u.id = g.user_id and u.active"
        " left join rebate_acceptance x on x.account = a.id and x.version = {}"
        f" where {_TRADING} and x.id is null order by u.id",
        version_id,
    )


def keyed(cursor: Cursor, text: str, number: str, limit: int) -> tuple[str, tuple[Any, ...]]:
    """Return the end of a query that reads a page ordered by a text and an id, and its values."""
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = f" and ({text}, {number}) {after} ({{}}, {{}})" if cursor.key else ""
    return f"{place} order by {text} {order}, {number} {order} limit {limit + 1}", cursor.key


def _code_key(row: Row) -> Key:
    return row["code"], row["id"]


def _id_key(row: Row) -> Key:
    return (row["id"],)


@dataclass(frozen=True, slots=True)
class SettlementFilter(UrlFilter):
    """Limits of the list of settlements, as in the URL; an empty one is no limit.

    Attributes:
        program: Family of programmes.
        kind: A ``SettlementKind``.
        state: A ``SettlementState``.
    """

    program: str = ""
    kind: str = ""
    state: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> SettlementFilter:
        """Read the filter from a URL's parameters; unknown values are no limit."""
        kind, state = query.get("kind", ""), query.get("state", "")
        return cls(
            query.get("program", "")[:40],
            kind if kind in list(SettlementKind) else "",
            state if state in list(SettlementState) else "",
        )


async def list_settlement_rows(
    viewer: Viewer, wanted: SettlementFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return settlements, newest first; accruals only when asked for. Sums are those of the viewer's part."""
    limits = [
        Condition(f"{column} = {{}}", (value,))
        for column, value in (
            ("v.program", wanted.program),
            ("s.kind", wanted.kind),
            ("s.state", wanted.state),
        )
        if value
    ]
    if not wanted.kind:
        limits.append(Condition("s.kind <> 'accrual'"))
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    place = Condition(f"s.id {after} {{}}", cursor.key) if cursor.key else ALWAYS
    where = all_of(*limits, place)
    rows = await fetch(
        "select s.id, s.version as version_id, v.program, v.label, s.kind, s.state, s.period_on,"
        " s.through_on, s.accounts, s.total_minor, s.delta_minor, s.booked_on, s.preview_until_on,"
        " s.posted_at, s.opened_at from rebate_settlement s join rebate_version v on v.id = s.version"
        f" where {where.sql} order by s.id {order} limit {limit + 1}",
        *where.args,
    )
    if not sees_all(viewer):
        await _own_sums(viewer, rows)
    for row in rows:
        row.update({name: as_date(row[name]) for name in ("period_on", "through_on", "preview_until_on")})
    return page_of(rows, cursor, _id_key, limit=limit)


async def _own_sums(viewer: Viewer, rows: list[Row]) -> None:
    """Replace the sums of everybody by those of the viewer's part."""
    seen = scope_of(viewer)
    if not rows:
        return
    marks = ", ".join("{}" for _ in rows)
    found = await fetch(
        "select n.settlement, count(distinct n.account) as accounts, sum(n.amount_minor) as total_minor,"
        " sum(n.delta_minor) as delta_minor from rebate_settlement_line n join account a on a.id = n.account"
        f" where n.settlement in ({marks}) and {seen.sql} group by n.settlement",
        *(row["id"] for row in rows),
        *seen.args,
    )
    own = {row["settlement"]: row for row in found}
    for row in rows:
        sums = own.get(row["id"], {})
        row.update({name: sums.get(name, 0) for name in ("accounts", "total_minor", "delta_minor")})


@dataclass(frozen=True, slots=True)
class LineFilter(UrlFilter):
    """Limits of the lines of a settlement, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of a name, its first consonants, or a code.
        region: Path of a region; its subtree is included.
        component: Component of the programme.
        shown: A key of ``SHOWN``.
    """

    q: str = ""
    region: str = ""
    component: str = ""
    shown: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> LineFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        if known["shown"] not in SHOWN:
            known["shown"] = ""
        return cls(**known)


_LINES = (
    " from rebate_settlement_line n join account a on a.id = n.account"
    " left join region r on r.id = a.region where n.settlement = {}"
)
_LINE_COLUMNS = (
    "select n.id, n.account as account_id, a.code, a.name, r.name as region, r.name_en as region_en,"
    " n.component, n.is_missing, n.basis, n.compare, n.months_with_orders, n.grade, n.tier, n.rate_bp,"
    " n.exact_numerator, n.exact_denominator, n.amount_minor, n.paid_minor, n.delta_minor, n.accrued_minor,"
    " n.notes, n.inputs_sha256, n.tier_table"
)


async def list_line_rows(
    viewer: Viewer,
    settlement_id: int,
    wanted: LineFilter,
    cursor: Cursor,
    *,
    beneficiary: str = "dealer",
    limit: int = PAGE_SIZE,
) -> Page[Row]:
    """Return one page of a settlement's lines that the viewer may see, by code, with the capped count."""
    where = await _line_limits(viewer, wanted, beneficiary)
    page, args = keyed(cursor, "a.code", "n.id", limit)
    rows = await fetch(f"{_LINE_COLUMNS}{_LINES} and {where.sql}{page}", settlement_id, *where.args, *args)
    counted = await fetch_value(
        f"select count(*) from (select 1{_LINES} and {where.sql} limit {COUNT_CAP + 1}) x",
        settlement_id,
        *where.args,
    )
    return page_of(rows, cursor, _code_key, limit=limit, total=counted)


async def iter_line_rows(
    viewer: Viewer, settlement_id: int, wanted: LineFilter, beneficiary: str = "dealer"
) -> AsyncIterator[list[Row]]:
    """Yield every line of the list in its order, in batches; for files."""
    where = await _line_limits(viewer, wanted, beneficiary)

    async def read(cursor: Cursor) -> list[Row]:
        page, args = keyed(cursor, "a.code", "n.id", EXPORT_BATCH - 1)
        return await fetch(
            f"{_LINE_COLUMNS}{_LINES} and {where.sql}{page}", settlement_id, *where.args, *args
        )

    async for rows in in_batches(read, _code_key, EXPORT_BATCH):
        yield rows


async def sum_lines(viewer: Viewer, settlement_id: int, wanted: LineFilter, beneficiary: str) -> Row:
    """Return accounts, earned, settled before and posted now over the lines of a filter."""
    where = await _line_limits(viewer, wanted, beneficiary)
    row = await fetch_one(
        "select count(distinct n.account) as accounts, coalesce(sum(n.amount_minor), 0) as amount_minor,"
        " coalesce(sum(n.paid_minor), 0) as paid_minor, coalesce(sum(n.delta_minor), 0) as delta_minor"
        f"{_LINES} and {where.sql}",
        settlement_id,
        *where.args,
    )
    return row or {}


async def _line_limits(viewer: Viewer, wanted: LineFilter, beneficiary: str) -> Condition:
    limits = [scope_of(viewer)]
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.component:
        limits.append(Condition("n.component = {}", (wanted.component,)))
    if wanted.shown:
        limits.append(Condition(SHOWN[wanted.shown]))
    if wanted.q:
        limits.append(Condition(*await narrowed(_KINDS[beneficiary], wanted.q, "a.id")))
    return all_of(*limits)


async def find_corrected(settlement_id: int) -> int | None:
    """Return the posted settlement a correction comes after, or None."""
    found: int | None = await fetch_value(
        "select max(p.id) from rebate_settlement p join rebate_settlement s on s.version = p.version"
        " and s.period_on = p.period_on where s.id = {} and p.id < s.id and p.kind <> 'accrual'"
        " and p.state = 'posted'",
        settlement_id,
    )
    return found


async def list_differences(
    viewer: Viewer, settlement_id: int, before_id: int, limit: int = PAGE_SIZE
) -> list[Row]:
    """Return lines whose figures differ between two settlements, the largest difference first."""
    seen = scope_of(viewer)
    return await fetch(
        "select n.id, n.account as account_id, a.code, a.name, n.component, b.basis as basis_before, n.basis,"
        " b.amount_minor as before_minor, n.amount_minor, n.delta_minor from rebate_settlement_line n"
        " join account a on a.id = n.account left join rebate_settlement_line b on b.settlement = {}"
        " and b.account = n.account and b.component = n.component where n.settlement = {}"
        " and (b.id is null or b.amount_minor <> n.amount_minor or b.basis <> n.basis)"
        f" and {seen.sql} order by abs(n.amount_minor - coalesce(b.amount_minor, 0)) desc, n.id limit {{}}",
        before_id,
        settlement_id,
        *seen.args,
        limit,
    )


async def settled_parts(version_ids: Collection[int]) -> dict[int, set[tuple[dt.date, str, dt.date]]]:
    """Return what of versions' calendars was opened and not put away, by version: period, kind, last day."""
    if not version_ids:
        return {}
    marks = ", ".join("{}" for _ in version_ids)
    rows = await fetch(
        f"select version, period_on, kind, through_on from rebate_settlement where version in ({marks})"
        " and kind <> 'accrual' and state not in ('cancelled', 'failed')",
        *version_ids,
    )
    found: dict[int, set[tuple[dt.date, str, dt.date]]] = {}
    for row in rows:
        period_on, through_on = as_date(row["period_on"]), as_date(row["through_on"])
        part = (period_on or dt.date.min, row["kind"], through_on or dt.date.min)
        found.setdefault(row["version"], set()).add(part)
    return found
