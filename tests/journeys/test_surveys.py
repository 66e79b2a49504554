"""A survey on screen: built, answered on a phone without a network, sent once, given back, printed."""

from __future__ import annotations

import time

import pymupdf
from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said

COUNT = "select count(*) as n from survey_response where survey = {}"
DAY = "2099-01-31"
PATIENCE_S = 20


def _build(planner, portal) -> int:
    """Start a survey from the template, order its questions by keyboard, add one, and open it."""
    planner.go("/surveys/new")
    planner.page.locator("#f-title").fill("겨울 준비 조사")
    planner.page.locator("#f-due_on").fill(DAY)
    planner.page.locator("form[action='/surveys'] .btn.pri").click()
    planner.settle()
    survey = portal.row("select max(id) as id from survey")["id"]
    questions = planner.page.locator("section[id^=q]")
    expect(questions).to_have_count(5)
    second = questions.nth(1).locator("h2").inner_text()
    down = questions.nth(0).locator("button[value=down]")
    down.focus()
    planner.press("Enter")
    planner.settle()
    expect(questions.nth(0).locator("h2")).to_contain_text(second[2:].strip())
    planner.page.locator("a[href$='add=scale#add']").click()
    planner.settle()
    planner.page.locator("#label-new").fill("진열 자리는 충분합니까?")
    planner.page.locator("#add form .btn.pri").click()
    planner.settle()
    expect(questions).to_have_count(6)
    planner.page.locator(f"form[action='/surveys/{survey}/open'] button").click()
    planner.settle()
    expect(planner.page.locator(".head .st")).to_have_text(said("Being answered"))
    return survey


def _answer(phone, place: int) -> None:
    """Choose the place at a position and answer a percentage and a scale."""
    options = phone.page.locator("#f-place option:not([disabled]):not([value=''])")
    phone.page.locator("#f-place").select_option(options.nth(place).get_attribute("value"))
    phone.page.locator("input[type=number]").first.fill("-15")
    phone.page.locator(".ask .seg label").nth(3).click()
    phone.page.locator("form[data-answers] .btn.pri").click()


def _wait_for(portal, survey: int, count: int, only: str = "true") -> None:
    """Wait until the portal has so many answers, and no more."""
    query = f"{COUNT.format(survey)} and {only}"
    until = time.monotonic() + PATIENCE_S
    while portal.row(query)["n"] < count and time.monotonic() < until:
        time.sleep(0.1)
    assert portal.row(query)["n"] == count


def test_a_season_from_the_form_to_the_result(visit, portal):
    planner = visit("marketing")
    survey = _build(planner, portal)

    phone = visit("staff", size=PHONE)
    phone.page.locator(f".todo a[href='/my/surveys/{survey}']").click()
    phone.settle()
    expect(phone.page.locator("[data-survey][data-ready=yes]")).to_be_attached()

    phone.context.set_offline(True)
    phone.page.reload()
    phone.page.locator("[data-state]").wait_for()
    for _ in range(3):
        _answer(phone, 0)
        phone.page.wait_for_timeout(200)
    expect(phone.page.locator("[data-waiting] li")).to_have_count(3)
    phone.page.reload()
    expect(phone.page.locator("[data-waiting] li")).to_have_count(3)
    assert portal.row(COUNT.format(survey))["n"] == 0
    phone.context.set_offline(False)
    expect(phone.page.locator("[data-waiting] li")).to_have_count(0)
    expect(phone.page.locator("[data-state]")).to_have_text(said("Everything is sent."))
    assert portal.row(COUNT.format(survey))["n"] == 3
    phone.forget_offline()

    for kept in (4, 5, 6):
        phone.go(f"/my/surveys/{survey}")
        _answer(phone, 0)
        _wait_for(portal, survey, kept)

    planner.go(f"/surveys/{survey}")
    planner.page.locator(f"form[action='/surveys/{survey}/close'] button").click()
    planner.settle()
    planner.page.locator("#f-conclusion").fill("차음료를 앞에 둡니다.")
    planner.page.locator(f"form[action='/surveys/{survey}/publish'] button").click()
    planner.settle()
    expect(planner.page.locator(".sentence").nth(1)).to_contain_text("-15.0%")

    phone.go("/")
    phone.page.locator(f".todo a[href='/my/surveys/{survey}/result']").click()
    phone.settle()
    expect(phone.page.locator("main")).to_contain_text("차음료를 앞에 둡니다.")
    pdf = pymupdf.open(stream=phone.download(f"/my/surveys/{survey}/print?lang=ko"), filetype="pdf")
    text = "".join(page.get_text() for page in pdf).replace("\u2060", "")
    assert "겨울 준비 조사" in text
    assert "-15.0%" in text


def test_an_answer_that_is_wrong_stays_on_the_phone_until_it_is_put_right(visit, portal):
    survey = portal.row("select max(id) as id from survey where state = 'open'")["id"]
    phone = visit("dealer2", size=PHONE)
    phone.go(f"/my/surveys/{survey}")
    phone.settle()
    place = phone.page.locator("#f-place option:not([value=''])").first
    phone.page.locator("#f-place").select_option(place.get_attribute("value"))
    phone.page.locator("form[data-answers] .btn.pri").click()
    row = phone.page.locator("[data-waiting] li")
    expect(row.locator(".error")).to_contain_text(
        said("Nothing was answered. Leave out what you do not want to say.")
    )
    row.locator("button", has_text=said("Put back into the form")).click()
    expect(row).to_have_count(0)
    phone.page.locator("input[type=number]").first.fill("5")
    phone.page.locator("form[data-answers] .btn.pri").click()
    expect(phone.page.locator("[data-state]")).to_have_text(said("Everything is sent."))
    expect(row).to_have_count(0)
    _wait_for(portal, survey, 1, "side = 'dealer'")


def test_nobody_else_reads_what_waits_on_a_phone(visit, portal):
    survey = portal.row("select max(id) as id from survey where state = 'open'")["id"]
    phone = visit("dealer3", size=PHONE)
    phone.go(f"/my/surveys/{survey}")
    expect(phone.page.locator("[data-survey][data-ready=yes]")).to_be_attached()
    phone.context.route("**/my/surveys/sync", lambda route: route.abort("connectionrefused"))
    _answer(phone, 0)
    expect(phone.page.locator("[data-waiting] li")).to_have_count(1)
    phone.page.locator("details.menu summary .av").first.click()
    phone.page.locator("form[action='/sign-out'] button").click()
    expect(phone.page.locator("[data-state]")).to_have_text(
        said("Answers still wait on this phone. Send or discard them before signing out.")
    )
    phone.context.clear_cookies()
    phone.sign_in("dealer4")
    phone.go(f"/my/surveys/{survey}")
    phone.settle()
    assert phone.page.locator("[data-waiting] li").count() == 0
    assert portal.row(COUNT.format(survey))["n"] == 1
    phone.problems.clear()
