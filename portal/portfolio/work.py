"""Background work of account classes, named where web and jobs processes start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from portal.jobs.service import register, registered_kinds
from portal.portfolio.service.classify import JOB, run_classify

if TYPE_CHECKING:
    from portal.settings import Settings


def register_jobs(settings: Settings) -> None:
    """Name the function that classes the months; naming it again changes nothing."""
    if JOB not in registered_kinds():
        register(JOB, partial(run_classify, settings=settings))
