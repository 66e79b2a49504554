"""What a session costs: budget and actual by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from training.courses.policies import PLAN
from training.sessions.queries.costs import list_costs
from training.sessions.queries.sessions import get_session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.access import Viewer
    from training.sessions.commands import CostCommand


async def write_costs(viewer: Viewer, session_id: int, commands: Iterable[CostCommand]) -> None:
    """Write budget and actual of every kind of cost.

    Raises:
        NotFound: The session is not in the viewer's part.
    """
    async with unit_of_work():
        session = await get_session(viewer, session_id, PLAN)
        before = {row.kind: (row.budget_minor, row.actual_minor) for row in await list_costs(session_id)}
        changes = {}
        for command in commands:
            await execute(
                "insert into session_cost (session, kind, budget_minor, actual_minor, note)"
                " values ({}, {}, {}, {}, {}) on conflict (session, kind) do update"
                " set budget_minor = excluded.budget_minor, actual_minor = excluded.actual_minor,"
                " note = excluded.note",
                session_id,
                command.kind.value,
                command.budget_minor,
                command.actual_minor,
                command.note,
            )
            after = (command.budget_minor, command.actual_minor)
            if before.get(command.kind, (0, None)) != after:
                changes[command.kind.value] = (str(before.get(command.kind)), str(after))
        by = session.signature(viewer, PLAN)
        await record(by, "training.costs_changed", Subject.of("training_session", session_id), changes)
