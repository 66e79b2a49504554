"""One off-season's training and trip: planned, full, moved up, at the door, learnt, printed, answered."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import time
from zoneinfo import ZoneInfo

import pymupdf
from playwright.sync_api import expect

from tests.journeys.visitor import PATIENCE_S, PHONE, said

ZONE = ZoneInfo("Asia/Seoul")
TRAINING, TRIP, OPINION = "여정 교육", "여정 연수", "교육을 한 달 앞당기면 성수기 준비가 빨라집니다."


def _day(days: int) -> str:
    return (dt.datetime.now(ZONE).date() + dt.timedelta(days=days)).isoformat()


def _working_day(first: int) -> int:
    """Return how many days ahead two working days in a row begin, ``first`` or later."""
    today = dt.datetime.now(ZONE).date()
    return next(n for n in range(first, first + 7) if (today + dt.timedelta(days=n)).weekday() < 4)


def _code_of(portal, login: str) -> str:
    return portal.row(
        "select a.code from account a join role_grant g on g.account_id = a.id"
        f" join login_user u on u.id = g.user_id where u.login = '{login}'"
    )["code"]


def _plan_training(planner, portal, begins: int) -> tuple[int, int]:
    """Plan two days with four modules and three seats; return the ids of session and occasion."""
    course = portal.row(
        "select course as id from course_module where archived_at is null group by course"
        " having count(*) >= 4 order by course limit 1"
    )
    planner.go(f"/training/sessions/new?course={course['id']}")
    page = planner.page
    page.locator("[name=title]").fill(TRAINING)
    page.locator("[name=seats]").fill("2")
    page.locator("[name=seats_per_dealer]").fill("1")
    page.locator("[name=sign_up_until]").fill(_day(begins - 1))
    hours = (("09:00", "11:00"), ("13:00", "15:00"))
    for row in range(4):
        page.locator(f"[name=day_{row}]").fill(_day(begins + row // 2))
        page.locator(f"[name=from_{row}]").fill(hours[row % 2][0])
        page.locator(f"[name=to_{row}]").fill(hours[row % 2][1])
    page.locator("[name=word]").fill("본사 일정에 맞춤")
    page.locator(".form .btn.pri").click()
    expect(page.locator("h1")).to_contain_text(TRAINING)
    planner.settle()
    return int(planner.path.rsplit("/", 1)[1]), portal.row(
        f"select id from occasion where title = '{TRAINING}'"
    )["id"]


def _invite(planner, occasion: int, codes: list[str]) -> None:
    for code in codes:
        planner.go(f"/occasions/{occasion}/invitations")
        by_hand = planner.page.locator("details:has(form[action$='/hand'])")
        by_hand.locator("summary").click()
        by_hand.locator("[name=code]").fill(code)
        by_hand.locator("[name=reason]").fill("시즌 계획을 함께 세운 대리점")
        by_hand.locator(".btn.pri").click()
        planner.settle()
    expect(planner.page.locator("tbody tr")).to_have_count(len(codes))


def _sign_up(phone, occasion: int) -> None:
    phone.go(f"/my/occasions/{occasion}")
    phone.page.locator(f"form[action='/my/occasions/{occasion}'] .btn.pri").click()
    phone.settle()


def _let_time_pass(portal, occasion: int, begins: dt.timedelta) -> None:
    """Move a training to begin so long from now, which no click can."""
    with contextlib.closing(sqlite3.connect(portal.database)) as connection, connection:
        (starts_at,) = connection.execute(
            "select starts_at from occasion where id = ?", (occasion,)
        ).fetchone()
        passed = dt.datetime.fromisoformat(starts_at) - dt.datetime.now(dt.UTC) - begins
        of_session = "session = (select id from training_session where occasion = ?)"
        for table, columns, condition in (
            ("occasion", ("starts_at", "ends_at", "sign_up_until"), "id = ?"),
            ("session_block", ("starts_at", "ends_at"), of_session),
        ):
            rows = connection.execute(
                f"select id, {', '.join(columns)} from {table} where {condition}", (occasion,)
            ).fetchall()
            for row_id, *values in rows:
                moved = [str(dt.datetime.fromisoformat(value) - passed) for value in values]
                sets = ", ".join(f"{column} = ?" for column in columns)
                connection.execute(f"update {table} set {sets} where id = ?", (*moved, row_id))


def _take_test(phone, portal, session: int, kind: str) -> None:
    """Answer every question as the key has it."""
    right = portal.row("select group_concat(id) as ids from course_choice where is_right")["ids"].split(",")
    phone.go(f"/my/training/{session}/test/{kind}")
    for answer in phone.page.locator("fieldset.choices input").all():
        if answer.get_attribute("value") in right:
            answer.check()
    phone.page.locator("form .btn.pri").click()
    phone.settle()


def _plan_trip(planner, portal, begins: int) -> int:
    """Plan a trip after the training, with a leader and published criteria; return its occasion."""
    planner.go("/trips/new")
    page = planner.page
    page.locator("[name=title]").fill(TRIP)
    page.locator("[name=place]").fill("강릉")
    page.locator("[name=training] option", has_text=TRAINING).wait_for(state="attached")
    chosen = page.locator("[name=training] option", has_text=TRAINING).get_attribute("value")
    page.locator("[name=training]").select_option(value=chosen)
    for name, days in (("starts_on", begins), ("ends_on", begins + 1), ("sign_up_on", begins - 3)):
        page.locator(f"[name={name}]").fill(_day(days))
    page.locator("[name=seats]").fill("4")
    page.locator("[name=leader]").select_option(index=1)
    page.locator("[name=leader_phone]").fill("010-0000-1234")
    page.locator(".trip-form .btn.pri").click()
    expect(page.locator("h1")).to_contain_text(TRIP)
    planner.settle()
    planner.go(f"{planner.path}/criteria")
    published = page.locator("form[action$='/criteria']")
    published.locator("[name=looks_from_on]").fill(_day(1))
    published.locator("[name=looks_until_on]").fill(_day(begins - 1))
    published.locator(".btn.pri").click()
    expect(page.locator("#h-book")).to_be_visible()
    return portal.row(f"select id from occasion where title = '{TRIP}'")["id"]


def _trip_of(portal, occasion: int) -> int:
    return portal.row(f"select id from trip where occasion = {occasion}")["id"]


def _through_the_door(door, portal, occasion: int) -> None:
    """Note who comes while the network is off, and let it be sent when it is back."""
    door.go(f"/occasions/{occasion}/door")
    expect(door.page.locator("[data-door][data-ready=yes]")).to_be_attached()
    expect(door.page.locator("[data-people] li")).to_have_count(2)
    door.context.set_offline(True)
    for person in door.page.locator("[data-people] li").all():
        person.locator("button").first.click()
    expect(door.page.locator("[data-people] li.is-here")).to_have_count(2)
    assert portal.row(f"select count(*) as n from {_NOTED.format(occasion)}")["n"] == 0
    door.context.set_offline(False)
    expect(door.page.locator("[data-state]")).to_have_text(said("Everything is sent."))
    until = time.monotonic() + PATIENCE_S
    while portal.row(f"select count(*) as n from {_NOTED.format(occasion)}")["n"] < 2:
        assert time.monotonic() < until, "never taken"
        door.page.wait_for_timeout(50)
    door.forget_offline()


_NOTED = "door_record d join enrollment e on e.id = d.enrollment where e.occasion = {}"


def _text_of(pdf: bytes) -> str:
    """Return the letters and digits of a paper; where it breaks lines is its own affair."""
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        return "".join(filter(str.isalnum, "".join(page.get_text() for page in document)))


def _fill_up(visit, occasion: int):
    """Let three sign up for two seats, and the first cancel; return the phone of who moved up."""
    first, second, third = (visit(login, size=PHONE) for login in ("dealer3", "dealer2", "dealer"))
    for phone in (first, second):
        _sign_up(phone, occasion)
        expect(phone.page.locator(".st-good")).to_have_text(said("Has a seat"))
    _sign_up(third, occasion)
    expect(third.page.locator("main")).to_contain_text(said("Place %(place)s on the waiting list.", place=1))
    first.page.locator("details:has(> form[action$='/cancel']) summary").click()
    first.page.locator("form[action$='/cancel'] button").click()
    first.settle()
    third.page.reload()
    expect(third.page.locator(".st-good")).to_have_text(said("Has a seat"))
    return third


def _travel(planner, third, portal, begins: int) -> None:
    """Plan and open the trip, let somebody sign up, and print who comes."""
    trip = _plan_trip(planner, portal, begins)
    _invite(planner, trip, [_code_of(portal, "dealer")])
    planner.go(f"/trips/{_trip_of(portal, trip)}")
    planner.page.locator("button[name=move][value=open]").click()
    expect(planner.page.locator(".head")).to_contain_text(said("Signing up is open"))
    _sign_up(third, trip)
    expect(third.page.locator(".st-good")).to_have_text(said("Has a seat"))
    manifest = _text_of(planner.download(f"/trips/{_trip_of(portal, trip)}/manifest/print"))
    assert ("김대호" in manifest, "여정연수" in manifest) == (True, True)


def _learn(planner, third, portal, session: int) -> None:
    """Take the test when the training is over, and print the certificate."""
    _take_test(third, portal, session, "post")
    planner.go(f"/training/sessions/{session}")
    planner.page.locator("form:has([name=move][value=hold]) button").click()
    planner.settle()
    planner.go(f"/training/sessions/{session}/results")
    planner.page.locator("form[action$='/certificates'] button").click()
    planner.settle()
    third.go(f"/my/training/{session}")
    paper = third.page.locator("a[href*='/certificate/print']").get_attribute("href")
    certificate = _text_of(third.download(paper))
    assert ("김대호" in certificate, "여정교육" in certificate) == (True, True)


def _answer(planner, third, portal, session: int) -> None:
    """Give an opinion about the training and read its answer."""
    third.go("/my/opinions/new")
    third.page.locator("[name=source]").select_option(value=f"training-{session}")
    third.page.locator("[name=text]").fill(OPINION)
    third.page.locator("form .btn.pri").click()
    third.settle()
    number = portal.row(f"select id from opinion where text = '{OPINION}'")["id"]
    planner.go(f"/opinions/{number}")
    planner.page.locator("[name=answer]").fill("내년부터 10월에 엽니다.")
    planner.page.locator("form[action$='/answer'] button").click()
    planner.settle()
    third.go(f"/my/opinions/{number}")
    expect(third.page.locator("main")).to_contain_text("내년부터 10월에 엽니다.")


def test_a_training_from_the_plan_to_the_answers(visit, portal):
    planner = visit("marketing")
    begins = _working_day(5)
    session, occasion = _plan_training(planner, portal, begins)
    _invite(planner, occasion, [_code_of(portal, login) for login in ("dealer", "dealer2", "dealer3")])
    planner.go(f"/training/sessions/{session}")
    word = planner.page.locator("form:has([name=move][value=open]) [name=reason]")
    if word.count():
        word.fill("본사 일정에 맞춤")
    planner.page.locator("form:has([name=move][value=open]) button").last.click()
    expect(planner.page.locator(".head")).to_contain_text(said("Signing up is open"))

    third = _fill_up(visit, occasion)
    _take_test(third, portal, session, "pre")
    _let_time_pass(portal, occasion, dt.timedelta(hours=12))
    _through_the_door(visit("marketing", size=PHONE), portal, occasion)
    _travel(planner, third, portal, begins + 2)
    _let_time_pass(portal, occasion, dt.timedelta(days=-3))
    _learn(planner, third, portal, session)
    _answer(planner, third, portal, session)
