"""The register of opinions: filters, pages by key, counts for its tabs, figures as a whole and by group."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.network.scope import ALWAYS, Condition, all_of, in_regions
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.search.model import RecordKind
from portal.search.queries import narrowed
from portal.voice.opinions import READ, OpinionTopic, SourceKind
from portal.voice.queries.opinion_figures import Fact, OpinionFigures, fact_of, figures
from portal.voice.queries.opinion_scope import TABLES, visible_opinions

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator

    from portal.access import Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
SHOWN = ("waiting", "late", "answered", "closed", "unsolved", "all")
GROUPS = ("topic", "owner", "source_kind", "region")
_WAITS = "o.state in ('open', 'reopened')"
_ID_DIGITS = 15


@dataclass(frozen=True, slots=True)
class OpinionFilter(UrlFilter):
    """Limits of the register, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of the text or of the answer; or part of a dealer's name, its first consonants, or his code.
        region: Path of a region; its subtree is included.
        topic: An ``OpinionTopic``.
        source: A ``SourceKind``, or one source as ``kind-id``.
        named: ``1`` for signed ones, ``0`` for those without a name.
        shown: One of ``SHOWN``.
        mine: ``1`` for what the viewer has to answer.
    """

    q: str = ""
    region: str = ""
    topic: str = ""
    source: str = ""
    named: str = ""
    shown: str = "waiting"
    mine: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> OpinionFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        for name, allowed in (("topic", list(OpinionTopic)), ("shown", SHOWN), ("named", ("0", "1"))):
            if known[name] not in allowed:
                known[name] = ""
        known["mine"] = "1" if known["mine"] == "1" else ""
        known["source"] = known["source"] if source_of(known["source"]) else ""
        known["q"] = unicodedata.normalize("NFC", known["q"]) if known["q"].isprintable() else ""
        return cls(**{name: value for name, value in known.items() if value})


def source_of(text: str) -> tuple[SourceKind, int | None] | None:
    """Read ``trip`` or ``trip-7`` from a URL; None when it names no kind of source."""
    word, _, number = text.partition("-")
    if word not in [kind.value for kind in SourceKind]:
        return None
    if not number:
        return SourceKind(word), None
    good = number.isascii() and number.isdigit() and len(number) <= _ID_DIGITS and word != "own"
    return (SourceKind(word), int(number)) if good else None


_COLUMNS = (
    "select o.id, o.topic, o.state, o.source_kind, o.source_id, o.due_on, o.given_on, o.answered_on,"
    " o.solved_on, o.solution, o.reopened, substr(o.text, 1, 120) as text, o.text as whole, o.answer,"
    " coalesce(a.id, 0) as dealer_id, coalesce(a.code, '') as code, coalesce(a.name, '') as name,"
    " coalesce(r.name, '') as region, coalesce(r.name_en, '') as region_en, coalesce(w.name, '') as owner"
)
_FROM = f"{TABLES} left join login_user w on w.id = o.owner_user_id"


async def list_opinions(
    viewer: Viewer, wanted: OpinionFilter, cursor: Cursor, today: dt.date, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of opinions, the earliest deadline first, with the capped count of all."""
    where = await _where(viewer, wanted, today)
    counted = f"(select count(*) from (select 1{TABLES} where {where.sql} limit {COUNT_CAP + 1}) n)"
    sql, args = _page(f"{_COLUMNS}, {counted} as total", where, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key, limit=limit, total=total)


async def iter_opinions(
    viewer: Viewer, wanted: OpinionFilter, today: dt.date, *, batch: int = EXPORT_BATCH
) -> AsyncIterator[list[Row]]:
    """Yield every opinion of the register in its order, in batches; for files."""
    where = await _where(viewer, wanted, today)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_COLUMNS, where, cursor, batch - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key, batch):
        yield rows


async def count_opinions(viewer: Viewer, wanted: OpinionFilter, today: dt.date) -> dict[str, int]:
    """Return how many opinions each tab of ``SHOWN`` holds under the other limits, in one statement."""
    where = await _where(viewer, _whole(wanted), today)
    row = await fetch_one(
        f"select sum(case when {_WAITS} then 1 else 0 end) as waiting,"
        f" sum(case when {_WAITS} and o.due_on < {{}} then 1 else 0 end) as late,"
        " sum(case when o.state = 'answered' then 1 else 0 end) as answered,"
        " sum(case when o.state = 'closed' then 1 else 0 end) as closed,"
        f" sum(case when o.solved_on is null then 1 else 0 end) as unsolved{TABLES} where {where.sql}",
        today,
        *where.args,
    )
    return {name: int(value or 0) for name, value in (row or {}).items()}


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures of the register under a filter, whatever its tab.

    Attributes:
        groups: By what (``GROUPS``) → code or name → figures; the most given first.
        region_names: Name of a region → its English name.
    """

    whole: OpinionFigures
    groups: Mapping[str, Mapping[str, OpinionFigures]]
    region_names: Mapping[str, str]


async def opinion_figures(viewer: Viewer, wanted: OpinionFilter, today: dt.date, days: int) -> FigureTable:
    """Return figures over what the viewer may see, as of today.

    Args:
        viewer: Who asks.
        wanted: Limits; its tab does not matter.
        today: Day as of which is counted.
        days: Calendar days to an answer that count as in time.
    """
    where = await _where(viewer, _whole(wanted), today)
    rows = await fetch(
        "select o.given_on, o.answered_on, o.solved_on, o.state, o.topic, o.source_kind,"
        " coalesce(w.name, '') as owner, coalesce(r.name, '') as region,"
        f" coalesce(r.name_en, '') as region_en{_FROM} where {where.sql}",
        *where.args,
    )
    facts = [(row, fact_of(row)) for row in rows]
    found: dict[str, dict[str, list[Fact]]] = {name: defaultdict(list) for name in GROUPS}
    for row, fact in facts:
        for name in GROUPS:
            found[name][row[name]].append(fact)
    return FigureTable(
        figures([fact for _, fact in facts], today, days),
        {
            name: {
                key: figures(group, today, days)
                for key, group in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))
            }
            for name, groups in found.items()
        },
        {row["region"]: row["region_en"] or row["region"] for row in rows},
    )


def _whole(wanted: OpinionFilter) -> OpinionFilter:
    return OpinionFilter(
        wanted.q, wanted.region, wanted.topic, wanted.source, wanted.named, "all", wanted.mine
    )


def _page(columns: str, where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    place = ALWAYS
    if cursor.key:
        place = Condition(
            f"(o.due_on, o.id) {after} ({{}}, {{}})", (as_date(str(cursor.key[0])), cursor.key[1])
        )
    both = where & place
    return (
        f"{columns}{_FROM} where {both.sql} order by o.due_on {order}, o.id {order} limit {limit + 1}",
        both.args,
    )


def _key(row: Row) -> Key:
    return str(row["due_on"]), row["id"]


async def _where(viewer: Viewer, wanted: OpinionFilter, today: dt.date) -> Condition:
    limits = [visible_opinions(viewer, READ)]
    if wanted.topic:
        limits.append(Condition("o.topic = {}", (wanted.topic,)))
    if source := source_of(wanted.source):
        limits.append(Condition("o.source_kind = {}", (source[0].value,)))
        if source[1] is not None:
            limits.append(Condition("o.source_id = {}", (source[1],)))
    if wanted.named:
        limits.append(Condition(f"o.dealer is {'not ' if wanted.named == '1' else ''}null"))
    if wanted.region:
        limits.append(in_regions((wanted.region,), "coalesce(a.region, o.region)"))
    if wanted.mine:
        limits.append(Condition("o.owner_user_id = {}", (viewer.user_id,)))
    if wanted.q:
        limits.append(await _found(wanted.q))
    return all_of(*limits, _shown(wanted.shown, today))


async def _found(text: str) -> Condition:
    """Say that an opinion's text, its answer or its dealer is found by what was typed."""
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    dealer, args = await narrowed(RecordKind.DEALER, text, "a.id")
    like = "like {} escape '\\'"
    return Condition(
        f"(lower(o.text) {like} or lower(o.answer) {like} or ({dealer}))",
        (f"%{escaped}%", f"%{escaped}%", *args),
    )


def _shown(name: str, today: dt.date) -> Condition:
    if name == "late":
        return Condition(f"{_WAITS} and o.due_on < {{}}", (today,))
    if name in ("answered", "closed"):
        return Condition("o.state = {}", (name,))
    if name == "unsolved":
        return Condition("o.solved_on is null")
    return ALWAYS if name == "all" else Condition(_WAITS)
