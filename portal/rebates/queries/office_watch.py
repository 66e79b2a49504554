"""Who is within reach of a next tier, and what dealers appeal against; both in the scope of the viewer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import Condition, all_of, in_regions
from portal.paging import PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.rebates.model import AppealOutcome
from portal.rebates.queries.office import scope_of
from portal.search.model import RecordKind
from portal.search.queries import narrowed

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from portal.access import Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
# Name of the order → expression, key in the row, whether it falls.
SORTS: dict[str, tuple[str, str, bool]] = {
    "reach": ("t.reach_bp", "reach_bp", False),
    "gain": ("t.gain_minor", "gain_minor", True),
    "distance": ("t.distance", "distance", False),
}


@dataclass(frozen=True, slots=True)
class WatchFilter(UrlFilter):
    """Limits of the watch list, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of a name, its first consonants, or a code.
        region: Path of a region; its subtree is included.
        version: Id of a programme version as text.
        sort: A key of ``SORTS``.
    """

    q: str = ""
    region: str = ""
    version: str = ""
    sort: str = "reach"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> WatchFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        if known["sort"] not in SORTS:
            known["sort"] = "reach"
        if not (known["version"].isascii() and known["version"].isdigit() and len(known["version"]) < 16):  # noqa: PLR2004  fits 64 bits
            known["version"] = ""
        return cls(**known)


_WATCHED = (
    "select t.id, t.account as account_id, a.code, a.name, r.name as region, r.name_en as region_en,"
    " t.version as version_id, v.program, v.label, t.component, t.as_of_on, t.basis, t.amount_minor,"
    " t.projected_minor, t.next_from, t.distance, t.gain_minor, t.reach_bp from rebate_standing t"
    " join rebate_version v on v.id = t.version join account a on a.id = t.account"
    " left join region r on r.id = a.region"
)


async def list_watched(
    viewer: Viewer, wanted: WatchFilter, reach_bp: int, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of accounts whose next tier is at most a distance away and worth something.

    Args:
        viewer: Who asks.
        wanted: Limits and order.
        reach_bp: Farthest distance, in basis points of the sales the tier needs.
        cursor: Value ordered by and id of the row next to the page.
        limit: Rows of a page.
    """
    where = await _watched(viewer, wanted, reach_bp)
    column, name, falls = SORTS[wanted.sort]
    order, after = ("desc", "<") if cursor.backwards != falls else ("asc", ">")
    if cursor.key:
        where &= Condition(f"({column}, t.id) {after} ({{}}, {{}})", cursor.key)
    rows = await fetch(
        f"{_WATCHED} where {where.sql} order by {column} {order}, t.id {order} limit {limit + 1}", *where.args
    )
    for row in rows:
        row["as_of_on"] = as_date(row["as_of_on"])

    def key(row: Row) -> Key:
        return row[name], row["id"]

    return page_of(rows, cursor, key, limit=limit)


async def iter_watched(viewer: Viewer, wanted: WatchFilter, reach_bp: int) -> AsyncIterator[list[Row]]:
    """Yield the whole watch list in its order, in batches; for files."""

    async def read(cursor: Cursor) -> Sequence[Row]:
        return (await list_watched(viewer, wanted, reach_bp, cursor, limit=EXPORT_BATCH)).rows

    async for rows in in_batches(read, lambda row: (row[SORTS[wanted.sort][1]], row["id"]), EXPORT_BATCH):
        yield rows


async def sum_watched(viewer: Viewer, wanted: WatchFilter, reach_bp: int) -> Row:
    """Return how many accounts are within reach, what the next tiers are worth, and as of which day."""
    where = await _watched(viewer, wanted, reach_bp)
    row = await fetch_one(
        "select count(distinct t.account) as accounts, coalesce(sum(t.gain_minor), 0) as gain_minor,"
        " coalesce(sum(t.distance), 0) as distance, min(t.as_of_on) as as_of_on from rebate_standing t"
        f" join account a on a.id = t.account where {where.sql}",
        *where.args,
    )
    found = dict(row or {})
    found["as_of_on"] = as_date(found.get("as_of_on"))
    return found


async def last_as_of(version_id: int | None = None) -> dt.date | None:
    """Return the oldest day that standings are of, for one version or all; None where there are none."""
    chosen, args = ("", ()) if version_id is None else (" where version = {}", (version_id,))
    row = await fetch_one(f"select min(as_of_on) as day from rebate_standing{chosen}", *args)
    return as_date(row["day"]) if row else None


async def _watched(viewer: Viewer, wanted: WatchFilter, reach_bp: int) -> Condition:
    limits = [scope_of(viewer), Condition("t.reach_bp <= {} and t.gain_minor > 0", (reach_bp,))]
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.version:
        limits.append(Condition("t.version = {}", (int(wanted.version),)))
    if wanted.q:
        limits.append(Condition(*await narrowed(RecordKind.DEALER, wanted.q, "a.id")))
    return all_of(*limits)


_APPEALS = (
    "select p.id, p.account as account_id, a.code, a.name, p.text, p.evidence, p.evidence_name, p.raised_at,"
    " p.due_on, p.outcome, p.answer, p.answered_at, p.correction, u.name as raised_by, w.name as answered_by,"
    " n.id as line_id, n.component, n.amount_minor, n.delta_minor, n.settlement as settlement_id,"
    " s.version as version_id, s.kind, s.period_on, s.through_on, s.state as settlement_state, v.program,"
    " v.label from rebate_appeal p"
    " join account a on a.id = p.account join rebate_settlement_line n on n.id = p.line"
    " join rebate_settlement s on s.id = n.settlement join rebate_version v on v.id = s.version"
    " left join login_user u on u.id = p.raised_by_user_id"
    " left join login_user w on w.id = p.answered_by_user_id"
)


async def list_appeals(viewer: Viewer, outcome: str, cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[Row]:
    """Return appeals of the viewer's part, what is due first on top; of one outcome when it is given."""
    seen = scope_of(viewer)
    chosen = f" and p.outcome = '{outcome}'" if outcome in list(AppealOutcome) else ""
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    rank = "case when p.outcome = 'open' then 0 else 1 end"
    place = f" and ({rank}, p.due_on, p.id) {after} ({{}}, {{}}, {{}})" if cursor.key else ""
    args: tuple[Any, ...] = ()
    if cursor.key:
        args = (cursor.key[0], dt.date.fromisoformat(str(cursor.key[1])), cursor.key[2])
    rows = await fetch(
        f"{_APPEALS} where {seen.sql}{chosen}{place} order by {rank} {order}, p.due_on {order}, p.id {order}"
        f" limit {limit + 1}",
        *seen.args,
        *args,
    )
    found = [_appeal(row) for row in rows]
    return page_of(found, cursor, _appeal_key, limit=limit)


async def find_appeal(viewer: Viewer, appeal_id: int) -> Row:
    """Return one appeal.

    Raises:
        NotFound: There is none for the viewer.
    """
    seen = scope_of(viewer)
    row = await fetch_one(f"{_APPEALS} where p.id = {{}} and {seen.sql}", appeal_id, *seen.args)
    if row is None:
        raise NotFound
    return _appeal(row)


def _appeal(row: Row) -> Row:
    days = {name: as_date(row[name]) for name in ("due_on", "period_on", "through_on")}
    return {**row, **days}


def _appeal_key(row: Row) -> Key:
    return int(row["outcome"] != "open"), row["due_on"].isoformat(), row["id"]
