"""Materials of modules: bytes kept once under their hash; taken out, they stay for what was taught."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import NotFound
from portal.files.service import store
from training.courses.queries.courses import get_material
from training.courses.service.records import log

if TYPE_CHECKING:
    from portal.access import Viewer
    from training.courses.commands import MaterialCommand


async def add_material(viewer: Viewer, course_id: int, module_id: int, command: MaterialCommand) -> int:
    """Keep a file with a module and return the material's id.

    Raises:
        NotFound: The course has no such module.
    """
    async with unit_of_work():
        found = "select id from course_module where id = {} and course = {}"
        if await fetch_one(found, module_id, course_id) is None:
            raise NotFound
        file_id = await store(command.content, command.media_type)
        material_id = int(
            await fetch_value(
                "insert into course_material (module, file, name, size_bytes, media_type, for_dealers,"
                " by_user_id, at) values ({}, {}, {}, {}, {}, {}, {}, {}) returning id",
                module_id,
                file_id,
                command.name,
                len(command.content),
                command.media_type,
                command.for_dealers,
                viewer.user_id,
                dt.datetime.now(dt.UTC),
            )
        )
        await log(viewer, "material_added", Subject.of("course", course_id), note=command.name)
    return material_id


async def remove_material(viewer: Viewer, course_id: int, material_id: int) -> None:
    """Take a material out of a course.

    Raises:
        NotFound: The course has no such material.
    """
    async with unit_of_work():
        material = await get_material(course_id, material_id)
        await execute(
            "update course_material set removed_at = {} where id = {}", dt.datetime.now(dt.UTC), material_id
        )
        await log(viewer, "material_removed", Subject.of("course", course_id), note=material.name)
