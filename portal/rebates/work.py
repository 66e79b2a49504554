"""Background work of rebates, named where web and jobs processes start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.jobs.service import register
from portal.rebates.batch import compute_job, post_job
from portal.rebates.bulk_papers import PAPERS, print_papers
from portal.rebates.service.checks import set_regulated_goods
from portal.rebates.service.settlements import COMPUTE, POST
from portal.rebates.simulation_jobs import SIMULATE, simulate_job

if TYPE_CHECKING:
    from portal.jobs.run import JobRun
    from portal.settings import Settings


def register_jobs(settings: Settings) -> None:
    """Name the functions that do background work, and the regulated goods programmes mind."""
    set_regulated_goods(settings.regulated_goods)
    register(COMPUTE, compute_job)
    register(POST, post_job)
    register(SIMULATE, simulate_job)
    _Installed.settings = settings
    register(PAPERS, _papers)


class _Installed:
    settings: Settings | None = None


async def _papers(job: JobRun) -> dict[str, Any]:
    if _Installed.settings is None:
        raise LookupError("rebates are not registered")
    return await print_papers(job, settings=_Installed.settings)
