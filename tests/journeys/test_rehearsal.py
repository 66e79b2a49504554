"""Rehearsing on screen: a moved threshold shows what it would have changed, in grades and in won, and becomes
a draft; and the documents behind a value of a scorecard.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.places import D0002_CARD
from tests.journeys.test_accessibility import AXE, RUN
from tests.journeys.visitor import PHONE, said

PATH = "/evaluations/rehearsal"
FIRST = "#f-t\\.growth_1\\.0"
SLIDE = """(slider, value) => {
  slider.value = value;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
}"""
SHOWN = """(selector) => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.height > 0;
}"""


def _no_violations(page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RUN, "light") == []


def _move(page, value: str) -> None:
    with page.expect_response(re.compile("/rehearsal/moved")):
        page.locator(FIRST).evaluate(SLIDE, value)


def test_a_moved_threshold_becomes_a_draft(visit):
    author = visit("author")
    page = author.page
    author.go("/evaluations")
    page.locator("main a[href='/evaluations/rehearsal']").click()
    expect(page.locator("#moved")).to_contain_text(
        said("Nothing is moved yet. Move a slider, or type a number beside it.")
    )
    before = page.locator("#effect").inner_text()
    _move(page, "14")
    expect(page.locator("#moved")).to_contain_text("10% → 14%")
    expect(page.locator("#moved")).to_contain_text(said("Grade moves"))
    assert page.locator("#effect").inner_text() != before
    page.locator("[data-slider='f-t.growth_1.0']").fill("15")
    page.locator("[data-slider='f-t.growth_1.0']").blur()
    expect(page.locator("#moved")).to_contain_text("10% → 15%")
    page.get_by_role("button", name=said("Make this a draft")).click()
    page.wait_for_url(re.compile(r"/rulebooks/\d+/edit"))
    expect(page.locator("#c-r0-t0")).to_have_value("15")


def test_grades_are_worth_money(visit):
    author = visit("author")
    page = author.page
    author.go(PATH)
    _move(page, "16")
    expect(page.locator("#moved")).to_contain_text("등급에 따라 달라지는 판매장려금이 없어")
    programme = page.locator("select[name=pays] option", has_text="2026").first.get_attribute("value")
    page.locator("select[name=pays]").select_option(programme)
    expect(page.locator("#moved")).to_contain_text("등급과 관계없이 같은 금액을 지급합니다")
    page.locator("input[name='f.S']").fill("120")
    page.locator("input[name='f.A']").fill("110")
    money = page.locator("#moved section", has_text=said("Difference in incentives"))
    expect(money).to_contain_text("-₩")
    expect(money).to_contain_text("D-00")
    expect(page.locator("#effect")).to_contain_text("-₩")
    page.get_by_role("button", name=said("Compare with kept grades")).click()
    expect(page.locator("#whole")).to_contain_text(said("Who loses most"))
    expect(page.locator("#whole")).to_contain_text("-₩")


def test_on_a_phone_the_effect_stays_in_sight(visit):
    author = visit("author", PHONE)
    page = author.page
    author.go(PATH)
    slider = page.locator("input[type=range]").nth(8)
    slider.scroll_into_view_if_needed()
    with page.expect_response(re.compile("/rehearsal/moved")):
        slider.focus()
        page.keyboard.press("ArrowRight")
    expect(page.locator("#moved")).to_contain_text("→")
    assert page.evaluate(SHOWN, "#effect")


@pytest.mark.skipif(not AXE.exists(), reason="./dev assets brings axe-core")
def test_documents_behind_a_value(visit, portal):
    manager = visit("manager")
    page = manager.page
    manager.go(f"/evaluations/2026-10/{portal.row(D0002_CARD)['id']}")
    page.locator("details:has(a[href*='/documents/yoy_growth']) > summary").last.click()
    page.locator("main a[href*='/documents/yoy_growth']").first.click()
    expect(page.locator("main table tbody tr").first).to_be_visible()
    first = page.locator("main table tbody tr").first.inner_text()
    page.get_by_role("link", name=said("Next")).click()
    expect(page.locator("main table tbody tr").first).not_to_have_text(first)
    href = page.locator("main a[href*='form=csv']").get_attribute("href")
    assert manager.download(href)[:3] == b"\xef\xbb\xbf"
    _no_violations(page)
    page.get_by_role("link", name=said("Whole scorecard")).click()
    expect(page.locator("main")).to_contain_text(said("Why this grade"))
