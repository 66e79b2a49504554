"""The review list of a month and its figures: one statement per page, one for all tiles and tabs.

Rows are plain dicts, because this is the most opened page; a row is escaped where it is shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch
from portal.evaluations.model import CardState, SubjectKind, Tab
from portal.evaluations.policies import READ
from portal.evaluations.scope import cards_in_scope
from portal.network.indexing import KIND_OF
from portal.network.scope import ALWAYS, NEVER, Condition, all_of, in_regions, sell_through_open
from portal.paging import PAGE_SIZE, Cursor, Page, in_batches, page_of
from portal.sales.model import Level, Side
from portal.search.queries import matching
from rules.money import divide
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from portal.access import Viewer
    from portal.evaluations.queries.runs import RunView

Row = dict[str, Any]
TILE_MONTHS = 12
EXPORT_BATCH = 2000
BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What the list's URL says; empty text means no limit.

    Attributes:
        q: Text searched for in names and codes.
        region: Path of a region; its children are included.
        grade: Grades; none is no limit.
        status: State of the review.
        tab: One of the tabs.
    """

    q: str = ""
    region: str = ""
    grade: tuple[str, ...] = ()
    status: str = ""
    tab: Tab = Tab.ALL

    @classmethod
    def of(cls, query: Sequence[tuple[str, str]]) -> ReviewFilter:
        """Read the filter from a URL's parameters; unknown names and values are no limit."""
        last = dict(query)
        known = {name: last.get(name, "")[:200].strip() for name in ("q", "region", "status")}
        grades = sorted({value[:2] for name, value in query if name == "grade" and value})
        tab = last.get("tab", "")
        return cls(**known, grade=tuple(grades[:8]), tab=Tab(tab) if tab in list(Tab) else Tab.ALL)

    @property
    def params(self) -> tuple[tuple[str, str], ...]:
        """The URL parameters that say the same, without what is the default."""
        texts = (("q", self.q), ("region", self.region), ("status", self.status))
        grades = tuple(("grade", grade) for grade in self.grade)
        tab = (("tab", self.tab.value),) if self.tab is not Tab.ALL else ()
        return (*((name, value) for name, value in texts if value), *grades, *tab)


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """Figures of a month's scorecards in the viewer's scope.

    Attributes:
        cards: Scorecards.
        signed: Signed off.
        decide: Neither signed off nor returned.
        dropped: With a worse grade than the last published one.
        held: Left to a person.
        average_milli: Average points of those not held, or None.
        sales_minor: Net sales of those whose growth is known.
        sales_last_minor: The same a year before.
        active: Active terminals of those where both months are known.
        active_last: The same a year before.
    """

    month: Month
    cards: int
    signed: int
    decide: int
    dropped: int
    held: int
    average_milli: int | None
    sales_minor: int | None
    sales_last_minor: int | None
    active: int | None
    active_last: int | None

    @property
    def growth_bp(self) -> int | None:
        """Growth on the same month last year, in basis points."""
        return share_bp(self.sales_minor, self.sales_last_minor, less=BASIS_POINTS)

    @property
    def active_bp(self) -> int | None:
        """Change of active terminals on the same month last year, in basis points."""
        return share_bp(self.active, self.active_last, less=BASIS_POINTS)

    def count_of(self, tab: Tab) -> int:
        """Return how many scorecards a tab shows without other filters."""
        counts = {
            Tab.ALL: self.cards,
            Tab.DECIDE: self.decide,
            Tab.DROPPED: self.dropped,
            Tab.HELD: self.held,
        }
        return counts[tab]


def share_bp(above: int | None, below: int | None, *, less: int = 0) -> int | None:
    """Return a share in basis points, less an amount, or None when either is unknown or the base is 0."""
    if above is None or below is None or below <= 0:
        return None
    return divide(above * BASIS_POINTS, below) - less


_TABS = {
    Tab.ALL: ALWAYS,
    Tab.DECIDE: Condition(f"s.state = '{CardState.OPEN.value}'"),
    Tab.DROPPED: Condition("s.grade_fell"),
    Tab.HELD: Condition("s.held_reason <> ''"),
}
_FROM = {
    SubjectKind.DEALER: (
        " from scorecard s join account a on a.id = s.account_id left join region g on g.id = a.region"
    ),
    SubjectKind.REPRESENTATIVE: " from scorecard s left join login_user u on u.id = s.user_id",
}
_NAMES = {
    SubjectKind.DEALER: "a.name, coalesce(g.name, '') as region, coalesce(g.name_en, '') as region_en",
    SubjectKind.REPRESENTATIVE: "coalesce(u.name, s.subject_key) as name, '' as region, '' as region_en",
}
_COLUMNS = (
    "s.id, s.account_id, s.subject_key as code, s.grade, s.previous_grade, s.grade_fell, s.points_milli,"
    " s.held_reason, s.sales_minor, s.sales_last_minor, s.active, s.active_last, s.is_disputed, s.state,"
    " s.version,"
    " (select count(*) from scorecard_comment c where c.scorecard = s.id and c.withdrawn_at is null)"
    " as comments, "
)


async def list_cards(
    viewer: Viewer, run: RunView, wanted: ReviewFilter, cursor: Cursor, *, limit: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of a run's scorecards that the viewer may see, by code of the subject."""
    where = _where(viewer, run, wanted)
    order, after = ("desc", "<") if cursor.backwards else ("asc", ">")
    if cursor.key:
        where = where & Condition(f"s.subject_key {after} {{}}", cursor.key)
    rows = await fetch(  # every part of the text comes from code
        f"select {_COLUMNS}{_NAMES[run.kind]}{_FROM[run.kind]} where {where.sql}"
        f" order by s.subject_key {order} limit {limit + 1}",
        *where.args,
    )
    sparks = await _sales_lines(run, rows)
    for row in rows:
        row["sales_line"] = sparks.get(row["account_id"], ())
        row["growth_bp"] = share_bp(row["sales_minor"], row["sales_last_minor"], less=BASIS_POINTS)
        row["active_bp"] = share_bp(row["active"], row["active_last"])
        row["bulk"] = may_be_signed_in_bulk(row)
    return page_of(rows, cursor, lambda row: (row["code"],), limit=limit)


async def _sales_lines(run: RunView, rows: Sequence[Row]) -> dict[int, tuple[int | None, ...]]:
    """Return twelve months of net sales for the dealers of a page, at the level open to everybody here."""
    ids = [row["account_id"] for row in rows if row["account_id"] is not None]
    if not ids:
        return {}
    months = [run.month.shift(back).first_on for back in range(1 - TILE_MONTHS, 1)]
    totals = await fetch(
        "select m.account, m.level, m.month_on, m.net_minor from account_month m"  # noqa: S608  from code
        f" where m.account in ({', '.join('{}' for _ in ids)}) and m.month_on >= {{}} and m.month_on <= {{}}"
        f" and ((m.level = {Level.SELL_IN} and m.side = {Side.BUYER}) or (m.level = {Level.SELL_THROUGH}"
        f" and m.side = {Side.SELLER} and {sell_through_open('m.account')})) order by m.account, m.level",
        *ids,
        months[0],
        months[-1],
    )
    nets: dict[tuple[int, int], dict[dt.date | None, int]] = {}
    for total in totals:
        known = nets.setdefault((total["account"], total["level"]), {})
        known[as_date(total["month_on"])] = total["net_minor"]
    # Sell-through comes after sell-in and wins where both are known.
    return {account: tuple(known.get(day) for day in months) for (account, _), known in nets.items()}


async def iter_cards(viewer: Viewer, run: RunView, wanted: ReviewFilter) -> AsyncIterator[list[Row]]:
    """Yield every scorecard of the list in its order, in batches; for exports."""

    async def read(cursor: Cursor) -> Sequence[Row]:
        return (await list_cards(viewer, run, wanted, cursor, limit=EXPORT_BATCH)).rows

    async for rows in in_batches(read, lambda row: (row["code"],), EXPORT_BATCH):
        yield rows


def may_be_signed_in_bulk(row: Mapping[str, Any]) -> bool:
    """Tell whether a row may be part of a bulk sign-off: nothing about it needs a look of its own."""
    special = row["grade_fell"] or row["held_reason"] or row["is_disputed"]
    return not special and row["state"] == CardState.OPEN.value


async def list_summaries(
    viewer: Viewer, kind: SubjectKind, until: Month, *, months: int = TILE_MONTHS
) -> list[MonthSummary]:
    """Return the figures of the evaluated months up to one, oldest first; others are left out."""
    seen = cards_in_scope(viewer, READ, kind, until.last_on)
    account = (
        " join account a on a.id = s.account_id" if kind is SubjectKind.DEALER and seen != ALWAYS else ""
    )
    rows = await fetch(
        "select r.month_on, count(*) as cards,"  # noqa: S608  from code
        " sum(case when s.state = 'signed' then 1 else 0 end) as signed,"
        " sum(case when s.state = 'open' then 1 else 0 end) as decide,"
        " sum(case when s.grade_fell then 1 else 0 end) as dropped,"
        " sum(case when s.held_reason <> '' then 1 else 0 end) as held,"
        " sum(case when s.held_reason = '' then s.points_milli end) as points_milli,"
        " sum(s.sales_minor) as sales_minor, sum(s.sales_last_minor) as sales_last_minor,"
        " sum(s.active) as active, sum(s.active_last) as active_last"
        f" from scorecard s join evaluation_run r on r.id = s.run{account}"
        " where r.subject_kind = {} and r.month_on >= {} and r.month_on <= {}"
        " and r.state not in ('failed', 'computing')"
        f" and {seen.sql} group by r.month_on order by r.month_on",
        kind.value,
        until.shift(1 - months).first_on,
        until.first_on,
        *seen.args,
    )
    return [_summary(row) for row in rows]


def _summary(row: Row) -> MonthSummary:
    points, decided = row.pop("points_milli"), row["cards"] - row["held"]
    month_on = as_date(row.pop("month_on"))
    return MonthSummary(
        month=Month(month_on or dt.date.min),
        average_milli=None if points is None else divide(points, decided),
        **row,
    )


def _where(viewer: Viewer, run: RunView, wanted: ReviewFilter) -> Condition:
    limits = [
        Condition("s.run = {}", (run.id,)),
        cards_in_scope(viewer, READ, run.kind, run.month.last_on),
        _TABS[wanted.tab],
    ]
    dealers = run.kind is SubjectKind.DEALER
    if wanted.q:
        limits.append(_named(wanted.q, dealers=dealers))
    if wanted.region and dealers:
        limits.append(in_regions((wanted.region,), "a.region"))
    if wanted.grade:
        marks = ", ".join("{}" for _ in wanted.grade)
        limits.append(Condition(f"s.grade in ({marks})", wanted.grade))
    if wanted.status:
        known = wanted.status in list(CardState)
        limits.append(Condition("s.state = {}", (wanted.status,)) if known else NEVER)
    return all_of(*limits)


def _named(text: str, *, dealers: bool) -> Condition:
    if dealers:
        return Condition(*matching(KIND_OF["dealer"], text, "a.id"))
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Condition("lower(u.name) like {} escape '\\'", (f"%{escaped}%",))
