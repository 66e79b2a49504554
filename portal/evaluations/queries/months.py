"""The months as a list: how far each is, and who is late; and the checks before a month is evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one
from portal.errors import Invalid, Message
from portal.evaluations.model import SubjectKind
from portal.evaluations.policies import READ
from portal.evaluations.queries.review import MonthSummary, list_summaries
from portal.evaluations.queries.runs import RunView, list_runs
from portal.evaluations.scope import cards_in_scope
from portal.evaluations.subjects import list_subjects
from portal.rulebooks.queries.versions import book_for
from rules.months import Month

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

MONTHS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the list; ``summary`` is None while nothing of it is in the viewer's part."""

    run: RunView
    summary: MonthSummary | None


@dataclass(frozen=True, slots=True)
class LateRow:
    """A region with scorecards that nobody has decided, and who manages it."""

    region: str
    region_en: str
    open_cards: int
    managers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at before a month is evaluated.

    Attributes:
        message: What was found.
        ok: Whether it is as it should be.
        blocks: Whether the month cannot be evaluated as long as it is not.
    """

    message: Message
    ok: bool
    blocks: bool = False


async def list_months(viewer: Viewer, kind: SubjectKind) -> list[MonthRow]:
    """Return the evaluated months, newest first, with what of them is in the viewer's part."""
    runs = await list_runs(kind, limit=MONTHS_SHOWN)
    if not runs:
        return []
    newest = runs[0].month
    summaries = await list_summaries(viewer, kind, newest, months=MONTHS_SHOWN)
    by_month = {summary.month: summary for summary in summaries}
    return [MonthRow(run, by_month.get(run.month)) for run in runs]


async def list_late(viewer: Viewer, run: RunView) -> list[LateRow]:
    """Return the regions with undecided scorecards in the viewer's part, the most first."""
    if run.kind is not SubjectKind.DEALER or not run.state.is_under_review:
        return []
    seen = cards_in_scope(viewer, READ, run.kind, run.month.last_on)
    rows = await fetch(
        "select g.name, g.name_en, g.path, count(*) as open_cards from scorecard s"  # noqa: S608  from code
        " join account a on a.id = s.account_id join region g on g.id = a.region"
        f" where s.run = {{}} and s.state <> 'signed' and {seen.sql}"
        " group by g.id, g.name, g.name_en, g.path order by open_cards desc, g.name",
        run.id,
        *seen.args,
    )
    managers = await fetch(
        "select u.name, g.path from role_grant t join login_user u on u.id = t.user_id"
        " join region g on g.id = t.region_id"
        " where t.role = 'regional_manager' and t.state = 'active' and u.active order by u.name"
    )
    return [
        LateRow(
            row["name"],
            row["name_en"],
            row["open_cards"],
            tuple(person["name"] for person in managers if row["path"].startswith(person["path"])),
        )
        for row in rows
    ]


async def list_checks(month: Month, kind: SubjectKind, today: dt.date) -> list[Check]:
    """Look at what an evaluation of the month would stand on."""
    subjects = await list_subjects(kind, month)
    figures = await fetch_one(
        "select (select count(distinct m.account) from account_month m join account a on a.id = m.account"
        " where a.kind = 'dealer' and m.month_on = {}) as totals,"
        " (select count(*) from target where month_on = {} and accepted_at is not null) as targets,"
        " (select count(*) from document where level = 1 and due_on >= {} and due_on <= {}) as due",
        month.first_on,
        month.first_on,
        month.first_on,
        month.last_on,
    )
    found = figures or {"totals": 0, "targets": 0, "due": 0}
    return [
        Check(Message("The month is over."), month.last_on < today, blocks=True),
        await _rulebook_check(month, kind),
        Check(Message("Evaluated are: %(count)s.", {"count": len(subjects)}), bool(subjects), blocks=True),
        _count("Dealers with sales in the month: %(count)s.", found["totals"]),
        _count("Agreed targets: %(count)s.", found["targets"]),
        _count("Documents due in the month: %(count)s.", found["due"]),
    ]


def _count(text: str, count: int) -> Check:
    return Check(Message(text, {"count": count}), count > 0)


async def _rulebook_check(month: Month, kind: SubjectKind) -> Check:
    try:
        book = await book_for(kind.value, month)
    except Invalid as error:
        return Check(error.problems[0].message, ok=False, blocks=True)
    return Check(Message("Criteria in force: %(version)s.", {"version": book.version}), ok=True)


async def list_startable(kind: SubjectKind, today: dt.date) -> list[Month]:
    """Return the finished months with sales that were not evaluated yet, newest first, at most twelve."""
    first = Month.of(today)
    months = [first.shift(-back) for back in range(1, 13)]
    rows = await fetch(
        "select distinct r.month_on from evaluation_run r where r.subject_kind = {} and r.state <> 'failed'"
        " and r.month_on >= {}",
        kind.value,
        months[-1].first_on,
    )
    evaluated = {str(row["month_on"])[:7] for row in rows}
    return [month for month in months if str(month) not in evaluated]
