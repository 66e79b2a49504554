"""Rewards and coaching plans of a scorecard, and those that earlier months of the same subject left open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import as_date, fetch
from portal.evaluations.model import ActionKind, Outcome
from rules.months import Month

if TYPE_CHECKING:
    from portal.db.sql import Row

MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class ActionRow:
    """A reward or coaching plan.

    Attributes:
        month: Month of the scorecard it was put on.
        line: Criterion it is about; empty for the whole month.
        goal: How one sees that it worked; may be empty.
        moved: New days it was given so far.
        outcome: What came of it; None while it is open, or where nobody said.
        changed_at: Last time anything about it changed, at least its creation.
    """

    id: int
    month: Month
    kind: ActionKind
    line: str
    text: str
    goal: str
    owner: str
    owner_user_id: int
    due_on: dt.date
    moved: int
    outcome: Outcome | None
    result: str
    done_at: dt.datetime | None
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Actions:
    """What follows from a month, and what the months before left to be done.

    Attributes:
        own: Put on this scorecard, by due day.
        carried: Put on earlier scorecards of the same subject and open, or closed since this month began.
    """

    own: tuple[ActionRow, ...]
    carried: tuple[ActionRow, ...]


_SELECT = (
    "select t.id, r.month_on, t.kind, t.line, t.text, t.goal, coalesce(u.name, '') as owner, t.owner_user_id,"
    " t.due_on, t.moved, t.outcome, t.result, t.done_at, t.created_at, t.changed_at from scorecard_action t"
    " join scorecard s on s.id = t.scorecard join evaluation_run r on r.id = s.run"
    " left join login_user u on u.id = t.owner_user_id"
)


async def list_actions(card_id: int, account_id: int | None, user_id: int | None, month: Month) -> Actions:
    """Return the actions of a scorecard; the caller has checked that it may be seen.

    Args:
        card_id: The scorecard.
        account_id: Its dealer, or None.
        user_id: Its representative, or None.
        month: Its month.
    """
    column, subject = ("account_id", account_id) if account_id is not None else ("user_id", user_id)
    own = await fetch(f"{_SELECT} where t.scorecard = {{}} order by t.due_on, t.id", card_id)
    carried = await fetch(
        f"{_SELECT} where s.{column} = {{}} and r.month_on < {{}} and r.month_on >= {{}}"
        " and r.state in ('published', 'closed') and (t.done_at is null or t.done_at >= {})"
        " order by r.month_on, t.due_on, t.id",
        subject,
        month.first_on,
        month.shift(-MONTHS_BACK).first_on,
        dt.datetime.combine(month.first_on, dt.time(), dt.UTC),
    )
    return Actions(tuple(_action(row) for row in own), tuple(_action(row) for row in carried))


def _action(row: Row) -> ActionRow:
    month_on, due_on = as_date(row.pop("month_on")), as_date(row["due_on"])
    if month_on is None or due_on is None:
        raise ValueError("an action without a month or a day")
    created_at = row.pop("created_at")
    values = {
        "month": Month(month_on),
        "kind": ActionKind(row["kind"]),
        "due_on": due_on,
        "outcome": Outcome(row["outcome"]) if row["outcome"] else None,
        "changed_at": row["changed_at"] or created_at,
    }
    return ActionRow(**{**row, **values})
