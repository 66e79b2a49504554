"""Background work of the network, named where web and jobs processes start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.jobs.service import register
from portal.network.exports import JOB_KIND, run_export
from portal.network.service.duplicates import JOB_KIND as SEARCH_KIND
from portal.network.service.duplicates import run_search

if TYPE_CHECKING:
    from portal.settings import Settings


def register_jobs(_: Settings) -> None:
    """Name the functions that write long exports and look for duplicates."""
    register(JOB_KIND, run_export)
    register(SEARCH_KIND, run_search)
