"""A month is evaluated once, survives a killed worker, and can be replayed byte by byte."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from portal.db import execute, fetch, fetch_one, fetch_value, unit_of_work
from portal.errors import Conflict, Invalid
from portal.evaluations import batch
from portal.evaluations.model import RunState, SubjectKind
from portal.evaluations.queries.runs import RunView, find_run, get_run, list_results
from portal.evaluations.replay import replay
from portal.evaluations.service.runs import start_run
from portal.jobs.run import JobRun
from portal.jobs.worker import claim, work_once
from rules.months import Month
from rules.sheets.scores import SheetPlan
from tests.portal.evaluations.conftest import MONTH, NEXT, TODAY, World, evaluate, set_sales

if TYPE_CHECKING:
    from rules.sheets.scores import Integers
    from rules.terms import Line


async def shown(run: RunView) -> list[tuple[str, int, str, str]]:
    return [(row.subject, row.points_milli, row.grade, row.held) for row in await list_results(run.id)]


async def test_a_month_is_evaluated(world: World) -> None:
    run = await evaluate(world)
    assert run.state is RunState.DRAFT
    assert [(row[0], row[2], row[3]) for row in await shown(run)] == [
        ("D-1", "S", ""),
        ("D-2", "C", ""),
        ("D-3", "B", ""),
        ("D-4", "", "little_support"),
    ]


async def test_the_representative_carries_his_dealers_sums(world: World) -> None:
    run = await evaluate(world, kind=SubjectKind.REPRESENTATIVE)
    card = await fetch_one("select * from scorecard where run = {}", run.id)
    assert card is not None
    representative = world.people["representative"].user_id
    assert (card["user_id"], card["account_id"], card["subject_key"]) == (
        representative,
        None,
        f"user-{representative}",
    )
    assert (card["sales_minor"], card["sales_last_minor"]) == (2200, 2000)


async def test_replay_is_byte_equal(run: RunView) -> None:
    found = await replay(run)
    assert (found.equal, found.sha256, found.differing) == (True, run.results_sha256, ())


async def test_replay_names_the_tampered_scorecard(run: RunView) -> None:
    async with unit_of_work():
        await execute("update scorecard set grade = 'S' where run = {} and subject_key = 'D-2'", run.id)
    found = await replay(run)
    assert (found.equal, found.differing) == (False, ("D-2",))


async def test_replay_notices_altered_facts(run: RunView) -> None:
    async with unit_of_work():
        await execute("update stored_file set content = {} where id = {}", b"other", run.snapshot_id)
    found = await replay(run)
    assert (found.equal, found.reason[:22]) == (False, "stored facts are damag")


async def test_replay_notices_an_altered_rulebook(run: RunView) -> None:
    async with unit_of_work():
        forged = await fetch_value(
            "insert into rulebook_version (sha256, subject_kind, label, effective_from, content, stored_at)"
            " select {}, subject_kind, label, effective_from, replace(content, {}, {}), stored_at"
            " from rulebook_version where id = {} returning id",
            "f" * 64,
            '"from":"90"',
            '"from":"89"',
            run.rulebook_id,
        )
        await execute("update evaluation_run set rulebook = {} where id = {}", forged, run.id)
    assert (await replay(await get_run(run.id))).reason == "the stored rulebook was altered"


async def test_replay_notices_an_altered_hash(run: RunView) -> None:
    async with unit_of_work():
        await execute("update evaluation_run set results_sha256 = {} where id = {}", "0" * 64, run.id)
    assert (await replay(await get_run(run.id))).reason == "the results hash was altered"


LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class KilledError(Exception):
    """The worker dies here."""


async def test_a_job_killed_between_chunks_goes_on_to_the_same_results(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await evaluate(world)
    expected = whole.results_sha256
    async with unit_of_work():
        await execute("delete from scorecard")
        await execute("delete from evaluation_run")
        await execute("delete from job")
    monkeypatch.setattr(batch, "CHUNK", 1)
    run_id = await start_run(world.people["admin"], MONTH, SubjectKind.DEALER, TODAY)
    async with unit_of_work():
        # Same moment, so that the snapshots can be compared.
        await execute("update evaluation_run set as_of_at = {} where id = {}", whole.as_of_at, run_id)
    for _ in range(2):
        await die_after_two_chunks(monkeypatch)
    monkeypatch.undo()
    await expire_leases()
    assert await work_once("survivor")
    again = await get_run(run_id)
    assert (again.state, again.results_sha256, again.snapshot_sha256) == (
        RunState.DRAFT,
        expected,
        whole.snapshot_sha256,
    )


async def die_after_two_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the job as a worker that is gone after two commits, its lease left behind."""
    await expire_leases()
    job = await claim("victim")
    assert job is not None
    commits = 0
    advance = JobRun.advance

    async def counted(self: JobRun, **values: object) -> None:
        nonlocal commits
        commits += 1
        if commits > 2:
            raise KilledError
        await advance(self, **values)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(JobRun, "advance", counted)
        with pytest.raises(KilledError):
            await batch.run_job(job)


async def expire_leases() -> None:
    async with unit_of_work():
        await execute("update job set lease_until = {} where state = 'running'", LONG_AGO)


async def test_of_two_starts_one_succeeds(world: World) -> None:
    admin, author = world.people["admin"], world.people["author"]
    outcomes = await asyncio.gather(
        *(start_run(who, MONTH, SubjectKind.DEALER, TODAY) for who in (admin, author) * 4),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 7 + ["int"]
    assert len(await fetch("select id from evaluation_run")) == 1


async def test_a_month_evaluated_is_not_evaluated_again(world: World, run: RunView) -> None:
    with pytest.raises(Conflict):
        await start_run(world.people["admin"], MONTH, SubjectKind.DEALER, TODAY)


async def test_a_run_whose_job_was_given_up_makes_room(world: World) -> None:
    run_id = await start_run(world.people["admin"], MONTH, SubjectKind.DEALER, TODAY)
    async with unit_of_work():
        await execute("update job set state = 'failed'")
    again = await start_run(world.people["admin"], MONTH, SubjectKind.DEALER, TODAY)
    assert ((await get_run(run_id)).state, again > run_id) == (RunState.FAILED, True)


@pytest.mark.parametrize(
    ("month", "message"),
    [
        ("2026-03", "2026-03 is not over yet."),
        ("2018-12", "No rulebook is in force for 2018-12."),
    ],
)
async def test_a_month_that_cannot_be_evaluated(world: World, month: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        await start_run(world.people["admin"], Month.parse(month), SubjectKind.DEALER, TODAY)
    assert str(caught.value.problems[0].message) == message


async def test_nobody_to_evaluate(database: str) -> None:
    with pytest.raises(Invalid) as caught:
        await start_run(None, MONTH, SubjectKind.DEALER, TODAY)
    assert str(caught.value.problems[0].message) == "There is nobody to evaluate in 2026-01."


async def test_a_later_month_knows_the_published_grade(world: World, run: RunView) -> None:
    async with unit_of_work():
        await execute("update evaluation_run set state = 'published'")
        await set_sales(world.dealers["D-1"], NEXT, 300)
    later = await evaluate(world, NEXT)
    rows = {row.subject: row for row in await list_results(later.id)}
    assert (rows["D-1"].previous_grade, rows["D-1"].grade_fell, rows["D-4"].previous_grade) == ("S", True, "")
    assert (await replay(later)).equal


async def test_an_unpublished_grade_does_not_count(world: World, run: RunView) -> None:
    later = await evaluate(world, NEXT)
    assert {row.previous_grade for row in await list_results(later.id)} == {""}


async def test_a_rule_that_refuses_the_facts_fails_the_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        from rules.errors import FactError  # noqa: PLC0415  only here

        raise FactError("no value")

    monkeypatch.setattr(batch, "compute", refuse)
    run_id = await start_run(world.people["admin"], MONTH, SubjectKind.DEALER, TODAY)
    assert await work_once("test")
    assert ((await get_run(run_id)).state, await find_run(MONTH, SubjectKind.DEALER)) == (
        RunState.FAILED,
        None,
    )


async def test_a_fast_engine_that_errs_stops_the_run_before_anything_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SheetPlan.points_table

    def wrong(plan: SheetPlan, line: Line, weights: Integers) -> Integers:
        return real(plan, line, weights) - 100 * (line.id == "stability")

    monkeypatch.setattr(SheetPlan, "points_table", wrong)
    run_id = await start_run(world.people["admin"], MONTH, SubjectKind.DEALER, TODAY)
    assert await work_once("test")
    assert (await get_run(run_id)).state is RunState.FAILED
    assert await fetch_value("select count(*) from scorecard") == 0
    error = await fetch_value("select error from job order by id desc limit 1")
    assert "business-rules decides points" in error
    monkeypatch.undo()
    assert (await replay(await evaluate(world))).equal
