"""Who is evaluated in a month, and what each brings along from the months before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch, fetch_value
from portal.evaluations.model import Subject, SubjectKind
from rules.outcomes import Context

if TYPE_CHECKING:
    from portal.evaluations.results import Contexts
    from rules.months import Month

_DEALERS = (
    "select a.id, a.code from account a left join dealer d on d.account = a.id"
    " where a.kind = 'dealer' and a.merged_into is null"
    " and (d.opened_on is null or d.opened_on <= {})"
    " and (coalesce((select st.state from account_state st where st.account = a.id and st.from_on <= {}"
    " order by st.from_on desc, st.id desc limit 1), a.state) in ('existing', 'dormant')"
    " or exists (select 1 from account_month m where m.account = a.id and m.month_on = {}))"
    " order by a.code"
)
_ASSIGNMENTS = (
    "select ra.user_id, ra.dealer from representative_assignment ra"
    " where ra.from_on <= {} and (ra.to_on is null or ra.to_on > {}) order by ra.user_id, ra.dealer"
)


async def list_subjects(kind: SubjectKind, month: Month) -> list[Subject]:
    """Return everybody of a kind who is evaluated in a month.

    Dealers: open by the month's end, existing or dormant then or with totals in the month, and not merged
    into another. Representatives: everybody with a dealer assigned on the month's last day.
    """
    rows = await fetch(_DEALERS, month.last_on, month.last_on, month.first_on)
    if kind is SubjectKind.DEALER:
        return [Subject(row["code"], row["id"], None, (row["id"],)) for row in rows]
    evaluated = {row["id"] for row in rows}
    assigned: dict[int, list[int]] = {}
    for row in await fetch(_ASSIGNMENTS, month.last_on, month.last_on):
        if row["dealer"] in evaluated:
            assigned.setdefault(row["user_id"], []).append(row["dealer"])
    return [Subject(f"user-{user}", None, user, tuple(dealers)) for user, dealers in assigned.items()]


async def find_contexts(kind: SubjectKind, month: Month) -> Contexts:
    """Return the last published grade of each subject and its months below it, from the latest such run."""
    latest = await fetch_value(
        "select id from evaluation_run where subject_kind = {} and month_on < {}"
        " and state in ('published', 'closed') order by month_on desc, id desc limit 1",
        kind.value,
        month.first_on,
    )
    rows = await fetch(
        "select subject_key, grade, previous_grade, months_below from scorecard where run = {}", latest
    )
    # A held month decides nothing: the grade before it still stands.
    return {
        row["subject_key"]: Context(row["grade"] or row["previous_grade"] or None, row["months_below"])
        for row in rows
    }
