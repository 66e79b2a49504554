"""What awaits a person in rebates, for everybody's home (할 일): accept, approve, post, pay, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.access import Signature, different_people
from portal.db import as_date, fetch
from portal.errors import Message
from portal.rebates.policies import ACCEPT, ADJUST, ANSWER, APPROVE, AUTHOR, CLOSE, PAY, SETTLE
from portal.rebates.queries.versions import get_version, list_awaiting_acceptance
from portal.tasks import TaskItem, age_days
from rules.lifecycle import may_approve

if TYPE_CHECKING:
    import datetime as dt

    from portal.access import Viewer

SHOWN = 20


async def list_tasks(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Return what awaits the viewer on a day."""
    found: list[TaskItem] = []
    for policy, tasks in (
        (ACCEPT, _acceptances),
        (APPROVE, _approvals),
        (AUTHOR, _returned),
        (SETTLE, _settlements),
        (PAY, _payouts),
        (ADJUST, _adjustments),
        (ANSWER, _appeals),
        (CLOSE, _closes),
    ):
        if viewer.allowed(policy):
            found += await tasks(viewer, today)
    return found


async def _acceptances(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    """Programmes announced to the viewer's dealers that await acceptance before their first day."""
    return [
        TaskItem(
            "rebates.accept",
            Message(
                "Incentive programme %(label)s awaits your acceptance before %(day)s.",
                {"label": f"{version.program} {version.label}", "day": version.term.from_on.isoformat()},
            ),
            f"/my/rebates/{version.id}",
            version.term.from_on,
            max(0, (today - version.announced_on).days) if version.announced_on else 0,
        )
        for version, _ in await list_awaiting_acceptance(viewer, today)
        if version.term is not None
    ]


async def _approvals(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select id, submitted_at from rebate_version where state = 'submitted' order by id limit {}", SHOWN
    )
    items = []
    for row in rows:
        version = await get_version(row["id"])
        if may_approve(version.author_ids, viewer.people):
            said = Message(
                "Incentive programme %(label)s awaits your approval.",
                {"label": f"{version.program} {version.label}"},
            )
            age = age_days(row["submitted_at"], today)
            href = f"/rebates/programs/{version.id}"
            items.append(TaskItem("rebates.approve", said, href, version.announced_on, age))
    return items


async def _returned(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select id, program, label, edited_at from rebate_version where state = 'draft' and reason <> ''"
        " and author_user_id = {} order by id limit {}",
        viewer.user_id,
        SHOWN,
    )
    return [
        TaskItem(
            "rebates.returned",
            Message(
                "Incentive programme %(label)s was sent back to you.",
                {"label": f"{row['program']} {row['label']}"},
            ),
            f"/rebates/programs/{row['id']}",
            None,
            age_days(row["edited_at"], today),
        )
        for row in rows
    ]


async def _settlements(_: Viewer, today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select s.id, v.program, s.through_on, s.as_of_at, s.preview_until_on from rebate_settlement s"
        " join rebate_version v on v.id = s.version where s.state = 'draft'"
        " and (s.preview_until_on is null or s.preview_until_on < {}) order by s.id limit {}",
        today,
        SHOWN,
    )
    return [
        TaskItem(
            "rebates.post",
            Message(
                "The settlement of %(program)s through %(day)s can be posted.",
                {"program": row["program"], "day": str(row["through_on"])},
            ),
            f"/rebates/settlements/{row['id']}",
            None,
            age_days(row["as_of_at"], today),
        )
        for row in rows
    ]


async def _payouts(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select id, lines, proposed_by_user_id as by, proposed_for_user_id as behalf, proposed_at"
        " from rebate_payout where state = 'proposed' order by id limit {}",
        SHOWN,
    )
    return [
        TaskItem(
            "rebates.approve_payout",
            Message("A payout to %(count)s accounts awaits a second person.", {"count": row["lines"]}),
            f"/rebates/payouts/{row['id']}",
            None,
            age_days(row["proposed_at"], today),
        )
        for row in rows
        if different_people(Signature(row["by"], row["behalf"]), viewer)
    ]


async def _adjustments(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select j.id, a.name, j.proposed_by_user_id as by, j.proposed_for_user_id as behalf, j.proposed_at"
        " from rebate_adjustment j join account a on a.id = j.account where j.state = 'proposed'"
        " order by j.id limit {}",
        SHOWN,
    )
    return [
        TaskItem(
            "rebates.approve_adjustment",
            Message("An adjustment for %(name)s awaits a second person.", {"name": row["name"]}),
            f"/rebates/adjustments/{row['id']}",
            None,
            age_days(row["proposed_at"], today),
        )
        for row in rows
        if different_people(Signature(row["by"], row["behalf"]), viewer)
    ]


async def _appeals(_: Viewer, today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select p.id, p.due_on, p.raised_at, a.name from rebate_appeal p join account a on a.id = p.account"
        " where p.outcome = 'open' order by p.due_on, p.id limit {}",
        SHOWN,
    )
    return [
        TaskItem(
            "rebates.answer",
            Message("%(name)s appeals against a line of a settlement.", {"name": row["name"]}),
            f"/rebates/appeals/{row['id']}",
            as_date(row["due_on"]),
            age_days(row["raised_at"], today),
        )
        for row in rows
    ]


async def _closes(viewer: Viewer, today: dt.date) -> list[TaskItem]:
    rows = await fetch(
        "select month_on, requested_by_user_id as by, requested_for_user_id as behalf, requested_at"
        " from ledger_period where closed_at is null order by month_on limit {}",
        SHOWN,
    )
    return [
        TaskItem(
            "rebates.close",
            Message(
                "Closing the books of %(month)s awaits a second person.", {"month": str(row["month_on"])[:7]}
            ),
            "/rebates/ledger",
            None,
            age_days(row["requested_at"], today),
        )
        for row in rows
        if different_people(Signature(row["by"], row["behalf"]), viewer)
    ]
