"""Tell the evaluation that facts of a closed month changed under it.

The run itself never changes; it is flagged so that people see a correction run is due (DESIGN, Replace).
This is the one statement of sales about a table of the slice above it: the flag has to stand in the same
transaction as the lines, wherever the import was started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import execute

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence


async def flag_closed_months(months: Sequence[dt.date]) -> int:
    """Flag the closed runs of these months, in the open unit of work; return how many were flagged."""
    if not months:
        return 0
    marks = ", ".join("{}" for _ in months)
    return await execute(
        "update evaluation_run set needs_correction = true"  # noqa: S608  marks only
        f" where state = 'closed' and month_on in ({marks})",
        *months,
    )
