"""What awaits a person in evaluations, for everybody's home (할 일)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.db import as_date, fetch
from portal.errors import Message
from portal.evaluations.model import ActionKind, CommentKind, SubjectKind, answer_due_on
from portal.evaluations.policies import CLOSE, OWN, PUBLISH, REVIEW
from portal.evaluations.queries.sheets import list_own_sheets
from portal.evaluations.scope import cards_in_scope
from portal.tasks import TaskItem, age_days
from rules.months import Month

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.db.sql import Row

REVIEW_DAYS = 5
"""Days after a run within which its scorecards should be decided; only the order of 할 일 depends on it."""


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what awaits the viewer on a day: to sign, answer, publish, close, read, review, follow up."""
    found = await _actions(viewer, today)
    if viewer.allowed(REVIEW):
        found += await _reviews(viewer, today)
        found += await _objections(viewer, today)
    if viewer.allowed(PUBLISH) or viewer.allowed(CLOSE):
        found += await _states(viewer, today)
    if viewer.allowed(OWN):
        found += await _sheets(viewer, today)
    return found


def _month(row: Row) -> Month:
    return Month(as_date(row["month_on"]) or dt.date.min)


async def _reviews(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """One item per month under review with undecided scorecards in the viewer's region."""
    items = []
    runs = await fetch(
        "select id, month_on, subject_kind, as_of_at from evaluation_run where state in ('draft', 'reviewed')"
    )
    for run in runs:
        kind, month = SubjectKind(run["subject_kind"]), _month(run)
        seen = cards_in_scope(viewer, REVIEW, kind, month.last_on)
        rows = await fetch(
            "select count(*) as cards from scorecard s left join account a on a.id = s.account_id"  # noqa: S608  from code
            f" where s.run = {{}} and s.state = 'open' and {seen.sql}",
            run["id"],
            *seen.args,
        )
        if not rows[0]["cards"]:
            continue
        text = "%(count)s scorecards of %(month)s await your decision."
        if kind is SubjectKind.REPRESENTATIVE:
            text = "%(count)s representatives' scorecards of %(month)s await your decision."
        subject = "" if kind is SubjectKind.DEALER else f"&subject={kind.value}"
        items.append(
            TaskItem(
                "evaluations.sign_off",
                Message(text, {"count": rows[0]["cards"], "month": str(month)}),
                f"/evaluations/{month}?tab=decide{subject}",
                run["as_of_at"].date() + dt.timedelta(days=REVIEW_DAYS),
                age_days(run["as_of_at"], today),
            )
        )
    return items


async def _objections(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """One item per open objection in the viewer's region, due 30 days after it was raised."""
    seen = cards_in_scope(viewer, REVIEW, SubjectKind.DEALER, today)
    rows = await fetch(
        "select s.id, r.month_on, a.name, (select max(c.at) from scorecard_comment c"  # noqa: S608  from code
        f" where c.scorecard = s.id and c.kind = '{CommentKind.OBJECTION}') as at from scorecard s"
        " join evaluation_run r on r.id = s.run join account a on a.id = s.account_id"
        f" where s.is_disputed and {seen.sql} order by s.id limit 50",
        *seen.args,
    )
    items = []
    for row in rows:
        at = dt.datetime.fromisoformat(row["at"]) if isinstance(row["at"], str) else row["at"]
        items.append(
            TaskItem(
                "evaluations.answer",
                Message("%(name)s objects to %(month)s.", {"name": row["name"], "month": str(_month(row))}),
                f"/evaluations/{_month(row)}/{row['id']}",
                answer_due_on(at.date()) if at else None,
                age_days(at, today),
            )
        )
    return items


async def _states(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Months to publish, and closes somebody else asked for."""
    items = []
    rows = await fetch(
        "select month_on, subject_kind, state, reviewed_at, close_requested_at, close_requested_by_user_id,"
        " close_requested_for_user_id from evaluation_run where state = 'reviewed'"
        " or (state = 'published' and close_requested_by_user_id is not null) order by month_on"
    )
    for row in rows:
        month = _month(row)
        subject = "" if row["subject_kind"] == SubjectKind.DEALER else f"?subject={row['subject_kind']}"
        href, params = f"/evaluations/{month}/run{subject}", {"month": str(month)}
        if row["state"] == "reviewed":
            if viewer.allowed(PUBLISH):
                age = age_days(row["reviewed_at"], today)
                text = Message("%(month)s is reviewed and can be published.", params)
                items.append(TaskItem("evaluations.publish", text, href, None, age))
            continue
        asked = Signature(row["close_requested_by_user_id"], row["close_requested_for_user_id"])
        if viewer.allowed(CLOSE) and different_people(asked, viewer):
            age = age_days(row["close_requested_at"], today)
            text = Message("The close of %(month)s awaits a second person.", params)
            items.append(TaskItem("evaluations.close", text, href, None, age))
    return items


async def _sheets(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Published sheets nobody has read, and a representative's month under review."""
    items = []
    for row in await list_own_sheets(viewer, limit=6):
        month, under_review = row["month"], row["run_state"] in ("draft", "reviewed")
        if not under_review and row["read_at"] is not None:
            continue
        text = "Write your review of %(month)s." if under_review else "Your evaluation of %(month)s is out."
        if under_review and await _has_reviewed_himself(row["id"]):
            continue
        age = max(0, (today - month.last_on).days)
        kind = "evaluations.self_review" if under_review else "evaluations.read"
        said = Message(text, {"month": str(month)})
        items.append(TaskItem(kind, said, f"/my/evaluations/{month}", None, age))
    return items


async def _has_reviewed_himself(card_id: int) -> bool:
    rows = await fetch(
        "select 1 from scorecard_comment where scorecard = {} and kind = 'self_review'"
        " and withdrawn_at is null limit 1",
        card_id,
    )
    return bool(rows)


async def _actions(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Rewards and coaching plans the viewer owns and has not done."""
    rows = await fetch(
        "select t.kind, t.text, t.due_on, t.created_at, s.id, r.month_on,"
        " coalesce(a.name, u.name, '') as name from scorecard_action t"
        " join scorecard s on s.id = t.scorecard join evaluation_run r on r.id = s.run"
        " left join account a on a.id = s.account_id left join login_user u on u.id = s.user_id"
        " where t.owner_user_id = {} and t.done_at is null order by t.due_on, t.id limit 50",
        viewer.user_id,
    )
    return [
        TaskItem(
            "evaluations.action",
            Message(
                "Coaching plan for %(name)s: %(text)s"
                if row["kind"] == ActionKind.COACHING
                else "Reward for %(name)s: %(text)s",
                {"name": row["name"], "text": row["text"]},
            ),
            f"/evaluations/{_month(row)}/{row['id']}",
            as_date(row["due_on"]),
            age_days(row["created_at"], today),
        )
        for row in rows
    ]
