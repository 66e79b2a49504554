"""The pages of training: what is taught, the calendar, a session from plan to certificate, a phone's side."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

import pymupdf
import pytest
from selectolax.lexbor import LexborHTMLParser

from portal.db import fetch, fetch_value
from portal.occasions.model import OccasionMove
from portal.occasions.service.occasions import move_occasion
from tests.portal.served import serve
from tests.training.conftest import DAY, FAR, NEAR, OWN, SETTINGS
from training.courses.controllers import HANDLERS as COURSES
from training.courses.model import TestKind
from training.sessions.controllers import HANDLERS as SESSIONS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from tests.training.conftest import School

TODAY = dt.datetime.now(dt.UTC).date()


class Site:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, who: str, path: str, locale: str = "en") -> httpx.Response:
        return await self.client.get(path, headers={"x-viewer": who, "x-locale": locale})

    async def post(self, who: str, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields or {"x": "1"}, headers={"x-viewer": who})

    async def upload(self, who: str, path: str, name: str, content: bytes) -> httpx.Response:
        files = {"file": (name, content)}
        return await self.client.post(
            path, data={"for_dealers": "on"}, files=files, headers={"x-viewer": who}
        )


@pytest.fixture
async def site(school: School) -> AsyncIterator[Site]:
    async with serve([*COURSES, *SESSIONS], school.world.people, settings=SETTINGS) as client:
        yield Site(client)


def errors(answer: httpx.Response) -> list[str]:
    return [node.text(strip=True) for node in LexborHTMLParser(answer.text).css(".error")]


async def test_what_is_taught_is_written_down_and_put_away(site: Site, school: School) -> None:
    here = f"/training/courses/{school.course}"
    listed = "courses courses/new lecturers lecturers/new venues venues/new".split()
    for path in (here, f"{here}/questions", *(f"/training/{name}" for name in listed)):
        for locale in ("en", "ko"):
            assert (await site.get("marketing", path, locale)).status_code == 200, path
    for path in (here, "/training/courses", "/training/lecturers/1", "/training/venues/1"):
        page = await site.get("rep", path)
        assert page.status_code == 200
        assert "300,000" not in page.text
        assert (await site.get("owner", path)).status_code in (403, 404)
    assert "300,000" in (await site.get("auditor", "/training/lecturers/1")).text
    assert (await site.get("rep", f"{here}/questions")).status_code == 403
    wrong = await site.post("marketing", "/training/courses", curriculum="9", title="")
    assert (wrong.status_code, errors(wrong)) == (422, ["Please fill this in."])
    made = await site.post("marketing", "/training/courses", curriculum="1", title="새 과정")
    assert made.status_code == 303
    assert (await site.post("marketing", "/training/curricula", title="새 경로")).status_code == 303
    changed = {"version": "1", "curriculum": "1", "title": "비수기 교육 2", "title_en": "", "aims": "x"}
    assert (await site.post("marketing", here, **changed)).status_code == 303
    assert (await site.post("marketing", here, **changed)).status_code == 409
    module = f"{here}/modules/{school.modules[0]}"
    short = await site.post("marketing", module, title="제목", minutes="1")
    assert (short.status_code, errors(short)) == (422, ["Please enter a number from 5 to 960."])
    assert (await site.post("marketing", f"{module}/move", to="down")).status_code == 303
    refused = await site.upload("marketing", f"{module}/materials", "a.pdf", b"no")
    assert "Please choose a PDF" in errors(refused)[0]
    assert (await site.upload("marketing", f"{module}/materials", "자료.pdf", b"%PDF-1")).status_code == 303
    file = await fetch_value("select id from course_material")
    assert (await site.get("rep", f"{here}/materials/{file}/file")).content == b"%PDF-1"
    wrong = await site.post("marketing", f"{here}/questions", text="?", choices="하나\n둘", in_pre="on")
    assert errors(wrong) == ["Please put * before the one right choice."]
    late = await site.post("marketing", f"{here}/pass-marks", from_on="2020-02-01", pass_percent="50")
    assert "today or a later day" in errors(late)[0]
    away = {"from_on": "2099-12-05", "to_on": "2099-12-01"}
    assert (
        "not before the first"
        in errors(await site.post("marketing", "/training/lecturers/1/away", **away))[0]
    )
    away["to_on"] = "2099-12-06"
    assert (await site.post("marketing", "/training/lecturers/1/away", **away)).status_code == 303
    for path in (here, module, "/training/lecturers/2", "/training/venues/1", "/training/venues/1/rooms/2"):
        assert (await site.post("marketing", f"{path}/archive")).status_code == 303
        assert (await site.post("marketing", f"{path}/archive", back="1")).status_code == 303
    assert (await site.post("rep", f"{here}/archive")).status_code == 403
    for name in ("courses", "lecturers", "venues"):
        sent = await site.post("auditor", f"/training/{name}/export", format="csv")
        assert len(list(csv.reader(io.StringIO(sent.text)))) >= 3
    assert "300,000" not in (await site.post("manager", "/training/lecturers/export", format="csv")).text


def fields(school: School, **more: str) -> dict[str, str]:
    values = {
        "course": str(school.course), "title": "12월 교육", "title_en": "", "room": str(school.rooms[0]),
        "seats": "10", "seats_per_dealer": "2", "companions_max": "0", "season": "1", "region": "",
        "sign_up_until": "2099-11-20", "note": "", "word": "",
    }  # fmt: skip
    for row, module in enumerate(school.modules):
        values |= {
            f"module_{row}": str(module),
            f"lecturer_{row}": str(school.lecturers[row]),
            f"room_{row}": "",
            f"day_{row}": f"2099-12-0{row + 1}",
            f"from_{row}": "09:30",
            f"to_{row}": "12:00",
        }
    return values | more


async def test_a_session_is_planned_on_the_calendar(site: Site, school: School) -> None:
    assert "Which course" in (await site.get("marketing", "/training/sessions/new")).text
    form = await site.get("marketing", f"/training/sessions/new?course={school.course}")
    assert len(LexborHTMLParser(form.text).css("select[name^=module_]")) == 4
    wrong = await site.post(
        "marketing", "/training/sessions/new", **fields(school, to_0="09:00", seats="", day_1="x")
    )
    assert wrong.status_code == 422
    assert len(errors(wrong)) == 3
    assert LexborHTMLParser(wrong.text).css_first("input[name=title]").attributes["value"] == "12월 교육"
    small = await site.post(
        "marketing", "/training/sessions/new", **fields(school, room=str(school.rooms[1]), seats="11")
    )
    assert "holds 10 heads" in small.text
    made = await site.post("marketing", "/training/sessions/new", **fields(school))
    place = made.headers["location"]
    for view in ("month", "week"):
        page = await site.get(
            "marketing", f"/training/sessions?view={view}&on=2099-12-01&lecturer={school.lecturers[0]}"
        )
        assert len(LexborHTMLParser(page.text).css(f".cal a.ev[href='{place}']")) == 2
    assert place not in (await site.get("marketing", "/training/sessions?on=2099-12-01&course=99")).text
    assert (await site.get("marketing", "/training/sessions?on=later")).status_code in (400, 422)
    page = await site.get("marketing", place)
    assert "400,000" not in page.text
    assert "800,000" in page.text
    session = LexborHTMLParser((await site.get("marketing", f"{place}/edit")).text)
    version = session.css_first("input[name=version]").attributes["value"] or ""
    changed = await site.post("marketing", place, **fields(school, version=version, seats="8"))
    assert changed.status_code == 303
    assert (await site.post("marketing", place, **fields(school, version=version))).status_code == 409
    assert (
        await site.post("marketing", f"{place}/costs", budget_meals="5000", actual_meals="6000")
    ).status_code == 303
    assert errors(await site.post("marketing", f"{place}/costs", budget_meals="x")) == [
        "Please enter a whole number."
    ]
    assert (await site.get("manager", place)).status_code == 404
    assert (await site.post("marketing", f"{place}/move", move="open")).status_code == 303
    told = await site.get("manager", place)
    assert (told.status_code, "Budget" in told.text) == (200, False)
    called = await site.post("marketing", f"{place}/move", move="cancel")
    assert (called.status_code, "Please say why" in called.text) == (422, True)
    sent = await site.post("auditor", "/training/sessions/export", format="csv", on="2099-12-01")
    assert "12월 교육" in sent.text


async def test_from_the_first_test_to_the_certificate(  # noqa: PLR0915  one story
    site: Site, school: School
) -> None:
    session_id = await school.plan(season=1)
    occasion = await school.invite(session_id, OWN, NEAR, FAR)
    here, own = f"/training/sessions/{session_id}", f"/my/training/{session_id}"
    seat = await school.seat(occasion, "owner", OWN)
    staff = await school.seat(occasion, "staff", OWN, came=True)
    absent = await school.seat(occasion, "far", FAR)
    assert "Take the test before" in (await site.get("owner", own)).text
    page = LexborHTMLParser((await site.get("owner", f"{own}/test/pre?seat={seat}")).text)
    assert "circle-check" not in page.css_first("form[action*=test]").html
    open_answers = await site.post("owner", f"{own}/test/pre?seat={seat}", client_key="x")
    assert len(errors(open_answers)) == 3
    assert (await site.post("owner", f"{own}/test/pre?seat={seat}", leave_open="on")).status_code == 303
    assert (await site.post("owner", f"{own}/test/pre?seat={staff}", leave_open="on")).status_code == 404
    assert (await site.post("owner", f"{own}/test/post?seat={seat}", leave_open="on")).status_code == 409
    await school.test("staff", session_id, staff, TestKind.PRE, 1)
    await school.move_to(session_id, TODAY - dt.timedelta(days=2))
    answers = await school.answers(TestKind.POST, 2)
    values = {f"q{question}": str(choice) for question, choice in answers.answers.items()}
    for _ in range(2):
        assert (await site.post("staff", f"{own}/test/post?seat={staff}", **values)).status_code == 303
    await school.test("owner", session_id, seat, TestKind.POST, 3)
    taken = await fetch("select kind, right_answers, score_bp, passed from test_attempt order by id")
    assert [(row["kind"], row["right_answers"], row["score_bp"]) for row in taken] == [
        ("pre", 0, 0), ("pre", 1, 3333), ("post", 2, 6667), ("post", 3, 10_000)
    ]  # fmt: skip
    assert (
        "circle-check"
        not in LexborHTMLParser((await site.get("staff", f"{own}/test/post")).text).css_first("main").html
    )
    assert (await site.post("marketing", f"{here}/key")).status_code == 303
    assert "right" in (await site.get("staff", f"{own}/test/post")).text
    marks = {"content": "5", "lecturers": "4", "place": "3", "usefulness": "5"}
    assert len(errors(await site.post("staff", f"{own}/feedback?seat={staff}"))) == 4
    for _ in range(2):
        assert (await site.post("staff", f"{own}/feedback?seat={staff}", **marks)).status_code == 303
    assert (await site.post("owner", f"{own}/feedback?seat={seat}", **marks)).status_code == 403
    assert await fetch_value("select count(*) from session_feedback") == 1
    results = await site.get("manager", f"{here}/results")
    assert "Too few to say: 1 gave feedback" in results.text
    assert "The 2 who took both tests had 16.7% of the answers right before" in results.text
    assert (await site.post("marketing", f"{here}/certificates")).status_code == 409
    await move_occasion(school.viewer("marketing"), occasion, OccasionMove.HOLD)
    assert (await site.post("marketing", f"{here}/certificates")).status_code == 303
    papers = await fetch("select id, enrollment, code from certificate")
    assert [row["enrollment"] for row in papers] == [staff]
    code = papers[0]["code"]
    page = await site.client.get(f"/certificates/{code.lower()}")
    assert ("staff 님" in page.text, "This certificate stands" in page.text) == (True, True)
    assert (await site.client.get(f"/certificates/{code[:-1]}")).status_code == 404
    pdf = await site.get("staff", f"{own}/certificate/print")
    text = pymupdf.open(stream=pdf.content).load_page(0).get_text()
    assert (code in text, "staff 님" in text.replace("\u2060", "")) == (True, True)
    assert (await site.get("owner", f"{own}/certificate/print")).status_code == 404
    revoked = await site.post("marketing", f"{here}/certificates/{papers[0]['id']}/revoke", reason="착오")
    assert revoked.status_code == 303
    assert "was revoked" in (await site.client.get(f"/certificates/{code}")).text
    assert "No complete month" in (await site.get("manager", f"{here}/later")).text
    gaps = await site.get("marketing", "/training/gaps")
    listed = LexborHTMLParser(gaps.text).css(".listcard tbody th a")
    assert [node.text() for node in listed] == ["한빛유통", "영남물산"]
    assert "영남물산" not in (await site.get("manager", "/training/gaps?gap=never")).text
    sent = await site.post("auditor", "/training/gaps/export", format="csv", gap="never")
    assert len(list(csv.reader(io.StringIO(sent.text)))) == 3
    file = await site.post("auditor", f"{here}/results/export", format="csv")
    assert "staff 님" in file.text
    assert absent


async def test_the_plan_of_a_season_has_costs_for_some_only(site: Site, school: School) -> None:
    session_id = await school.plan(DAY, season=1)
    await school.invite(session_id, OWN)
    texts = {}
    for who in ("marketing", "manager"):
        sent = await site.get(who, "/training/seasons/1/print")
        assert sent.status_code == 200
        texts[who] = pymupdf.open(stream=sent.content).load_page(0).get_text()
    assert ("400,000" in texts["marketing"], "400,000" in texts["manager"]) == (True, False)
    assert (await site.get("owner", "/training/seasons/1/print")).status_code in (403, 404)


async def test_a_dealer_sees_only_his_sessions(site: Site, school: School) -> None:
    session_id = await school.plan()
    occasion = await school.invite(session_id, OWN)
    own = f"/my/training/{session_id}"
    await school.seat(occasion, "owner", OWN)
    assert (await site.get("owner", own)).status_code == 200
    assert "300,000" not in (await site.get("owner", own)).text
    for path in (
        own,
        f"{own}/test/pre",
        f"{own}/feedback",
        f"{own}/certificate/print",
        f"{own}/materials/1/file",
    ):
        assert (await site.get("far", path)).status_code == 404, path
    assert (await site.get("staff", f"{own}/test/pre")).status_code == 404
    assert "confirmed seat" in (await site.get("staff", own)).text
    assert (await site.get("owner", f"{own}/test/other")).status_code == 404


async def test_people_of_other_regions_are_not_shown(site: Site, school: School) -> None:
    session_id = await school.plan()
    occasion = await school.invite(session_id, OWN, FAR)
    await school.seat(occasion, "owner", OWN)
    await school.seat(occasion, "far", FAR)
    here = f"/training/sessions/{session_id}"
    for path in (here, f"{here}/results"):
        assert "영남물산" in (await site.get("marketing", path)).text
        for who in ("manager", "rep"):
            seen = await site.get(who, path)
            assert (seen.status_code, "영남물산" in seen.text, "대청상사" in seen.text) == (200, False, True)
