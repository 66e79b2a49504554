"""Logging a visit once, and taking one back; a visit is never deleted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid, NotAllowed
from portal.plans.policies import VISIT
from portal.plans.queries.visits import get_visit, get_visitable
from portal.plans.service.targets import move_by_visit
from portal.plans.visiting import content_of, moment_of, rank_of
from portal.sales.imports.closed_months import flag_closed_months
from portal.seasons.queries.seasons import current_season
from rules.months import Month

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.plans.commands_visits import VisitCommand
    from portal.plans.queries.visits import VisitAccount


async def log_visit(viewer: Viewer, command: VisitCommand, back_days: int) -> int:
    """Log a visit of the viewer's own, once per client key, and link it to the plan's stop of that day.

    A visit that reaches the portal after its month was closed is kept, and the closed evaluation is flagged
    for correction.

    Args:
        viewer: Who came; what a dealer's people log is the dealer's.
        command: The visit.
        back_days: Days before today that a visit may have been made.

    Returns:
        The visit's id, of the known visit when the key and the content are known.

    Raises:
        NotFound: The account is not one the viewer may visit.
        Invalid: The day is not today and not one of the days before it.
        Conflict: The key belongs to a visit with other content.
    """
    async with unit_of_work():
        return await keep_visit(viewer, command, _now(), back_days)


async def keep_visit(
    viewer: Viewer, command: VisitCommand, now: dt.datetime, back_days: int | None = None
) -> int:
    """Log a visit in the open unit of work; see ``log_visit``.

    Args:
        viewer: Who came.
        command: The visit.
        now: Current instant, UTC.
        back_days: Days before today that a visit may have been made; None when who calls has decided that.

    Raises:
        NotFound: The account is not one the viewer may visit.
        Invalid: The day is not today and not one of the days before it.
        Conflict: The key belongs to a visit with other content.
    """
    day = now.astimezone(ZoneInfo(viewer.zone)).date()
    content = content_of(command, viewer.user_id)
    account = await get_visitable(viewer, command.account_id)
    if (known := await _known(command.client_key, content)) is not None:
        return known
    if back_days is not None and not 0 <= (day - command.visited_on).days <= back_days:
        raise Invalid.of(
            "visited_on", "Please choose today or one of the %(days)s days before.", days=back_days
        )
    visit_id = await _insert(viewer, command, content, account, now)
    if visit_id is None:  # the same report came twice at once
        return await _known(command.client_key, content) or 0
    if not viewer.is_dealer_side:
        await move_by_visit(account.id, command.outcome, now)
    await flag_closed_months([Month.of(command.visited_on).first_on])
    by = account.signature(viewer, VISIT)
    await record(by, "plans.visited", Subject.of("visit", visit_id), note=command.outcome.value)
    return visit_id


async def cancel_visit(viewer: Viewer, visit_id: int, reason: str) -> None:
    """Take a visit back with a reason; it stays readable and counts for nothing.

    Raises:
        NotFound: The visit is not in the viewer's part of the network.
        NotAllowed: Somebody else made it, and the viewer is not his manager or the dealer's owner.
        Invalid: The month of the visit is closed.
        Conflict: It is taken back already.
    """
    async with unit_of_work():
        visit = await get_visit(viewer, visit_id, VISIT)
        if visit.visitor_user_id != viewer.user_id and not may_cancel_for_others(viewer, visit.owner):
            raise NotAllowed("Only who made the visit, or the manager, can take it back.")
        month = Month.of(visit.visited_on)
        if await is_closed(month):
            raise Invalid.of("reason", "%(month)s is closed; its visits do not change.", month=str(month))
        by = visit.account.signature(viewer, VISIT)
        changed = await execute(
            "update visit set cancelled_at = {}, cancelled_by_user_id = {}, cancelled_reason = {}"
            " where id = {} and cancelled_at is null",
            *(_now(), by.user_id, reason, visit_id),
        )
        if not changed:
            raise Conflict
        await record(by, "plans.visit_cancelled", Subject.of("visit", visit_id), note=reason)


def may_cancel_for_others(viewer: Viewer, owner: str) -> bool:
    """Tell whether the viewer may take back other people's visits of an owner's side."""
    if viewer.is_dealer_side:
        return owner == "dealer" and viewer.allowed("plans.own_decide")
    return owner == "manufacturer" and viewer.allowed("plans.approve")


async def is_closed(month: Month) -> bool:
    """Tell whether an evaluation of the month is closed: its facts stand.

    Like ``flag_closed_months`` this reads a table of the slice above: the rule must hold in one transaction.
    """
    return bool(
        await fetch_value(
            "select count(*) from evaluation_run where state = 'closed' and month_on = {}", month.first_on
        )
    )


async def _known(client_key: str, content: str) -> int | None:
    row = await fetch_one("select id, content_sha256 from visit where client_key = {}", client_key)
    if row is None:
        return None
    if row["content_sha256"] != content:
        raise Conflict
    return int(row["id"])


async def _insert(
    viewer: Viewer, command: VisitCommand, content: str, account: VisitAccount, now: dt.datetime
) -> int | None:
    day, said_at = command.visited_on, command.made_at or command.device_at
    rows = await fetch(
        "insert into visit (client_key, content_sha256, account, stop, season, owner, rank, visitor_user_id,"
        " visited_on, visited_at, device_at, outcome, cases, minutes, note, created_at)"
        " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        " on conflict (client_key) do nothing returning id",
        *(command.client_key, content, account.id, await _stop(viewer.user_id, account.id, day)),
        *(await _season(account, day), "dealer" if viewer.is_dealer_side else "manufacturer"),
        *(rank_of(grant.role for grant in viewer.grants).value, viewer.user_id, day),
        *(moment_of(day, said_at, now, ZoneInfo(viewer.zone)), command.device_at),
        *(command.outcome.value, command.cases, command.minutes, command.note, now),
    )
    return int(rows[0]["id"]) if rows else None


async def _stop(user_id: int, account_id: int, day: dt.date) -> int | None:
    """Return the planned stop this visit answers: of an agreed plan, and not answered yet."""
    stop = await fetch_value(
        "select s.id from plan_stop s join development_plan p on p.id = s.plan where s.user_id = {}"
        " and s.account = {} and s.day_on = {} and p.state in ('approved', 'frozen')"
        " and not exists (select 1 from visit v where v.stop = s.id and v.cancelled_at is null)"
        " order by s.plan desc limit 1",
        *(user_id, account_id, day),
    )
    return None if stop is None else int(stop)


async def _season(account: VisitAccount, day: dt.date) -> int | None:
    season = await current_season(day, account.region_path or "", "")
    return season.id if season else None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
