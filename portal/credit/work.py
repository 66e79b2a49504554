"""Background work of credit, named where web and jobs processes start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from portal.credit.service.standings import JOB, run_refresh
from portal.jobs.service import register, registered_kinds

if TYPE_CHECKING:
    from portal.settings import Settings


def register_jobs(settings: Settings) -> None:
    """Name the function that computes the figures of lists; naming it again changes nothing."""
    if JOB not in registered_kinds():
        register(JOB, partial(run_refresh, settings=settings))
