"""``portal rebates``: what a programme pays, from a file or as settled."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.cli.month import MonthType
from portal.cli.session import run_async
from portal.db import fetch, fetch_one
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.identity.queries import load_viewer
from portal.jobs.model import JobState
from portal.jobs.queries import find_job
from portal.jobs.worker import work_once, worker_name
from portal.rebates.policies import SETTLE
from portal.rebates.queries.basis import measure
from portal.rebates.queries.settlements import get_settlement
from portal.rebates.queries.statements import statement_of
from portal.rebates.service.accruals import accrue_month
from portal.rebates.work import register_jobs
from portal.settings import Settings
from rules.errors import RulesError
from rules.rebate import Program, calculate

if TYPE_CHECKING:
    from portal.rebates.queries.statements import Statement
    from portal.rebates.service.accruals import Accrued
    from rules.months import Month

POLL_S = 0.2
_DATABASE = click.option("--database", default="", help="Database URL; the settings' one when left out.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@dataclass(frozen=True, slots=True)
class Paid:
    """One line that pays; amounts in minor units, ``rate_bp`` None where the tier gives no rate."""

    account: str
    component: str
    basis_minor: int
    rate_bp: int | None
    amount_minor: int


@click.group()
def rebates() -> None:
    """What a programme pays: from a file over past months, or as settled."""


@rebates.command()
@click.option(
    "--program", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True
)
@click.option("--level", type=click.Choice(["dealer", "outlet", "terminal"]), help="Who earns.")
@click.option("--from", "first", type=MonthType(), required=True, help="First month.")
@click.option("--to", "last", type=MonthType(), required=True, help="Last month, inclusive.")
@_JSON
@_DATABASE
def settle(path: Path, level: str | None, first: Month, last: Month, *, as_json: bool, database: str) -> None:
    """Calculate a programme over whole months and print who earns what; nothing is stored."""
    if last < first:
        raise click.UsageError("--to is before --from")
    program = Program.load(path)
    for problem in program.problems:
        click.echo(str(problem), err=True)
    if program.problems:
        raise click.ClickException(f"{path} has problems")
    try:
        lines = run_async(_settle, program, level, first, last, database=database)
    except RulesError as error:
        raise click.ClickException(str(error)) from error
    total = sum(line.amount_minor for line in lines)
    if as_json:
        several = len(program.components) > 1
        rows = [_row(line, several=several) for line in lines]
        click.echo(json.dumps({"rows": rows, "total_minor": total}, ensure_ascii=False))
        return
    for line in lines:
        rate = "" if line.rate_bp is None else f"{line.rate_bp / 100:.2f} %"
        head = f"{line.account:<20}{line.component:<20}"
        click.echo(f"{head}{line.basis_minor:>20,}{rate:>10}{line.amount_minor:>18,}")
    click.echo(f"{'total':<70}{total:>18,}")


def _row(line: Paid, *, several: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "account": line.account,
        "basis_minor": line.basis_minor,
        "rate_bp": line.rate_bp,
        "amount_minor": line.amount_minor,
    }
    return {**row, "component": line.component} if several else row


async def _settle(program: Program, level: str | None, first: Month, last: Month) -> list[Paid]:
    """Return every line that is not zero, by account code; the months asked replace the programme's days."""
    asked = replace(program, effective_from=first.first_on, effective_until=last.last_on, period="span")
    if level is not None and level != program.beneficiary:
        raise Invalid.of("level", "The programme is for %(kind)s accounts.", kind=program.beneficiary)
    values = await measure(asked, last.last_on)
    rows = await fetch("select id, code from account where kind = {}", asked.beneficiary)
    codes = {row["id"]: row["code"] for row in rows}
    found = [
        Paid(codes[account], line.component, line.basis.value, _rate(line.tier), line.amount_minor)
        for account, parts in values.items()
        for line in calculate(asked, parts).lines
        if line.amount_minor
    ]
    return sorted(found, key=lambda line: line.account)


def _rate(tier: Any) -> int | None:
    return None if tier is None else tier.rate_bp


@rebates.command()
@click.option("--actor", required=True, help="Sign-in name of who asks.")
@click.option("--account", required=True, help="Code of the beneficiary.")
@click.option("--program", "program", required=True, help="Code of the programme.")
@click.option("--label", default="", help="Version label; the one that began last when left out.")
@_JSON
@_DATABASE
def statement(actor: str, account: str, program: str, label: str, *, as_json: bool, database: str) -> None:
    """Print a beneficiary's statement as of the latest settlement."""
    found = run_async(_statement, actor, account, program, label, database=database)
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False))
        return
    click.echo(f"{found.name} ({found.code}): {found.program.name}")
    for each in found.lines:
        line = each.line
        click.echo(f"  {line.component:<24}{line.basis:>18,}{line.amount_minor:>16,}{line.delta_minor:>16,}")
    click.echo(f"  {'earned':<42}{found.earned_minor:>16,}\n  {'settled':<42}{found.settled_minor:>16,}")
    click.echo(
        f"  {'accrued':<42}{found.accrued_minor:>16,}\n  {'owed':<42}{found.balance.payable_minor:>16,}"
    )


async def _statement(actor: str, account: str, program: str, label: str) -> Statement:
    viewer = await load_viewer(actor, Settings().business_zone)
    version = await fetch_one(
        "select id, beneficiary from rebate_version where state = 'approved' and program = {}"
        " and ({} = '' or label = {}) order by effective_from desc limit 1",
        program,
        label,
        label,
    )
    if version is None:
        raise NotFound
    row = await fetch_one(
        "select id from account where kind = {} and code = {}", version["beneficiary"], account
    )
    if row is None:
        raise NotFound
    return await statement_of(row["id"], version["id"], viewer)


@rebates.command("accrue")
@click.argument("month", type=MonthType())
@click.option("--actor", required=True, help="Sign-in name of who asks.")
@_JSON
@_DATABASE
def accrue_command(month: Month, actor: str, *, as_json: bool, database: str) -> None:
    """Accrue every programme that ran in a month, through its last complete day; wait for the end."""
    found = run_async(_accrue, month, actor, database=database)
    if as_json:
        skipped = [{"version": name, "reason": str(reason)} for name, reason in found.skipped]
        click.echo(
            json.dumps({"settlements": list(found.settlements), "skipped": skipped}, ensure_ascii=False)
        )
    else:
        click.echo(f"{len(found.settlements)} programmes accrued")
        for name, reason in found.skipped:
            click.echo(f"{name}: {reason}", err=True)


async def _accrue(month: Month, actor: str) -> Accrued:
    settings = Settings()
    viewer = await load_viewer(actor, settings.business_zone)
    if not viewer.allowed(SETTLE):
        raise NotAllowed("%(login)s may not do this.", login=actor)
    register_jobs(settings)
    found = await accrue_month(viewer, month, dt.datetime.now(settings.zone).date())
    for settlement in found.settlements:
        await _work_off(settlement)
    return found


async def _work_off(settlement_id: int) -> None:
    """Do a settlement's job here, unless a server's worker was faster, and wait for its end.

    Raises:
        Conflict: It failed.
    """
    name = worker_name()
    job_id = (await get_settlement(settlement_id)).job_id
    while (job := await find_job(job_id or 0)) is not None and not job.state.is_final:
        if not await work_once(name):
            await asyncio.sleep(POLL_S)
    if job is None or job.state is not JobState.DONE:
        raise Conflict("The accrual failed: %(reason)s", reason=(job.error if job else None) or "no job")


def _plain(found: Statement) -> dict[str, Any]:
    return {
        "account": found.code,
        "program": found.program.code,
        "version": found.program.version,
        "through": found.settlement.through_on.isoformat() if found.settlement else None,
        "rows": [
            {
                "component": each.line.component,
                "basis_minor": each.line.basis,
                "rate_bp": each.line.rate_bp,
                "amount_minor": each.line.amount_minor,
                "paid_minor": each.line.paid_minor,
                "delta_minor": each.line.delta_minor,
                "notes": list(each.line.notes),
            }
            for each in found.lines
        ],
        "earned_minor": found.earned_minor,
        "settled_minor": found.settled_minor,
        "accrued_minor": found.accrued_minor,
        "payable_minor": found.balance.payable_minor,
        "paid_minor": found.balance.paid_minor,
    }
