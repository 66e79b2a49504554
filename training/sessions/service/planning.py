"""Planning a session: its occasion, its blocks and its budget in one transaction, checked for clashes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from portal.audit.model import Subject
from portal.audit.service import record
from portal.db import execute, fetch, fetch_one, fetch_value, insert_rows, unit_of_work
from portal.errors import Invalid, Message, NotFound, Problem, message
from portal.occasions.model import OccasionKind, OccasionMove, OccasionPlan, OccasionState
from portal.occasions.service.occasions import change_occasion, create_occasion, move_occasion
from training.courses.policies import PLAN
from training.courses.queries.courses import get_course
from training.sessions.clashes import find_clashes
from training.sessions.model import BLOCKS_MOST, Block, CostKind, business_days
from training.sessions.queries.around import list_words, read_around
from training.sessions.queries.sessions import get_session, list_blocks

# ruff: noqa: S608  names come from code; values are bound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from portal.access import Viewer
    from portal.settings import Settings
    from training.sessions.clashes import Clash
    from training.sessions.commands import SessionCommand
    from training.sessions.queries.sessions import SessionRow


class Clashing(Invalid):
    """A session does not fit where it is put.

    Attributes:
        clashes: Every reason that is hard or has no word yet.
    """

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = tuple(clashes)
        field, text = (
            ("blocks", "It cannot be held like this: see the reasons.")
            if any(clash.kind.is_hard for clash in clashes)
            else ("word", "Please say why it is held all the same.")
        )
        super().__init__((Problem(field, Message(text)),))


async def plan_session(viewer: Viewer, command: SessionCommand, settings: Settings) -> int:
    """Put a course into the calendar as a draft and return the session's id.

    The budget starts with the lecturers' fees and the venue's price for the days.

    Raises:
        NotFound: Season or region does not exist for the viewer.
        Invalid: Course, room, modules or lecturers do not exist or are put away, or times cannot be.
        Clashing: Something hard speaks against it, or something soft and no word was said.
    """
    async with unit_of_work():
        await _check(command)
        fresh = await _fresh_clashes(command, settings)
        organiser = viewer.user_id
        occasion_id = await create_occasion(viewer, await _plan(command, organiser, settings.zone))
        last_on = _days(command.blocks, settings.zone)[-1]
        session_id = int(
            await fetch_value(
                "insert into training_session (occasion, course, room, note, feedback_until_on)"
                " values ({}, {}, {}, {}, {}) returning id",
                occasion_id,
                command.course_id,
                command.room_id,
                command.note,
                last_on + dt.timedelta(days=settings.training_feedback_days),
            )
        )
        await _write_blocks(session_id, command)
        await _say(viewer, session_id, fresh, command.word)
        await _start_budget(session_id, command, settings.zone)
        session = await get_session(viewer, session_id, PLAN)
        await _log(viewer, session, "session_planned", command.title)
    return session_id


async def change_session(
    viewer: Viewer, session_id: int, command: SessionCommand, version: int, settings: Settings
) -> None:
    """Write a session anew; its course stays. Those signed up are told of a new time or place.

    Args:
        viewer: Who plans.
        session_id: The session.
        command: Everything as it is to be.
        version: The version of the occasion the planner saw.
        settings: Limits.

    Raises:
        NotFound: The session is not in the viewer's part.
        Conflict: Somebody changed it meanwhile, or it was held or called off.
        Invalid, Clashing: As in ``plan_session``.
    """
    async with unit_of_work():
        session = await get_session(viewer, session_id, PLAN)
        await _check(command, session_id)
        fresh = await _fresh_clashes(command, settings, session)
        plan = await _plan(command, session.organiser_user_id, settings.zone)
        await change_occasion(viewer, session.occasion_id, plan, version)
        last_on = _days(command.blocks, settings.zone)[-1]
        await execute(
            "update training_session set room = {}, note = {}, feedback_until_on = {}, version = version + 1"
            " where id = {}",
            command.room_id,
            command.note,
            last_on + dt.timedelta(days=settings.training_feedback_days),
            session_id,
        )
        await execute("delete from session_block where session = {}", session_id)
        await _write_blocks(session_id, command)
        await _say(viewer, session_id, fresh, command.word)
        await _log(viewer, session, "session_changed", command.title)


async def move_session(
    viewer: Viewer, session_id: int, move: OccasionMove, said: str, settings: Settings
) -> None:
    """Open, close, reopen, hold or call off a session; opening checks again what speaks against it.

    Args:
        viewer: Who plans.
        session_id: The session.
        move: What is done.
        said: Why it is called off, or opened in spite of soft clashes; may be empty otherwise.
        settings: Limits.

    Raises:
        NotFound: The session is not in the viewer's part.
        Conflict: It is not in a state that allows it.
        Invalid: It is called off without a reason, or held before it began.
        Clashing: It is opened and something hard speaks against it, or something soft and no word was said.
    """
    async with unit_of_work():
        session = await get_session(viewer, session_id, PLAN)
        if move is OccasionMove.HOLD and dt.datetime.now(dt.UTC) < session.starts_at:
            raise Invalid.of("reason", "It has not begun yet.")
        if move is OccasionMove.OPEN and session.state is OccasionState.DRAFT:
            words = await list_words(session_id)
            clashes = await current_clashes(session, settings)
            fresh = [one for one in clashes if one.kind.is_hard or (one.kind.value, one.key) not in words]
            if any(one.kind.is_hard for one in fresh) or (fresh and not said):
                raise Clashing(fresh)
            await _say(viewer, session_id, fresh, said)
        reason = said if move is OccasionMove.CANCEL else ""
        await move_occasion(viewer, session.occasion_id, move, reason)
        await _log(viewer, session, "session_moved", f"{move.value} {said}".strip())


async def current_clashes(session: SessionRow, settings: Settings) -> tuple[Clash, ...]:
    """Return what speaks against a session as it stands."""
    blocks = [
        Block(row.module_id, row.lecturer_id, row.room_id or session.room_id, row.starts_at, row.ends_at)
        for row in await list_blocks(session.id)
    ]
    if not blocks:
        return ()
    around = await read_around(
        blocks,
        settings,
        region_id=session.region_id,
        session_id=session.id,
        occasion_id=session.occasion_id,
    )
    return find_clashes(blocks, session.seats, around, settings.zone)


async def _fresh_clashes(
    command: SessionCommand, settings: Settings, session: SessionRow | None = None
) -> list[Clash]:
    """Return soft clashes that the command's word is said about; raises Clashing otherwise."""
    around = await read_around(
        command.blocks,
        settings,
        region_id=command.region_id,
        session_id=session.id if session else 0,
        occasion_id=session.occasion_id if session else 0,
    )
    words = await list_words(session.id) if session else {}
    clashes = find_clashes(command.blocks, command.seats, around, settings.zone)
    fresh = [one for one in clashes if one.kind.is_hard or (one.kind.value, one.key) not in words]
    if any(one.kind.is_hard for one in fresh) or (fresh and not command.word):
        raise Clashing(fresh)
    return fresh


async def _say(viewer: Viewer, session_id: int, clashes: Sequence[Clash], word: str) -> None:
    now = dt.datetime.now(dt.UTC)
    await insert_rows(
        "session_clash",
        ("session", "kind", "key", "word", "by_user_id", "at"),
        [(session_id, one.kind.value, one.key, word, viewer.user_id, now) for one in clashes],
    )


async def _check(command: SessionCommand, session_id: int = 0) -> None:
    """Refuse what does not exist or is put away; what a session already has may stay.

    Raises:
        Invalid: With everything found wrong.
    """
    problems: list[Problem] = []
    try:
        course = await get_course(command.course_id)
    except NotFound:
        raise Invalid.of("course", "Please choose one of the options.") from None
    if course.archived_at is not None and not session_id:
        problems.append(Problem("course", message("This course is put away.")))
    if len(command.blocks) > BLOCKS_MOST:
        problems.append(Problem("blocks", message("At most %(count)s modules, please.", count=BLOCKS_MOST)))
    modules = await _known("course_module", {block.module_id for block in command.blocks}, course.id)
    if {block.module_id for block in command.blocks} - modules:
        problems.append(Problem("blocks", message("A module does not belong to the course.")))
    lecturers = {block.lecturer_id for block in command.blocks if block.lecturer_id is not None}
    if lecturers - await _known("lecturer", lecturers):
        problems.append(Problem("blocks", message("A lecturer is not there or is put away.")))
    rooms = {command.room_id, *(block.room_id for block in command.blocks)}
    if rooms - await _known("venue_room", rooms):
        problems.append(Problem("room", message("A room is not there or is put away.")))
    if problems:
        raise Invalid(problems)


async def _known(table: str, ids: set[int], course_id: int | None = None) -> set[int]:
    if not ids:
        return set()
    marks = ", ".join("{}" for _ in ids)
    belongs, args = (" and course = {}", (course_id,)) if course_id is not None else ("", ())
    rows = await fetch(
        f"select id from {table} where id in ({marks}){belongs} and archived_at is null", *ids, *args
    )
    return {int(row["id"]) for row in rows}


async def _plan(command: SessionCommand, organiser: int, zone: ZoneInfo) -> OccasionPlan:
    room = await fetch_one(
        "select r.name, v.name as venue from venue_room r join venue v on v.id = r.venue where r.id = {}",
        command.room_id,
    )
    if room is None:
        raise NotFound
    ends_at = max(block.ends_at for block in command.blocks)
    closes = dt.datetime.combine(command.sign_up_until_on + dt.timedelta(days=1), dt.time.min, zone)
    return OccasionPlan(
        kind=OccasionKind.TRAINING,
        title=command.title,
        title_en=command.title_en,
        place=f"{room['venue']} {room['name']}"[:200],
        starts_at=min(block.starts_at for block in command.blocks),
        ends_at=ends_at,
        sign_up_until=min(closes.astimezone(dt.UTC), ends_at),
        seats=command.seats,
        seats_per_dealer=command.seats_per_dealer,
        companions_max=command.companions_max,
        season_id=command.season_id,
        region_id=command.region_id,
        organiser_user_id=organiser,
    )


async def _write_blocks(session_id: int, command: SessionCommand) -> None:
    await insert_rows(
        "session_block",
        ("session", "module", "lecturer", "room", "starts_at", "ends_at"),
        [
            (
                session_id,
                block.module_id,
                block.lecturer_id,
                None if block.room_id == command.room_id else block.room_id,
                block.starts_at,
                block.ends_at,
            )
            for block in command.blocks
        ],
    )


def _days(blocks: Sequence[Block], zone: ZoneInfo) -> tuple[dt.date, ...]:
    return business_days(
        min(block.starts_at for block in blocks), max(block.ends_at for block in blocks), zone
    )


async def _start_budget(session_id: int, command: SessionCommand, zone: ZoneInfo) -> None:
    """Write the fees of each lecturer for the days he teaches, and the price of the venue for all days."""
    taught = {
        (block.lecturer_id, block.starts_at.astimezone(zone).date())
        for block in command.blocks
        if block.lecturer_id is not None
    }
    fees = {
        row["id"]: row["fee_minor"]
        for row in await fetch("select id, fee_minor from lecturer where fee_minor > 0")
    }
    price = await fetch_value(
        "select v.day_minor from venue_room r join venue v on v.id = r.venue where r.id = {}", command.room_id
    )
    budgets = {
        CostKind.LECTURERS: sum(fees.get(lecturer, 0) for lecturer, _ in taught),
        CostKind.VENUE: int(price or 0) * len(_days(command.blocks, zone)),
    }
    await insert_rows(
        "session_cost",
        ("session", "kind", "budget_minor", "note"),
        [(session_id, kind.value, budgets.get(kind, 0), "") for kind in CostKind],
    )


async def _log(viewer: Viewer, session: SessionRow, action: str, note: str) -> None:
    subject = Subject.of("training_session", session.id)
    await record(session.signature(viewer, PLAN), f"training.{action}", subject, note=note)
