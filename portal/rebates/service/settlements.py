"""Settling a programme: opened once, calculated by a job, looked at, and booked by another job."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid
from portal.jobs.service import enqueue
from portal.rebates.model import SettlementKind, SettlementState, VersionState
from portal.rebates.policies import SETTLE
from portal.rebates.queries.settlements import find_latest, get_settlement
from portal.rebates.queries.versions import get_version, program_of
from portal.rebates.service.checks import checked_reason, require_lawful
from portal.rebates.service.ledger import is_closed
from rules.months import Month, months_between

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.audit.model import Change
    from rules.kpis import Locale
    from rules.rebate import Program

COMPUTE = "rebates.settle"
POST = "rebates.post"
# Before other work: somebody is looking at the progress bar.
_PRIORITY = 20


async def accrue(viewer: Viewer | None, version_id: int, as_of: dt.date) -> int:
    """Book what everybody has earned to date, as a job; return the settlement's id.

    Args:
        viewer: Who asks; None is the portal itself, every night.
        version_id: An approved version that runs on the day.
        as_of: Current day in the business zone.

    Raises:
        NotFound: There is no such version.
        Invalid: It does not run on the day, or is not approved.
        Conflict: Another calculation of the version is on its way.
    """
    program = await _approved(version_id)
    if not program.covers(as_of):
        raise Invalid.of("as_of", "The programme does not run on %(day)s.", day=as_of.isoformat())
    return await _open(viewer, version_id, program, SettlementKind.ACCRUAL, as_of)


async def open_settlement(
    viewer: Viewer | None, version_id: int, kind: SettlementKind, through: Month, today: dt.date
) -> int:
    """Open a partial or final settlement and enqueue its calculation; return its id.

    Args:
        viewer: Who opens it; None is the portal itself.
        version_id: An approved version.
        kind: Partial or final, as the programme's calendar has it after the month.
        through: Last month that counts; it must be over.
        today: Current day in the business zone.

    Raises:
        NotFound: There is no such version.
        Invalid: The calendar has no such settlement, the month is not over, or compliance blocks it.
        Conflict: It was settled, or another calculation of the version is on its way.
    """
    program = await _approved(version_id)
    _on_calendar(program, kind, through, today)
    await _lawful(program, "en" if viewer and viewer.locale == "en" else "ko")
    return await _open(viewer, version_id, program, kind, through.last_on)


async def open_correction(viewer: Viewer | None, version_id: int, period_on: dt.date, reason: str) -> int:
    """Open a correction of a settled period: late orders, returns and answered appeals post the difference.

    Raises:
        NotFound: There is no such version.
        Invalid: Nothing of the period was settled, or no reason is given.
        Conflict: Another calculation of the version is on its way.
    """
    program = await _approved(version_id)
    latest = await find_latest(version_id, period_on)
    if latest is None:
        raise Invalid.of("period", "Nothing of this period was settled.")
    return await _open(
        viewer, version_id, program, SettlementKind.CORRECTION, latest.through_on, checked_reason(reason)
    )


async def post_settlement(
    viewer: Viewer | None, settlement_id: int, booked: Month, *, today: dt.date | None = None
) -> None:
    """Have a calculated settlement booked into an open accounting month, as a job.

    Args:
        viewer: Who posts it.
        settlement_id: A settlement that was calculated.
        booked: Accounting month.
        today: Current day; with it, a settlement under preview is refused until its last day is over.

    Raises:
        NotFound: There is none.
        Conflict: It is not calculated, or posted already.
        Invalid: The month is closed, or dealers may still look at it.
    """
    async with unit_of_work():
        settlement = await get_settlement(settlement_id)
        preview = settlement.preview_until_on
        if today is not None and preview is not None and preview >= today:
            raise Invalid.of("preview", "Dealers may look at it until %(day)s.", day=preview.isoformat())
        if await is_closed(booked.first_on):
            raise Invalid.of("booked_on", "The month %(month)s is closed.", month=str(booked))
        by = viewer.signature(SETTLE) if viewer else None
        changed = await execute(
            "update rebate_settlement set state = 'posting', booked_on = coalesce(booked_on, {}),"  # noqa: S608  from code
            f" posted_by_user_id = {{}}, posted_for_user_id = {{}} where id = {{}} and {_POSTABLE}",
            booked.first_on,
            by.user_id if by else None,
            by.on_behalf_of if by else None,
            settlement_id,
        )
        if not changed:
            raise Conflict("This settlement is not waiting to be posted.")
        job_id = await enqueue(
            POST,
            {"settlement": settlement_id},
            idempotency_key=f"{POST}:{settlement_id}:{settlement.job_id}",
            priority=_PRIORITY,
            actor_user_id=by.user_id if by else None,
        )
        await execute("update rebate_settlement set job_id = {} where id = {}", job_id, settlement_id)
        await _note(viewer, "settlement_post", settlement_id, {"booked_on": (None, str(booked))})


_POSTABLE = (
    "(state = 'draft' or (state = 'posting' and job_id in"
    " (select j.id from job j where j.state in ('failed', 'cancelled'))))"
)


async def start_preview(viewer: Viewer, settlement_id: int, until_on: dt.date, today: dt.date) -> None:
    """Let dealers look at a calculated settlement until a day, inclusive, before it is posted.

    Raises:
        NotFound: There is none.
        Conflict: It is not calculated, or posted already.
        Invalid: The day is past.
    """
    if until_on < today:
        raise Invalid.of("until_on", "This day is past.")
    async with unit_of_work():
        await get_settlement(settlement_id)
        changed = await execute(
            "update rebate_settlement set preview_until_on = {} where id = {} and state = 'draft'",
            until_on,
            settlement_id,
        )
        if not changed:
            raise Conflict("This settlement is not waiting to be posted.")
        await _note(viewer, "settlement_preview", settlement_id, {"preview_until_on": (None, until_on)})


async def cancel_settlement(viewer: Viewer, settlement_id: int, reason: str) -> None:
    """Put a calculated settlement away before it is posted.

    Raises:
        NotFound: There is none.
        Conflict: It is not calculated, or posted already.
        Invalid: No reason is given.
    """
    written = checked_reason(reason)
    async with unit_of_work():
        await get_settlement(settlement_id)
        changed = await execute(
            "update rebate_settlement set state = 'cancelled', reason = {} where id = {} and state = 'draft'",
            written,
            settlement_id,
        )
        if not changed:
            raise Conflict("This settlement is not waiting to be posted.")
        await _note(viewer, "settlement_cancel", settlement_id, note=written)


async def _approved(version_id: int) -> Program:
    version = await get_version(version_id)
    if version.state is not VersionState.APPROVED:
        raise Invalid.of("version", "This version is not approved.")
    return await program_of(version_id)


def _on_calendar(program: Program, kind: SettlementKind, through: Month, today: dt.date) -> None:
    """Refuse a settlement the programme's calendar does not have.

    Raises:
        Invalid: It does not, or the month is not over.
    """
    if not program.covers(through.last_on):
        raise Invalid.of("through", "The programme does not run in %(month)s.", month=str(through))
    if through.last_on >= today:
        raise Invalid.of("through", "%(month)s is not over yet.", month=str(through))
    first = Month.of(program.period_of(through.last_on).first_on)
    after = len(months_between(first, through))
    if not any(payment.kind == kind.value and payment.after_month == after for payment in program.calendar):
        raise Invalid.of("kind", "The programme's calendar has no such settlement.")


async def _lawful(program: Program, locale: Locale) -> None:
    """Refuse to settle what a compliance pack blocks, also one that became stricter since approval.

    Raises:
        Invalid: Something blocks it.
    """
    try:
        await require_lawful(program, locale)
    except Invalid as error:
        raise Invalid([replace(problem, field="version") for problem in error.problems]) from error


async def _open(
    viewer: Viewer | None,
    version_id: int,
    program: Program,
    kind: SettlementKind,
    through_on: dt.date,
    reason: str = "",
) -> int:
    by = viewer.signature(SETTLE) if viewer else None
    period_on = program.period_of(through_on).first_on
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    async with unit_of_work():
        await _give_up_failed(version_id)
        settlement_id = await fetch_value(
            "insert into rebate_settlement (version, kind, period_on, through_on, sequence, state, as_of_at,"
            " program_sha256, reason, opened_by_user_id, opened_for_user_id, opened_at)"
            " values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) on conflict do nothing returning id",
            version_id,
            kind.value,
            period_on,
            through_on,
            await _sequence(version_id, kind, period_on, through_on),
            SettlementState.COMPUTING.value,
            now,
            program.sha256,
            reason,
            by.user_id if by else None,
            by.on_behalf_of if by else None,
            now,
        )
        if settlement_id is None:
            raise Conflict("This was settled already, or another calculation is on its way.")
        job_id = await enqueue(
            COMPUTE,
            {"settlement": settlement_id},
            idempotency_key=f"{COMPUTE}:{settlement_id}",
            priority=_PRIORITY,
            actor_user_id=by.user_id if by else None,
        )
        await execute("update rebate_settlement set job_id = {} where id = {}", job_id, settlement_id)
        changes: dict[str, Change] = {"kind": (None, kind.value), "through_on": (None, through_on)}
        await _note(viewer, "settlement_open", settlement_id, changes, reason)
    return int(settlement_id)


async def _sequence(version_id: int, kind: SettlementKind, period_on: dt.date, through_on: dt.date) -> int:
    """Return the number of the settlement: only accruals and corrections come more than once."""
    if kind in (SettlementKind.PARTIAL, SettlementKind.FINAL):
        return 0
    highest = await fetch_value(
        "select max(sequence) from rebate_settlement where version = {} and period_on = {} and kind = {}"
        " and through_on = {}",
        version_id,
        period_on,
        kind.value,
        through_on,
    )
    return 0 if highest is None else int(highest) + 1


async def _give_up_failed(version_id: int) -> None:
    """Make room when the calculation on its way can never be finished because its job was given up."""
    await execute(
        "update rebate_settlement set state = 'failed' where version = {} and state = 'computing'"
        " and job_id in (select id from job where state in ('failed', 'cancelled', 'done'))",
        version_id,
    )


async def _note(
    viewer: Viewer | None,
    action: str,
    settlement_id: int,
    changes: dict[str, Change] | None = None,
    note: str = "",
) -> None:
    by = viewer.signature(SETTLE) if viewer else None
    await record(by, f"rebates.{action}", Subject.of("rebate_settlement", settlement_id), changes, note=note)
