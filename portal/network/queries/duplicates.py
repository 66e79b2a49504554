"""Suspected duplicates: the queue, one pair side by side, what was merged and may be taken back.

A pair is there for a viewer who may see both of its accounts, and for nobody else.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import fetch, fetch_one
from portal.errors import NotFound
from portal.network.model import Kind, Owner, State
from portal.network.policies import MERGE
from portal.network.scope import (
    ALWAYS,
    Condition,
    all_of,
    in_regions,
    in_scope,
    living,
    today,
    visible_accounts,
    visible_sell_through,
)
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Page, UrlFilter, in_batches, page_of
from rules.duplicates.likeness import Reason, Sign

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from portal.access import Viewer
    from portal.paging import Key

# ruff: noqa: S608  the pieces joined here are conditions from code; values are bound

Row = dict[str, Any]
EXPORT_BATCH = 2000
STATES = ("open", "different", "merged")


@dataclass(frozen=True, slots=True)
class PairFilter(UrlFilter):
    """What the queue's URL says; empty text means no limit.

    Attributes:
        state: ``open``, ``different`` or ``merged``.
        kind: ``outlet`` or ``terminal``.
        region: Path of a region that holds both accounts.
        area: Area (구역) of either account, as written.
        dealer: Code of either account's dealer.
        across: ``yes`` for pairs of two dealers, ``no`` for pairs of one.
    """

    state: str = "open"
    kind: str = ""
    region: str = ""
    area: str = ""
    dealer: str = ""
    across: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> PairFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        if known["state"] not in STATES:
            known["state"] = "open"
        return cls(**{name: value for name, value in known.items() if value})


def _party(alias: str) -> str:
    names = ("id", "kind", "code", "name", "area", "owner", "state")
    own = ", ".join(f"{alias}.{name} as {alias}_{name}" for name in names)
    return (
        f"{own}, coalesce({alias}o.address, {alias}t.address, '') as {alias}_address,"
        f" coalesce({alias}o.phone, {alias}t.phone, '') as {alias}_phone,"
        f" {alias}.dealer as {alias}_dealer_id, coalesce({alias}d.name, '') as {alias}_dealer"
    )


def _joined(alias: str, column: str) -> str:
    return (
        f" join account {alias} on {alias}.id = p.{column}"
        f" left join outlet {alias}o on {alias}o.account = {alias}.id"
        f" left join terminal {alias}t on {alias}t.account = {alias}.id"
        f" left join account {alias}d on {alias}d.id = {alias}.dealer"
    )


_FROM = f" from duplicate_pair p{_joined('a', 'first')}{_joined('b', 'second')}"
_SELECT = f"select p.id, p.score, p.reasons, p.state, p.found_at, p.decided_at, {_party('a')}, {_party('b')}"
_MERGE_OF = (
    "(select m.id from account_merge m where m.undone_at is null and"
    " ((m.kept = p.first and m.gone = p.second) or (m.kept = p.second and m.gone = p.first)))"
)


async def list_pairs(
    viewer: Viewer, wanted: PairFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of pairs, the most suspicious first, with the capped count of all."""
    where = _where(viewer, wanted)
    counted = f"select count(*) from (select 1{_FROM} where {where.sql} limit {COUNT_CAP + 1}) n"
    rows = await _rows(where, cursor, limit, f", ({counted}) as total", where.args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key, limit=limit, total=total)


async def iter_pairs(viewer: Viewer, wanted: PairFilter) -> AsyncIterator[list[Row]]:
    """Yield every pair of the list in its order, in batches; for exports."""
    where = _where(viewer, wanted)

    async def read(cursor: Cursor) -> list[Row]:
        return await _rows(where, cursor, EXPORT_BATCH - 1)

    async for rows in in_batches(read, _key, EXPORT_BATCH):
        yield rows


async def count_pairs(viewer: Viewer, wanted: PairFilter, *, cap: int) -> int:
    """Count the pairs of the list, up to a cap."""
    where = _where(viewer, wanted)
    rows = await fetch(
        f"select count(*) as n from (select 1{_FROM} where {where.sql} limit {int(cap)}) c", *where.args
    )
    return int(rows[0]["n"])


async def _rows(
    where: Condition, cursor: Cursor, limit: int, more: str = "", args: tuple[Any, ...] = ()
) -> list[Row]:
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    place = Condition(f"(p.score, p.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    rows = await fetch(
        f"{_SELECT}, {_MERGE_OF} as merge_id{more}{_FROM} where {both.sql}"
        f" order by p.score {order}, p.id {order} limit {limit + 1}",
        *(*args, *both.args),
    )
    return [{**row, "reasons": read_reasons(row["reasons"])} for row in rows]


def _key(row: Row) -> Key:
    return row["score"], row["id"]


def read_reasons(text: str) -> list[Reason]:
    """Return the reasons as they were written down."""
    return [Reason(Sign(entry["sign"]), entry["points"], entry["measure"]) for entry in json.loads(text)]


def _seen(viewer: Viewer) -> Condition:
    return visible_accounts(viewer, "a") & visible_accounts(viewer, "b")


def _where(viewer: Viewer, wanted: PairFilter) -> Condition:
    limits = [Condition("p.state = {}", (wanted.state,)), _seen(viewer)]
    if wanted.state != "merged":
        limits += [living(viewer, "a"), living(viewer, "b")]
    if wanted.kind:
        limits.append(Condition("a.kind = {}", (wanted.kind,)))
    if wanted.region:
        limits += [in_regions((wanted.region,), f"{alias}.region") for alias in "ab"]
    if wanted.area:
        limits.append(Condition("(a.area = {} or b.area = {})", (wanted.area, wanted.area)))
    if wanted.dealer:
        limits.append(Condition("(ad.code = {} or bd.code = {})", (wanted.dealer, wanted.dealer)))
    if wanted.across in ("yes", "no"):
        sign = "<>" if wanted.across == "yes" else "="
        limits.append(Condition(f"coalesce(a.dealer, 0) {sign} coalesce(b.dealer, 0)"))
    return all_of(*limits)


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two accounts, with everything that is compared.

    Attributes:
        values: Field → value, the fields of its kind; see ``MERGED_FIELDS``.
        bought_minor: What it bought within the last twelve months; None where it is not the viewer's.
        last_month_on: Month of its last purchase within them.
    """

    id: int
    kind: Kind
    code: str
    name: str
    state: State
    owner: Owner
    dealer_id: int | None
    dealer: str
    is_stub: bool
    merged_into: int | None
    created_at: dt.datetime
    region_name: str
    region_name_en: str
    bought_minor: int | None
    last_month_on: dt.date | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PairDetail:
    """A pair side by side, and what the viewer may do with it.

    Attributes:
        gone_ids: Accounts that the viewer may merge into the other one; empty when others decide.
        merge_id: The merge that stands, or None.
    """

    id: int
    score: int
    state: str
    reasons: tuple[Reason, ...]
    found_at: dt.datetime
    first: Party
    second: Party
    gone_ids: frozenset[int]
    merge_id: int | None

    @property
    def is_across(self) -> bool:
        """Whether the accounts belong to two dealers."""
        return self.first.dealer_id != self.second.dealer_id

    def other_of(self, account_id: int) -> Party:
        """Return the party that is not the given one."""
        return self.second if account_id == self.first.id else self.first


COMMON_FIELDS = ("name", "region", "area", "address", "phone")
MERGED_FIELDS = {
    Kind.OUTLET: (*COMMON_FIELDS, "business_number", "place"),
    Kind.TERMINAL: (*COMMON_FIELDS, "channel", "trade_type", "place"),
}
_PARTY = (
    "select a.id, a.kind, a.code, a.name, a.state, a.owner, a.dealer as dealer_id, coalesce(d.name, '') as"
    " dealer, a.is_stub, a.merged_into, a.created_at, coalesce(r.name, '') as region_name,"
    " coalesce(r.name_en, '') as region_name_en, a.region, a.area,"
    " coalesce(o.address, t.address, '') as address,"
    " coalesce(o.phone, t.phone, '') as phone, o.business_number, coalesce(t.channel, '') as channel,"
    " coalesce(t.trade_type, '') as trade_type, coalesce(o.latitude_micro, t.latitude_micro) as latitude,"
    " coalesce(o.longitude_micro, t.longitude_micro) as longitude"
)


async def get_pair(viewer: Viewer, pair_id: int) -> PairDetail:
    """Return a pair whose accounts the viewer may both see.

    Raises:
        NotFound: There is none, or not for this viewer.
    """
    seen = _seen(viewer)
    row = await fetch_one(
        f"select p.id, p.score, p.state, p.reasons, p.found_at, p.first, p.second, {_MERGE_OF} as merge_id"
        " from duplicate_pair p join account a on a.id = p.first join account b on b.id = p.second"
        f" where p.id = {{}} and {seen.sql}",
        *(pair_id, *seen.args),
    )
    if row is None:
        raise NotFound
    parties = await _parties(viewer, row["first"], row["second"])
    first, second = parties[row["first"]], parties[row["second"]]
    keeps = await _kept_by(viewer, first.id, second.id)
    return PairDetail(
        row["id"], row["score"], row["state"], tuple(read_reasons(row["reasons"])), row["found_at"],
        first, second, may_go(viewer, first, second) if keeps else frozenset(), row["merge_id"],
    )  # fmt: skip


async def _parties(viewer: Viewer, *ids: int) -> dict[int, Party]:
    """Return both accounts; what they bought is asked for only where it is open to the viewer."""
    year_ago = today(viewer).replace(day=1) - dt.timedelta(days=364)
    opened = visible_sell_through(viewer, "a")
    months = (
        "(select {} from account_month m where m.account = a.id and m.side = 1 and m.level = 2"
        " and m.month_on >= {{}})"
    )
    bought, last = months.format("coalesce(sum(m.net_minor), 0)"), months.format("max(m.month_on)")
    rows = await fetch(
        f"{_PARTY}, case when {opened.sql} then {bought} end as bought_minor,"
        f" case when {opened.sql} then {last} end as last_month_on from account a"
        " left join account d on d.id = a.dealer left join region r on r.id = a.region"
        " left join outlet o on o.account = a.id left join terminal t on t.account = a.id"
        " where a.id in ({}, {})",
        *(*opened.args, year_ago, *opened.args, year_ago, *ids),
    )
    return {row["id"]: _party_of(row) for row in rows}


def _party_of(row: Row) -> Party:
    kind = Kind(row["kind"])
    place = None if row["latitude"] is None else (row["latitude"], row["longitude"])
    known = {**row, "place": place}
    values = {name: known[name] for name in MERGED_FIELDS.get(kind, COMMON_FIELDS)}
    last = row["last_month_on"]
    return Party(
        **{
            field.name: row[field.name]
            for field in fields(Party)
            if field.name not in ("kind", "state", "owner", "is_stub", "values", "last_month_on")
        },
        kind=kind,
        state=State(row["state"]),
        owner=Owner(row["owner"]),
        is_stub=bool(row["is_stub"]),
        last_month_on=dt.date.fromisoformat(last) if isinstance(last, str) else last,
        values=values,
    )


async def _kept_by(viewer: Viewer, *ids: int) -> bool:
    """Tell whether both accounts lie in the part of the network whose records the viewer keeps."""
    if not viewer.allowed(MERGE):
        return False
    scope = in_scope(viewer, "a", policy=MERGE)
    rows = await fetch(
        f"select a.id from account a where a.id in ({{}}, {{}}) and {scope.sql}", *ids, *scope.args
    )
    return len(rows) == len(ids)


def may_go(viewer: Viewer, first: Party, second: Party) -> frozenset[int]:
    """Return which of two accounts the viewer's side may merge into the other one.

    Each side gives up records of its own only, and the manufacturer none of his for one that a dealer may
    close to him; pairs of two dealers are the manufacturer's. Source: docs/algorithms/ownership.md.
    """
    across = first.dealer_id != second.dealer_id
    if viewer.is_dealer_side:
        own = [one.id for one in (first, second) if one.owner is Owner.DEALER]
        return frozenset() if across else frozenset(own)
    gone = set()
    for one, other in ((first, second), (second, first)):
        both_ours = one.owner is other.owner is Owner.MANUFACTURER
        over_border = across and (one.owner is Owner.DEALER or other.owner is Owner.MANUFACTURER)
        if both_ours or over_border:
            gone.add(one.id)
    return frozenset(gone)


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge that stands, as the account that was kept tells of it; its pair is where it is taken back."""

    id: int
    pair_id: int
    gone_id: int
    code: str
    name: str
    merged_at: dt.datetime
    merged_by: str


async def list_merges(viewer: Viewer, kept_id: int) -> tuple[MergeRow, ...]:
    """Return the accounts merged into one that the viewer may see, newest first."""
    seen = visible_accounts(viewer, "a")
    rows = await fetch(
        "select m.id, p.id as pair_id, a.id as gone_id, a.code, a.name, m.merged_at,"
        " coalesce(u.name, '') as merged_by"
        " from account_merge m join account a on a.id = m.gone join duplicate_pair p"
        " on (p.first = m.kept and p.second = m.gone) or (p.first = m.gone and p.second = m.kept)"
        " left join login_user u on u.id = m.merged_by_user_id"
        f" where m.kept = {{}} and m.undone_at is null and {seen.sql} order by m.id desc limit 50",
        *(kept_id, *seen.args),
    )
    return tuple(MergeRow(**row) for row in rows)


async def survivor_of(viewer: Viewer, kind: Kind, merged_into: int | None) -> int | None:
    """Return the account a merged one leads this viewer to, or None when he may not be told."""
    if merged_into is None:
        return None
    seen = visible_accounts(viewer, "a")
    found = await fetch_one(
        f"select a.id from account a where a.id = {{}} and a.kind = {{}} and {seen.sql}",
        *(merged_into, kind.value, *seen.args),
    )
    return None if found is None else int(found["id"])
