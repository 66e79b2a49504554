"""Trying a programme on past months as a job: asked for once, with progress, its figures kept for a day.

Small networks are answered at once. A job works in the part of the network of whoever asked first; everybody
with the same part is shown its figures.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.db import fetch_value, unit_of_work
from portal.errors import NotAllowed
from portal.files.queries import get_file
from portal.files.service import store
from portal.identity.queries import load_viewer
from portal.jobs.model import JobState, JobView
from portal.jobs.queries import find_job
from portal.jobs.service import enqueue
from portal.rebates.policies import READ
from portal.rebates.simulation import MONTHS, Figures, Impact, impact_of, people_of, simulate
from portal.rebates.terms import require_measured
from rules.rebate import Program
from rules.snapshot import canonical_json

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.jobs.run import JobRun

SIMULATE = "rebates.simulate"
AT_ONCE = 500
"""Accounts for which a request works the figures out itself; about half a second."""
_PRIORITY = 60


@dataclass(frozen=True, slots=True)
class Trial:
    """A version to be tried, beside another or none, on the months before a day."""

    candidate: Program
    base: Program | None
    day: dt.date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a trial stands: figures, or the job that works them out, or neither before it was asked for.

    Attributes:
        impact: The figures for the viewer's part, or None.
        job: The last job that was asked for, or None.
    """

    impact: Impact | None = None
    job: JobView | None = None

    @property
    def busy(self) -> bool:
        """Whether a job is at it."""
        return self.job is not None and not self.job.state.is_final


async def standing_of(viewer: Viewer, trial: Trial) -> Standing:
    """Return the figures where they are known or quickly worked out, else how far the job is.

    Raises:
        Invalid: Nobody measures what the conditions read.
        Conflict: The conditions cannot be decided.
    """
    require_measured(trial.candidate)
    people = await people_of(viewer, trial.candidate.beneficiary)
    if len(people) <= AT_ONCE and not _has_conditions(trial):
        figures = await simulate(people, trial.candidate, trial.base, trial.day)
        return Standing(impact_of(figures, people))
    last = await _last_job(_key(viewer, trial))
    job = await find_job(last) if last else None
    if job is None or job.state is not JobState.DONE:
        return Standing(job=job)
    kept = await get_file(int(job.result["file"]))
    if kept is None:
        return Standing()
    return Standing(impact_of(Figures.unpack(kept.content), people), job)


async def ask(viewer: Viewer, trial: Trial) -> int:
    """Have the figures worked out and return the job: the one under way if there is one, else a new one.

    Raises:
        Invalid: Nobody measures what the conditions read.
    """
    require_measured(trial.candidate)
    key = _key(viewer, trial)
    async with unit_of_work():
        last = await _last_job(key)
        job = await find_job(last) if last else None
        if job is not None and not job.state.is_final:
            return job.id
        return await enqueue(
            SIMULATE,
            {
                "login": viewer.login,
                "zone": viewer.zone,
                "candidate": trial.candidate.canonical_json,
                "base": trial.base.canonical_json if trial.base else None,
                "day": trial.day.isoformat(),
            },
            idempotency_key=f"{key}{last or 0}",
            total=MONTHS,
            priority=_PRIORITY,
            actor_user_id=viewer.user_id,
            max_attempts=2,
        )


async def simulate_job(run: JobRun) -> dict[str, Any]:
    """Try the programme of the payload as whoever asked, and keep the figures among the files.

    Raises:
        NotAllowed: Whoever asked may not read programmes any more.
        Conflict: The conditions cannot be decided.
    """
    payload = run.payload
    viewer = await load_viewer(payload["login"], payload["zone"])
    if not viewer.allowed(READ):
        raise NotAllowed
    candidate = Program.from_canonical(payload["candidate"])
    base = Program.from_canonical(payload["base"]) if payload["base"] else None
    people = await people_of(viewer, candidate.beneficiary)
    day = dt.date.fromisoformat(payload["day"])
    figures = await simulate(people, candidate, base, day, run.report)
    async with unit_of_work():
        file_id = await store(figures.pack(), "application/json")
        await run.advance(done=MONTHS, total=MONTHS)
    return {"file": file_id}


def _has_conditions(trial: Trial) -> bool:
    """Tell whether facts of past months have to be measured, which takes long even for a few."""
    return any(one is not None and one.conditions is not None for one in (trial.candidate, trial.base))


def _key(viewer: Viewer, trial: Trial) -> str:
    """Return the beginning of the keys of jobs for the same trial in the same part of the network."""
    scope = viewer.scope_for(READ)
    content = [
        trial.candidate.sha256,
        trial.base.sha256 if trial.base else "",
        trial.day.isoformat(),
        [scope.everything, *map(list, (scope.region_paths, scope.account_ids, scope.dealer_ids))],
    ]
    return f"{SIMULATE}:{hashlib.sha256(canonical_json(content).encode()).hexdigest()}:"


async def _last_job(key: str) -> int | None:
    found: int | None = await fetch_value(
        "select max(id) from job where kind = {} and idempotency_key >= {} and idempotency_key < {}",
        SIMULATE,
        key,
        f"{key}~",
    )
    return found
