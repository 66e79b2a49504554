"""Classes as they were computed: runs, lists, one account's way through the months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from portal.db import as_date, fetch, fetch_one, fetch_value
from portal.errors import NotFound
from portal.network.scope import (
    ALWAYS,
    Condition,
    all_of,
    in_regions,
    visible_accounts,
    visible_sell_through,
)
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.search.model import RecordKind
from portal.search.queries import narrowed
from rules.months import Month
from rules.segments import CLASSES, LEVELS, Classified, Standing
from rules.segments.model import Level

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from portal.access import Viewer
    from rules.segments.model import ClassCode

Row = dict[str, Any]
EXPORT_BATCH = 500
NEAR_BP = 200
HISTORY_MONTHS = 24
SHOWN = ("moved", "up", "down", "near")
SORTS: dict[str, tuple[str, str, bool]] = {
    "net": ("c.net_minor", "net_minor", True),
    "name": ("a.name", "name", False),
}
_RECORDS = {"dealer": RecordKind.DEALER, "outlet": RecordKind.OUTLET, "terminal": RecordKind.TERMINAL}
_RANK = "case {} when 'EI' then 1 when 'EII' then 2 when 'EIII' then 3 else 4 end"


@dataclass(frozen=True, slots=True)
class Run:
    """A level classed for a month.

    Attributes:
        counts: Accounts by class, in the order of ``CLASSES``.
        unclassed: Accounts too new for a class.
        moved: Accounts whose class is another than a month before.
    """

    month: Month
    level: Level
    book_version: str
    book_sha256: str
    accounts: int
    counts: tuple[int, ...]
    unclassed: int
    moved: int
    computed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ClassFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        level: Level of the network.
        month: ``YYYY-MM``; empty = the newest run.
        code: A class.
        q: Part of a name, its first consonants, or a code.
        region: Path of a region; its subtree is included.
        shown: One of ``SHOWN``.
        sort: A key of ``SORTS``.
    """

    level: Level = "dealer"
    month: str = ""
    code: str = ""
    q: str = ""
    region: str = ""
    shown: str = ""
    sort: str = "net"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ClassFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        for name, allowed in (("level", LEVELS), ("code", CLASSES), ("shown", SHOWN), ("sort", tuple(SORTS))):
            if known[name] not in allowed:
                known[name] = ""
        try:
            Month.parse(known["month"])
        except ValueError:
            known["month"] = ""
        chosen = {name: value for name, value in known.items() if value}
        return cls(**cast("dict[str, Any]", chosen))

    @property
    def key_type(self) -> type:
        """Return the type of the first part of a cursor of this order."""
        return int if SORTS[self.sort][2] else str


_COLUMNS = (
    "select a.id, a.code, a.name, a.kind, r.name as region, r.name_en as region_en, c.code as class,"
    " c.observed, c.before, c.net_minor, c.months, c.contribution_bp, c.stability_bp, c.limit_bp,"
    " c.contribution_margin, c.stability_margin"
)
_TABLES = " from account_class c join account a on a.id = c.account left join region r on r.id = a.region"


async def find_run(level: Level, month: Month | None = None) -> Run | None:
    """Return the run of a month, or the newest one; None when there is none."""
    limit = Condition("month_on = {}", (month.first_on,)) if month else ALWAYS
    row = await fetch_one(
        f"select * from segment_run where level = {{}} and {limit.sql} order by month_on desc limit 1",
        *(level, *limit.args),
    )
    return _run(row) if row else None


async def list_runs(level: Level, limit: int = HISTORY_MONTHS) -> list[Run]:
    """Return the newest runs of a level, newest first."""
    rows = await fetch(
        "select * from segment_run where level = {} order by month_on desc limit {}", level, limit
    )
    return [_run(row) for row in rows]


async def list_classes(
    viewer: Viewer, wanted: ClassFilter, month: Month, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of accounts the viewer may see, with the capped count of all."""
    where = await _where(viewer, wanted, month)
    counted = f"(select count(*) from (select 1{_TABLES} where {where.sql} limit {COUNT_CAP + 1}) n)"
    sql, args = _page(f"{_COLUMNS}, {counted} as total", where, wanted, cursor, limit)
    rows = await fetch(sql, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key(wanted), limit=limit, total=total)


async def iter_classes(viewer: Viewer, wanted: ClassFilter, month: Month) -> AsyncIterator[list[Row]]:
    """Yield every account of the list in its order, in batches; for files."""
    where = await _where(viewer, wanted, month)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_COLUMNS, where, wanted, cursor, EXPORT_BATCH - 1)
        return await fetch(sql, *args)

    async for rows in in_batches(read, _key(wanted), EXPORT_BATCH):
        yield rows


async def count_classes(viewer: Viewer, wanted: ClassFilter, month: Month) -> dict[str, tuple[int, int]]:
    """Return accounts and net in minor units by class over what the viewer sees; '' are the new ones."""
    where = await _where(viewer, wanted, month)
    rows = await fetch(
        f"select c.code, count(*) as n, sum(c.net_minor) as net_minor{_TABLES} where {where.sql}"
        " group by c.code",
        *where.args,
    )
    return {row["code"]: (row["n"], int(row["net_minor"])) for row in rows}


async def count_moves(viewer: Viewer, wanted: ClassFilter, month: Month) -> dict[tuple[str, str], int]:
    """Return how many accounts went from one class to another since the month before."""
    where = await _where(viewer, wanted, month)
    rows = await fetch(
        f"select c.before, c.code, count(*) as n{_TABLES} where {where.sql} and c.before <> ''"
        " and c.code <> '' group by c.before, c.code",
        *where.args,
    )
    return {(row["before"], row["code"]): row["n"] for row in rows}


async def way_of(viewer: Viewer, account_id: int) -> list[tuple[Month, Row]]:
    """Return an account's classes, newest first.

    Raises:
        NotFound: There is no such account in what the viewer sees, or it was never classed.
    """
    seen = visible_accounts(viewer, "a") & visible_sell_through(viewer, "a")
    rows = await fetch(
        f"select c.*, a.name, a.code as account_code, a.kind{_TABLES} where c.account = {{}} and {seen.sql}"
        f" order by c.month_on desc limit {HISTORY_MONTHS}",
        *(account_id, *seen.args),
    )
    if not rows:
        raise NotFound
    return [(_month(row), row) for row in rows]


async def standings_at(level: Level, month: Month) -> dict[int, Standing]:
    """Return where every account of a level stood after a month."""
    rows = await fetch(
        "select account, code, contribution_wavering as first, stability_wavering as second"
        " from account_class where level = {} and month_on = {} and code <> ''",
        *(level, month.first_on),
    )
    return {row["account"]: Standing(row["code"], (row["first"], row["second"])) for row in rows}


async def classes_of(account_ids: Sequence[int], month: Month) -> dict[int, ClassCode]:
    """Return the class of accounts in the newest run up to a month; accounts without one are left out."""
    if not account_ids:
        return {}
    marks = ", ".join("{}" for _ in account_ids)
    rows = await fetch(
        f"select c.account, c.code from account_class c where c.account in ({marks}) and c.code <> ''"
        " and c.month_on = (select max(r.month_on) from segment_run r where r.level = c.level"
        " and r.month_on <= {})",
        *(*account_ids, month.first_on),
    )
    return {row["account"]: row["code"] for row in rows}


async def newest_run_id(month: Month) -> int:
    """Return the run whose classes were computed last, for a month or one before; 0 when there is none."""
    newest = await fetch_value("select max(id) from segment_run where month_on <= {}", month.first_on)
    return int(newest or 0)


def classified(row: Row) -> Classified:
    """Return a stored class as the rules know it."""
    return Classified(
        key=row["account_code"],
        code=row["code"] or None,
        observed=row["observed"] or None,
        net_minor=row["net_minor"],
        months=row["months"],
        contribution_bp=row["contribution_bp"],
        stability_bp=row["stability_bp"],
        contribution_cut_bp=row["contribution_cut_bp"],
        limit_bp=row["limit_bp"],
        margins=(row["contribution_margin"], row["stability_margin"]),
        edge_minor=row["edge_minor"],
        standing=(
            Standing(row["code"], (row["contribution_wavering"], row["stability_wavering"]))
            if row["code"]
            else None
        ),
        before=row["before"] or None,
    )


def _run(row: Row) -> Run:
    return Run(
        _month(row),
        row["level"],
        row["book_version"],
        row["book_sha256"],
        row["accounts"],
        (row["e1"], row["e2"], row["e3"], row["e4"]),
        row["unclassed"],
        row["moved"],
        row["computed_at"],
    )


def _month(row: Row) -> Month:
    day = as_date(row["month_on"])
    assert day is not None  # noqa: S101  the column is not null
    return Month(day)


def _page(
    columns: str, where: Condition, wanted: ClassFilter, cursor: Cursor, limit: int
) -> tuple[str, tuple[Any, ...]]:
    column, _, falls = SORTS[wanted.sort]
    order, after = ("desc", "<") if cursor.backwards != falls else ("asc", ">")
    place = Condition(f"({column}, a.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    return (
        f"{columns}{_TABLES} where {both.sql} order by {column} {order}, a.id {order} limit {limit + 1}",
        both.args,
    )


def _key(wanted: ClassFilter) -> Any:
    name = SORTS[wanted.sort][1]

    def key(row: Row) -> Key:
        return row[name], row["id"]

    return key


async def _where(viewer: Viewer, wanted: ClassFilter, month: Month) -> Condition:
    limits = [
        Condition("c.month_on = {} and c.level = {}", (month.first_on, wanted.level)),
        visible_accounts(viewer, "a"),
    ]
    if wanted.level != "dealer":
        limits.append(visible_sell_through(viewer, "a"))
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.code:
        limits.append(Condition("c.code = {}", (wanted.code,)))
    if wanted.shown:
        limits.append(_shown(wanted.shown))
    if wanted.q:
        limits.append(Condition(*await narrowed(_RECORDS[wanted.level], wanted.q, "a.id")))
    return all_of(*limits)


def _shown(name: str) -> Condition:
    changed = "c.code <> '' and c.before <> '' and c.code <> c.before"
    ranks = _RANK.replace("{}", "c.code"), _RANK.replace("{}", "c.before")
    near = f"abs(c.contribution_margin) <= {NEAR_BP} or abs(c.stability_margin) <= {NEAR_BP}"
    conditions = {
        "moved": f"({changed})",
        "up": f"({changed} and {ranks[0]} < {ranks[1]})",
        "down": f"({changed} and {ranks[0]} > {ranks[1]})",
        "near": f"({near})",
    }
    return Condition(conditions[name])
