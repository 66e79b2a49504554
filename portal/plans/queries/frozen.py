"""What a plan was made from, read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.db import fetch
from portal.files.queries import get_file
from portal.plans.material import unpack_request

if TYPE_CHECKING:
    from rules.planning import PlanRequest


async def request_of(plan_id: int) -> PlanRequest:
    """Return what a plan was made from.

    Raises:
        LookupError: Its figures are not stored.
    """
    rows = await fetch("select inputs from development_plan where id = {}", plan_id)
    stored = await get_file(rows[0]["inputs"] or 0) if rows else None
    if stored is None:
        raise LookupError(f"the figures of plan {plan_id} are not stored")
    return unpack_request(stored.content)
