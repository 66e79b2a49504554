"""Prospects with their newest score card: the list, its file, one prospect's cards, classes for plans."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.network.scope import ALWAYS, Condition, all_of, in_regions, today, visible_accounts
from portal.paging import COUNT_CAP, PAGE_SIZE, Cursor, Key, Page, UrlFilter, in_batches, page_of
from portal.portfolio import words
from portal.search.model import RecordKind
from portal.search.queries import narrowed
from rules.segments import PROSPECT_CLASSES, Adjustment, Card, Strategic

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from portal.access import Viewer

Row = dict[str, Any]
EXPORT_BATCH = 500
_RECORDS = {kind: RecordKind[kind.upper()] for kind in words.PROSPECT_KINDS}
_CLASS = "case when p.strategic_until_on < {} then p.plain_code else p.code end"
_SCORE = "coalesce(p.score, -1)"
_COLUMNS = (
    "select a.id, a.code, a.name, a.kind, a.state, r.name as region, r.name_en as region_en, p.id as card,"
    f" coalesce({_CLASS}, '') as class, p.score, {_SCORE} as score_key, p.intent, p.obstacle, p.next_step,"
    " p.next_on, p.at, coalesce(u.name, '') as who"
)
_TABLES = (
    " from account a left join region r on r.id = a.region"
    " left join prospect_card p on p.account = a.id and p.is_newest = 1"
    " left join login_user u on u.id = p.by_user_id"
)
_PROSPECT = "(a.state in ('suspect', 'prospect') or p.id is not null)"


@dataclass(frozen=True, slots=True)
class ProspectFilter(UrlFilter):
    """Limits of the list, as in the URL; an empty one is no limit.

    Attributes:
        kind: Kind of account.
        code: A class.
        q: Part of a name, its first consonants, or a code.
        region: Path of a region; its subtree is included.
        shown: One of ``words.PROSPECT_SHOWN``.
        sort: A key of ``words.PROSPECT_SORTS``.
    """

    kind: str = "terminal"
    code: str = ""
    q: str = ""
    region: str = ""
    shown: str = ""
    sort: str = "score"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ProspectFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        known = {field.name: str(query.get(field.name, ""))[:200].strip() for field in fields(cls)}
        allowed: dict[str, tuple[str, ...]] = {
            "kind": tuple(words.PROSPECT_KINDS),
            "code": PROSPECT_CLASSES,
            "shown": tuple(words.PROSPECT_SHOWN),
            "sort": tuple(words.PROSPECT_SORTS),
        }
        return cls(
            **{name: text for name, text in known.items() if text and text in allowed.get(name, (text,))}
        )

    @property
    def key_type(self) -> type:
        """Return the type of the first part of a cursor of this order."""
        return int if self.sort == "score" else str


@dataclass(frozen=True, slots=True)
class CardRow:
    """A filled score card; see ``ProspectCard``. ``who`` filled it in, for ``for_name`` if that is not empty.

    Attributes:
        card: The answers as the rules know them.
        code: Its class with the strategic flag; empty while answers are missing.
        flagged_by: Who set the strategic flag; None without one.
    """

    card: Card
    code: str
    flagged_by: int | None
    obstacle: str
    next_step: str
    next_on: dt.date | None
    book_version: str
    book_sha256: str
    who: str
    for_name: str
    at: dt.datetime


async def list_prospects(
    viewer: Viewer, wanted: ProspectFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of prospects the viewer may see, with the capped count of all."""
    day, where = today(viewer), await _where(viewer, wanted)
    counted = f"(select count(*) from (select 1{_TABLES} where {where.sql} limit {COUNT_CAP + 1}) n)"
    sql, args = _page(f"{_COLUMNS}, {counted} as total", where, wanted, cursor, limit)
    rows = await fetch(sql, day, *where.args, *args)
    total = rows[0]["total"] if rows else None if cursor.key else 0
    return page_of(rows, cursor, _key(wanted), limit=limit, total=total)


async def iter_prospects(viewer: Viewer, wanted: ProspectFilter) -> AsyncIterator[list[Row]]:
    """Yield every prospect of the list in its order, in batches; for files."""
    day, where = today(viewer), await _where(viewer, wanted)

    async def read(cursor: Cursor) -> list[Row]:
        sql, args = _page(_COLUMNS, where, wanted, cursor, EXPORT_BATCH - 1)
        return await fetch(sql, day, *args)

    async for rows in in_batches(read, _key(wanted), EXPORT_BATCH):
        yield rows


async def count_prospects(viewer: Viewer, wanted: ProspectFilter) -> dict[str, int]:
    """Return prospects by class; empty is those without one."""
    day, where = today(viewer), await _where(viewer, wanted)
    rows = await fetch(
        f"select x.class, count(*) as n from (select coalesce({_CLASS}, '') as class{_TABLES}"
        f" where {where.sql}) x group by x.class",
        *(day, *where.args),
    )
    return {row["class"]: row["n"] for row in rows}


async def get_account(viewer: Viewer, account_id: int) -> Row:
    """Return an account that may be rated: seen by the viewer, not closed, not merged.

    Raises:
        NotFound: There is none for the viewer.
    """
    seen = visible_accounts(viewer, "a")
    row = await fetch_one(
        "select a.id, a.code, a.name, a.kind, a.state, a.dealer, r.name as region, r.name_en as region_en,"
        " r.path as region_path from account a left join region r on r.id = a.region"
        f" where a.id = {{}} and a.state <> 'closed' and a.merged_into is null and {seen.sql}",
        *(account_id, *seen.args),
    )
    if row is None:
        raise NotFound
    return row


async def find_account(viewer: Viewer, code: str) -> int | None:
    """Return the id of an account by its code, or None when the viewer sees none that may be rated."""
    seen = visible_accounts(viewer, "a")
    row = await fetch_one(
        "select a.id from account a where a.code = {} and a.state <> 'closed' and a.merged_into is null"
        f" and {seen.sql} order by a.id limit 1",
        *(code, *seen.args),
    )
    return row["id"] if row else None


async def list_cards(account_id: int) -> list[CardRow]:
    """Return an account's cards, newest first; the caller has checked the account."""
    rows = await fetch(
        "select p.*, a.code as account_code, coalesce(u.name, '') as who, coalesce(f.name, '') as for_name,"
        " coalesce(s.name, '') as strategic_by from prospect_card p join account a on a.id = p.account"
        " left join login_user u on u.id = p.by_user_id left join login_user f on f.id = p.for_user_id"
        " left join login_user s on s.id = p.strategic_by_user_id where p.account = {} order by p.id desc"
        " limit 50",
        account_id,
    )
    return [_card(row) for row in rows]


async def prospect_classes_of(account_ids: Sequence[int], day: dt.date) -> dict[int, str]:
    """Return the class of prospects on a day; accounts without one are left out."""
    if not account_ids:
        return {}
    marks = ", ".join("{}" for _ in account_ids)
    rows = await fetch(
        f"select p.account, {_CLASS} as class from prospect_card p where p.is_newest = 1"
        f" and p.account in ({marks})",
        *(day, *account_ids),
    )
    return {row["account"]: row["class"] for row in rows if row["class"]}


def _card(row: Row) -> CardRow:
    until, adjustment, strategic = as_date(row["strategic_until_on"]), None, None
    if row["adjustment"]:
        adjustment = Adjustment(row["adjustment"], row["adjustment_reason"], row["who"])
    if until is not None:
        strategic = Strategic(row["strategic_reason"], row["strategic_by"], until)
    return CardRow(
        Card(row["account_code"], json.loads(row["ratings"]), row["intent"], adjustment, strategic),
        row["code"],
        row["strategic_by_user_id"],
        row["obstacle"],
        row["next_step"],
        as_date(row["next_on"]),
        row["book_version"],
        row["book_sha256"],
        row["who"],
        row["for_name"],
        row["at"],
    )


def _page(
    columns: str, where: Condition, wanted: ProspectFilter, cursor: Cursor, limit: int
) -> tuple[str, tuple[Any, ...]]:
    column, falls = (_SCORE, True) if wanted.sort == "score" else ("a.name", False)
    order, after = ("desc", "<") if cursor.backwards != falls else ("asc", ">")
    place = Condition(f"({column}, a.id) {after} ({{}}, {{}})", cursor.key) if cursor.key else ALWAYS
    both = where & place
    sql = f"{columns}{_TABLES} where {both.sql} order by {column} {order}, a.id {order} limit {limit + 1}"
    return sql, both.args


def _key(wanted: ProspectFilter) -> Any:
    name = "score_key" if wanted.sort == "score" else "name"

    def key(row: Row) -> Key:
        return row[name], row["id"]

    return key


async def _where(viewer: Viewer, wanted: ProspectFilter) -> Condition:
    day = today(viewer)
    limits = [
        Condition(
            f"a.kind = {{}} and a.state <> 'closed' and a.merged_into is null and {_PROSPECT}",
            (wanted.kind,),
        ),
        visible_accounts(viewer, "a"),
    ]
    if wanted.region:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.code:
        limits.append(Condition(f"{_CLASS} = {{}}", (day, wanted.code)))
    if wanted.shown:
        limits.append(_shown(wanted.shown, day))
    if wanted.q:
        limits.append(Condition(*await narrowed(_RECORDS[wanted.kind], wanted.q, "a.id")))
    return all_of(*limits)


def _shown(name: str, day: dt.date) -> Condition:
    conditions = {
        "unrated": Condition("p.id is null"),
        "open": Condition("p.code = ''"),
        "late": Condition("p.next_on < {}", (day,)),
        "listed": Condition(
            "exists (select 1 from target_account x where x.account = a.id and x.removed_at is null)"
        ),
    }
    return conditions[name]
