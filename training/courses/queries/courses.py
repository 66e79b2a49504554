"""Curricula, courses and modules, with materials; what is archived comes last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.db import fetch, fetch_one, fetch_value
from portal.errors import NotFound

if TYPE_CHECKING:
    from portal.db.sql import Row


@dataclass(frozen=True, slots=True)
class CurriculumRow:
    """A path of courses."""

    id: int
    title: str
    title_en: str
    aims: str
    version: int
    archived_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with how much it holds.

    Attributes:
        modules, minutes: Modules in use and their usual length together.
        questions: Questions in use.
        sessions: Sessions that were or will be held.
    """

    id: int
    curriculum_id: int
    curriculum_title: str
    curriculum_title_en: str
    title: str
    title_en: str
    aims: str
    version: int
    archived_at: dt.datetime | None
    modules: int
    minutes: int
    questions: int
    sessions: int


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A file of a module."""

    id: int
    module_id: int
    name: str
    size_bytes: int
    media_type: str
    for_dealers: bool
    file_id: int


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A part of a course with its materials."""

    id: int
    course_id: int
    position: int
    title: str
    title_en: str
    aims: str
    minutes: int
    archived_at: dt.datetime | None
    materials: tuple[MaterialRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PassMarkRow:
    """The share, basis points, that passes from a day on."""

    id: int
    from_on: dt.date
    pass_bp: int
    reason: str


_COURSE = (
    "select c.id, c.curriculum as curriculum_id, u.title as curriculum_title,"
    " u.title_en as curriculum_title_en, c.title, c.title_en, c.aims, c.version, c.archived_at,"
    " coalesce(m.n, 0) as modules, coalesce(m.minutes, 0) as minutes, coalesce(q.n, 0) as questions,"
    " coalesce(s.n, 0) as sessions from course c join curriculum u on u.id = c.curriculum"
    " left join (select course, count(*) as n, sum(minutes) as minutes from course_module"
    " where archived_at is null group by course) m on m.course = c.id"
    " left join (select course, count(*) as n from course_question where archived_at is null group by course)"
    " q on q.course = c.id"
    " left join (select t.course, count(*) as n from training_session t join occasion o on o.id = t.occasion"
    " where o.state <> 'cancelled' group by t.course) s on s.course = c.id"
)


async def list_curricula() -> tuple[CurriculumRow, ...]:
    """Return all curricula, those in use first."""
    rows = await fetch(
        "select id, title, title_en, aims, version, archived_at from curriculum"
        " order by case when archived_at is null then 0 else 1 end, title, id"
    )
    return tuple(CurriculumRow(**row) for row in rows)


async def list_courses(*, in_use: bool = False) -> tuple[CourseRow, ...]:
    """Return courses by curriculum, those in use first; only these when asked."""
    where = " where c.archived_at is null and u.archived_at is null" if in_use else ""
    rows = await fetch(
        f"{_COURSE}{where} order by case when c.archived_at is null then 0 else 1 end, u.title, c.title, c.id"
    )
    return tuple(CourseRow(**row) for row in rows)


async def get_course(course_id: int) -> CourseRow:
    """Return one course.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_one(f"{_COURSE} where c.id = {{}}", course_id)
    if row is None:
        raise NotFound
    return CourseRow(**row)


async def list_modules(course_id: int, *, in_use: bool = False) -> tuple[ModuleRow, ...]:
    """Return a course's modules in order with their materials; only those in use when asked."""
    where = " and archived_at is null" if in_use else ""
    rows = await fetch(
        "select id, course as course_id, position, title, title_en, aims, minutes, archived_at"  # noqa: S608  from code
        f" from course_module where course = {{}}{where}"
        " order by case when archived_at is null then 0 else 1 end, position, id",
        course_id,
    )
    files = await fetch(
        f"{_MATERIAL} where m.course = {{}} and x.removed_at is null order by x.name, x.id", course_id
    )
    materials: dict[int, list[MaterialRow]] = {}
    for file in files:
        materials.setdefault(file["module_id"], []).append(_material(file))
    return tuple(ModuleRow(**row, materials=tuple(materials.get(row["id"], ()))) for row in rows)


_MATERIAL = (
    "select x.id, x.module as module_id, x.name, x.size_bytes, x.media_type, x.for_dealers,"
    " x.file as file_id from course_material x join course_module m on m.id = x.module"
)


def _material(row: Row) -> MaterialRow:
    return MaterialRow(**{**row, "for_dealers": bool(row["for_dealers"])})


async def get_material(course_id: int, material_id: int, *, for_dealers: bool = False) -> MaterialRow:
    """Return a material of a course; only what dealers may have when asked.

    Raises:
        NotFound: There is none.
    """
    where = " and x.for_dealers" if for_dealers else ""
    row = await fetch_one(
        f"{_MATERIAL} where x.id = {{}} and m.course = {{}} and x.removed_at is null{where}",
        material_id,
        course_id,
    )
    if row is None:
        raise NotFound
    return _material(row)


async def list_pass_marks(course_id: int) -> tuple[PassMarkRow, ...]:
    """Return a course's pass marks, the latest first."""
    rows = await fetch(
        "select id, from_on, pass_bp, reason from course_pass_mark where course = {} order by from_on desc",
        course_id,
    )
    return tuple(PassMarkRow(**row) for row in rows)


async def pass_mark_on(course_id: int, day: dt.date) -> int | None:
    """Return the share, basis points, that passes a course's test on a day; None when none was set."""
    found = await fetch_value(
        "select pass_bp from course_pass_mark where course = {} and from_on <= {}"
        " order by from_on desc limit 1",
        course_id,
        day,
    )
    return None if found is None else int(found)
