"""Trainings for the page of a month: courses, lecturers, rooms, and sessions in the month and around it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from portal import db
from portal.bench.databases import bound

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTH = dt.date(2026, 3, 1)
"""A month with a public holiday (and its substitute) of 22 weekdays."""
COURSES, LECTURERS, ROOMS = 12, 20, 8
_AT = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
_HOUR = dt.timedelta(hours=1)
_STATES = ("open", "open", "closed", "held", "draft", "open", "cancelled")
_EVERY_MANY = 25
"""One session in so many lasts two days."""
_MADE = "created_by_user_id created_at".split()
_OCCASION = (
    "id kind state title title_en place starts_at ends_at sign_up_until seats seats_taken region"
    " organiser_user_id created_by_user_id created_at opened_at"
).split()
_SESSION = "id occasion course room feedback_until_on".split()
_BLOCK = "session module lecturer starts_at ends_at".split()


async def fill_training(url: str, in_month: int, elsewhere: int) -> None:
    """Write sessions into a database that has a network and people.

    Args:
        url: Database.
        in_month: Sessions on the weekdays of ``MONTH``.
        elsewhere: Sessions on the weekdays of the ten months before and the ten after, half each.
    """
    async with bound(url), db.unit_of_work():
        await _write_school()
        regions = [None, *(row["id"] for row in await db.fetch("select id from region order by id"))]
        days = [*_days(MONTH, in_month), *_elsewhere(elsewhere)]
        sessions = [_session(number, day, regions) for number, day in enumerate(days, start=1)]
        await db.insert_rows("occasion", _OCCASION, [occasion for occasion, _, _ in sessions])
        await db.insert_rows("training_session", _SESSION, [session for _, session, _ in sessions])
        await db.insert_rows(
            "session_block", _BLOCK, [block for _, _, blocks in sessions for block in blocks]
        )
        await _write_marked_days()
    async with bound(url):
        if db.engine_kind() == "postgres":
            await db.fetch("analyze")


def _days(month: dt.date, count: int) -> Iterator[dt.date]:
    """Give as many weekdays of a month as asked for, over and over from its first."""
    weekdays = [
        day
        for n in range(28)
        if (day := month + dt.timedelta(days=n)).weekday() < 5  # noqa: PLR2004  Saturday
    ]
    return (weekdays[n % len(weekdays)] for n in range(count))


def _elsewhere(count: int) -> Iterator[dt.date]:
    """Give weekdays of the ten months before and the ten after, leaving out those that the page shows too."""
    months = [
        dt.date(MONTH.year + place // 12, place % 12 + 1, 1)
        for away in range(-10, 11)
        if away and (place := MONTH.month - 1 + away) is not None
    ]
    for position, month in enumerate(months):
        share = count // len(months) + (position < count % len(months))
        yield from (day.replace(day=min(max(day.day, 8), 20)) for day in _days(month, share))


def _session(number: int, day: dt.date, regions: list[int | None]) -> tuple[Any, Any, list[Any]]:
    blocks = 1 + number % 3
    course = 1 + number % COURSES
    starts = dt.datetime.combine(day, dt.time(number % 4), dt.UTC)
    ends = (
        starts + 2 * blocks * _HOUR + (dt.timedelta(days=1) if number % _EVERY_MANY == 0 else dt.timedelta())
    )
    occasion = (
        number, "training", _STATES[number % len(_STATES)], f"{course}과정 {number}차 교육",
        f"Course {course}, class {number}", f"교육장 {1 + number % ROOMS}강의실", starts, ends, starts,
        30, number % 31, regions[number % len(regions)], 1, 1, _AT,
        None if _STATES[number % len(_STATES)] == "draft" else _AT,
    )  # fmt: skip
    session = (number, number, course, 1 + number % ROOMS, day + dt.timedelta(days=14))
    taught = [
        (number, course, 1 + (number + block) % LECTURERS, starts + 2 * block * _HOUR,
         starts + 2 * (block + 1) * _HOUR)
        for block in range(blocks)
    ]  # fmt: skip
    return occasion, session, taught


async def _write_school() -> None:
    made = (1, _AT)
    await db.insert_rows("curriculum", ["id", "title", *_MADE], [(1, "대리점 과정", *made)])
    courses = [(n, 1, f"{n}과정", f"Course {n}", *made) for n in range(1, COURSES + 1)]
    await db.insert_rows("course", ["id", "curriculum", "title", "title_en", *_MADE], courses)
    modules = [(n, n, 1, f"{n}과목", 60) for n in range(1, COURSES + 1)]
    await db.insert_rows("course_module", "id course position title minutes".split(), modules)
    lecturers = [(n, "professor", f"강사 {n}", f"Lecturer {n}", *made) for n in range(1, LECTURERS + 1)]
    await db.insert_rows("lecturer", ["id", "kind", "name", "name_en", *_MADE], lecturers)
    await db.insert_rows("venue", ["id", "name", *_MADE], [(1, "교육장", *made)])
    rooms = [(n, 1, f"{n}강의실", 40) for n in range(1, ROOMS + 1)]
    await db.insert_rows("venue_room", "id venue name capacity".split(), rooms)


async def _write_marked_days() -> None:
    await db.insert_rows("holiday", ["day_on", "name"], [(MONTH.replace(day=2), "삼일절 대체공휴일")])
    columns = (
        "code label label_en kind from_on until_on state owner_user_id created_by_user_id created_at".split()
    )
    first, until = MONTH.replace(day=23), MONTH.replace(day=28)
    peak = ("bench", "성수기", "Peak", "peak", first, until, "open", 1, 1, _AT)
    await db.insert_rows("season", columns, [peak])
