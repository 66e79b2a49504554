"""Writing curricula, courses, modules and pass marks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.db import execute, fetch_one, fetch_value, unit_of_work
from portal.errors import Invalid, NotFound
from training.courses.model import MODULES_MOST
from training.courses.queries.courses import get_course, list_modules
from training.courses.service.records import Kept, change, log

if TYPE_CHECKING:
    from portal.access import Viewer
    from training.courses.commands import CourseCommand, CurriculumCommand, ModuleCommand, PassMarkCommand


async def make_curriculum(viewer: Viewer, command: CurriculumCommand) -> int:
    """Write down a curriculum and return its id."""
    async with unit_of_work():
        curriculum_id = int(
            await fetch_value(
                "insert into curriculum (title, title_en, aims, created_by_user_id, created_at)"
                " values ({}, {}, {}, {}, {}) returning id",
                command.title,
                command.title_en,
                command.aims,
                viewer.user_id,
                dt.datetime.now(dt.UTC),
            )
        )
        subject = Subject.of("curriculum", curriculum_id)
        await log(viewer, "curriculum_made", subject, note=command.title)
    return curriculum_id


async def change_curriculum(
    viewer: Viewer, curriculum_id: int, command: CurriculumCommand, version: int
) -> None:
    """Write a curriculum anew.

    Raises:
        NotFound: There is none.
        Conflict: Somebody changed it meanwhile.
    """
    values = {"title": command.title, "title_en": command.title_en, "aims": command.aims}
    async with unit_of_work():
        await change(Kept.CURRICULUM, curriculum_id, version, values)
        subject = Subject.of("curriculum", curriculum_id)
        await log(viewer, "curriculum_changed", subject, note=command.title)


async def make_course(viewer: Viewer, command: CourseCommand) -> int:
    """Write down a course and return its id.

    Raises:
        Invalid: There is no such curriculum.
    """
    async with unit_of_work():
        await _check_curriculum(command.curriculum_id)
        course_id = int(
            await fetch_value(
                "insert into course (curriculum, title, title_en, aims, created_by_user_id, created_at)"
                " values ({}, {}, {}, {}, {}, {}) returning id",
                command.curriculum_id,
                command.title,
                command.title_en,
                command.aims,
                viewer.user_id,
                dt.datetime.now(dt.UTC),
            )
        )
        await log(viewer, "course_made", Subject.of("course", course_id), note=command.title)
    return course_id


async def change_course(viewer: Viewer, course_id: int, command: CourseCommand, version: int) -> None:
    """Write a course's titles, aims and curriculum anew.

    Raises:
        NotFound: There is none.
        Conflict: Somebody changed it meanwhile.
        Invalid: There is no such curriculum.
    """
    values = {
        "curriculum": command.curriculum_id,
        "title": command.title,
        "title_en": command.title_en,
        "aims": command.aims,
    }
    async with unit_of_work():
        await _check_curriculum(command.curriculum_id)
        await change(Kept.COURSE, course_id, version, values)
        await log(viewer, "course_changed", Subject.of("course", course_id), note=command.title)


async def _check_curriculum(curriculum_id: int) -> None:
    if await fetch_one("select id from curriculum where id = {}", curriculum_id) is None:
        raise Invalid.of("curriculum", "Please choose one of the options.")


async def set_pass_mark(viewer: Viewer, course_id: int, command: PassMarkCommand, today: dt.date) -> None:
    """Set the share that passes from a day on; a day that has come keeps the mark it was given.

    Raises:
        NotFound: There is no such course.
        Invalid: The day lies in the past and the course already has a mark, or the day has one that counts.
    """
    async with unit_of_work():
        await get_course(course_id)
        has_one = await fetch_value("select count(*) from course_pass_mark where course = {}", course_id)
        if has_one and command.from_on < today:
            raise Invalid.of(
                "from_on", "Please choose today or a later day: tests taken before keep their mark."
            )
        taken = await fetch_value(
            "select count(*) from test_attempt a join training_session t on t.id = a.session"
            " where t.course = {} and a.kind = 'post' and a.sent_at >= {}",
            course_id,
            dt.datetime.combine(command.from_on, dt.time.min, dt.UTC),
        )
        if taken:
            raise Invalid.of(
                "from_on", "Somebody took the test on or after this day: please choose a later one."
            )
        await execute(
            "insert into course_pass_mark (course, from_on, pass_bp, reason, by_user_id, at)"
            " values ({}, {}, {}, {}, {}, {}) on conflict (course, from_on) do update"
            " set pass_bp = excluded.pass_bp, reason = excluded.reason, by_user_id = excluded.by_user_id,"
            " at = excluded.at",
            course_id,
            command.from_on,
            command.pass_bp,
            command.reason,
            viewer.user_id,
            dt.datetime.now(dt.UTC),
        )
        note = f"{command.from_on} {command.pass_bp} bp {command.reason}"
        await log(viewer, "pass_mark_set", Subject.of("course", course_id), note=note)


async def add_module(viewer: Viewer, course_id: int, command: ModuleCommand) -> int:
    """Add a module at the end of a course and return its id.

    Raises:
        NotFound: There is no such course.
        Invalid: It has as many modules as it may.
    """
    async with unit_of_work():
        await get_course(course_id)
        modules = await list_modules(course_id)
        if len(modules) >= MODULES_MOST:
            raise Invalid.of("title", "A course has at most %(count)s modules.", count=MODULES_MOST)
        module_id = int(
            await fetch_value(
                "insert into course_module (course, position, title, title_en, aims, minutes)"
                " values ({}, {}, {}, {}, {}, {}) returning id",
                course_id,
                max((module.position for module in modules), default=0) + 1,
                command.title,
                command.title_en,
                command.aims,
                command.minutes,
            )
        )
        await log(viewer, "module_changed", Subject.of("course", course_id), note=command.title)
    return module_id


async def change_module(viewer: Viewer, course_id: int, module_id: int, command: ModuleCommand) -> None:
    """Write a module anew; its place stays.

    Raises:
        NotFound: The course has no such module.
    """
    async with unit_of_work():
        if not await execute(
            "update course_module set title = {}, title_en = {}, aims = {}, minutes = {}"
            " where id = {} and course = {}",
            command.title,
            command.title_en,
            command.aims,
            command.minutes,
            module_id,
            course_id,
        ):
            raise NotFound
        await log(viewer, "module_changed", Subject.of("course", course_id), note=command.title)


async def move_module(viewer: Viewer, course_id: int, module_id: int, by: int) -> None:
    """Move a module by so many places; beyond the ends it stays at the end.

    Raises:
        NotFound: The course has no such module in use.
    """
    async with unit_of_work():
        order = [module.id for module in await list_modules(course_id, in_use=True)]
        if module_id not in order:
            raise NotFound
        place = order.index(module_id)
        order.insert(max(0, min(len(order) - 1, place + by)), order.pop(place))
        for position, one in enumerate(order, start=1):
            await execute("update course_module set position = {} where id = {}", position, one)
        await log(viewer, "module_changed", Subject.of("course", course_id), note=f"module {module_id} moved")
