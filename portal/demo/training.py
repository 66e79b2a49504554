"""The demo's training (story step 11): two days in December at head office, and two of January, held.

January's is before the trip of that month. What was held is written as rows with the story's days: services
would stamp them with the day on which the demo is built.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from portal import db
from portal.demo.truths import STORY_DEALER
from portal.demo.write_network import dealer_id
from portal.identity.queries import load_viewer
from portal.occasions.commands import GuestEntry, SignUp
from portal.occasions.model import OccasionMove
from portal.occasions.service.invitations import invite_by_hand
from portal.occasions.service.seats import sign_up
from portal.settings import Settings
from training.courses import commands
from training.courses.model import LecturerKind, TestKind
from training.courses.queries.questions import list_asked
from training.courses.service import courses, lecturers, materials, questions, venues
from training.sessions.commands import SessionCommand
from training.sessions.model import Block
from training.sessions.queries.sessions import get_session
from training.sessions.service.certifying import new_code
from training.sessions.service.planning import move_session, plan_session

if TYPE_CHECKING:
    from portal.access import Viewer

_ZONE = "Asia/Seoul"
_DECEMBER, _JANUARY = dt.date(2026, 12, 15), dt.date(2026, 1, 20)
_MODULES = (
    ("딜러의 미래", "The dealer’s future", "시장 변화와 대리점의 5년을 그립니다.", 150),
    ("협력", "Working together", "본사와 대리점이 함께 개척하는 방법을 익힙니다.", 150),
    ("판매 정책", "Sales policy", "월 평가와 판매장려금 기준을 읽고 셈합니다.", 120),
    ("단계별 전략", "Strategy step by step", "비수기부터 성수기까지 할 일을 계획합니다.", 150),
)
_TIMES = (("10:00", "12:30"), ("14:00", "16:30"), ("10:00", "12:00"), ("13:30", "16:00"))
_QUESTIONS = (
    ("성장률은 무엇과 비교합니까?", "What is growth compared with?",
     (("전년 동월", "the same month last year"), ("전월", "the month before"),
      ("연초", "the beginning of the year"))),
    ("판매장려금 기준은 언제부터 적용됩니까?", "From when do incentive terms count?",
     (("공지한 적용일부터", "from the announced day"), ("체결한 해 처음부터", "from the year’s beginning"),
      ("담당자가 정한 날부터", "from any day"))),
    ("비수기 추가 목표를 줄이면 어떻게 됩니까?", "What happens when a stretch is countered?",
     (("근거와 함께 협의합니다", "it is talked over with reasons"), ("자동으로 확정됩니다", "it is fixed"),
      ("여신이 줄어듭니다", "credit is cut"))),
    ("경쟁사 거래처를 방문한 뒤 남길 것은?", "What is left after a visit to a rival’s outlet?",
     (("사실과 다음 약속", "facts and the next promise"), ("경쟁사 비방", "words against the rival"),
      ("아무것도 남기지 않음", "nothing"))),
    ("방문 주문율의 분모는?", "What is the strike rate divided by?",
     (("방문한 곳", "visits made"), ("전체 소매점", "all retail points"), ("계획한 곳", "visits planned"))),
)  # fmt: skip
_CAME, _INVITED, _DECEMBER_SEATS = 11, 12, 6
_LOGINS = ("dealer", *(f"dealer{number}" for number in range(2, 13)))
"""Owners who can sign in, by the demo's people."""
_TEXTS = (
    "사례가 많아 바로 써먹을 수 있었습니다.",
    "평가 기준 시간이 더 필요합니다.",
    "",
    "점심이 좋았습니다.",
)


async def write_training() -> None:
    """Write courses, lecturers, a venue, and two sessions."""
    planner = await load_viewer("marketing", _ZONE)
    course, modules = await _course(planner)
    people = await _lecturers(planner)
    room = await _venue(planner)
    season = await db.fetch_value(
        "select id from season where kind = 'off' and category = '' order by from_on desc, id limit 1"
    )
    await _held(planner, await _plan(planner, (course, room), modules, people, _JANUARY, None), course)
    december = await _plan(planner, (course, room), modules, people, _DECEMBER, season)
    await _sign_up(planner, december)


async def _course(planner: Viewer) -> tuple[int, list[int]]:
    path = commands.CurriculumCommand(
        "대리점 경영 과정", "Running a dealership", "대표와 실무자를 위한 과정입니다."
    )
    curriculum = await courses.make_curriculum(planner, path)
    course = await courses.make_course(
        planner,
        commands.CourseCommand(
            curriculum, "비수기 대리점 교육", "Off-season dealer training", "비수기에 성수기를 준비합니다."
        ),
    )
    modules = []
    for title, english, aims, minutes in _MODULES:
        command = commands.ModuleCommand(title, english, aims, minutes)
        modules.append(await courses.add_module(planner, course, command))
    mark = commands.PassMarkCommand(dt.date(2026, 1, 1), 6000, "5문항 중 3문항")
    await courses.set_pass_mark(planner, course, mark, dt.date(2026, 1, 1))
    text = "비수기 할 일\n1. 수요 조사\n2. 추가 목표 협의\n3. 개발 계획\n4. 주간 점검\n".encode()
    file = commands.MaterialCommand("비수기-할-일.txt", "text/plain", text, for_dealers=True)
    await materials.add_material(planner, course, modules[3], file)
    for place, (asked, english, choices) in enumerate(_QUESTIONS):
        # The right choice stands first above; on the page its place changes from question to question.
        turned = choices[place % 3 :] + choices[: place % 3]
        lines = tuple(commands.ChoiceCommand(ko, en, (ko, en) == choices[0]) for ko, en in turned)
        question = commands.QuestionCommand(asked, english, None, in_pre=True, in_post=True, choices=lines)
        await questions.add_question(planner, course, question)
    return course, modules


async def _lecturers(planner: Viewer) -> tuple[int, int]:
    professor = commands.LecturerCommand(
        LecturerKind.PROFESSOR, "윤서진", "Yoon Seo-jin", "한밭대학교 경영학과", "교수",
        "유통 경로와 소매 전략을 연구합니다.\n대리점 교육 12년.", 800_000, "yoon@hanbat.example", "",
    )  # fmt: skip
    leader = commands.LecturerCommand(
        LecturerKind.LEADER, "정우석", "Jung Woo-seok", "한빛음료 영업본부", "본부장", "영업 현장 21년.", 0,
        "jung@hanbit.example", "",
    )  # fmt: skip
    first = await lecturers.make_lecturer(planner, professor)
    away = commands.AwayCommand(dt.date(2026, 12, 21), dt.date(2026, 12, 24), "학회")
    await lecturers.add_away(planner, first, away)
    return first, await lecturers.make_lecturer(planner, leader)


async def _venue(planner: Viewer) -> int:
    venue = await venues.make_venue(
        planner,
        commands.VenueCommand(
            "본사 교육장", "Head office", "서울 가온구 한빛로 1", "총무팀", "지하 주차 2시간", 300_000
        ),
    )
    room = await venues.add_room(planner, venue, commands.RoomCommand("대강당", 80))
    await venues.add_room(planner, venue, commands.RoomCommand("세미나실", 24))
    return room


async def _plan(
    planner: Viewer, place: tuple[int, int], modules: list[int], people: tuple[int, int], on: dt.date,
    season: int | None,
) -> int:  # fmt: skip
    course, room = place
    zone = Settings().zone
    blocks = tuple(
        Block(
            module,
            people[number % 2],
            room,
            *(
                dt.datetime.combine(on + dt.timedelta(days=number // 2), dt.time.fromisoformat(time), zone)
                for time in _TIMES[number]
            ),
        )
        for number, module in enumerate(modules)
    )
    year = on.year
    command = SessionCommand(
        course_id=course,
        title=f"{year}년 {on.month}월 대리점 교육",
        title_en=f"Dealer training, {on:%B} {year}",
        room_id=room,
        seats=24,
        seats_per_dealer=2,
        companions_max=0,
        season_id=season,
        region_id=None,
        sign_up_until_on=on - dt.timedelta(days=7),
        note="편한 옷차림으로 오세요. 점심이 준비됩니다.",
        blocks=blocks,
        word="본사 일정에 맞춤",
    )
    return await plan_session(planner, command, Settings())


async def _invite(planner: Viewer, session_id: int) -> int:
    session = await get_session(planner, session_id, "training.plan")
    for position in sorted({STORY_DEALER, *range(_INVITED)}):
        reason = "비수기 목표를 함께 정한 대리점입니다."
        await invite_by_hand(planner, session.occasion_id, dealer_id(position), 2, reason)
    return session.occasion_id


async def _sign_up(planner: Viewer, session_id: int) -> None:
    """Open the December session and sign some owners up."""
    occasion = await _invite(planner, session_id)
    await move_session(planner, session_id, OccasionMove.OPEN, "배송을 하루 조정", Settings())
    if dt.datetime.now(dt.UTC).date() >= _DECEMBER - dt.timedelta(days=7):
        return  # built later than the story plays: the list stays empty
    for login in _LOGINS[:_DECEMBER_SEATS]:
        viewer = await load_viewer(login, _ZONE)
        guest = GuestEntry(name=viewer.name, user_id=viewer.user_id)
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-training-{login}"))
        await sign_up(viewer, SignUp(key, occasion, _dealer_of(viewer), (guest,)))


def _dealer_of(viewer: Viewer) -> int:
    return next(iter(viewer.scope.dealer_ids))


async def _held(planner: Viewer, session_id: int, course: int) -> None:
    """Write down who came in January, what they knew before and after, and what they thought."""
    occasion = await _invite(planner, session_id)
    at = dt.datetime.combine(_JANUARY, dt.time(1), dt.UTC)
    asked = await list_asked(course, TestKind.POST)
    async with db.unit_of_work():
        await db.execute(
            "update occasion set state = 'held', opened_at = {}, held_at = {}, seats_taken = {},"
            " next_number = {} where id = {}",
            at - dt.timedelta(days=30), at + dt.timedelta(days=1), _CAME + 1, _CAME + 2, occasion,
        )  # fmt: skip
        await db.execute("update training_session set key_shown_at = {} where id = {}", at, session_id)
        for number in range(_CAME + 1):
            viewer = await load_viewer(_LOGINS[number], _ZONE)
            seat = await _seat(occasion, number, viewer, at)
            if number < _CAME:
                await _learn(session_id, seat, number, viewer.user_id, at, asked)
        for number in range(_CAME - 2):
            await _insert(
                "session_feedback", id=uuid.uuid5(uuid.NAMESPACE_URL, f"said-{number}").hex,
                session=session_id, content=5 - number % 2, lecturers=5 - number % 3, place=4 - number % 2,
                usefulness=5 - number % 2, text=_TEXTS[number % 4],
            )  # fmt: skip
        for kind, amount in (("lecturers", 1_600_000), ("venue", 600_000), ("meals", 432_000)):
            await db.execute(
                "update session_cost set actual_minor = {} where session = {} and kind = {}",
                amount, session_id, kind,
            )  # fmt: skip


async def _seat(occasion: int, number: int, viewer: Viewer, at: dt.datetime) -> int:
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-seat-{number}"))
    seat = await _insert(
        "enrollment", client_key=key, occasion=occasion, dealer=_dealer_of(viewer), user_id=viewer.user_id,
        number=number + 1, state="confirmed", door_code=key[:32].replace("-", ""), requested_at=at,
        requested_by_user_id=viewer.user_id, confirmed_at=at,
    )  # fmt: skip
    await _insert("guest", enrollment=seat, name=viewer.name)
    return int(seat)


async def _learn(
    session_id: int, seat: int, number: int, user_id: int, at: dt.datetime, asked: tuple[Any, ...]
) -> None:
    door = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-door-{number}"))
    await _insert(
        "door_record", client_key=door, enrollment=seat, guest_position=0, kind="in", how="qr", noted_at=at,
        received_at=at, actor_user_id=1,
    )  # fmt: skip
    passed = False
    for kind, right in (("pre", 1 + number % 3), ("post", 5 - number % 4)):
        score = right * 10_000 // len(asked)
        passed = score >= 6000  # noqa: PLR2004  the pass mark written above
        attempt = await _insert(
            "test_attempt", client_key=str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo-{kind}-{number}")),
            session=session_id, enrollment=seat, kind=kind, user_id=user_id, sent_at=at,
            questions=len(asked), right_answers=right, score_bp=score,
            pass_bp=6000 if kind == "post" else None, passed=passed if kind == "post" else None,
        )  # fmt: skip
        for place, question in enumerate(asked):
            good = place < right
            choice = next(one.id for one in question.choices if one.is_right == good)
            await _insert("test_answer", attempt=attempt, question=question.id, choice=choice, is_right=good)
    await _insert("feedback_given", "enrollment", enrollment=seat, session=session_id)
    if passed:
        await _insert(
            "certificate", session=session_id, enrollment=seat, code=new_code(),
            issued_at=at + dt.timedelta(days=1), issued_by_user_id=1,
        )  # fmt: skip


async def _insert(table: str, key: str = "id", **values: Any) -> Any:
    names, marks = ", ".join(values), ", ".join("{}" for _ in values)
    return await db.fetch_value(
        f"insert into {table} ({names}) values ({marks}) returning {key}",  # noqa: S608  names from code
        *values.values(),
    )
