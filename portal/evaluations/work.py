"""Background work of evaluations, named where web and jobs processes start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.evaluations.batch import JOB, run_job
from portal.jobs.service import register

if TYPE_CHECKING:
    from portal.settings import Settings


def register_jobs(_: Settings) -> None:
    """Name the function that computes a run."""
    register(JOB, run_job)
