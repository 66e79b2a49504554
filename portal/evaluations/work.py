"""Background work of evaluations, named where web and jobs processes start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.evaluations.batch import JOB, run_job
from portal.evaluations.rehearsal import PublishedMonths
from portal.jobs.service import register
from portal.rulebooks.sources import join

if TYPE_CHECKING:
    from portal.settings import Settings


def register_jobs(_: Settings) -> None:
    """Name the function that computes a run, and offer the published months to rehearsals of rulebooks."""
    register(JOB, run_job)
    join(PublishedMonths())
