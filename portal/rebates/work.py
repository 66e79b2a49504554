"""Background work of rebates, named where web and jobs processes start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.jobs.service import register
from portal.rebates.batch import compute_job, post_job
from portal.rebates.service.checks import set_regulated_goods
from portal.rebates.service.settlements import COMPUTE, POST

if TYPE_CHECKING:
    from portal.settings import Settings


def register_jobs(settings: Settings) -> None:
    """Name the functions that calculate and book settlements, and the regulated goods they mind."""
    set_regulated_goods(settings.regulated_goods)
    register(COMPUTE, compute_job)
    register(POST, post_job)
