"""Every candidate of a plan with the decision on it: the list, its counts, one line, all for a file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.model import Purpose
from portal.network.scope import ALWAYS, Condition, all_of, shares, visible_accounts
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.plans import words
from portal.search.model import RecordKind
from portal.search.queries import narrowed

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Mapping

    from portal.access import Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
DECIDED_IN = "l.reason in ('planned', 'planned_fewer')"
IN_PLAN = "l.planned > 0"
BY_HAND = f"(({DECIDED_IN} and l.planned = 0) or (not {DECIDED_IN} and l.planned > 0))"
SHOWN = ("in", "out", words.CHANGED)
_SHOWN = {"in": IN_PLAN, "out": "l.planned = 0", words.CHANGED: BY_HAND}
_COLUMNS = (
    f"select l.*, a.code, a.name, a.kind, r.name as region, r.name_en as region_en, {BY_HAND} as by_hand, "
)
_TABLES = (
    " from plan_line l join account a on a.id = l.account left join region r on r.id = a.region"
    " join development_plan p on p.id = l.plan left join login_user u on u.id = l.user_id"
)


def _columns(viewer: Viewer) -> str:
    """Return the columns; the names of a dealer's people are his to share."""
    if viewer.is_dealer_side:
        return f"{_COLUMNS}u.name as person"
    known = f"p.dealer is null or {shares('p.dealer', Purpose.CONTACTS)}"
    return f"{_COLUMNS}case when {known} then u.name end as person"


@dataclass(frozen=True, slots=True)
class LineFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        q: Part of a name, its first consonants, or a code.
        shown: One of ``SHOWN``.
        reason: A reason of ``rules.planning``.
        person: A user's id.
        code: A class; ``-`` for none.
        listed: ``1`` for the target list only.
    """

    q: str = ""
    shown: str = ""
    reason: str = ""
    person: str = ""
    code: str = ""
    listed: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> LineFilter:
        """Read the filter from a URL's parameters; unknown values are no limit."""
        found = {field.name: str(query.get(field.name, ""))[:100].strip() for field in fields(cls)}
        person = found["person"]
        checks = {
            "shown": found["shown"] in SHOWN,
            "reason": found["reason"] in words.REASONS,
            "person": person.isascii() and person.isdigit() and len(person) < 16,  # noqa: PLR2004  fits any id
            "code": len(found["code"]) <= 4,  # noqa: PLR2004  the column
            "listed": found["listed"] == "1",
        }
        return cls(**{name: text if checks.get(name, True) else "" for name, text in found.items()})


async def list_lines(
    viewer: Viewer, plan_id: int, wanted: LineFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of candidates, highest score first, with the capped count of all."""
    where = await _where(viewer, plan_id, wanted)
    counted = f"(select count(*) from (select 1{_TABLES} where {where.sql} limit {COUNT_CAP + 1}) n)"
    sql, args = _page(f"{_columns(viewer)}, {counted} as total", where, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key, limit=limit, total=total)


def _key(row: Row) -> Key:
    return row["score"], row["id"]


async def iter_lines(viewer: Viewer, plan_id: int, wanted: LineFilter) -> AsyncIterator[list[Row]]:
    """Yield every candidate of the list in its order, in batches; for files."""
    where = await _where(viewer, plan_id, wanted)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_columns(viewer), where, cursor, EXPORT_BATCH - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key, EXPORT_BATCH):
        yield rows


async def count_reasons(viewer: Viewer, plan_id: int) -> dict[str, int]:
    """Return how many candidates the viewer sees have each reason; '' are those people put in or took out."""
    where = await _where(viewer, plan_id, LineFilter())
    rows = await fetch(
        f"select case when {BY_HAND} then '' else l.reason end as reason, count(*) as n{_TABLES}"
        f" where {where.sql} group by 1",
        *where.args,
    )
    return {row["reason"]: row["n"] for row in rows}


async def list_classes(plan_id: int) -> list[str]:
    """Return the classes that candidates of a plan have, without the empty one."""
    rows = await fetch(
        "select distinct class_code from plan_line where plan = {} and class_code <> '' order by 1", plan_id
    )
    return [row["class_code"] for row in rows]


async def get_line(viewer: Viewer, plan_id: int, line_id: int) -> tuple[Row, list[dt.date]]:
    """Return a candidate with the days on which it is visited.

    Raises:
        NotFound: It is not in the plan, or its account is not the viewer's.
    """
    seen = visible_accounts(viewer, "a")
    row = await fetch_one(
        f"{_columns(viewer)}{_TABLES} where l.plan = {{}} and l.id = {{}} and {seen.sql}",
        *(plan_id, line_id, *seen.args),
    )
    if row is None:
        raise NotFound
    stops = await fetch(
        "select day_on from plan_stop where plan = {} and account = {} order by day_on",
        *(plan_id, row["account"]),
    )
    return row, [day for stop in stops if (day := as_date(stop["day_on"]))]


def _page(columns: str, where: Condition, cursor: Cursor, limit: int) -> tuple[str, tuple[Any, ...]]:
    order, after = ("asc", ">") if cursor.backwards else ("desc", "<")
    place = Condition(f"(l.score, l.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    return (
        f"{columns}{_TABLES} where {both.sql} order by l.score {order}, l.id {order} limit {limit + 1}",
        both.args,
    )


async def _where(viewer: Viewer, plan_id: int, wanted: LineFilter) -> Condition:
    limits = [Condition("l.plan = {}", (plan_id,)), visible_accounts(viewer, "a")]
    if wanted.shown:
        limits.append(Condition(f"({_SHOWN[wanted.shown]})"))
    if wanted.reason:
        limits.append(Condition(f"l.reason = {{}} and not {BY_HAND}", (wanted.reason,)))
    if wanted.person:
        limits.append(Condition("l.user_id = {}", (int(wanted.person),)))
    if wanted.code:
        limits.append(Condition("l.class_code = {}", ("" if wanted.code == "-" else wanted.code,)))
    if wanted.listed:
        limits.append(Condition("l.is_target"))
    if wanted.q:
        terminals = await narrowed(RecordKind.TERMINAL, wanted.q, "a.id")
        outlets = await narrowed(RecordKind.OUTLET, wanted.q, "a.id")
        limits.append(Condition(f"({terminals[0]} or {outlets[0]})", (*terminals[1], *outlets[1])))
    return all_of(*limits)
