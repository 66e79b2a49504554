"""How a season is prepared: who takes care of its steps, and what the peak needs of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, unit_of_work
from portal.errors import Invalid
from portal.seasons.policies import PLAN
from portal.seasons.queries.people import list_owners
from portal.seasons.queries.seasons import list_steps
from portal.seasons.service.calendar import get_planned

if TYPE_CHECKING:
    from portal.access import Viewer
    from portal.seasons.commands import NeedCommand, StepCommand


async def set_step(viewer: Viewer, season_id: int, command: StepCommand) -> None:
    """Name who takes care of a step, until when, and whether it is done.

    Raises:
        NotFound: Not in the viewer's part of the network.
        Invalid: The owner is none of the people who may own a step there.
    """
    async with unit_of_work():
        season = await get_planned(viewer, season_id)
        people = {user for user, _ in await list_owners(season.region_path)}
        if command.owner_user_id is not None and command.owner_user_id not in people:
            raise Invalid.of("owner", "Please choose one of the options.")
        before = (await list_steps(season_id))[command.step]
        done_at = (before.done_at or dt.datetime.now(dt.UTC)) if command.done else None
        await execute(
            "insert into season_step (season, step, owner_user_id, due_on, done_at, note)"
            " values ({}, {}, {}, {}, {}, {}) on conflict (season, step) do update set"
            " owner_user_id = excluded.owner_user_id, due_on = excluded.due_on, done_at = excluded.done_at,"
            " note = excluded.note",
            season_id,
            command.step.value,
            command.owner_user_id,
            command.due_on,
            done_at,
            command.note,
        )
        changes = {
            command.step.value: (
                [before.owner_user_id, str(before.due_on or ""), before.done_at is not None],
                [command.owner_user_id, str(command.due_on or ""), command.done],
            )
        }
        by = season.signature(viewer, PLAN)
        await record(by, "seasons.step", Subject.of("season", season_id), changes, note=command.note)


async def set_need(viewer: Viewer, season_id: int, command: NeedCommand) -> None:
    """Write down what the peak needs of the season.

    Raises:
        NotFound: Not in the viewer's part of the network.
    """
    async with unit_of_work():
        season = await get_planned(viewer, season_id)
        names = (
            "peak_goal_minor early_share_bp outlets_needed outlets_active outlet_month_minor outlet_months"
            " note by_user_id at"
        ).split()
        sets = ", ".join(f"{name} = excluded.{name}" for name in names)
        marks = ", ".join("{}" for _ in range(len(names) + 1))
        await execute(
            f"insert into season_need (season, {', '.join(names)}) values ({marks})"  # noqa: S608  from above
            f" on conflict (season) do update set {sets}",
            season_id,
            command.peak_goal_minor,
            command.early_share_bp,
            command.outlets_needed,
            command.outlets_active,
            command.outlet_month_minor,
            command.outlet_months,
            command.note,
            viewer.user_id,
            dt.datetime.now(dt.UTC),
        )
        by = season.signature(viewer, PLAN)
        await record(by, "seasons.need", Subject.of("season", season_id), note=command.note)
