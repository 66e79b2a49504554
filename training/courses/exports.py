"""Courses, lecturers and venues as rows of files; prices only where the reader may see costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.web.formats import money
from portal.web.i18n import choose, gettext
from portal.web.spreadsheet import Column
from training.courses.queries.courses import list_courses, list_modules
from training.courses.queries.lecturers import list_lecturers
from training.courses.queries.venues import list_venues
from training.courses.words import LECTURER_KINDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def course_columns() -> list[Column]:
    """Return the columns of courses in the current language."""
    return [
        Column("curriculum", gettext("Curriculum"), 26),
        Column("course", gettext("Course"), 26),
        Column("module", gettext("Module"), 26),
        Column("aims", gettext("Aims"), 50),
        Column("minutes", gettext("Minutes")),
        Column("materials", gettext("Materials")),
    ]


async def iter_courses() -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the modules in use of courses in use, a course at a time."""
    for course in await list_courses(in_use=True):
        yield [
            {
                "curriculum": choose(course.curriculum_title, course.curriculum_title_en),
                "course": choose(course.title, course.title_en),
                "module": choose(module.title, module.title_en),
                "aims": module.aims,
                "minutes": module.minutes,
                "materials": len(module.materials),
            }
            for module in await list_modules(course.id, in_use=True)
        ]


def lecturer_columns(*, costs: bool) -> list[Column]:
    """Return the columns of lecturers in the current language."""
    return [
        Column("kind", gettext("Kind"), 18, lambda kind: gettext(LECTURER_KINDS[kind])),
        Column("name", gettext("Name"), 18),
        Column("organisation", gettext("Organisation"), 26),
        Column("title", gettext("Position"), 18),
        *([Column("fee_minor", gettext("Fee for a day"), 16, money)] if costs else []),
        Column("email", gettext("E-mail"), 26),
        Column("phone", gettext("Phone"), 18),
        Column("blocks", gettext("Modules taught")),
    ]


async def iter_lecturers() -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the lecturers in use."""
    names = ("kind", "name", "organisation", "title", "fee_minor", "email", "phone", "blocks")
    yield [{name: getattr(row, name) for name in names} for row in await list_lecturers(in_use=True)]


def room_columns(*, costs: bool) -> list[Column]:
    """Return the columns of rooms in the current language."""
    return [
        Column("venue", gettext("Venue"), 26),
        Column("address", gettext("Address"), 40),
        *([Column("day_minor", gettext("Price for a day"), 16, money)] if costs else []),
        Column("room", gettext("Lecture room"), 18),
        Column("capacity", gettext("Heads")),
    ]


async def iter_rooms() -> AsyncIterator[list[dict[str, Any]]]:
    """Yield the rooms in use of venues in use."""
    yield [
        {
            "venue": choose(venue.name, venue.name_en),
            "address": venue.address,
            "day_minor": venue.day_minor,
            "room": room.name,
            "capacity": room.capacity,
        }
        for venue in await list_venues()
        if venue.archived_at is None
        for room in venue.rooms
        if room.archived_at is None
    ]
