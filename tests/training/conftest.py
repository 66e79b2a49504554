"""A course with two modules and a test, two lecturers, a venue with two rooms, and sessions of it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

import portal.occasions.policies
import portal.seasons.policies
import training.courses.policies
from portal.db import execute, fetch_value, insert_rows, unit_of_work
from portal.occasions.commands import GuestEntry, SignUp
from portal.occasions.model import OccasionMove
from portal.occasions.service.occasions import move_occasion
from portal.occasions.service.seats import sign_up
from portal.settings import Settings
from tests.portal.credit.conftest import FAR, NEAR, NOW, OWN, World, world
from training.courses import commands
from training.courses.model import LecturerKind, TestKind
from training.courses.queries.questions import list_asked
from training.courses.service import courses, lecturers, questions, venues
from training.sessions.commands import SessionCommand, TestCommand
from training.sessions.model import Block
from training.sessions.queries.sessions import get_session
from training.sessions.service.learning import take_test
from training.sessions.service.planning import plan_session

if TYPE_CHECKING:
    from portal.access import Viewer

__all__ = ["FAR", "NEAR", "NOW", "OWN", "World", "world"]

ZONE = ZoneInfo("Asia/Seoul")
SETTINGS = Settings(training_feedback_least=2)
DAY = dt.date(2099, 12, 1)
SEASON = 1


def at(day: dt.date, time: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), ZONE).astimezone(dt.UTC)


@dataclass
class School:
    """What is taught, by whom, where; and ways to plan sessions and to have them taken part in."""

    world: World
    course: int = 0
    modules: list[int] = field(default_factory=list)
    lecturers: list[int] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)

    def viewer(self, who: str) -> Viewer:
        return self.world.people[who]

    def command(
        self, day: dt.date = DAY, *, seats: int = 20, word: str = "", **more: object
    ) -> SessionCommand:
        """Two modules on a day, at 10:00 and 13:00, by the first lecturer in the first room."""
        lecturer = more.get("lecturer", self.lecturers[0])
        room = more.get("room", self.rooms[0])
        blocks = tuple(
            Block(module, lecturer, room, at(day, first), at(day, last))  # type: ignore[arg-type]
            for module, (first, last) in zip(
                self.modules, (("10:00", "12:00"), ("13:00", "15:00")), strict=True
            )
        )
        return SessionCommand(
            self.course, "12월 교육", "December training", room, seats, 2, 1,  # type: ignore[arg-type]
            more.get("season"), more.get("region"), day, "편한 옷", blocks, word,  # type: ignore[arg-type]
        )  # fmt: skip

    async def plan(self, day: dt.date = DAY, **more: object) -> int:
        return await plan_session(self.viewer("marketing"), self.command(day, **more), SETTINGS)  # type: ignore[arg-type]

    async def invite(self, session_id: int, *dealers: int) -> int:
        """Invite dealers by hand, open the session and return its occasion."""
        session = await get_session(self.viewer("marketing"), session_id, "training.plan")
        async with unit_of_work():
            await insert_rows(
                "occasion_invitation",
                ("occasion", "dealer", "is_invited", "seats", "source", "reason", "invited_by_user_id",
                 "invited_at", "book_sha256", "outcome", "decline_reason"),
                [(session.occasion_id, one, True, 2, "hand", "요청", 7, NOW, "", "", "") for one in dealers],
            )  # fmt: skip
        await move_occasion(self.viewer("marketing"), session.occasion_id, OccasionMove.OPEN)
        return session.occasion_id

    async def seat(self, occasion: int, who: str, dealer: int, *, came: bool = False) -> int:
        """Sign somebody up under his own sign-in and return the sign-up."""
        viewer = self.viewer(who)
        guest = GuestEntry(name=f"{who} 님", user_id=viewer.user_id)
        standing = await sign_up(viewer, SignUp(str(uuid.uuid4()), occasion, dealer, (guest,)))
        if came:
            await self.came(standing.enrollment_id)
        return standing.enrollment_id

    async def came(self, enrollment: int) -> None:
        async with unit_of_work():
            await execute(
                "insert into door_record (client_key, enrollment, guest_position, kind, how, noted_at,"
                " received_at, actor_user_id) values ({}, {}, 0, 'in', 'hand', {}, {}, 7)",
                str(uuid.uuid4()), enrollment, NOW, NOW,
            )  # fmt: skip

    async def answers(self, kind: TestKind, right: int) -> TestCommand:
        """Answers of which so many are right."""
        chosen = {}
        for place, question in enumerate(await list_asked(self.course, kind)):
            chosen[question.id] = next(c.id for c in question.choices if c.is_right == (place < right))
        return TestCommand(str(uuid.uuid4()), kind, chosen)

    async def move_to(self, session_id: int, day: dt.date) -> None:
        """Move a session to another day, as if time had passed."""
        async with unit_of_work():
            occasion = await fetch_value("select occasion from training_session where id = {}", session_id)
            for first, last, place in (("10:00", "12:00", 0), ("13:00", "15:00", 1)):
                await execute(
                    "update session_block set starts_at = {}, ends_at = {} where session = {}"
                    " and module = {}",
                    at(day, first), at(day, last), session_id, self.modules[place],
                )  # fmt: skip
            await execute(
                "update occasion set starts_at = {}, ends_at = {}, sign_up_until = {} where id = {}",
                at(day, "10:00"), at(day, "15:00"), at(day, "10:00"), occasion,
            )  # fmt: skip
            await execute(
                "update training_session set feedback_until_on = {} where id = {}",
                day + dt.timedelta(days=14), session_id,
            )  # fmt: skip

    async def test(self, who: str, session_id: int, enrollment: int, kind: TestKind, right: int) -> int:
        command = await self.answers(kind, right)
        return await take_test(self.viewer(who), session_id, enrollment, command, ZONE)


@pytest.fixture
async def school(world: World) -> School:
    """A course of two modules with three questions, passed from two thirds on."""
    assert portal.occasions.policies.READ
    assert portal.seasons.policies.READ
    assert training.courses.policies.READ
    made = School(world)
    async with unit_of_work():
        await execute(
            "insert into season (id, code, label, label_en, kind, region, category, from_on, until_on, state,"
            " owner_user_id, created_by_user_id, created_at)"
            " values (1, 'OFF-1', '비수기', 'Quiet months', 'off', null, '', {}, {}, 'open', 1, 1, {})",
            dt.date(2099, 10, 1), dt.date(2100, 4, 1), NOW,
        )  # fmt: skip
        await insert_rows(
            "role_grant",
            ("user_id", "role", "account_id", "state", "origin", "requested_at"),
            [(8, "dealer_owner", OWN, "active", "demo", NOW), (9, "dealer_staff", OWN, "active", "demo", NOW),
             (10, "dealer_owner", FAR, "active", "demo", NOW)],
        )  # fmt: skip
    planner = made.viewer("marketing")
    curriculum = await courses.make_curriculum(
        planner, commands.CurriculumCommand("대리점 과정", "Dealers", "")
    )
    command = commands.CourseCommand(curriculum, "비수기 교육", "Off-season training", "함께 준비")
    made.course = await courses.make_course(planner, command)
    for title, english in (("딜러의 미래", "The dealer's future"), ("협력", "Working together")):
        module = commands.ModuleCommand(title, english, "", 120)
        made.modules.append(await courses.add_module(planner, made.course, module))
    mark = commands.PassMarkCommand(dt.date(2020, 1, 1), 6000, "")
    await courses.set_pass_mark(planner, made.course, mark, dt.date(2026, 1, 1))
    for number in range(3):
        choices = tuple(commands.ChoiceCommand(f"답 {n}", f"Answer {n}", n == 1) for n in range(3))
        question = commands.QuestionCommand(f"질문 {number}", f"Question {number}", None, True, True, choices)
        await questions.add_question(planner, made.course, question)
    for kind, name in ((LecturerKind.PROFESSOR, "김교수"), (LecturerKind.LEADER, "정본부장")):
        person = commands.LecturerCommand(kind, name, "", "대학", "교수", "약력", 300_000, "", "")
        made.lecturers.append(await lecturers.make_lecturer(planner, person))
    venue = await venues.make_venue(
        planner, commands.VenueCommand("본사", "Head office", "서울", "", "", 100_000)
    )
    for name, capacity in (("대강당", 100), ("회의실", 10)):
        made.rooms.append(await venues.add_room(planner, venue, commands.RoomCommand(name, capacity)))
    return made
