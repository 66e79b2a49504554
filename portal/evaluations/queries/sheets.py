"""One scorecard in full: the stored result expanded to words, what would lift it, and what was said on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import as_date, fetch, fetch_one
from portal.errors import NotFound
from portal.evaluations.evidence import evidence_of
from portal.evaluations.model import CardState, CommentKind, SubjectKind, answer_due_on
from portal.evaluations.policies import READ
from portal.evaluations.queries.actions import Actions, list_actions
from portal.evaluations.queries.runs import RunView, get_run
from portal.evaluations.scope import cards_in_scope
from portal.network.scope import sell_through_open
from portal.sales.model import Level, Side
from rules.evaluation import expand
from rules.facts import FactValue
from rules.kpis import Kpi
from rules.months import Month
from rules.outcomes import Context, Outcome
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row

HISTORY_MONTHS = 12


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What identifies a scorecard and where it stands.

    Attributes:
        code: Dealer's code, or the representative's key.
        grade: Empty when held.
        is_sell_in: Sales are measured by what the dealer bought, because nothing else is known.
        signed_by: Name of who signed, empty when nobody has.
        signed_for: Name of the absent person a deputy signed for, or empty.
    """

    id: int
    run: RunView
    code: str
    name: str
    account_id: int | None
    user_id: int | None
    region: str
    region_en: str
    points_milli: int
    grade: str
    previous_grade: str
    grade_fell: bool
    held_reason: str
    is_disputed: bool
    is_sell_in: bool
    state: CardState
    version: int
    signed_by: str
    signed_for: str
    signed_at: dt.datetime | None
    read_at: dt.datetime | None

    @property
    def kind(self) -> SubjectKind:
        """Who is evaluated."""
        return self.run.kind

    @property
    def month(self) -> Month:
        """Evaluated month."""
        return self.run.month


@dataclass(frozen=True, slots=True)
class CommentRow:
    """Something said on a scorecard; ``on_behalf_of`` is empty unless a deputy spoke."""

    kind: CommentKind
    author: str
    on_behalf_of: str
    text: str
    at: dt.datetime
    answer_due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """Grade and points of an earlier or the same month; empty grade when held."""

    month: Month
    grade: str
    points_milli: int


@dataclass(frozen=True, slots=True)
class SalesRow:
    """Net sales of a month and of the same month a year before; None where no total exists."""

    month: Month
    this_minor: int | None
    last_minor: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A scorecard with the evidence behind it.

    Attributes:
        outcome: The stored result with every line, band and condition.
        facts: The facts of the snapshot by KPI code.
        kpis: What each of them means, as it was when it was measured.
        book: The rulebook it was decided by.
        actions: Rewards and coaching plans of this month, and those the months before left.
        history: Months up to this one, oldest first, at most twelve.
        sales: Twelve months, oldest first; empty for representatives and where nothing may be shown.
    """

    head: SheetHead
    outcome: Outcome
    facts: Mapping[str, FactValue]
    kpis: Mapping[str, Kpi]
    book: Rulebook
    comments: tuple[CommentRow, ...]
    actions: Actions
    history: tuple[HistoryRow, ...]
    sales: tuple[SalesRow, ...]

    @property
    def has_comment(self) -> bool:
        """Whether a manager's comment stands on it."""
        return any(said.kind is CommentKind.COMMENT for said in self.comments)


_HEAD = (
    "select s.id, s.run, s.subject_key as code, coalesce(a.name, u.name, s.subject_key) as name,"
    " s.account_id, s.user_id, coalesce(g.name, '') as region, coalesce(g.name_en, '') as region_en,"
    " s.points_milli, s.grade, s.previous_grade, s.grade_fell, s.held_reason, s.is_disputed, s.state,"
    " s.version, s.signed_at, s.read_at, coalesce(b.name, '') as signed_by,"
    " coalesce(f.name, '') as signed_for, s.condition_bits, s.months_below_before, r.month_on,"
    " s.subject_kind from scorecard s join evaluation_run r on r.id = s.run"
    " left join account a on a.id = s.account_id left join region g on g.id = a.region"
    " left join login_user u on u.id = s.user_id left join login_user b on b.id = s.signed_by_user_id"
    " left join login_user f on f.id = s.signed_for_user_id"
)
_PLAIN = (
    "id", "code", "name", "account_id", "user_id", "region", "region_en", "points_milli", "grade",
    "previous_grade", "held_reason", "version", "signed_by", "signed_for", "signed_at", "read_at",
)  # fmt: skip


async def get_sheet(viewer: Viewer, card_id: int) -> Sheet:
    """Return a scorecard in the viewer's part of the network.

    Raises:
        NotFound: There is none, or it is somebody else's; the two are the same.
    """
    row = await fetch_one(f"{_HEAD} where s.id = {{}}", card_id)
    if row is None:
        raise NotFound
    kind, month = SubjectKind(row["subject_kind"]), _month(row)
    seen = cards_in_scope(viewer, READ, kind, month.last_on)
    if (
        await fetch_one(
            "select s.id from scorecard s left join account a on a.id = s.account_id"  # noqa: S608  from code
            f" where s.id = {{}} and {seen.sql}",
            card_id,
            *seen.args,
        )
        is None
    ):
        raise NotFound
    return await _sheet(viewer, row)


async def get_own_sheet(viewer: Viewer, month: Month) -> Sheet:
    """Return the viewer's own sheet of a month: of his dealership, or his as a representative.

    A dealer sees it once published; a representative earlier, for his self-review.

    Raises:
        NotFound: There is none for him, or not yet.
    """
    own, args = _own(viewer)
    row = await fetch_one(
        f"{_HEAD} where r.month_on = {{}} and {own} and {_READABLE} order by r.id desc, s.id limit 1",
        month.first_on,
        *args,
    )
    if row is None:
        raise NotFound
    return await _sheet(viewer, row)


_READABLE = (
    "(r.state in ('published', 'closed') or (s.user_id is not null and r.state in ('draft', 'reviewed')))"
)


def _own(viewer: Viewer) -> tuple[str, tuple[Any, ...]]:
    dealers = viewer.scope.dealer_ids
    marks = ", ".join("{}" for _ in dealers)
    accounts = f" or s.account_id in ({marks})" if dealers else ""
    return f"(s.user_id = {{}}{accounts})", (viewer.user_id, *dealers)


async def list_own_sheets(viewer: Viewer, *, limit: int = 24) -> list[Row]:
    """Return the viewer's readable sheets, newest month first, as rows with month, grade and points."""
    own, args = _own(viewer)
    rows = await fetch(
        "select s.id, r.month_on, r.state as run_state, r.is_reference_only, s.grade, s.previous_grade,"  # noqa: S608  from code
        " s.points_milli, s.held_reason, s.is_disputed, s.read_at, coalesce(a.name, '') as dealer"
        " from scorecard s join evaluation_run r on r.id = s.run left join account a on a.id = s.account_id"
        f" where {own} and {_READABLE} order by r.month_on desc, s.id limit {limit}",
        *args,
    )
    for row in rows:
        row["month"] = _month(row)
    return rows


async def _sheet(viewer: Viewer, row: Row) -> Sheet:
    run = await get_run(row["run"])
    evidence = await evidence_of(run)
    facts = evidence.facts(row["code"])
    context = Context(row["previous_grade"] or None, row["months_below_before"])
    level = facts["sales_level"].value_scaled if "sales_level" in facts else None
    head = _head(row, run, is_sell_in=level == Level.SELL_IN)
    return Sheet(
        head=head,
        outcome=expand(evidence.book, facts, bytes(row["condition_bits"]), context),
        facts=facts,
        kpis={code: column.kpi for code, column in evidence.table.columns.items()},
        book=evidence.book,
        comments=await _comments(head.id),
        actions=await list_actions(head.id, head.account_id, head.user_id, head.month),
        history=await _history(head),
        sales=await _sales(viewer, head, level),
    )


def _head(row: Row, run: RunView, *, is_sell_in: bool) -> SheetHead:
    return SheetHead(
        run=run,
        grade_fell=bool(row["grade_fell"]),
        is_disputed=bool(row["is_disputed"]),
        is_sell_in=is_sell_in,
        state=CardState(row["state"]),
        **{name: row[name] for name in _PLAIN},
    )


async def _comments(card_id: int) -> tuple[CommentRow, ...]:
    rows = await fetch(
        "select c.kind, coalesce(u.name, '') as author, coalesce(b.name, '') as on_behalf_of, c.text, c.at"
        " from scorecard_comment c left join login_user u on u.id = c.author_user_id"
        " left join login_user b on b.id = c.on_behalf_of_user_id"
        " where c.scorecard = {} and c.withdrawn_at is null order by c.at, c.id",
        card_id,
    )
    return tuple(
        CommentRow(
            CommentKind(row["kind"]),
            row["author"],
            row["on_behalf_of"],
            row["text"],
            row["at"],
            answer_due_on(row["at"].date()) if row["kind"] == CommentKind.OBJECTION else None,
        )
        for row in rows
    )


async def _history(head: SheetHead) -> tuple[HistoryRow, ...]:
    """Earlier months count once published; the sheet's own month always."""
    column = "account_id" if head.account_id is not None else "user_id"
    rows = await fetch(
        "select r.month_on, s.grade, s.points_milli from scorecard s join evaluation_run r on r.id = s.run"  # noqa: S608  from code
        f" where s.{column} = {{}} and r.month_on > {{}} and r.month_on <= {{}}"
        " and (r.state in ('published', 'closed') or s.id = {}) order by r.month_on, r.id",
        head.account_id if head.account_id is not None else head.user_id,
        head.month.shift(-HISTORY_MONTHS).first_on,
        head.month.first_on,
        head.id,
    )
    latest = {_month(row): HistoryRow(_month(row), row["grade"], row["points_milli"]) for row in rows}
    return tuple(latest.values())


async def _sales(viewer: Viewer, head: SheetHead, level: int | None) -> tuple[SalesRow, ...]:
    """Read two years of the dealer's totals; a grant revoked since closes sell-through again."""
    if head.account_id is None or level is None:
        return ()
    if level == Level.SELL_THROUGH and not viewer.is_dealer_side:
        open_ = await fetch_one(
            f"select 1 from account a where a.id = {{}} and {sell_through_open('a.id')}",  # noqa: S608  from code
            head.account_id,
        )
        if open_ is None:
            return ()
    side = Side.BUYER if level == Level.SELL_IN else Side.SELLER
    rows = await fetch(
        "select month_on, net_minor from account_month where account = {} and level = {} and side = {}"
        " and month_on > {} and month_on <= {}",
        head.account_id,
        level,
        int(side),
        head.month.shift(-2 * HISTORY_MONTHS).first_on,
        head.month.first_on,
    )
    nets = {_month(row): row["net_minor"] for row in rows}
    months = [head.month.shift(back) for back in range(1 - HISTORY_MONTHS, 1)]
    return tuple(SalesRow(month, nets.get(month), nets.get(month.same_month_last_year)) for month in months)


def _month(row: Row) -> Month:
    month_on = as_date(row["month_on"])
    if month_on is None:
        raise ValueError("a row without a month")
    return Month(month_on)
