"""Background work of the network, named where web and jobs processes start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.jobs.service import register
from portal.network.exports import JOB_KIND, run_export

if TYPE_CHECKING:
    from portal.settings import Settings


def register_jobs(_: Settings) -> None:
    """Name the function that writes long exports."""
    register(JOB_KIND, run_export)
