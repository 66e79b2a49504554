"""People on screen: invitations on paper, language and colours, signing out, guessing passwords."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.visitor import PHONE, said


def test_an_owner_invites_his_staff_with_a_printed_code(visit):
    owner = visit("dealer", size=PHONE)
    owner.go("/staff")
    owner.page.locator("form[action='/staff/invitations'] input[name=name]").fill("박새로")
    owner.page.locator("form[action='/staff/invitations'] button").click()
    expect(owner.page.locator(".qr svg")).to_be_visible()
    code = owner.page.locator(".code-large code").inner_text()

    staff = visit(size=PHONE)
    staff.go("/join")
    staff.page.locator("input[name=code]").fill(code.lower())
    staff.page.locator("main form button").click()
    expect(staff.page.locator("h1")).to_contain_text("대청상사")
    staff.page.locator("input[name=login]").fill("saero.park")
    for field in staff.page.locator("input[type=password]").all():
        field.fill("여름에는 시원한 사이다")
    staff.page.locator("main form button").click()
    staff.settle()
    if staff.path.startswith("/sign-in"):
        staff.sign_in("saero.park", "여름에는 시원한 사이다")
    staff.go("/my/evaluations/2026-09")
    expect(staff.page.locator(".hero .g")).to_have_text(re.compile("^[SABCD]$"))

    late = visit(size=PHONE)
    with late.expecting(404, 422):
        late.go("/join")
        late.page.locator("input[name=code]").fill(code)
        late.page.locator("main form button").click()
        late.settle()
        assert late.page.locator("input[name=login]").count() == 0
    owner.go("/staff")
    expect(owner.page.locator("main")).to_contain_text("saero.park")


def test_language_and_colours_stay_with_the_person(visit):
    visitor = visit("auditor")
    page = visitor.page
    page.locator("header button[name=locale]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("To do")
    page.locator("header button[name=theme]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    visitor.go("/dealers")
    expect(page.locator("h1")).to_have_text("Dealers")

    elsewhere = visit("auditor")
    expect(elsewhere.page.locator("html")).to_have_attribute("lang", "en")
    expect(elsewhere.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_after_signing_out_the_back_button_shows_nothing_private(visit):
    visitor = visit("manager2")
    page = visitor.page
    visitor.go("/dealers")
    assert page.locator("tbody tr").count() > 5
    page.locator("details.menu summary").first.click()
    page.locator("form[action='/sign-out'] button").first.click()
    visitor.settle()
    assert visitor.path.startswith("/sign-in")
    with visitor.expecting(401):
        page.go_back()
        visitor.settle()
    assert page.locator("tbody a[href^='/dealers/']").count() == 0
    assert page.locator("input[name=password]").count() == 1


def test_guessing_a_password_has_an_end(visit):
    visitor = visit()
    with visitor.expecting(401, 422, 429):
        for attempt in range(7):
            visitor.sign_in("dealer9", f"guess number {attempt}")
        text = visitor.page.locator("main").inner_text()
    wait = said("Too many attempts. Please try again in %(minutes)s minutes.", minutes="\0")
    assert re.search(re.escape(wait).replace("\0", r"\d+"), text)
