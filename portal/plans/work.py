"""Background work of plans, named where web and jobs processes start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.jobs.service import register, registered_kinds
from portal.plans.service.generate import JOB, run_make

if TYPE_CHECKING:
    from portal.settings import Settings


def register_jobs(settings: Settings) -> None:  # noqa: ARG001  every slice is asked the same way
    """Name the function that makes plans; naming it again changes nothing."""
    if JOB not in registered_kinds():
        register(JOB, run_make)
