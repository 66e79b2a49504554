"""What sessions cost; for planners and auditors only, never on a dealer's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch
from training.sessions.model import CostKind

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class CostRow:
    """Budget and actual of a kind of cost, minor units; actual None = not known yet."""

    session_id: int
    kind: CostKind
    budget_minor: int
    actual_minor: int | None
    note: str


async def list_costs(*session_ids: int) -> tuple[CostRow, ...]:
    """Return the costs of sessions in the order of kinds; the caller has checked who asks."""
    if not session_ids:
        return ()
    marks = ", ".join("{}" for _ in session_ids)
    rows = await fetch(
        "select session as session_id, kind, budget_minor, actual_minor, note from session_cost"
        f" where session in ({marks})",
        *session_ids,
    )
    order = list(CostKind)
    found = [CostRow(**{**row, "kind": CostKind(row["kind"])}) for row in rows]
    return tuple(sorted(found, key=lambda row: (row.session_id, order.index(row.kind))))


def total_of(rows: Iterable[CostRow]) -> tuple[int, int | None]:
    """Return budget and actual together; the actual is None while a kind with a budget has none."""
    listed = list(rows)
    budget = sum(row.budget_minor for row in listed)
    if any(row.actual_minor is None and row.budget_minor for row in listed):
        return budget, None
    known = [row.actual_minor for row in listed if row.actual_minor is not None]
    return budget, sum(known) if known else None
