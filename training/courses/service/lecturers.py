"""Writing lecturers and the days they are away."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from portal.audit.model import Subject
from portal.db import execute, fetch_value, unit_of_work
from portal.errors import NotFound
from training.courses.queries.lecturers import get_lecturer
from training.courses.service.records import Kept, change, log

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from portal.access import Viewer
    from training.courses.commands import AwayCommand, LecturerCommand


async def make_lecturer(viewer: Viewer, command: LecturerCommand) -> int:
    """Write down a lecturer and return the id; names stay out of the audit log's note."""
    values = _values(command)
    async with unit_of_work():
        lecturer_id = int(
            await fetch_value(
                f"insert into lecturer ({', '.join(values)}, created_by_user_id, created_at)"
                f" values ({', '.join('{}' for _ in values)}, {{}}, {{}}) returning id",
                *values.values(),
                viewer.user_id,
                dt.datetime.now(dt.UTC),
            )
        )
        await log(viewer, "lecturer_made", Subject.of("lecturer", lecturer_id))
    return lecturer_id


async def change_lecturer(viewer: Viewer, lecturer_id: int, command: LecturerCommand, version: int) -> None:
    """Write a lecturer anew.

    Raises:
        NotFound: There is none.
        Conflict: Somebody changed it meanwhile.
    """
    async with unit_of_work():
        await change(Kept.LECTURER, lecturer_id, version, _values(command))
        await log(viewer, "lecturer_changed", Subject.of("lecturer", lecturer_id))


async def add_away(viewer: Viewer, lecturer_id: int, command: AwayCommand) -> None:
    """Note days on which a lecturer cannot come.

    Raises:
        NotFound: There is no such lecturer.
    """
    async with unit_of_work():
        await get_lecturer(lecturer_id)
        await execute(
            "insert into lecturer_away (lecturer, from_on, to_on, reason) values ({}, {}, {}, {})",
            lecturer_id,
            command.from_on,
            command.to_on,
            command.reason,
        )
        note = f"{command.from_on} – {command.to_on}"
        await log(viewer, "lecturer_away", Subject.of("lecturer", lecturer_id), note=note)


async def remove_away(viewer: Viewer, lecturer_id: int, away_id: int) -> None:
    """Take such days back.

    Raises:
        NotFound: There are none such.
    """
    async with unit_of_work():
        if not await execute(
            "delete from lecturer_away where id = {} and lecturer = {}", away_id, lecturer_id
        ):
            raise NotFound
        await log(viewer, "lecturer_away", Subject.of("lecturer", lecturer_id), note=f"- {away_id}")


def _values(command: LecturerCommand) -> dict[str, Any]:
    return {**asdict(command), "kind": command.kind.value}
