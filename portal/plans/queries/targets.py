"""The target list in pages and the coverage map."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import ALWAYS, Condition, all_of, in_regions, in_scope, open_to_manufacturer
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.plans.policies import OWN, READ
from portal.plans.targeting import STAGES, Stage, WhiteSpace
from portal.search.model import RecordKind
from portal.search.queries import narrowed

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from portal.access import Signature, Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
_KINDS = (RecordKind.OUTLET, RecordKind.TERMINAL)
_HALF_BP = 5_000


@dataclass(frozen=True, slots=True)
class TargetFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of an account's name, its first consonants, or its code.
        region: Path of a region; its subtree is included.
        stage: A ``Stage``.
    """

    q: str = ""
    region: str = ""
    stage: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> TargetFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        if known["stage"] not in list(Stage):
            known["stage"] = ""
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be put on the list, with what its score is made from."""

    id: int
    code: str
    name: str
    dealer_id: int | None
    region_path: str | None
    seen_on: dt.date | None

    def signature(self, viewer: Viewer, policy_name: str) -> Signature:
        """Return whose name the viewer's action on this account carries."""
        return viewer.signature(policy_name, self.region_path, self.dealer_id)


_COLUMNS = (
    "select x.id, x.competitor, x.competitor_share_bp, x.share_source, x.score, x.score_parts, x.reason,"
    " x.added_at, x.stage, x.staged_at, x.shared_at, a.id as account_id, a.code, a.name, a.kind,"
    " coalesce(d.name, '') as dealer, coalesce(r.name, '') as region, coalesce(r.name_en, '') as region_en,"
    " coalesce(u.name, '') as added_by"
)
_TABLES = (
    " from target_account x join account a on a.id = x.account left join account d on d.id = a.dealer"
    " left join region r on r.id = a.region left join login_user u on u.id = x.added_by_user_id"
)


async def find_candidates(viewer: Viewer, codes: list[str], policy: str) -> dict[str, Candidate]:
    """Return outlets and retail points by code that the viewer may put on the list."""
    if not codes:
        return {}
    seen = in_scope(viewer, "a", policy=policy)
    if not viewer.is_dealer_side:
        seen = seen & Condition(open_to_manufacturer("a"))
    marks = ", ".join("{}" for _ in codes)
    rows = await fetch(
        "select a.id, a.code, a.name, a.dealer as dealer_id, g.path as region_path,"
        " (select max(v.visited_on) from visit v where v.account = a.id and v.cancelled_at is null"
        " and v.owner = 'manufacturer') as seen_on"
        f" from account a left join region g on g.id = a.region where a.code in ({marks})"
        " and a.kind in ('outlet', 'terminal') and a.merged_into is null and a.state <> 'closed'"
        f" and {seen.sql}",
        *(*codes, *seen.args),
    )
    return {row["code"]: Candidate(**row) for row in rows}


async def get_target(viewer: Viewer, target_id: int, policy: str) -> Row:
    """Return a target that is still on the list.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = in_scope(viewer, "a", policy=policy) & Condition(open_to_manufacturer("a"))
    row = await fetch_one(
        f"{_COLUMNS}{_TABLES} where x.id = {{}} and x.removed_at is null and {seen.sql}",
        *(target_id, *seen.args),
    )
    if row is None:
        raise NotFound
    return _with_parts(row)


async def list_targets(
    viewer: Viewer, wanted: TargetFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of the list, the highest score first, with the capped count of all."""
    where = await _where(viewer, wanted)
    counted = f"(select count(*) from (select 1{_TABLES} where {where.sql} limit {COUNT_CAP + 1}) n)"
    sql, args = _page(f"{_COLUMNS}, {counted} as total", where, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of([_with_parts(row) for row in rows], cursor, _key, limit=limit, total=total)


async def list_shared(viewer: Viewer, cursor: Cursor, *, limit: int = PAGE_SIZE) -> Page[Row]:
    """Return one page of what a dealer sees of the list: entries on his own accounts shown to him.

    Rows have ``id, account_id, code, name, kind, area, competitor, reason, stage, shared_at``. How much
    competitors hold, and the score, are not among them.
    """
    where = all_of(
        in_scope(viewer, "a", policy=OWN), Condition("x.removed_at is null and x.shared_at is not null")
    )
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = Condition(f"(a.name, x.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    rows = await fetch(
        "select x.id, a.id as account_id, a.code, a.name, a.kind, a.area, x.competitor, x.reason, x.stage,"
        " x.shared_at from target_account x join account a on a.id = x.account"
        f" where {both.sql} order by a.name {order}, x.id {order} limit {limit + 1}",
        *both.args,
    )
    return page_of(rows, cursor, lambda row: (row["name"], row["id"]), limit=limit)


async def iter_targets(
    viewer: Viewer, wanted: TargetFilter, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every target of the list in its order, in batches; for files."""
    where = await _where(viewer, wanted)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_COLUMNS, where, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def count_stages(viewer: Viewer, wanted: TargetFilter) -> dict[str, int]:
    """Return how many targets stand at each stage under the other limits."""
    where = await _where(viewer, TargetFilter(wanted.q, wanted.region))
    rows = await fetch(
        f"select x.stage, count(*) as n{_TABLES} where {where.sql} group by x.stage", *where.args
    )
    found = {row["stage"]: row["n"] for row in rows}
    return {stage.value: found.get(stage.value, 0) for stage in STAGES}


async def list_white_space(viewer: Viewer, region: str, since: dt.date) -> list[WhiteSpace]:
    """Return the coverage map: every area and channel with its counts, the widest gap first.

    Only retail points open to the viewer's side count: areas and channels are part of a dealer's own records.

    Args:
        viewer: Who asks.
        region: Path of a region; empty for the whole part.
        since: First day on which an order makes a retail point covered.
    """
    where = in_scope(viewer, "a", policy=READ) & Condition(open_to_manufacturer("a"))
    if region:
        where = where & in_regions((region,), "a.region")
    rows = await fetch(
        "select coalesce(r.name, '') as region, coalesce(r.name_en, '') as region_en, a.area,"
        " coalesce(t.channel, '') as channel, count(*) as universe,"
        " sum(case when exists (select 1 from document o where o.buyer = a.id and o.kind = 1"
        " and o.business_on >= {}) then 1 else 0 end) as covered,"
        " sum(case when x.competitor_share_bp is not null then 1 else 0 end) as known,"
        f" sum(case when x.competitor_share_bp >= {_HALF_BP} then 1 else 0 end) as held"
        " from account a left join terminal t on t.account = a.id left join region r on r.id = a.region"
        " left join target_account x on x.account = a.id and x.removed_at is null"
        f" where a.kind = 'terminal' and a.merged_into is null and a.state <> 'closed' and {where.sql}"
        " group by r.name, r.name_en, a.area, t.channel order by count(*) desc, r.name, a.area, t.channel"
        " limit 500",
        *(since, *where.args),
    )
    found = [WhiteSpace(**{**row, **{name: int(row[name] or 0) for name in _COUNTS}}) for row in rows]
    return sorted(found, key=lambda row: row.covered - row.universe)


_COUNTS = ("universe", "covered", "known", "held")


def _with_parts(row: Row) -> Row:
    parts = json.loads(row["score_parts"] or "{}")
    row["parts"] = {str(name): int(points) for name, points in parts.items()}
    return row


def _page(columns: str, where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    place = Condition(f"(x.score, x.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    return (
        f"{columns}{_TABLES} where {both.sql} order by x.score {order}, x.id {order} limit {limit + 1}",
        both.args,
    )


def _key(row: Row) -> Key:
    return row["score"], row["id"]


async def _where(viewer: Viewer, wanted: TargetFilter) -> Condition:
    limits = [
        Condition("x.removed_at is null"),
        in_scope(viewer, "a", policy=READ),
        Condition(open_to_manufacturer("a")),
    ]
    if wanted.stage:
        limits.append(Condition("x.stage = {}", (wanted.stage,)))
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.q:
        found = [await narrowed(kind, wanted.q, "a.id") for kind in _KINDS]
        either = " or ".join(f"({sql})" for sql, _ in found)
        limits.append(Condition(f"({either})", tuple(value for _, args in found for value in args)))
    return all_of(*limits)
