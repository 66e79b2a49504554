"""The ageing list of what was raised: filters, pages by key, counts for its tabs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.network.scope import ALWAYS, Condition, all_of, in_regions, in_scope
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.search.model import RecordKind
from portal.search.queries import narrowed
from portal.voice.model import VoiceKind, VoiceTopic
from portal.voice.policies import READ

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Mapping

    from portal.access import Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
WAITING = ("open", "reopened")
SHOWN = ("waiting", "late", "answered", "closed", "all")
_WAITS = "v.state in ('open', 'reopened')"


@dataclass(frozen=True, slots=True)
class VoiceFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of a dealer's name, its first consonants, or his code.
        region: Path of a region; its subtree is included.
        kind: A ``VoiceKind``.
        topic: A ``VoiceTopic``.
        shown: One of ``SHOWN``.
        mine: ``1`` for what the viewer has to answer.
    """

    q: str = ""
    region: str = ""
    kind: str = ""
    topic: str = ""
    shown: str = "waiting"
    mine: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> VoiceFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        for name, allowed in (("kind", list(VoiceKind)), ("topic", list(VoiceTopic)), ("shown", SHOWN)):
            if known[name] not in allowed:
                known[name] = ""
        known["mine"] = "1" if known["mine"] == "1" else ""
        return cls(**{name: value for name, value in known.items() if value})


_COLUMNS = (
    "select v.id, v.kind, v.topic, v.state, v.due_on, v.raised_at, v.answered_at, v.cause, v.reopened,"
    " substr(v.text, 1, 120) as text, v.text as whole, v.answer, v.competitor, v.offer, v.evidence,"
    " v.valid_until_on, a.id as dealer_id, a.code, a.name, coalesce(r.name, '') as region,"
    " coalesce(r.name_en, '') as region_en, coalesce(o.name, '') as owner"
)
_TABLES = (
    " from voice_item v join account a on a.id = v.dealer left join region r on r.id = a.region"
    " left join login_user o on o.id = v.owner_user_id"
)


async def list_items(
    viewer: Viewer, wanted: VoiceFilter, cursor: Cursor, today: dt.date, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of items, the earliest deadline first, with the capped count of all."""
    where = await _where(viewer, wanted, today)
    counted = f"(select count(*) from (select 1{_TABLES} where {where.sql} limit {COUNT_CAP + 1}) n)"
    sql, args = _page(f"{_COLUMNS}, {counted} as total", where, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key, limit=limit, total=total)


async def iter_items(
    viewer: Viewer, wanted: VoiceFilter, today: dt.date, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every item of the list in its order, in batches; for files."""
    where = await _where(viewer, wanted, today)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_COLUMNS, where, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def count_items(viewer: Viewer, wanted: VoiceFilter, today: dt.date) -> dict[str, int]:
    """Return how many items each tab of ``SHOWN`` holds under the other limits, in one statement."""
    whole = VoiceFilter(wanted.q, wanted.region, wanted.kind, wanted.topic, "all", wanted.mine)
    where = await _where(viewer, whole, today)
    row = await fetch_one(
        f"select sum(case when {_WAITS} then 1 else 0 end) as waiting,"
        f" sum(case when {_WAITS} and v.due_on < {{}} then 1 else 0 end) as late,"
        " sum(case when v.state = 'answered' then 1 else 0 end) as answered,"
        f" sum(case when v.state = 'closed' then 1 else 0 end) as closed{_TABLES} where {where.sql}",
        today,
        *where.args,
    )
    return {name: int(value or 0) for name, value in (row or {}).items()}


def _page(columns: str, where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = ALWAYS
    if cursor.key:
        due_on = as_date(str(cursor.key[0]))
        place = Condition(f"(v.due_on, v.id) {after} ({{}}, {{}})", (due_on, cursor.key[1]))
    both = where & place
    return (
        f"{columns}{_TABLES} where {both.sql} order by v.due_on {order}, v.id {order} limit {limit + 1}",
        both.args,
    )


def _key(row: Row) -> Key:
    return str(row["due_on"]), row["id"]


async def _where(viewer: Viewer, wanted: VoiceFilter, today: dt.date) -> Condition:
    limits = [in_scope(viewer, "a", policy=READ)]
    if wanted.kind:
        limits.append(Condition("v.kind = {}", (wanted.kind,)))
    if wanted.topic:
        limits.append(Condition("v.topic = {}", (wanted.topic,)))
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.mine:
        limits.append(Condition("v.owner_user_id = {}", (viewer.user_id,)))
    if wanted.q:
        limits.append(Condition(*await narrowed(RecordKind.DEALER, wanted.q, "a.id")))
    return all_of(*limits, _shown(wanted.shown, today))


def _shown(name: str, today: dt.date) -> Condition:
    if name == "late":
        return Condition(f"{_WAITS} and v.due_on < {{}}", (today,))
    if name in ("answered", "closed"):
        return Condition("v.state = {}", (name,))
    return ALWAYS if name == "all" else Condition(_WAITS)
