"""``portal month``: facts, evaluation, publication, close and replay of a month."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.cli.session import run_async
from portal.db import fetch_value
from portal.errors import Conflict, NotAllowed
from portal.evaluations import policies
from portal.evaluations.batch import JOB, run_job
from portal.evaluations.model import RunState, SubjectKind
from portal.evaluations.queries.runs import find_run, get_run, list_results, load_snapshot, require_run
from portal.evaluations.replay import replay as replay_run
from portal.evaluations.service import states
from portal.evaluations.service.runs import start_run
from portal.evaluations.sources import measure
from portal.evaluations.subjects import list_subjects
from portal.identity.queries import load_viewer
from portal.jobs.model import JobState
from portal.jobs.queries import find_job
from portal.jobs.service import register
from portal.jobs.worker import work_once, worker_name
from portal.settings import Settings
from rules.months import Month

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.access import Viewer
    from portal.evaluations.queries.runs import RunView
    from portal.evaluations.replay import Replay
    from rules.facts import FactTable

POLL_S = 0.2


class MonthType(click.ParamType[Month]):
    """A month as ``YYYY-MM``."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        """Read the month; exit 2 with a message when it is none."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class KindType(click.Choice[str]):
    """Kind of subject by name."""

    def __init__(self) -> None:
        super().__init__([kind.value for kind in SubjectKind])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> SubjectKind:
        """Read the name; exit 2 with a message when it is unknown."""
        return SubjectKind(super().convert(value, param, ctx))


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the month and the options all of them share."""
    for option in (
        click.option(
            "--database", default="", help="Database URL; the settings' DATABASE_URL when left out."
        ),
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--subject", "kind", type=KindType(), default="dealer", show_default=True),
        click.argument("month", type=MonthType()),
    ):
        command = option(command)
    return command


def _actor(*, required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--actor", required=required, help="Sign-in name of who does this.")


async def _person(login: str, policy: str) -> Viewer:
    """Return the acting person; NotFound or NotAllowed when there is none or he may not do this."""
    viewer = await load_viewer(login, Settings().business_zone)
    if not viewer.allowed(policy):
        raise NotAllowed("%(login)s may not do this.", login=login)
    return viewer


@click.group()
def month() -> None:
    """Facts, evaluation, publication, close and replay of a month."""


@month.command()
@_common
def facts(month: Month, kind: SubjectKind, *, as_json: bool, database: str) -> None:
    """Measure the month's KPIs and print them; nothing is stored."""
    table = run_async(_measure, month, kind, database=database)
    if as_json:
        rows = [{"subject": key, "facts": _facts(table, key)} for key in table.subjects]
        click.echo(json.dumps({"month": str(month), "rows": rows}, ensure_ascii=False))
        return
    for key in table.subjects:
        values = (f"{code} {fact['value'] or 'n/a'}" for code, fact in _facts(table, key).items())
        click.echo(f"{key}  {'  '.join(values)}")


async def _measure(month: Month, kind: SubjectKind) -> FactTable:
    return await measure(kind, month, dt.datetime.now(dt.UTC), await list_subjects(kind, month))


def _facts(table: FactTable, subject: str) -> dict[str, Any]:
    """Return a subject's facts; the value as decimal text, or null when missing."""
    found = {}
    for code, fact in table.facts(subject).items():
        scale, value = table.columns[code].kpi.scale, fact.value_scaled
        found[code] = {
            "numerator": fact.numerator,
            "denominator": fact.denominator,
            "n": fact.n,
            "value": None if value is None else f"{Decimal(value).scaleb(-scale):f}",
        }
    return found


@month.command()
@_common
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def snapshot(month: Month, kind: SubjectKind, output: Path, *, as_json: bool, database: str) -> None:
    """Write the stored facts of an evaluated month to a file, for ``portal rules rehearse``."""
    table = run_async(_snapshot, month, kind, database=database)
    output.write_bytes(table.to_bytes())
    answer = {"month": str(month), "subjects": len(table.subjects), "sha256": table.sha256}
    click.echo(json.dumps(answer) if as_json else f"{output}: {len(table.subjects)} subjects {table.sha256}")


async def _snapshot(month: Month, kind: SubjectKind) -> FactTable:
    return await load_snapshot(await require_run(month, kind))


@month.command()
@_common
@_actor(required=False)
def evaluate(month: Month, kind: SubjectKind, actor: str | None, *, as_json: bool, database: str) -> None:
    """Evaluate the month; a computation that was cut off goes on. Exit 1 when it was evaluated already."""
    answer = run_async(_evaluate, month, kind, actor, database=database)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"run {answer['run']}  rulebook {answer['rulebook']}  snapshot {answer['snapshot']}")
    for row in answer["rows"]:
        held = f"  held: {row['held']}" if row["held"] else ""
        points = Decimal(row["points_milli"]).scaleb(-3)
        click.echo(f"{row['subject']}  {points:.1f}  {row['grade'] or '-'}{held}")


async def _evaluate(month: Month, kind: SubjectKind, actor: str | None) -> dict[str, Any]:
    register(JOB, run_job)
    viewer = await _person(actor, policies.EVALUATE) if actor else None
    run = await get_run(await _start_or_resume(viewer, month, kind))
    await _work_off(run)
    run = await get_run(run.id)
    rows = [
        {
            "subject": result.subject,
            "points_milli": result.points_milli,
            "grade": result.grade or None,
            "held": result.held or None,
        }
        for result in await list_results(run.id)
    ]
    return {
        "run": run.id,
        "month": str(month),
        "rulebook": run.rulebook_sha256,
        "snapshot": run.snapshot_sha256,
        "rows": rows,
    }


async def _start_or_resume(viewer: Viewer | None, month: Month, kind: SubjectKind) -> int:
    """Start a run, or pick up the one whose worker is gone.

    Raises:
        Conflict: The month was evaluated, or somebody is computing it right now.
    """
    try:
        return await start_run(viewer, month, kind, dt.datetime.now(Settings().zone).date())
    except Conflict:
        run = await find_run(month, kind)
        if run is None or run.state is not RunState.COMPUTING or await _is_worked_on(run):
            raise
        return run.id


async def _is_worked_on(run: RunView) -> bool:
    """Tell whether a living worker holds the run's job; after a kill its lease soon runs out."""
    found = await fetch_value(
        "select 1 from job where id = {} and state = 'running' and lease_until >= {}",
        run.job_id,
        dt.datetime.now(dt.UTC),
    )
    return found is not None


async def _work_off(run: RunView) -> None:
    """Do the run's job here, unless a server's worker was faster, and wait for its end.

    Raises:
        Conflict: The job failed.
    """
    name = worker_name()
    while (job := await find_job(run.job_id or 0)) is not None and not job.state.is_final:
        if not await work_once(name):
            await asyncio.sleep(POLL_S)
    if job is None or job.state is not JobState.DONE:
        raise Conflict("The evaluation failed: %(reason)s", reason=(job.error if job else None) or "no job")


@month.command()
@_common
@_actor(required=True)
def publish(month: Month, kind: SubjectKind, actor: str, *, as_json: bool, database: str) -> None:
    """Publish a month whose scorecards are all signed off."""
    _tell(run_async(_publish, month, kind, actor, database=database), as_json=as_json)


async def _publish(month: Month, kind: SubjectKind, actor: str) -> RunView:
    await states.publish(await _person(actor, policies.PUBLISH), month, kind)
    return await require_run(month, kind)


@month.command()
@_common
@_actor(required=True)
@click.option("--approver", required=True, help="Sign-in name of the second person.")
def close(
    month: Month, kind: SubjectKind, actor: str, approver: str, *, as_json: bool, database: str
) -> None:
    """Close a published month; two different people are needed."""
    _tell(run_async(_close, month, kind, actor, approver, database=database), as_json=as_json)


async def _close(month: Month, kind: SubjectKind, actor: str, approver: str) -> RunView:
    first = await _person(actor, policies.CLOSE)
    second = await _person(approver, policies.CLOSE)
    run = await require_run(month, kind)
    if run.close_requested_by is None:
        await states.request_close(first, month, kind)
    await states.approve_close(second, month, kind)
    return await require_run(month, kind)


def _tell(run: RunView, *, as_json: bool) -> None:
    answer = {"run": run.id, "month": str(run.month), "state": run.state.value}
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo(f"{run.month} is {run.state.value}")


@month.command()
@_common
def replay(month: Month, kind: SubjectKind, *, as_json: bool, database: str) -> None:
    """Compute the stored month again and compare byte by byte; exit 1 when anything differs."""
    found = run_async(_replay, month, kind, database=database)
    if as_json:
        click.echo(json.dumps({"equal": found.equal, "sha256": found.sha256}))
    elif found.equal:
        click.echo(f"equal {found.sha256}")
    else:
        click.echo(f"different: {found.reason} {' '.join(found.differing)}".rstrip())
    raise SystemExit(0 if found.equal else 1)


async def _replay(month: Month, kind: SubjectKind) -> Replay:
    return await replay_run(await require_run(month, kind))
