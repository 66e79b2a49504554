"""Settlements as jobs: figures frozen once, lines calculated and bookings made chunk by chunk.

The cursor moves in the transaction of the chunk it stands for, so a killed worker loses at most an open chunk
and the next one goes on to the very same lines and bookings: figures are a stored file, and while a
settlement is on its way nothing else is booked for its version.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal.access import Signature
from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import as_date, execute, fetch, fetch_one, insert_rows, unit_of_work
from portal.errors import Conflict
from portal.files.queries import get_file
from portal.files.service import store
from portal.rebates.calculations import (
    LINE_COLUMNS,
    Ask,
    entry_of,
    line_rows,
    pack_inputs,
    results_for,
    unpack_frozen,
)
from portal.rebates.model import SettlementKind, SettlementState
from portal.rebates.queries.basis import measure
from portal.rebates.queries.ledger import booked_for
from portal.rebates.queries.settlements import get_settlement, lines_of, results_sha256
from portal.rebates.queries.versions import program_of
from portal.rebates.service.ledger import post
from portal.rebates.standings import refresh_standings
from portal.rebates.terms import decide
from rules.errors import RulesError
from rules.months import Month

if TYPE_CHECKING:
    from portal.jobs.run import JobRun
    from portal.rebates.queries.settlements import Settlement
    from rules.rebate import Program

CHUNK = 250
"""Beneficiaries in one transaction."""


async def compute_job(job: JobRun) -> dict[str, Any]:
    """Calculate the settlement named in the payload from wherever the cursor stands; accruals are booked too.

    Raises:
        Conflict: The rules refuse the figures; the settlement has failed and can be opened again.
    """
    settlement = await get_settlement(int(job.payload["settlement"]))
    try:
        if settlement.state is SettlementState.COMPUTING:
            await _compute(job, settlement)
    except RulesError as error:
        async with unit_of_work():
            await execute("update rebate_settlement set state = 'failed' where id = {}", settlement.id)
        raise Conflict("The programme could not be applied: %(reason)s", reason=str(error)) from error
    settlement = await get_settlement(settlement.id)
    if settlement.state is SettlementState.POSTING:
        await _post(job, settlement)
    return {"settlement": settlement.id, "results_sha256": settlement.results_sha256}


async def post_job(job: JobRun) -> dict[str, Any]:
    """Book the settlement named in the payload, from wherever the cursor stands."""
    settlement = await get_settlement(int(job.payload["settlement"]))
    if settlement.state is SettlementState.POSTING:
        await _post(job, settlement)
    return {"settlement": settlement.id, "results_sha256": settlement.results_sha256}


async def _compute(job: JobRun, settlement: Settlement) -> None:
    program = await program_of(settlement.version_id)
    if settlement.inputs_id is None:
        await _freeze(job, settlement, program)
        settlement = await get_settlement(settlement.id)
    await _calculate(job, settlement, program)
    await _finish(settlement)
    if settlement.kind is SettlementKind.ACCRUAL:
        await refresh_standings(settlement, program)


async def _freeze(job: JobRun, settlement: Settlement, program: Program) -> None:
    """Measure everybody, decide the terms and keep both as an immutable file."""
    measured = await measure(program, settlement.through_on)
    values, terms = await decide(
        settlement.version_id, program, settlement.through_on, measured, settlement.as_of_at
    )
    grades = await _grades(program, settlement.through_on)
    async with unit_of_work():
        inputs = await store(pack_inputs(values, grades, terms), "application/json")
        await execute(
            "update rebate_settlement set inputs = {}, accounts = {},"
            " inputs_sha256 = (select sha256 from stored_file where id = {}) where id = {}",
            inputs,
            len(values),
            inputs,
            settlement.id,
        )
        await job.advance(cursor={"next": 0}, done=0, total=len(values))


async def _grades(program: Program, through_on: dt.date) -> dict[int, str]:
    """Return the last published grade of each dealer, where the programme asks for it."""
    if all(component.multiplier is None for component in program.components):
        return {}
    rows = await fetch(
        "select s.account_id, s.grade from scorecard s join evaluation_run r on r.id = s.run"
        " where r.subject_kind = 'dealer' and r.state in ('published', 'closed') and r.month_on <= {}"
        " and s.grade <> '' order by r.month_on, r.id",
        through_on,
    )
    return {row["account_id"]: row["grade"] for row in rows}


async def _calculate(job: JobRun, settlement: Settlement, program: Program) -> None:
    stored = await get_file(settlement.inputs_id or 0)
    if stored is None:
        raise LookupError(f"the figures of settlement {settlement.id} are not stored")
    frozen = unpack_frozen(stored.content)
    ask = Ask(
        settlement.kind,
        await _is_partial(settlement),
        settlement.version_id,
        settlement.period_on,
    )
    since = _window_start(settlement, program)
    accounts = sorted(frozen.values)
    start = int(job.cursor.get("next", 0))
    while start < len(accounts):
        chunk = accounts[start : start + CHUNK]
        booked = await booked_for(settlement.version_id, frozenset(chunk), since)
        results = [
            result
            for account in chunk
            for result in results_for(
                program,
                ask,
                account,
                frozen.values[account],
                frozen.grades.get(account, ""),
                booked,
                frozen.terms.get(account),
            )
        ]
        start += len(chunk)
        async with unit_of_work():
            await insert_rows("rebate_settlement_line", LINE_COLUMNS, line_rows(settlement.id, results))
            await job.advance(cursor={"next": start}, done=start)


async def _is_partial(settlement: Settlement) -> bool:
    """Tell whether lines of the final settlement wait; a correction is of the kind that it corrects."""
    if settlement.kind is not SettlementKind.CORRECTION:
        return settlement.kind is SettlementKind.PARTIAL
    row = await fetch_one(
        "select 1 from rebate_settlement where version = {} and period_on = {} and kind = 'final'"
        " and state = 'posted'",
        settlement.version_id,
        settlement.period_on,
    )
    return row is None


def _window_start(settlement: Settlement, program: Program) -> dt.date | None:
    """Return the first accounting month out of which too much paid can be taken back; None for any."""
    if program.clawback is None:
        return None
    return Month.of(settlement.as_of_at.date()).shift(-program.clawback.window_months).first_on


async def _finish(settlement: Settlement) -> None:
    """Hash and add up what was stored; a settlement then waits to be looked at, an accrual to be booked."""
    digest = await results_sha256(settlement.id)
    row = await fetch_one(
        "select coalesce(sum(amount_minor), 0) as total, coalesce(sum(delta_minor), 0) as delta"
        " from rebate_settlement_line where settlement = {}",
        settlement.id,
    )
    accrual = settlement.kind is SettlementKind.ACCRUAL
    state = SettlementState.POSTING if accrual else SettlementState.DRAFT
    async with unit_of_work():
        opened = await execute(
            "update rebate_settlement set state = {}, results_sha256 = {}, total_minor = {},"
            " delta_minor = {}, booked_on = {} where id = {} and state = 'computing'",
            state.value,
            digest,
            row["total"] if row else 0,
            row["delta"] if row else 0,
            await _open_month(settlement.through_on) if accrual else None,
            settlement.id,
        )
        if opened and not accrual:
            await record(
                None,
                "rebates.settlement_computed",
                Subject.of("rebate_settlement", settlement.id),
                {"results_sha256": (None, digest), "inputs_sha256": (None, settlement.inputs_sha256)},
            )


async def _open_month(day: dt.date) -> dt.date:
    """Return the accounting month of a day, or the first open one after it."""
    closed = {
        as_date(row["month_on"])
        for row in await fetch("select month_on from ledger_period where closed_at is not null")
    }
    month = Month.of(day)
    while month.first_on in closed:
        month = month.shift(1)
    return month.first_on


async def _post(job: JobRun, settlement: Settlement) -> None:
    """Book every line once, chunk by chunk, then declare the settlement posted."""
    row = await fetch_one(
        "select posted_by_user_id as by, posted_for_user_id as behalf from rebate_settlement where id = {}",
        settlement.id,
    )
    actor = Signature(row["by"], row["behalf"]) if row and row["by"] is not None else None
    booked_on = settlement.booked_on
    if booked_on is None:
        raise Conflict
    lines = await lines_of(settlement.id)
    accounts = sorted({line.account_id for line in lines})
    start = int(job.cursor.get("posted", 0))
    while start < len(accounts):
        chunk = frozenset(accounts[start : start + CHUNK])
        entries = [entry_of(settlement, line, booked_on) for line in lines if line.account_id in chunk]
        start += len(chunk)
        async with unit_of_work():
            await post([entry for entry in entries if entry], actor)
            await job.advance(
                cursor={"next": len(accounts), "posted": start}, done=start, total=len(accounts)
            )
    async with unit_of_work():
        done = await execute(
            "update rebate_settlement set state = 'posted', posted_at = {} where id = {}"
            " and state = 'posting'",
            dt.datetime.now(dt.UTC),
            settlement.id,
        )
        if done and settlement.kind is not SettlementKind.ACCRUAL:
            changes = {"state": ("posting", "posted"), "delta_minor": (None, settlement.delta_minor)}
            await record(
                actor, "rebates.settlement_posted", Subject.of("rebate_settlement", settlement.id), changes
            )
