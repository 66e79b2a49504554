"""Background work of plans, named where web and jobs processes start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.jobs.service import register
from portal.plans.bulk import PAPERS, print_papers
from portal.plans.many import PROPOSALS, make_proposals
from portal.plans.service.generate import JOB, run_make

if TYPE_CHECKING:
    from portal.jobs.run import JobRun
    from portal.settings import Settings


def register_jobs(settings: Settings) -> None:
    """Name the functions that make plans, propose and print them; naming them again changes nothing."""
    _Installed.settings = settings
    register(JOB, run_make)
    register(PAPERS, _papers)
    register(PROPOSALS, _proposals)


class _Installed:
    settings: Settings | None = None


async def _papers(job: JobRun) -> dict[str, Any]:
    return await print_papers(job, settings=_settings())


async def _proposals(job: JobRun) -> dict[str, Any]:
    return await make_proposals(job, zone=_settings().business_zone)


def _settings() -> Settings:
    if _Installed.settings is None:
        raise LookupError("plans are not registered")
    return _Installed.settings
