"""``portal month``: the JSON others rely on, two people, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from portal.cli import month as command
from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.db.schema import create_schema
from portal.errors import Conflict, NotAllowed, NotFound
from portal.evaluations.model import SubjectKind
from portal.jobs.worker import claim
from tests.portal.evaluations.conftest import MONTH, NOW, World

if TYPE_CHECKING:
    from pathlib import Path

    from portal.evaluations.queries.runs import RunView

KIND = SubjectKind.DEALER


async def grant(world: World, login: str, role: str) -> None:
    async with unit_of_work():
        await insert_rows(
            "role_grant",
            ("user_id", "role", "state", "origin", "requested_at"),
            [(world.people[login].user_id, role, "active", "demo", NOW)],
        )


async def test_evaluate_and_replay_print_what_was_agreed(world: World) -> None:
    await grant(world, "admin", "administrator")
    answer = await command._evaluate(MONTH, KIND, "admin")
    assert list(answer) == ["run", "month", "rulebook", "snapshot", "rows"]
    assert answer["rows"][0] == {"subject": "D-1", "points_milli": 90800, "grade": "S", "held": None}
    assert answer["rows"][3] == {"subject": "D-4", "points_milli": 0, "grade": None, "held": "little_support"}
    found = await command._replay(MONTH, KIND)
    assert (found.equal, len(found.sha256)) == (True, 64)
    with pytest.raises(Conflict):
        await command._evaluate(MONTH, KIND, "admin")


async def test_only_who_may_evaluates(world: World) -> None:
    await grant(world, "finance", "finance")
    with pytest.raises(NotAllowed):
        await command._evaluate(MONTH, KIND, "finance")
    with pytest.raises(NotFound):
        await command._evaluate(MONTH, KIND, "nobody")


async def test_a_computation_cut_off_goes_on(world: World) -> None:
    first = await command._start_or_resume(None, MONTH, KIND)
    job = await claim("killed")
    assert job is not None
    with pytest.raises(Conflict):
        await command._start_or_resume(None, MONTH, KIND)
    async with unit_of_work():
        await execute("update job set lease_until = {}", NOW)
    assert await command._start_or_resume(None, MONTH, KIND) == first
    answer = await command._evaluate(MONTH, KIND, None)
    assert (answer["run"], len(answer["rows"])) == (first, 4)


async def test_a_failed_computation_is_said(world: World) -> None:
    run_id = await command._start_or_resume(None, MONTH, KIND)
    async with unit_of_work():
        await execute("update job set state = 'failed', error = 'out of memory'")
    with pytest.raises(Conflict, match="out of memory"):
        await command._work_off(await command.get_run(run_id))


async def test_publish_and_close(world: World) -> None:
    for login, role in (("admin", "administrator"), ("finance", "finance")):
        await grant(world, login, role)
    await command._evaluate(MONTH, KIND, None)
    async with unit_of_work():
        await execute("update evaluation_run set state = 'reviewed'")
    assert (await command._publish(MONTH, KIND, "admin")).state == "published"
    with pytest.raises(NotAllowed):
        await command._close(MONTH, KIND, "finance", "finance")
    assert (await command._close(MONTH, KIND, "finance", "admin")).state == "closed"
    assert await fetch_value("select count(*) from audit_event where action = 'evaluations.close'") == 1


async def test_facts_are_decimal_text(world: World) -> None:
    table = await command._measure(MONTH, KIND)
    facts = command._facts(table, "D-1")
    assert facts["yoy_growth"] == {"numerator": 200, "denominator": 1000, "n": 10, "value": "20.00"}
    assert command._facts(table, "D-4")["stability"]["value"] is None


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("month") / "empty.sqlite"
    create_schema(f"sqlite:///{path}")
    return f"sqlite:///{path}"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["facts", "2026-01", "--json"], 0),
        (["facts", "2026-01"], 0),
        (["evaluate", "2026-01"], 1),
        (["evaluate", "2026-13"], 2),
        (["evaluate", "2026-01", "--subject", "outlet"], 2),
        (["replay", "2026-01", "--json"], 1),
        (["publish", "2026-01"], 2),
        (["publish", "2026-01", "--actor", "nobody"], 1),
        (["close", "2026-01", "--actor", "a"], 2),
        (["close", "2026-01", "--actor", "a", "--approver", "b", "--subject", "representative"], 1),
    ],
)
def test_exit_codes(empty_database: str, arguments: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from portal.cli import main; main()", "month", *arguments],
        env={**os.environ, "DATABASE_URL": empty_database},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == code
    if arguments[-1] == "--json" and code == 0:
        assert json.loads(done.stdout) == {"month": "2026-01", "rows": []}


async def test_a_stored_snapshot_is_written_as_a_file(world: World, run: RunView, tmp_path: Path) -> None:
    table = await command._snapshot(MONTH, KIND)
    assert (table.sha256, len(table.subjects)) == (run.snapshot_sha256, 4)
    with pytest.raises(NotFound):
        await command._snapshot(MONTH.shift(1), KIND)
